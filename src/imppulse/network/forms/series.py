from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from imppulse.core.actions import Wordings
from imppulse.network.choices import BreakKind, IncidentKind, Measure, Period
from imppulse.network.models import Series
from imppulse.network.series_file import MONTH, MOST_BYTES, YEAR, beginning, decoded

SENTENCES = {
    "name": gettext_lazy("What is counted?"),
    "definition": gettext_lazy("Exactly what counts, and what does not?"),
    "unit": gettext_lazy("Unit"),
}
LENGTHS = {"name": 120, "definition": 1000, "unit": 60}
LANGUAGES = ("en", "fr")


def sentence_field(field: str, language: str) -> forms.CharField:
    return forms.CharField(
        label=SENTENCES[field],
        max_length=LENGTHS[field],
        required=language == (get_language() or "en"),
        widget=forms.Textarea(attrs={"rows": 3})
        if field == "definition"
        else forms.TextInput,
    )


class SeriesForm(forms.Form):
    """What is counted, in the writer's language at least; a translator adds the other."""

    measure = forms.ChoiceField(
        label=gettext_lazy("What are the figures?"),
        choices=Measure,
        widget=forms.RadioSelect,
        initial=Measure.COUNT,
    )
    period = forms.ChoiceField(
        label=gettext_lazy("How often?"),
        choices=Period,
        widget=forms.RadioSelect,
        initial=Period.YEAR,
    )
    source_title = forms.CharField(
        label=gettext_lazy("Who publishes or keeps these figures?"), max_length=300
    )
    source_url = forms.URLField(
        label=gettext_lazy("Address of the source, if it has one"),
        max_length=500,
        required=False,
        assume_scheme="https",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = get_language() or "en"
        worded = {field: sentence_field(field, own) for field in SENTENCES}
        self.fields = worded | self.fields

    def series_fields(self) -> dict[str, str]:
        names = ("measure", "period", "source_title", "source_url")
        return {name: self.cleaned_data[name] for name in names}

    def wordings(self) -> Wordings:
        own = get_language() or "en"
        return {field: {own: self.cleaned_data[field]} for field in SENTENCES}


class ValuesForm(forms.Form):
    table = forms.CharField(
        label=gettext_lazy("Paste the table"),
        help_text=gettext_lazy(
            "With its header: period, value and, if you have it, cases "
            "(how many cases a value rests on)."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=MOST_BYTES,
        required=False,
        strip=False,
    )
    file = forms.FileField(
        label=gettext_lazy("Or choose a CSV file"),
        required=False,
        allow_empty_file=True,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file is not None and file.size > MOST_BYTES:
            self.add_error("file", _("This file is too large for a series."))
        elif file is not None:
            cleaned["table"] = decoded(file.read())
        elif not (cleaned.get("table") or "").strip():
            self.add_error("table", _("Paste a table or choose a file."))
        return cleaned


class BreakForm(forms.Form):
    begins = forms.CharField(
        label=gettext_lazy("First period after the break"),
        help_text=gettext_lazy("Such as 2023, or 2023-05 in a monthly series"),
        max_length=7,
    )
    kind = forms.ChoiceField(label=gettext_lazy("What changed?"), choices=BreakKind)

    def __init__(self, *args: Any, series: Series, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.series = series

    def clean_begins(self) -> Any:
        found = self.cleaned_data["begins"]
        monthly = self.series.period == Period.MONTH
        if not (MONTH if monthly else YEAR).fullmatch(found):
            wanted = (
                _("a month such as 2025-03") if monthly else _("a year such as 2025")
            )
            raise forms.ValidationError(
                _("Write %(wanted)s."), params={"wanted": wanted}
            )
        return beginning(found)


class IncidentForm(forms.Form):
    happened_on = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What happened?"), choices=IncidentKind)
