from typing import Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.utils.translation import gettext_lazy as _

from imppulse.accounts.models import Person
from imppulse.portal.analysis import Intention
from imppulse.portal.choices import SidesAsked, WavesPlanned


class GuideForm(forms.Form):
    """What a territory can afford; everything has a first value, so that the page is never empty."""

    letters = forms.IntegerField(
        label=_("Letters to residents"),
        help_text=_("Each time you ask, drawn at random, over all the districts."),
        min_value=10,
        max_value=1_000_000,
        initial=800,
    )
    response = forms.IntegerField(
        label=_("Expected response, in %"),
        help_text=_(
            "Ask whoever surveyed your residents last; when in doubt, put less."
        ),
        min_value=1,
        max_value=100,
        initial=20,
    )
    sides = forms.ChoiceField(
        label=_("Who is asked?"),
        choices=SidesAsked,
        initial=SidesAsked.BOTH,
        widget=forms.RadioSelect,
    )
    police_officers = forms.IntegerField(
        label=_("Police officers invited"),
        help_text=_("Counts only when they are asked too."),
        min_value=10,
        max_value=100_000,
        initial=150,
    )
    waves = forms.ChoiceField(
        label=_("How often?"),
        choices=WavesPlanned,
        initial=WavesPlanned.BEFORE_AFTER,
        widget=forms.RadioSelect,
    )
    districts = forms.IntegerField(
        label=_("Districts where the pilot runs"),
        min_value=1,
        max_value=200,
        initial=2,
    )
    comparison = forms.IntegerField(
        label=_("Districts to compare with"),
        help_text=_("Similar districts without the pilot, asked the same; 0 if none."),
        min_value=0,
        max_value=200,
        initial=2,
    )
    drawn = forms.BooleanField(
        label=_("A draw decides which districts get the pilot"),
        help_text=_("Made by this software, before the start."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.IntegerField):
                # A text field with the numeric keyboard: no spinner, no surprise on scroll.
                field.widget = forms.TextInput(attrs={"inputmode": "numeric"})
                field.widget.is_required = True
                self.initial.setdefault(name, field.initial)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        letters, response = cleaned.get("letters"), cleaned.get("response")
        districts = (cleaned.get("districts") or 0) + (cleaned.get("comparison") or 0)
        if letters and response and letters * response / 100 < 2 * districts:
            self.add_error(
                "letters",
                _(
                    "With this response there would be fewer than two answers a district."
                ),
            )
        return cleaned

    def intention(self) -> Intention:
        return Intention(**self.cleaned_data)

    @classmethod
    def example(cls) -> "GuideForm":
        """Return the form as if the first values had been sent."""
        form = cls({name: field.initial for name, field in cls.base_fields.items()})
        form.full_clean()
        return form


class FirstRunForm(BaseUserCreationForm):  # type: ignore[type-arg] # not generic at run time
    load_reference = forms.BooleanField(
        label=_("Load the public reference content"),
        help_text=_(
            "The territories of the European project, two French police forces, "
            "documented practices, principles and published trials, with their sources."
        ),
        required=False,
        initial=True,
    )

    class Meta:
        model = Person
        fields = ("username", "email")


class TranslationForm(forms.Form):
    body = forms.CharField(
        label=_("Translation"), widget=forms.Textarea(attrs={"rows": 12})
    )
