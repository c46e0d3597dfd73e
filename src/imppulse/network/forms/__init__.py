"""Forms of the network: one file per group of records."""

from imppulse.network.forms.forces import ForceForm
from imppulse.network.forms.people import InvitationForm, JoinForm
from imppulse.network.forms.series import (
    BreakForm,
    IncidentForm,
    SeriesForm,
    ValuesForm,
)
from imppulse.network.forms.territories import CountryForm, TerritoryForm

__all__ = [
    "BreakForm",
    "CountryForm",
    "ForceForm",
    "IncidentForm",
    "InvitationForm",
    "JoinForm",
    "SeriesForm",
    "TerritoryForm",
    "ValuesForm",
]
