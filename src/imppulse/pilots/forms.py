from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from imppulse.pilots.models import Pilot


def count_field(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=10_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class SessionForm(forms.Form):
    """Three answers on a phone: when, how many people, how many police officers."""

    held_on = forms.DateField(
        label=_("Day"),
        initial=timezone.localdate,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    population = count_field(_("How many people came?"))
    police_officers = count_field(_("How many police officers came?"))


class TextForm(forms.Form):
    """One text of a pilot, all languages side by side."""

    def __init__(
        self, *args: Any, pilot: Pilot, text_field: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.PUBLICATION_LANGUAGES:
            newest = pilot.current(text_field, code, drafts=True)
            with override(code):
                label = str(name)
            self.fields[code] = forms.CharField(
                label=label,
                required=False,
                initial=newest.body if newest else "",
                widget=forms.Textarea(attrs={"lang": code, "rows": 6}),
            )
