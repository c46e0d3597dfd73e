from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from imppulse.studies.choices import KeyHolderRole
from imppulse.studies.models import Wave

CODE_INPUT = {
    "autocomplete": "off",
    "autocapitalize": "characters",
    "spellcheck": "false",
}
FIRST = ("", _("– choose –"))


class KeyHoldersForm(forms.Form):
    """Three people by role and organisation, and what may be none of them."""

    independent = forms.BooleanField(
        label=_(
            "None of the three administers the server that hosts this site, and none is employed by the police force whose officers are asked"
        ),
        error_messages={"required": _("Tick the box if this is so; else choose anew.")},
    )

    field_order = [
        *(
            f"{part}_{place}"
            for place in (1, 2, 3)
            for part in ("role", "organisation")
        ),
        "independent",
    ]

    def __init__(self, *args: Any, wave: Wave, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = {holder.place: holder for holder in wave.key_holders.all()}
        for place, (role, organisation) in enumerate(LABELS, start=1):
            holder = named.get(place)
            self.fields[f"role_{place}"] = forms.ChoiceField(
                label=role,
                choices=[FIRST, *KeyHolderRole.choices],
                initial=holder and holder.role,
            )
            self.fields[f"organisation_{place}"] = forms.CharField(
                label=organisation,
                max_length=120,
                initial=holder and holder.organisation,
            )
        self.order_fields(self.field_order)

    @property
    def holders(self) -> list[tuple[str, str]]:
        given = self.cleaned_data
        return [(given[f"role_{n}"], given[f"organisation_{n}"]) for n in (1, 2, 3)]


LABELS = (
    (_("First person: role"), _("First person: organisation")),
    (_("Second person: role"), _("Second person: organisation")),
    (_("Third person: role"), _("Third person: organisation")),
)


class PublicKeyForm(forms.Form):
    public_key = forms.CharField(
        max_length=90,
        label=_("Public key"),
        help_text=_("The 64 letters and figures that “imppulse wave-key make” wrote."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class SharesForm(forms.Form):
    """Two of the three shares, as they stand on the sheets."""

    first_share = forms.CharField(
        max_length=80,
        label=_("Share of the first person"),
        widget=forms.TextInput(attrs=CODE_INPUT),
    )
    second_share = forms.CharField(
        max_length=80,
        label=_("Share of the second person"),
        widget=forms.TextInput(attrs=CODE_INPUT),
    )

    @property
    def shares(self) -> list[str]:
        return [self.cleaned_data[n] for n in ("first_share", "second_share")]


class ProofForm(forms.Form):
    proof = forms.CharField(
        max_length=40,
        label=_("Proof"),
        help_text=_("Three groups of six, written by “imppulse wave-key open”."),
        widget=forms.TextInput(attrs=CODE_INPUT),
    )


class OpenedFilesForm(forms.Form):
    answers = forms.FileField(label=_("File of answers (….answers.parquet)"))
    comments = forms.FileField(label=_("File of comments (….comments.parquet)"))
