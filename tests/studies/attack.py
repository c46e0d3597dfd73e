"""The attack on anonymity, as a program.

The attacker has a copy of the database and of its write-ahead log from before and
after every answer, the closed file, and a list of who answered when and in which
stratum; but no private key. They try each way of linking to name a known respondent's
record in the closed file. None may do better than picking at random in the stratum.
How a copy is taken depends on the database; everything else is the same for all.
"""

import datetime
import math
import random
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
from tests.studies.survey import TODAY, make_study, plan_wave

from imppulse.studies import actions, queries, sealing

RESPONDENTS = 18
STRATA = ("harbour", "hill", "old-town")
ITEMS = ("relation_quality", "local_trust", "feel_secure", "minor_dealt_with")
# With some dozen ways of linking tried, one in 10,000 worlds fails by chance.
DEVIATIONS = 4.5
SEAL_BYTES = 48  # what a sealed box adds


@dataclass(frozen=True)
class Snapshot:
    """What a copy of the database shows: answers as stored, passes spent, the log's size."""

    answers: tuple[tuple[str, str, int], ...]  # identifier, day, length; as stored
    spent: tuple[int, ...]
    log_bytes: int


@dataclass(frozen=True)
class Known:
    """What the attacker knows of one respondent: their place in time, and stratum."""

    place: int
    stratum: str


@dataclass(frozen=True)
class World:
    snapshots: tuple[Snapshot, ...]  # one before, then one after each answer
    respondents: tuple[Known, ...]
    truth: tuple[tuple[int | None, ...], ...]  # their answers, for the judge alone
    file: pl.DataFrame


Copying = Callable[[], Snapshot]


# The survey, run for real


