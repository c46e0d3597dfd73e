"""XLSForms of others: read whole, or refused cell by cell."""

from imppulse.tables.xlsforms.reading import ReadForm, read_form
from imppulse.tables.xlsforms.sheets import FormRefused

__all__ = ["FormRefused", "ReadForm", "read_form"]
