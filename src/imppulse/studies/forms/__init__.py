"""What people send to the pages of studies."""

from imppulse.studies.forms.answering import ConsentForm, WithdrawForm
from imppulse.studies.forms.fielding import (
    KeyHoldersForm,
    OpenedFilesForm,
    ProofForm,
    PublicKeyForm,
    SharesForm,
)
from imppulse.studies.forms.waves import CloseForm

__all__ = [
    "CloseForm",
    "ConsentForm",
    "KeyHoldersForm",
    "OpenedFilesForm",
    "ProofForm",
    "PublicKeyForm",
    "SharesForm",
    "WithdrawForm",
]
