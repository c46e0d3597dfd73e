from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imppulse.evaluations.choices import DeviationKind


class LockForm(forms.Form):
    confirmed = forms.BooleanField(
        label=_("I have read the plan; from now on it never changes"),
        error_messages={"required": _("Tick the box to lock the plan.")},
    )


class DeviationForm(forms.Form):
    """What was done otherwise, in both languages: it is listed for ever."""

    kind = forms.ChoiceField(
        label=_("What does it touch?"),
        choices=DeviationKind,
        initial=DeviationKind.OTHER,
        widget=forms.RadioSelect,
    )
    noted_on = forms.DateField(
        label=_("Day"),
        initial=timezone.localdate,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    en = forms.CharField(
        label="English", widget=forms.Textarea(attrs={"lang": "en", "rows": 4})
    )
    fr = forms.CharField(
        label="français", widget=forms.Textarea(attrs={"lang": "fr", "rows": 4})
    )
