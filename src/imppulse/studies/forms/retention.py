from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from imppulse.studies.choices import AgeGroup, ErasureKind, Side
from imppulse.studies.models import Study


class RetentionForm(forms.Form):
    until = forms.DateField(
        label=_("Keep the answers until"),
        help_text=_("On this day they are erased by themselves. Ten years at most."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    reason = forms.CharField(max_length=200, required=False, label=_("Why this day"))


class ErasureForm(forms.Form):
    """What is to be erased; the fields that do not concern it stay empty."""

    kind = forms.ChoiceField(label=_("What is to be erased"), choices=ErasureKind)
    wave = forms.IntegerField(
        required=False, min_value=1, label=_("Wave (empty: the whole study)")
    )
    item = forms.CharField(
        required=False, max_length=80, label=_("The question, by its code")
    )
    side = forms.ChoiceField(
        required=False, label=_("The group: side"), choices=[("", "–"), *Side.choices]
    )
    district = forms.ChoiceField(required=False, label=_("The group: district"))
    age_group = forms.ChoiceField(
        required=False,
        label=_("The group: age group"),
        choices=[("", "–"), *AgeGroup.choices],
    )
    reason = forms.CharField(
        max_length=300,
        label=_("Why"),
        error_messages={"required": _("Say why these answers are to be erased.")},
    )

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        districts = study.territory.districts.values_list("code", "name")
        self.fields["district"] = forms.ChoiceField(
            required=False,
            label=_("The group: district"),
            choices=[("", "–"), *districts],
        )

    @property
    def what(self) -> dict[str, str]:
        names = {ErasureKind.ITEM: ("item",)}.get(
            ErasureKind(self.cleaned_data["kind"]), ("side", "district", "age_group")
        )
        given = {name: self.cleaned_data[name] for name in names}
        return {name: value for name, value in given.items() if value}
