"""What people send to the pages of studies."""

from imppulse.studies.forms.answering import (
    CodeForm,
    ConsentForm,
    ResumeForm,
    WithdrawForm,
)
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
    "CodeForm",
    "ConsentForm",
    "KeyHoldersForm",
    "OpenedFilesForm",
    "ProofForm",
    "PublicKeyForm",
    "ResumeForm",
    "SharesForm",
    "WithdrawForm",
]
