"""Territories like this one, and what their diagnoses found."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.evidence.diagnosis.diagnosis import Diagnosis as Findings
from imppulse.instruments import Factor
from imppulse.network.models import Territory
from imppulse.network.permissions import Reader, visible
from imppulse.reporting.diagnosis_first_page import first_factors
from imppulse.studies.models import Diagnosis, Study

# Bands of population: a working convention, told on the page.
SIZES = (20_000, 100_000, 500_000)
MOST_PEERS = 6


@dataclass(frozen=True)
class Peer:
    """A study of another territory, and in what the two are alike."""

    study: Study
    alike: tuple[str, ...]
    factors: tuple[str, ...]


@dataclass(frozen=True)
class FoundFactor:
    factor: Factor
    peers: tuple[Peer, ...]


def size(population: int | None) -> int | None:
    """Return the band of population, None where it is not known."""
    if population is None:
        return None
    return sum(population >= bound for bound in SIZES)


def likeness(one: Territory, other: Territory) -> tuple[str, ...]:
    """Say in what two territories are alike, in the reader's language."""
    kinds, others = ({f.kind for f in each.forces.all()} for each in (one, other))
    known = size(one.population) is not None
    traits = (
        (one.country_id == other.country_id, _("same country")),
        (one.kind == other.kind, _("same kind of territory")),
        (known and size(one.population) == size(other.population), _("similar size")),
        (bool(kinds) and kinds == others, _("same kinds of force")),
    )
    return tuple(words for alike, words in traits if alike)


def peers(territory: Territory, reader: Reader) -> list[Peer]:
    """List diagnosed studies of territories like this one, the most alike first.

    Simulated and real territories are never set beside each other.
    """
    found: dict[int, Peer] = {}
    for diagnosis in _diagnoses(territory, reader):
        study = diagnosis.wave.study
        if alike := likeness(territory, study.territory):
            first = first_factors(Findings.from_dict(diagnosis.results))
            codes = tuple(dict.fromkeys(factor.code for factor in first))
            found[study.territory_id] = Peer(study, alike, codes)
    ordered = sorted(found.values(), key=lambda peer: -len(peer.alike))
    return [peer for peer in ordered if peer.factors][:MOST_PEERS]


def _diagnoses(territory: Territory, reader: Reader) -> list[Diagnosis]:
    """Read every diagnosis once; the newest of a territory comes last."""
    studies = visible(Study.objects.all(), reader).exclude(territory=territory)
    simulated = territory.country.simulated
    return list(
        Diagnosis.objects.filter(
            wave__study__in=studies,
            wave__study__territory__country__simulated=simulated,
        )
        .select_related("wave__study__territory__country")
        .prefetch_related(
            "wave__study__territory__texts", "wave__study__territory__forces"
        )
        .order_by("wave__closes_on", "pk")
    )


def found_factors(several: list[Peer]) -> list[FoundFactor]:
    """Gather by factor: the one found in most of these territories first."""
    codes = list(dict.fromkeys(code for peer in several for code in peer.factors))
    gathered = [
        FoundFactor(
            instruments.factor(code),
            tuple(peer for peer in several if code in peer.factors),
        )
        for code in codes
    ]
    return sorted(gathered, key=lambda found: -len(found.peers))
