"""What a territory could honestly find out with its budget: few sentences, one plan."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD
from imppulse.evidence.planning.power import PlannedSample, precision
from imppulse.network.models import Territory
from imppulse.portal.analysis import MARGIN, SD, Intention, Prospect, prospect
from imppulse.portal.choices import SidesAsked, WavesPlanned
from imppulse.reporting.language import Language

LETTERS, RESPONSE, DISTRICTS, POLICE_OFFICERS = 800, 20, 2, 150


@dataclass(frozen=True)
class DistrictShare:
    """Part of the letters that goes to one district."""

    name: str
    letters: int
    answers: float
    half_width: float

    @property
    def hidden(self) -> bool:
        return self.answers < PUBLISHED_THRESHOLD

    @property
    def too_coarse(self) -> bool:
        return self.half_width > 2 * MARGIN


@dataclass(frozen=True)
class Budget:
    intention: Intention
    prospect: Prospect
    shares: tuple[DistrictShare, ...]

    @property
    def smallest(self) -> DistrictShare:
        return min(self.shares, key=lambda share: share.answers)

    @property
    def alone_too_small(self) -> bool:
        change = self.prospect.smallest_change
        return change is None or change > MARGIN

    @property
    def query(self) -> str:
        """Return the plan as an address keeps it; the tender is made from the same."""
        plan = self.intention
        return urlencode(
            {
                "letters": plan.letters,
                "response": plan.response,
                "districts": plan.districts,
                "police_officers": plan.police_officers if plan.both_sides else 0,
            }
        )


class BudgetForm(forms.Form):
    letters = forms.IntegerField(
        label=gettext_lazy("Letters to residents"),
        min_value=10,
        max_value=1_000_000,
        initial=LETTERS,
    )
    response = forms.IntegerField(
        label=gettext_lazy("Expected response, in %"),
        min_value=1,
        max_value=100,
        initial=RESPONSE,
    )
    districts = forms.IntegerField(
        label=gettext_lazy("Districts"), min_value=1, max_value=200, initial=DISTRICTS
    )
    police_officers = forms.IntegerField(
        label=gettext_lazy("Police officers invited"),
        help_text=gettext_lazy("0 if they are not asked"),
        min_value=0,
        max_value=100_000,
        initial=POLICE_OFFICERS,
    )

    def __init__(self, *args: Any, territory: Territory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.territory = territory
        known = len(territory.districts.all())
        if known:
            self.fields["districts"].initial = known
        for name, field in self.fields.items():
            field.widget = forms.TextInput(attrs={"inputmode": "numeric"})
            field.widget.is_required = True
            self.initial.setdefault(name, field.initial)

    @classmethod
    def example(cls, territory: Territory) -> "BudgetForm":
        """Return the form as if its first values had been sent."""
        fields = cls(territory=territory).fields.items()
        form = cls({name: f.initial for name, f in fields}, territory=territory)
        form.full_clean()
        return form

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and _answers(cleaned) < 2 * cleaned["districts"]:
            self.add_error(
                "letters",
                _("With this response there would be fewer than two answers a district."),
            )  # fmt: skip
        return cleaned

    def intention(self) -> Intention:
        data = self.cleaned_data
        asked = data["police_officers"]
        return Intention(
            letters=data["letters"],
            response=data["response"],
            sides=SidesAsked.BOTH if asked else SidesAsked.POPULATION,
            police_officers=asked,
            waves=WavesPlanned.BEFORE_AFTER,
            districts=data["districts"],
            comparison=0,
            drawn=False,
        )

    def budget(self) -> Budget:
        intention = self.intention()
        return Budget(intention, prospect(intention), shares(self.territory, intention))


def _answers(cleaned: dict[str, Any]) -> float:
    return float(cleaned["letters"] * cleaned["response"] / 100)


def shares(territory: Territory, intention: Intention) -> tuple[DistrictShare, ...]:
    """Share the letters out by population where every district's is known, else equally."""
    districts = list(territory.districts.all())
    if len(districts) != intention.districts:
        names = [
            _("district %d") % number for number in range(1, intention.districts + 1)
        ]
        parts = [1.0] * len(names)
    else:
        names = [district.name for district in districts]
        known = all(district.population for district in districts)
        parts = [float(d.population or 1) if known else 1.0 for d in districts]
    total = sum(parts)
    return tuple(
        _share(name, intention, part / total)
        for name, part in zip(names, parts, strict=True)
    )


def _share(name: str, intention: Intention, part: float) -> DistrictShare:
    letters = max(round(intention.letters * part), 1)
    response = intention.response / 100
    sample = PlannedSample(
        invitations=max(letters, round(2 / response) + 1), response_rate=response
    )
    known = precision(sample, sd=SD)
    return DistrictShare(name, letters, letters * response, known.half_width)


def sentence(budget: Budget, language: Language) -> str:
    """Say in one sentence what the plan would know, and what it would notice."""
    told = budget.prospect
    if not told.enough_answers:
        return _("That is under 10 answers: nothing could be published, to protect those who answered.")  # fmt: skip
    facts = {
        "letters": language.number(budget.intention.letters),
        "response": budget.intention.response,
        "answers": language.number(told.answers),
        "points": language.number(told.index_half_width, 1),
        "change": language.number(told.smallest_change or 0.0, 1),
    }
    return (
        _(
            "With %(letters)s letters and a response of %(response)d %%, about %(answers)s people answer: trust in the police, from 0 to 100, would be known to within ± %(points)s points, and the smallest change between two such surveys that you would notice is %(change)s points."
        )
        % facts
    )


def warning(budget: Budget, language: Language) -> str:
    """Say what the smallest district would give; empty where it gives enough."""
    least = budget.smallest
    alike = all(share.letters == least.letters for share in budget.shares)
    facts = {
        "district": _("Each district") if alike else least.name,
        "answers": language.number(least.answers),
        "points": language.number(least.half_width, 1),
    }
    if least.hidden:
        return (
            _(
                "%(district)s would bring about %(answers)s answers: under 10, its figures stay hidden. Send it more letters, or join it to a neighbouring district."
            )
            % facts
        )
    if least.too_coarse:
        return (
            _(
                "%(district)s would bring about %(answers)s answers, known to within ± %(points)s points only: too coarse to be compared with another district. Send it more letters, or join it to a neighbouring district."
            )
            % facts
        )
    return ""
