"""What a diagnosis cannot know: the names of things, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from imppulse.charts.maps import Ring
from imppulse.evidence.diagnosis.diagnosis_plan import POLICE_OFFICERS, POPULATION
from imppulse.reporting.language import N_, Language, capital

SIDES = {
    POPULATION: N_("population"),
    POLICE_OFFICERS: N_("police officers"),
    "intermediaries": N_("intermediaries"),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something a local authority can do about a factor, and what is known of it."""

    factor: str
    title: str
    text: str = ""
    link: str = ""
    known: str = ""


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A released passage, without names, and what it was said in."""

    factor: str
    text: str
    source: str
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Names:
    """Names and circumstances of one study.

    `indices`, `factors` and `districts` map codes to names; `asked` says in sentences
    who was asked, how and when; `weighting` and `data_version` go under every number.
    `steps` are levers and practices, by factor; `outlines` draw a district on a map.
    `simulated` is empty for real data.
    """

    language: Language
    territory: str
    force: str = ""
    indices: Mapping[str, str] = field(default_factory=dict)
    factors: Mapping[str, str] = field(default_factory=dict)
    districts: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    outlines: Mapping[str, tuple[Ring, ...]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    quotes: tuple[Quote, ...] = ()
    asked: tuple[str, ...] = ()
    weighting: str = ""
    data_version: str = ""
    district_index: str = ""
    published_on: date | None = None
    publisher: str = ""
    simulated: str = ""

    def index(self, code: str) -> str:
        return self.indices.get(code, code)

    def factor(self, code: str) -> str:
        return self.factors.get(code, code)

    def district(self, code: str) -> str:
        return self.districts.get(code, code)

    def group(self, code: str) -> str:
        return self.groups.get(code, code)

    def side(self, code: str) -> str:
        return self.language.text(SIDES[code]) if code in SIDES else code

    def start(self, code: str) -> str:
        return capital(self.side(code))
