from collections.abc import Mapping as AnyMapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from imppulse.studies.mapping import Groups
from imppulse.tables.contained import MEGABYTE, UploadLimits
from imppulse.tables.deliveries import AskedItem, Mapping
from imppulse.tables.deliveries.mapping import Value

LARGEST = UploadLimits().file
LEFT_OUT, NO_ANSWER = "", "none"


class DeliveryForm(forms.Form):
    """The file of an institute, or of a survey program."""

    file = forms.FileField(
        label=_("File with the answers"),
        help_text=_(
            "CSV, Excel, SPSS, Stata or Parquet; also as LimeSurvey, KoboToolbox and ODK write it. 32 MB at most."
        ),
    )
    sheet = forms.CharField(
        label=_("Sheet, where an Excel file has several"), required=False, max_length=60
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            sentence = _("This file has %(size)s MB; the most is %(most)s MB.")
            raise forms.ValidationError(
                sentence,
                params={"size": file.size // MEGABYTE, "most": LARGEST // MEGABYTE},
            )
        return file


class MappingFileForm(forms.Form):
    file = forms.FileField(
        label=_("Mapping from a file"),
        help_text=_(
            "The file that this page gives out, from the wave before or edited."
        ),
    )


class MappingForm(forms.Form):
    """One choice per column, and one per value that is no answer as it stands."""

    def __init__(
        self,
        *args: Any,
        mapping: Mapping,
        targets: Groups,
        unknown: AnyMapping[str, list[str]],
        items: AnyMapping[str, AskedItem],
        sides: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.mapping, self.unknown = mapping, unknown
        self.columns = list(mapping.columns)
        for number, column in enumerate(self.columns):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=column,
                required=False,
                choices=[(LEFT_OUT, _("left out")), *targets],
                initial=mapping.columns[column],
            )
        self.fields["side"] = forms.ChoiceField(
            label=_("Side of the whole file"),
            required=False,
            choices=[("", _("a column says it")), *sides],
            initial=mapping.constants.get("side", ""),
        )
        for name, values in unknown.items():
            self.add_values(items[name], values)

    def add_values(self, item: AskedItem, values: list[str]) -> None:
        options = [(str(c), f"{c} – {labels[0]}") for c, labels in item.options.items()]
        for number, value in enumerate(values):
            self.fields[f"value-{item.name}-{number}"] = forms.ChoiceField(
                label=f"{item.name}: “{value}”",
                required=False,
                choices=[("", _("choose")), (NO_ANSWER, _("no answer")), *options],
            )

    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column-{number}"] for number in range(len(self.columns))]

    def value_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("value-")]

    @property
    def chosen(self) -> Mapping:
        """Give the mapping as it was before, with what was chosen now."""
        given = self.cleaned_data
        columns = {
            column: given[f"column-{number}"]
            for number, column in enumerate(self.columns)
        }
        side = given["side"]
        return Mapping(
            columns=columns,
            values=self.values_chosen(),
            constants={"side": side} if side else {},
        )

    def values_chosen(self) -> dict[str, dict[str, Value]]:
        values = {name: dict(each) for name, each in self.mapping.values.items()}
        for name, unknown in self.unknown.items():
            for number, value in enumerate(unknown):
                answer = self.cleaned_data[f"value-{name}-{number}"]
                if answer:
                    stored = "" if answer == NO_ANSWER else int(answer)
                    values.setdefault(name, {})[value] = stored
        return values
