"""The attack on anonymity, as a program.

The attacker has a copy of the database and of its write-ahead log from before and
after every answer, the closed files, the list of who received which letter, and a
list of who answered when and in which stratum; but no private key. They try each way
of linking to name a known respondent's record, or comment, in the closed files, and
follow every value that two tables share. None may do better than picking at random.
How a copy is taken depends on the database; everything else is the same for all.
"""

import datetime
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import permutations, product
from typing import Any

import polars as pl
from tests.studies.survey import TODAY, make_study, plan_wave

from imppulse.studies import actions, queries, sealed_files, sealing, storage
from imppulse.studies.choices import CollectionMode
from imppulse.studies.models import Wave

RESPONDENTS = 18
STRATA = ("harbour", "hill", "old-town")
ITEMS = ("relation_quality", "local_trust", "feel_secure", "minor_dealt_with")
# With some dozen ways of linking tried, one in 10,000 worlds fails by chance.
DEVIATIONS = 4.5
SEAL_BYTES = 48  # what a sealed box adds
TABLES = ("accesscode", "pass", "resumption", "answer", "comment")
EXPLANATION = {"side": "population", "comment": ""}

Row = dict[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """What a copy of the database shows: rows as they lie, passes spent, the log's size."""

    answers: tuple[tuple[str, str, int, str], ...]  # identifier, day, length, start
    spent: tuple[int, ...]
    log_bytes: int
    tables: dict[str, list[Row]] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What the attacker knows of one respondent: their letter, place in time, and stratum."""

    place: int
    stratum: str
    letter: int = 0


@dataclass(frozen=True)
class Own:
    """What belongs to one respondent, for the judge alone."""

    answers: tuple[int | None, ...]
    comment: str
    rows: dict[str, tuple[str, object]]  # by table: a column and its value


@dataclass(frozen=True)
class World:
    begun: Snapshot  # everybody began and left something for later
    snapshots: tuple[Snapshot, ...]  # one before, then one after each answer
    respondents: tuple[Known, ...]
    truth: tuple[Own, ...]
    file: pl.DataFrame
    comments: pl.DataFrame


Copying = Callable[[], Snapshot]


# The survey, run for real


def answered_and_closed(
    copied: Copying, chance: random.Random, *, strict: bool = False
) -> World:
    wave, seed = opened(strict=strict)
    records = some_records(chance)
    letters, passes = begun(wave, records, chance)
    beginning = copied()
    snapshots = [beginning]
    comments = some_comments(chance)
    for place, record in enumerate(records):
        day = TODAY + datetime.timedelta(days=place // 2)
        actions.submit_answer(
            wave,
            pass_=passes[place],
            record=record,
            comment=comments[place],
            on=day,
        )
        snapshots.append(copied())
    closed = closed_from(wave, seed)
    return World(
        begun=beginning,
        snapshots=tuple(snapshots),
        respondents=tuple(
            Known(place, record["district"], letters[place])
            for place, record in enumerate(records)
        ),
        truth=tuple(
            Own(
                tuple(map(record["answers"].get, ITEMS)),
                comments[place],
                rows_of(letters[place], passes[place]),
            )
            for place, record in enumerate(records)
        ),
        file=queries.closed_answers(closed),
        comments=storage.read_comments(closed),
    )


def opened(*, strict: bool) -> tuple[Wave, bytes]:
    wave = plan_wave(make_study(), mode=CollectionMode.ACCESS_CODES)
    seed, public_key = sealing.make_key_pair()
    if strict:
        Wave.objects.update(key_kept="strict", public_key=public_key)
    actions.open_wave(wave, by="lead")
    return wave, seed


def begun(wave, records, chance):
    """Everybody exchanges the code of a letter and leaves a draft, in the order of answering."""
    by_stratum = {
        stratum: actions.make_codes(
            wave, "population", stratum=stratum, count=RESPONDENTS, by="lead"
        )
        for stratum in STRATA
    }
    letters, passes = [], []
    for record in records:
        letter = by_stratum[record["district"]].pop(chance.randrange(6))
        pass_ = actions.exchange_code(letter.code, on=TODAY)
        actions.keep_for_later(wave, pass_=pass_, draft=str(record["answers"]))
        letters.append(letter.number)
        passes.append(pass_)
    return letters, passes


def rows_of(letter: int, pass_: str) -> dict[str, tuple[str, object]]:
    secret = sealing.withdrawal_secret(pass_)
    return {
        "accesscode": ("letter", letter),
        "pass": ("hash", sealing.pass_hash(pass_)),
        "resumption": ("identifier", sealing.resumption_identifier(pass_)),
        "answer": ("identifier", sealing.row_identifier(secret)),
        "comment": ("identifier", sealing.comment_identifier(secret)),
    }


def closed_from(wave: Wave, seed: bytes) -> Wave:
    wave.refresh_from_db()
    if not wave.is_strict:
        return actions.close_wave(wave, key=actions.demonstration_key(wave), by="lead")
    actions.freeze_wave(wave, by="lead")
    sealed = sealed_files.read(actions.export_sealed(wave, by="lead"))
    elsewhere = sealed_files.open_file(sealed, sealing.key_from_seed(seed))
    return actions.take_back_opened(
        wave,
        answers=sealed_files.parquet(elsewhere.answers),
        comments=sealed_files.parquet(elsewhere.comments),
        by="lead",
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


def some_comments(chance: random.Random) -> list[str]:
    """Two in three write something, each at a length of their own."""
    lengths = [*range(20, 20 + 12 * 20, 20)]
    chance.shuffle(lengths)
    written = ["x" * length for length in lengths] + [""] * (RESPONDENTS - 12)
    chance.shuffle(written)
    return written


# What the attacker reads


def new_answer(world: World, known: Known) -> tuple[str, str, int, str]:
    """The difference of two backups: the row that a known respondent added."""
    before, after = world.snapshots[known.place : known.place + 2]
    (added,) = set(after.answers) - set(before.answers)
    return added


def new_comment(world: World, known: Known) -> Row:
    before, after = (
        {row["identifier"]: row for row in copy.tables["comment"]}
        for copy in world.snapshots[known.place : known.place + 2]
    )
    (added,) = set(after) - set(before)
    return after[added]


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
    def comment(self) -> str:
        """Somebody told the attacker what they wrote."""
        return self.world.truth[self.known.place].comment

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


def by_ciphertext(case):
    """Rows of the file may follow the order of what was sealed."""
    return case.rows[case.ranked(lambda known: new_answer(case.world, known)[3])]


def by_comment_in_the_row(case):
    """Whoever knows what somebody wrote looks for a row that says it."""
    fits = [row for row in case.rows if case.comment and case.comment in row.values()]
    return case.chance.choice(fits or case.rows)


def by_place_of_the_comment(case):
    """The comment's place in its file may be the place of the answers in theirs."""
    said = case.world.comments["comment"].to_list()
    if case.comment not in said:
        return case.chance.choice(case.rows)
    places = len(said) / RESPONDENTS
    return case.nearest(round(said.index(case.comment) / places))


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
    by_ciphertext,
    by_comment_in_the_row,
    by_place_of_the_comment,
)


