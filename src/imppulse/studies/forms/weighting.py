from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from imppulse.studies.margins import Counts, Levels

JOINT = "__"
MOST_BYTES = 200_000
LOWEST, HIGHEST = 0.3, 3.0


class WeightingForm(forms.Form):
    """Margins typed in or as a file, where they come from, and what must remain."""

    source = forms.CharField(
        max_length=200,
        label=_("Where do these figures come from?"),
        help_text=_("For instance the census, its year and the area it covers."),
    )
    file = forms.FileField(
        required=False,
        label=_("A file of figures (CSV, XLSX or TOML)"),
        help_text=_(
            "Three columns: column (age_group, gender or district), level, population. "
            "Or type the figures below."
        ),
    )
    minimum_effective_n = forms.IntegerField(
        min_value=10,
        label=_("Refuse weights that leave fewer answers than this, in effect"),
        help_text=_(
            "Unequal weights make an answer count for less. Half of the answers is a "
            "sensible limit."
        ),
    )
    bounded = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Keep every weight between 0.3 and 3 times the mean"),
        help_text=_("Then nobody speaks for too many; the figures hold less exactly."),
    )

    def __init__(
        self,
        *args: Any,
        levels: Levels,
        names: dict[str, dict[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.columns = levels.columns
        for column in levels.columns:
            for level in levels.counts[column]:
                self.fields[f"{column}{JOINT}{level}"] = forms.IntegerField(
                    required=False,
                    min_value=1,
                    label=names.get(column, {}).get(level, level),
                )
        answers = sum(next(iter(levels.counts.values()), {}).values())
        self.fields["minimum_effective_n"].initial = max(10, answers // 2)

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given and given.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 200 kB."))
        return given

    def of(self, column: str) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(column + JOINT)]

    @property
    def typed(self) -> Counts:
        found: Counts = {}
        for name, value in self.cleaned_data.items():
            if JOINT in name and value:
                column, level = name.split(JOINT, 1)
                found.setdefault(column, {})[level] = float(value)
        return found

    @property
    def bounds(self) -> dict[str, float | None]:
        if not self.cleaned_data["bounded"]:
            return {"lowest": None, "highest": None}
        return {"lowest": LOWEST, "highest": HIGHEST}
