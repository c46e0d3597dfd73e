import re
from typing import Any, cast

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from imppulse.network.actions.territories import DistrictLine, TerritorySheet
from imppulse.network.choices import CodeSystem, TerritoryKind
from imppulse.network.countries import choices, language_codes, language_name
from imppulse.network.forms.forces import NewForceFields
from imppulse.network.models import Country, Force, Territory
from imppulse.network.permissions import Reader, visible_forces

NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")
LAU = re.compile(r"[0-9A-Za-z_-]{1,16}")
MOST_DISTRICTS = 200
FIELDS = ("kind", "code", "code_system", "code_year", "population", "population_year", "languages")  # fmt: skip


GROUPED = re.compile(r"[0-9]{1,3}(?:[\s.,’'][0-9]{3})+")


def ungrouped(written: str) -> str:
    """Read 45 000, 45,000 and 45.000 as the same whole number."""
    bare = written.strip()
    return re.sub(r"[^0-9]", "", bare) if GROUPED.fullmatch(bare) else bare


class WholeField(forms.IntegerField):
    """A whole number as people write it, in a text field with the numeric keyboard."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python(ungrouped(value) if isinstance(value, str) else value)


def whole(**arguments: Any) -> WholeField:
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return WholeField(required=False, widget=widget, **arguments)


def reader_language() -> str:
    return get_language() or "en"


class CountryForm(forms.Form):
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        help_text=gettext_lazy(
            "Its police forces and its legal profile follow from it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["country"])
        field.choices = choices(reader_language())


class TerritoryForm(NewForceFields):
    """Everything but the name may be left out: what is unknown stays unknown."""

    name_en = forms.CharField(
        label=gettext_lazy("Name in English"), max_length=120, required=False
    )
    name_fr = forms.CharField(
        label=gettext_lazy("Name in French"), max_length=120, required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=TerritoryKind,
        initial=TerritoryKind.CITY,
    )
    population = whole(
        label=gettext_lazy("Population"), min_value=1, max_value=100_000_000
    )
    population_year = whole(
        label=gettext_lazy("In which year?"), min_value=1900, max_value=2100
    )
    code_system = forms.ChoiceField(
        label=gettext_lazy("European code"),
        help_text=gettext_lazy(
            "LAU for a municipality (in France, the INSEE code), NUTS for a region."
        ),
        choices=[("", gettext_lazy("not known yet")), *CodeSystem.choices],
        required=False,
    )
    code = forms.CharField(label=gettext_lazy("Code"), max_length=16, required=False)
    code_year = whole(
        label=gettext_lazy("Year of the list of codes"),
        min_value=2000,
        max_value=2100,
    )
    languages = forms.CharField(
        label=gettext_lazy("Languages people speak"),
        help_text=gettext_lazy("By name, with commas: French, Arabic, Turkish"),
        max_length=300,
        required=False,
    )
    districts = forms.CharField(
        label=gettext_lazy("Districts"),
        help_text=gettext_lazy(
            "One per line. After a semicolon, its population if you know it: "
            "Old Port; 12000"
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20_000,
        required=False,
    )
    forces = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Police forces at work here"),
        queryset=Force.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        country: str,
        reader: Reader,
        territory: Territory | None = None,
        **kwargs: Any,
    ) -> None:
        if territory is not None:
            kwargs["initial"] = initial_of(territory)
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[Force]", self.fields["forces"])
        field.queryset = (
            visible_forces(reader).filter(country__code=country).with_texts()
        )
        field.label_from_instance = force_label  # type: ignore[assignment] # Django's own hook

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        english, french = cleaned.get("name_en"), cleaned.get("name_fr")
        if not english and not french:
            first = f"name_{reader_language()}"
            self.add_error(first, _("Say what it is called."))
        cleaned |= {"name_en": english or french, "name_fr": french or english}
        if cleaned.get("population") and not cleaned.get("population_year"):
            self.add_error("population_year", _("Say of which year the figure is."))
        self._check_code(cleaned)
        return cleaned

    def _check_code(self, cleaned: dict[str, Any]) -> None:
        code, system = cleaned.get("code"), cleaned.get("code_system")
        if not code and not system:
            return
        if not code or not system:
            missing = "code" if system else "code_system"
            self.add_error(missing, _("Say both: which list, and which code."))
        elif not (NUTS if system == CodeSystem.NUTS else LAU).fullmatch(code):
            self.add_error("code", _("This is not a code of that list."))
        if not cleaned.get("code_year") and "code_year" not in self.errors:
            self.add_error("code_year", _("Codes change: say of which year it is."))

    def clean_languages(self) -> list[str]:
        known = language_codes(reader_language())
        found = []
        for word in re.split(r"[,;\n]", self.cleaned_data["languages"]):
            if name := word.strip():
                code = known.get(name.casefold())
                if code is None:
                    raise forms.ValidationError(
                        _("No language is called “%(name)s”."),
                        params={"name": name[:40]},
                    )
                found.append(code)
        return list(dict.fromkeys(found))

    def clean_districts(self) -> tuple[DistrictLine, ...]:
        lines = [
            district_line(number, line)
            for number, line in enumerate(
                self.cleaned_data["districts"].splitlines(), start=1
            )
            if line.strip()
        ]
        names = [line.name for line in lines]
        if len(set(names)) < len(names):
            raise forms.ValidationError(_("The same name stands on two lines."))
        if len(lines) > MOST_DISTRICTS:
            raise forms.ValidationError(_("At most 200 districts."))
        return tuple(lines)

    def sheet(self, country: Country) -> TerritorySheet:
        data = self.cleaned_data
        own = reader_language()
        languages = sorted(("en", "fr"), key=lambda code: code != own)
        return TerritorySheet(
            country=country,
            names={code: data[f"name_{code}"] for code in languages},
            fields={name: data[name] for name in FIELDS},
            forces=data["forces"],
            districts=data["districts"],
        )


def district_line(number: int, line: str) -> DistrictLine:
    name, _semicolon, written = line.partition(";")
    name, figure = name.strip(), ungrouped(written)
    if not name or len(name) > 80:
        raise forms.ValidationError(
            _("Line %(number)d: a name of 1 to 80 letters is wanted."),
            params={"number": number},
        )
    if figure and not re.fullmatch(r"[0-9]{1,9}", figure):
        raise forms.ValidationError(
            _("Line %(number)d: “%(found)s” is not a population; write 12000."),
            params={"number": number, "found": written.strip()[:40]},
        )
    return DistrictLine(name, int(figure) if figure else None)


def initial_of(territory: Territory) -> dict[str, Any]:
    language = reader_language()
    names = {
        f"name_{code}": text.body
        for code in ("en", "fr")
        if (text := territory.current("name", code, drafts=True))
    }
    spoken = [language_name(code, language) for code in territory.languages]
    lines = [
        f"{one.name}; {one.population}" if one.population else one.name
        for one in territory.districts.all()
    ]
    return (
        {name: getattr(territory, name) for name in FIELDS}
        | names
        | {
            "languages": ", ".join(spoken),
            "districts": "\n".join(lines),
            "forces": list(territory.forces.values_list("pk", flat=True)),
        }
    )


def force_label(force: Force) -> str:
    text = force.text("name", reader_language())
    return f"{text.body if text else force.slug} ({force.get_kind_display()})"