# The ways of naming a comment


def comment_by_order(case):
    place = case.known.place * len(case.rows) // RESPONDENTS
    return case.rows[place]


def comment_by_length(case):
    """The comment that would make a sealed row of the length seen."""
    seen = new_comment(case.world, case.known)["ciphertext"][1] - SEAL_BYTES
    gaps = [
        abs(len(sealing.packed(EXPLANATION | {"comment": row["comment"]})) - seen)
        for row in case.rows
    ]
    fits = [r for r, gap in zip(case.rows, gaps, strict=True) if gap == min(gaps)]
    return case.chance.choice(fits)


COMMENT_HEURISTICS: tuple[Heuristic, ...] = (comment_by_order, comment_by_length)


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
                own_answers = world.truth[known.place].answers
                right = tuple(named[item] for item in ITEMS) == own_answers
                hits[heuristic.__name__] += right
    tried = len(worlds) * RESPONDENTS
    return {name: count / tried for name, count in hits.items()}


def comment_rates(worlds: list[World]) -> dict[str, float]:
    """How often each way names the comment of somebody who wrote one."""
    chance = random.Random(2)  # noqa: S311 (a seeded attacker)
    hits = dict.fromkeys((way.__name__ for way in COMMENT_HEURISTICS), 0)
    writers = 0
    for world in worlds:
        rows = world.comments.to_dicts()
        for known in world.respondents:
            comment = world.truth[known.place].comment
            writers += bool(comment)
            for way in COMMENT_HEURISTICS if comment else ():
                case = Case(world, known, rows, chance)
                hits[way.__name__] += way(case)["comment"] == comment
    return {name: count / writers for name, count in hits.items()}


def link_rates(worlds: list[World]) -> dict[str, float]:
    """How often a value leads from a row of one table to the same person's row in another."""
    led: dict[str, int] = {}
    for world in worlds:
        for pair in permutations(TABLES, 2):
            # Drafts are left when everybody began, answers when everybody ended.
            early = "resumption" in pair
            copy = world.begun if early else world.snapshots[-1]
            count_links(world, copy, pair, led)
    return {pair: count / (len(worlds) * RESPONDENTS) for pair, count in led.items()}


def count_links(
    world: World, copy: Snapshot, pair: tuple[str, str], led: dict[str, int]
) -> None:
    """Follow every column of one table into every column of another."""
    first, second = (copy.tables[name] for name in pair)
    if not first or not second:
        return
    for mine, theirs in product(first[0], second[0]):
        name = f"{pair[0]}.{mine} = {pair[1]}.{theirs}"
        by_value: dict[object, list[Row]] = {}
        for row in second:
            by_value.setdefault(row[theirs], []).append(row)
        for own in world.truth:
            found = by_value.get(own_row(own, pair[0], first)[mine], [])
            right = len(found) == 1 and found[0] is own_row(own, pair[1], second)
            led[name] = led.get(name, 0) + right


def own_row(own: Own, table: str, rows: list[Row]) -> Row:
    column, value = own.rows[table]
    return next(row for row in rows if row[column] == value)


def most_by_chance(
    runs: int, share: float = len(STRATA) / RESPONDENTS, people: int = RESPONDENTS
) -> float:
    """1 / (answers in the stratum), and what binomial error may add."""
    error = math.sqrt(share * (1 - share) / (runs * people))
    return share + DEVIATIONS * error


def better_than_chance(worlds: list[World]) -> dict[str, float]:
    """List every way of naming or following that does better than picking at random."""
    runs = len(worlds)
    linked = most_by_chance(runs, 1 / RESPONDENTS)
    said = most_by_chance(runs, 1 / 12, 12)
    return {
        **{n: r for n, r in hit_rates(worlds).items() if r > most_by_chance(runs)},
        **{n: r for n, r in comment_rates(worlds).items() if r > said},
        **{n: r for n, r in link_rates(worlds).items() if r > linked},
    }


def best_rate(survey: Callable[[int], World], runs: int = 3) -> tuple[float, str]:
    rates = hit_rates([survey(seed) for seed in range(runs)])
    return max((rate, name) for name, rate in rates.items())