def answered_and_closed(copied: Copying, chance: random.Random) -> World:
    wave = plan_wave(make_study())
    actions.open_wave(wave, by="lead")
    records = some_records(chance)
    snapshots = [copied()]
    for place, record in enumerate(records):
        pass_ = actions.hand_out_pass(wave)
        day = TODAY + datetime.timedelta(days=place // 2)
        actions.submit_answer(wave, pass_=pass_, record=record, on=day)
        snapshots.append(copied())
    actions.close_wave(wave, key=actions.demonstration_key(wave), by="lead")
    wave.refresh_from_db()
    return World(
        snapshots=tuple(snapshots),
        respondents=tuple(
            Known(place, record["district"]) for place, record in enumerate(records)
        ),
        truth=tuple(tuple(map(record["answers"].get, ITEMS)) for record in records),
        file=queries.closed_answers(wave),
    )


def some_records(chance: random.Random) -> list[dict]:
    """Answers unlike one another, some questions skipped, strata in mixed order."""
    strata = [*STRATA] * (RESPONDENTS // len(STRATA))
    chance.shuffle(strata)
    patterns: dict[tuple, dict[str, int]] = {}
    while len(patterns) < RESPONDENTS:
        answers = {
            item: chance.randrange(11) for item in ITEMS if chance.random() < 0.8
        }
        patterns[tuple(map(answers.get, ITEMS))] = answers
    return [
        {"side": "population", "district": s, "age_group": None, "answers": answers}
        for s, answers in zip(strata, patterns.values(), strict=True)
    ]


# What the attacker reads


def new_answer(world: World, known: Known) -> tuple[str, str, int]:
    """The difference of two backups: the row that a known respondent added."""
    before, after = world.snapshots[known.place : known.place + 2]
    (added,) = set(after.answers) - set(before.answers)
    return added


def plain_length(row: dict) -> int:
    """How long a record of the file would have been, unpadded: the program is public."""
    labels = {name: row[name] for name in ("side", "district", "age_group")}
    answers = {item: row[item] for item in ITEMS if row[item] is not None}
    return len(sealing.packed(labels | {"answers": answers}))


# The ways of linking. Each names a row among those of the respondent's stratum.


@dataclass(frozen=True)
class Case:
    """One respondent to be named, and the rows they may be."""

    world: World
    known: Known
    rows: list[dict]
    chance: random.Random

    @property
    def peers(self) -> list[Known]:
        everyone = self.world.respondents
        return [other for other in everyone if other.stratum == self.known.stratum]

    def ranked(self, key: Callable[[Known], object]) -> int:
        """The respondent's place among those of the stratum, ordered by what is known."""
        return sorted(self.peers, key=key).index(self.known)

    def nearest(self, place: int) -> dict:
        return min(self.rows, key=lambda row: abs(row["place"] - place))


Heuristic = Callable[[Case], dict]


def by_file_order(case):
    """The k-th of the stratum to answer is the k-th of its rows."""
    return case.rows[case.peers.index(case.known)]


def by_reversed_file_order(case):
    return case.rows[-1 - case.peers.index(case.known)]


def by_place_in_file(case):
    """The row whose place in the whole file is nearest to the place in time."""
    return case.nearest(case.known.place)


def by_identifier(case):
    """Rows of the file may follow the order of identifiers."""
    return case.rows[case.ranked(lambda known: new_answer(case.world, known)[0])]


def by_stored_order(case):
    """Rows of the file may follow the order in which the last backup stores them."""
    stored = [answer[0] for answer in case.world.snapshots[-1].answers]
    return case.rows[
        case.ranked(lambda known: stored.index(new_answer(case.world, known)[0]))
    ]


def by_updates(case):
    """Passes spent so far, as the order of rows."""
    return case.nearest(len(case.world.snapshots[case.known.place + 1].spent) - 1)


def by_length(case):
    """The record that would make a ciphertext of the length seen."""
    seen = new_answer(case.world, case.known)[2] - SEAL_BYTES
    gap = min(abs(plain_length(row) - seen) for row in case.rows)
    fits = [row for row in case.rows if abs(plain_length(row) - seen) == gap]
    return case.chance.choice(fits)


def by_log_growth(case):
    """The longest record made the log grow most."""

    def growth(known):
        before, after = case.world.snapshots[known.place : known.place + 2]
        return after.log_bytes - before.log_bytes

    return sorted(case.rows, key=plain_length)[case.ranked(growth)]


def by_day(case):
    """Any column of the file that holds the day of the row seen."""
    day = new_answer(case.world, case.known)[1]
    fits = [row for row in case.rows if day in map(str, row.values())]
    return case.chance.choice(fits or case.rows)


def by_other_column(case):
    """Any column that is no answer may follow time."""
    extra = sorted(set(case.rows[0]) - {*ITEMS, "place"})
    ordered = sorted(case.rows, key=lambda row: [str(row[name]) for name in extra])
    return ordered[case.peers.index(case.known)]


HEURISTICS: tuple[Heuristic, ...] = (
    by_file_order,
    by_reversed_file_order,
    by_place_in_file,
    by_identifier,
    by_stored_order,
    by_updates,
    by_length,
    by_log_growth,
    by_day,
    by_other_column,
)


# The judge


def hit_rates(worlds: list[World]) -> dict[str, float]:
    """How often each way of linking names the right record."""
    chance = random.Random(1)  # noqa: S311 (a seeded attacker)
    hits = dict.fromkeys((heuristic.__name__ for heuristic in HEURISTICS), 0)
    for world in worlds:
        rows = world.file.with_row_index("place").to_dicts()
        for known in world.respondents:
            own = [row for row in rows if row["stratum"] == known.stratum]
            for heuristic in HEURISTICS:
                named = heuristic(Case(world, known, own, chance))
                right = tuple(named[item] for item in ITEMS) == world.truth[known.place]
                hits[heuristic.__name__] += right
    tried = len(worlds) * RESPONDENTS
    return {name: count / tried for name, count in hits.items()}


def most_by_chance(runs: int) -> float:
    """1 / (answers in the stratum), and what binomial error may add."""
    share = len(STRATA) / RESPONDENTS
    error = math.sqrt(share * (1 - share) / (runs * RESPONDENTS))
    return share + DEVIATIONS * error


def best_rate(survey: Callable[[int], World], runs: int = 3) -> tuple[float, str]:
    rates = hit_rates([survey(seed) for seed in range(runs)])
    return max((rate, name) for name, rate in rates.items())
