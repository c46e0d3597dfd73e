"""Texts of a record in a form: each field in every language, side by side."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imppulse.core.models import Written
from imppulse.instruments.texts import name_of_language

ONE_LINE = 0
Labels = Mapping[str, tuple[Any, int]]  # field: its label, its rows (or ONE_LINE)


def reader_language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def codes() -> list[str]:
    """List the languages of the pages, the reader's first."""
    own = reader_language()
    return sorted(dict(settings.PUBLICATION_LANGUAGES), key=lambda code: code != own)


class TextsForm(forms.Form):
    """Texts in every language; one is enough, the page says which are missing."""

    text_fields: Labels = {}

    def __init__(
        self, *args: Any, record: Written | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for field, (label, rows) in self.text_fields.items():
            for code in codes():
                self.fields[f"{field}_{code}"] = text_field(
                    label, code, rows, initial=body(record, field, code)
                )

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        return {
            field: {code: self.cleaned_data[f"{field}_{code}"] for code in codes()}
            for field in self.text_fields
        }


def body(record: Written | None, field: str, code: str) -> str:
    newest = record.current(field, code, drafts=True) if record else None
    return newest.body if newest else ""


def text_field(
    label: object, code: str, rows: int, *, initial: str = ""
) -> forms.CharField:
    attributes = {"lang": code}
    widget = (
        forms.Textarea(attrs=attributes | {"rows": str(rows)})
        if rows
        else forms.TextInput(attrs=attributes)
    )
    return forms.CharField(
        label=_("%(what)s (%(language)s)")
        % {"what": label, "language": name_of_language(code, reader_language())},
        required=False,
        initial=initial,
        max_length=20_000 if rows else 200,
        widget=widget,
    )


def day_field(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **more)


def label_of(record: Written, field: str = "name") -> str:
    """Name a record on the desk of those who write: drafts too."""
    text = record.text(field, reader_language(), drafts=True)
    return text.body if text else str(record)
