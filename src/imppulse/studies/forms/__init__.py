"""What people send to the pages of studies."""

from imppulse.studies.forms.answering import (
    CodeForm,
    ConsentForm,
    ResumeForm,
    WithdrawForm,
)
from imppulse.studies.forms.fielding import (
    CollectingForm,
    KeyHoldersForm,
    LettersForm,
    OpenedFilesForm,
    PosterForm,
    ProofForm,
    PublicKeyForm,
    SharesForm,
)
from imppulse.studies.forms.waves import CloseForm
from imppulse.studies.forms.weighting import WeightingForm

__all__ = [
    "CloseForm",
    "CodeForm",
    "CollectingForm",
    "ConsentForm",
    "KeyHoldersForm",
    "LettersForm",
    "OpenedFilesForm",
    "PosterForm",
    "ProofForm",
    "PublicKeyForm",
    "ResumeForm",
    "SharesForm",
    "WeightingForm",
    "WithdrawForm",
]
