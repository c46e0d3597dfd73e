from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from imppulse.studies import queries
from imppulse.studies.choices import KeyHolderRole, KeyKeeping, Side
from imppulse.studies.models import Wave

CODE_INPUT = {
    "autocomplete": "off",
    "autocapitalize": "characters",
    "spellcheck": "false",
}
NAMES = dict(settings.LANGUAGES)
FIRST = ("", _("– choose –"))


class KeyHoldersForm(forms.Form):
    """Three people by role and organisation, and what may be none of them."""

    independent = forms.BooleanField(
        label=_(
            "None of the three administers the server that hosts this site, and none is employed by the force of the police officers who are asked"
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


class CollectingForm(forms.Form):
    key_kept = forms.ChoiceField(
        label=_("Where is the key kept?"),
        choices=KeyKeeping.choices,
        widget=forms.RadioSelect,
    )
    comments = forms.BooleanField(
        label=_("A comment may be added at the end (never by police officers)"),
        required=False,
    )
    adults_only = forms.BooleanField(
        label=_("Everybody invited is of age"), required=False
    )
    paper = forms.BooleanField(
        label=_("Answers on paper are typed in by interviewers"), required=False
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


class LettersForm(forms.Form):
    """Which letters to make, in which languages, for the printer or for a printing house."""

    what = forms.ChoiceField(
        label=_("What for?"),
        choices=[
            ("make", _("new letters")),
            ("renew", _("a reminder: new codes for all letters left unused")),
        ],
        widget=forms.RadioSelect,
        initial="make",
    )
    group = forms.ChoiceField(label=_("For whom?"))
    count = forms.IntegerField(
        label=_("How many letters?"), min_value=1, max_value=500, required=False
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages on each letter"), widget=forms.CheckboxSelectMultiple
    )
    form_of = forms.ChoiceField(
        label=_("As what?"),
        choices=[
            ("pdf", _("letters to print (PDF, one page each)")),
            ("csv", _("list for a printing house (CSV)")),
        ],
        widget=forms.RadioSelect,
        initial="pdf",
    )

    def __init__(self, *args: Any, wave: Wave, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = groups(wave)  # type: ignore[attr-defined] # of a ChoiceField
        offered = languages_of(wave)
        self.fields["languages"].choices = offered  # type: ignore[attr-defined] # as above
        self.fields["languages"].initial = [code for code, _name in offered]

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("what") == "make" and not self.cleaned_data.get(
            "count"
        ):
            self.add_error("count", _("Say how many letters."))


class PosterForm(forms.Form):
    side = forms.ChoiceField(label=_("For whom?"))
    language = forms.ChoiceField(label=_("Language"))
    district = forms.ChoiceField(label=_("District in the heading"), required=False)

    def __init__(self, *args: Any, wave: Wave, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = dict(wave.study.territory.districts.values_list("code", "name"))
        asked = wave.questionnaires.values_list("side", flat=True)
        for name, choices in (
            ("side", [(side, Side(side).label) for side in asked]),
            ("language", languages_of(wave)),
            ("district", [("", _("none")), *self.names.items()]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined] # of a ChoiceField

    @property
    def district_name(self) -> str:
        return self.names.get(self.cleaned_data["district"], "")


def languages_of(wave: Wave) -> list[tuple[str, str]]:
    """List the languages in which every side of a wave may be asked."""
    fielded = [
        queries.fielded_languages(wave, asked) for asked in wave.questionnaires.all()
    ]
    common = [code for code in (fielded or [[]])[0] if all(code in f for f in fielded)]
    return [(code, str(NAMES.get(code, code))) for code in common]


def groups(wave: Wave) -> list[tuple[str, str]]:
    """List sides, residents by district; police officers are never asked where they work."""
    found: list[tuple[str, str]] = []
    for side in wave.questionnaires.values_list("side", flat=True):
        found.append((f"{side}:", str(Side(side).label)))
        if side == Side.POPULATION:
            districts = wave.study.territory.districts.values_list("code", "name")
            found += [
                (f"{side}:{code}", f"{Side(side).label}, {name}")
                for code, name in districts
            ]
    return found
