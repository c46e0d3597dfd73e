from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CloseForm(forms.Form):
    """Closing is confirmed; a wave that keeps no key needs two of its three shares."""

    confirmed = forms.BooleanField(
        label=_("No further answers, no further withdrawals: close this wave for good"),
        error_messages={"required": _("Tick the box to close the wave.")},
    )
    first_share = forms.CharField(max_length=80, label=_("Share of the first person"))
    second_share = forms.CharField(max_length=80, label=_("Share of the second person"))

    def __init__(self, *args: Any, keeps_key: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if keeps_key:
            del self.fields["first_share"], self.fields["second_share"]

    @property
    def shares(self) -> list[str]:
        given = (self.cleaned_data.get(n) for n in ("first_share", "second_share"))
        return [share for share in given if share]
