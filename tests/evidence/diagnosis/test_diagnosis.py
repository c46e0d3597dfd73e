import json
import math
from dataclasses import replace

import duckdb
import numpy as np
import polars as pl
import pytest

from imppulse.evidence.diagnosis.diagnosis import (
    Diagnosis,
    DiagnosisPlan,
    FactorMeasure,
    Guess,
    diagnose,
)
from imppulse.evidence.diagnosis.ranking import joint_ranks
from imppulse.evidence.effects.comparisons import gap, misperception
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.scales.scales import Index, IndexItem
from imppulse.evidence.survey.design import SampleDesign

FORCE = "municipal"


def index(name, item):
    return Index(name, (IndexItem(item, 0, 10),))


RESPECT, IMAGE, GUESS = (
    index("respect", "q_respect"),
    index("image", "q_image"),
    index("guess", "q_guess"),
)
PLAN = DiagnosisPlan(
    indices=(RESPECT, IMAGE, GUESS),
    sides=("population", "police_officers"),
    design=SampleDesign(strata="side"),
    force=FORCE,
    image_index="image",
    local_index="respect",
    guesses=(
        Guess(
            guess="guess",
            actual="respect",
            guesser="population",
            target="police_officers",
        ),
        Guess(
            guess="guess",
            actual="respect",
            guesser="police_officers",
            target="population",
        ),
    ),
    factors=(
        FactorMeasure(
            "manner", ("respect",), sources=("survey", "interviews", "survey")
        ),
        FactorMeasure("image", ("image",)),
        FactorMeasure("both", ("respect", "image")),
        FactorMeasure("inside", ("respect",), side="police_officers"),
    ),
    district="district",
)


def answers(side, district, respect, *, image=None, guess=None):
    n = len(respect)
    return pl.DataFrame(
        {
            "side": [side] * n,
            "force": [FORCE] * n,
            "district": [district] * n,
            "q_respect": respect,
            "q_image": image or [None] * n,
            "q_guess": guess or [None] * n,
        },
        schema={
            "side": pl.String,
            "force": pl.String,
            "district": pl.String,
            "q_respect": pl.Int64,
            "q_image": pl.Int64,
            "q_guess": pl.Int64,
        },
    )


def people(district, n, level):
    spread = [level - 1, level + 1]
    respect = (spread * n)[:n]
    return answers(
        "population", district, respect, image=[5] * (n - 1) + [6], guess=[2] * n
    )


POLICE = answers("police_officers", None, [8, 9] * 6, guess=[3, 5] * 6)
FRAME = pl.concat([people("north", 20, 4), people("south", 30, 6), POLICE])


@pytest.fixture(scope="module")
def done():
    return diagnose(FRAME, PLAN)


def named(entries, **wanted):
    found = [e for e in entries if all(getattr(e, k) == v for k, v in wanted.items())]
    assert len(found) == 1
    return found[0]


def test_respondents_per_side(done):
    assert [(r.side, r.n, r.suppressed) for r in done.respondents] == [
        ("population", 50, False),
        ("police_officers", 12, False),
    ]


def test_indices_per_side_hold_what_was_asked(done):
    shown = {(i.index, i.side): i.estimate.estimate for i in done.indices}
    assert shown == pytest.approx(
        {
            ("respect", "population"): (20 * 40 + 30 * 60) / 50,
            ("respect", "police_officers"): 85,
            ("image", "population"): 50.4,
        }
    )


def test_gap_is_that_of_the_comparison(done):
    frame = FRAME.with_columns(respect=pl.col("q_respect") * 10)
    alone = gap(frame, "respect", PLAN.design)
    (found,) = done.gaps
    assert (found.index, found.first, found.second) == (
        "respect",
        "population",
        "police_officers",
    )
    assert found.contrast.estimate == pytest.approx(52 - 85)
    assert found.contrast.std_error == pytest.approx(alone.std_error)
    assert found.contrast.p_value == pytest.approx(alone.p_value)


def test_misperceptions_go_both_ways(done):
    of_police = named(done.misperceptions, guesser="population")
    assert of_police.contrast.estimate == pytest.approx(20 - 85)
    assert (of_police.guessed.estimate, of_police.said.estimate) == (
        pytest.approx(20),
        pytest.approx(85),
    )
    of_people = named(done.misperceptions, guesser="police_officers")
    frame = FRAME.with_columns(
        respect=pl.col("q_respect") * 10, guess=pl.col("q_guess") * 10
    )
    alone = misperception(
        frame,
        "guess",
        "respect",
        design=PLAN.design,
        guesser="police_officers",
        target="population",
    )
    assert of_people.contrast.estimate == pytest.approx(40 - 52)
    assert of_people.contrast.ci_low == pytest.approx(alone.ci_low)


def test_image_is_set_against_the_local_relation_of_the_same_people(done):
    frame = FRAME.filter(pl.col("side") == "population")
    paired = (frame["q_image"] - frame["q_respect"]).to_numpy() * 10
    assert done.image_minus_local.estimate == pytest.approx(paired.mean())
    standard = paired.std(ddof=1) / math.sqrt(50)
    assert done.image_minus_local.std_error == pytest.approx(standard)


def test_factors_are_ordered_by_shortfall_with_their_sources(done):
    assert [(f.code, f.rank) for f in done.factors] == [
        ("image", 1),
        ("both", 2),
        ("manner", 3),
        ("inside", 4),
    ]
    manner = named(done.factors, code="manner")
    assert manner.shortfall.estimate == pytest.approx(48)
    assert manner.shortfall.n == 50
    assert (manner.source_count, manner.source_kinds) == (3, ("interviews", "survey"))
    both = named(done.factors, code="both")
    assert both.shortfall.estimate == pytest.approx((48 + 49.6) / 2)


def test_rank_intervals_say_which_order_the_answers_support(done):
    bounds = {f.code: (f.rank_low, f.rank_high) for f in done.factors}
    assert bounds == {
        "image": (1, 3),
        "both": (1, 3),
        "manner": (1, 3),
        "inside": (4, 4),
    }


def test_districts_hold_the_population_only(done):
    respect = [d for d in done.districts if d.index == "respect"]
    shown = [(d.district, d.estimate.estimate, d.estimate.n) for d in respect]
    assert shown == [("north", pytest.approx(40), 20), ("south", pytest.approx(60), 30)]


def test_one_side_is_a_study():
    plan = replace(
        PLAN,
        sides=("population",),
        guesses=(),
        factors=(FactorMeasure("manner", ("respect",)),),
    )
    done = diagnose(FRAME.filter(pl.col("side") == "population"), plan)
    assert done.gaps == done.misperceptions == ()
    assert done.factors[0].rank == 1
    assert done.image_minus_local.estimate == pytest.approx(50.4 - 52)


def test_police_officers_alone_are_a_study_without_districts():
    plan = DiagnosisPlan(
        indices=(RESPECT,),
        sides=("police_officers",),
        design=SampleDesign(),
        district="district",
    )
    done = diagnose(POLICE, plan)
    assert done.districts == ()
    assert done.indices[0].estimate.estimate == pytest.approx(85)


def test_self_selected_answers_have_numbers_but_no_interval():
    done = diagnose(FRAME, replace(PLAN, self_selected=True))
    stored = done.to_dict()
    assert stored["interval_valid"] is False
    estimate = stored["indices"][0]["estimate"]
    assert (estimate["estimate"], estimate["n"]) == (pytest.approx(52), 50)
    kept = {
        name: entry
        for part in (stored["gaps"], stored["misperceptions"])
        for name, entry in part[0]["contrast"].items()
    }
    for name in ("std_error", "ci_low", "ci_high", "df"):
        assert estimate[name] is None
        assert kept[name] is None
    assert kept["p_value"] is None
    assert [f["rank"] for f in stored["factors"]] == [1, 2, 3, 4]
    assert {f["rank_low"] for f in stored["factors"]} == {None}
    assert {d["estimate"]["ci_low"] for d in stored["districts"]} == {None}


def test_stored_and_read_again_it_is_the_same(done):
    for diagnosis in (done, diagnose(FRAME, replace(PLAN, self_selected=True))):
        stored = json.loads(json.dumps(diagnosis.to_dict(), allow_nan=False))
        assert stored["schema"] == 1
        assert Diagnosis.from_dict(stored).to_dict() == stored
    assert isinstance(Diagnosis.from_dict(done.to_dict()).indices[0].estimate.n, int)


def test_diagnosis_of_another_schema_is_refused(done):
    with pytest.raises(EstimationError) as refusal:
        Diagnosis.from_dict(done.to_dict() | {"schema": 2})
    assert refusal.value.code == "unknown_schema"


def test_side_under_the_threshold_appears_in_no_number():
    few = answers("police_officers", None, [8, 9, 7, 9], guess=[1, 2, 1, 1])
    done = diagnose(pl.concat([people("north", 40, 4), few]), PLAN)
    police = named(done.respondents, side="police_officers")
    assert (police.n, police.suppressed) == (None, True)
    assert named(done.indices, side="police_officers").estimate is None
    assert all(g.suppressed and g.contrast is None for g in done.gaps)
    assert all(m.suppressed and m.contrast is None for m in done.misperceptions)
    # Neither half that remains gives the other: one is the public population's.
    believed = named(done.misperceptions, guesser="police_officers")
    assert believed.guessed is None
    inside = named(done.factors, code="inside")
    assert (inside.shortfall, inside.rank, inside.suppressed) == (None, None, True)
    assert done.factors[-1] == inside


def test_police_officers_keep_the_threshold_of_ten_inside_the_project():
    plan = replace(PLAN, threshold=5)
    seven = POLICE.head(7)
    done = diagnose(
        pl.concat([people("north", 7, 4), people("south", 40, 4), seven]), plan
    )
    assert named(done.respondents, side="police_officers").suppressed
    assert not any(d.suppressed for d in done.districts)
    assert (done.threshold, done.police_threshold) == (5, 10)


def numbers_in(value):
    match value:
        case dict():
            return [n for entry in value.values() for n in numbers_in(entry)]
        case list():
            return [n for entry in value for n in numbers_in(entry)]
        case bool() | None | str():
            return []
    return [value]


SMALL = pl.concat([people("small", 7, 9), people("mid", 17, 5), people("big", 31, 3)])


def test_a_small_district_leaks_neither_directly_nor_by_subtraction():
    done = diagnose(pl.concat([SMALL, POLICE]), PLAN)
    respect = {d.district: d for d in done.districts if d.index == "respect"}
    assert {name: d.suppressed for name, d in respect.items()} == {
        "small": True,
        "mid": True,
        "big": False,
    }
    assert respect["small"].estimate is None
    shown = numbers_in(json.loads(json.dumps(done.to_dict())))
    hidden = {"small": 7, "mid": 17}
    for district, n in hidden.items():
        mean = 10 * SMALL.filter(pl.col("district") == district)["q_respect"].mean()
        for secret in (n, mean):
            near = [number for number in shown if math.isclose(number, secret)]
            assert near == []
    everyone = named(done.indices, index="respect", side="population").estimate
    assert everyone.n - respect["big"].estimate.n == sum(hidden.values())


def test_people_without_a_district_cannot_be_had_by_subtraction():
    nowhere = people("x", 3, 8).with_columns(district=pl.lit(None, pl.String))
    frame = pl.concat([nowhere, people("mid", 17, 5), people("big", 31, 3), POLICE])
    done = diagnose(frame, PLAN)
    respect = {d.district: d.suppressed for d in done.districts if d.index == "respect"}
    assert respect == {"mid": True, "big": False}


def test_column_of_districts_that_nobody_filled_in_gives_none():
    nowhere = FRAME.with_columns(district=pl.lit(None, pl.String))
    assert diagnose(nowhere, PLAN).districts == ()


def test_districts_that_are_the_clusters_get_the_interval_of_their_people():
    frame = pl.concat([people("north", 20, 4), people("south", 30, 6)])
    plan = DiagnosisPlan(
        indices=(RESPECT,),
        sides=("population",),
        design=SampleDesign(cluster="district"),
        district="district",
    )
    north = diagnose(frame, plan).districts[0].estimate
    standard = np.std([30, 50] * 10, ddof=1) / math.sqrt(20)
    assert (north.std_error, north.df) == (pytest.approx(standard), 19)


def test_only_the_force_asked_about_counts():
    other = FRAME.with_columns(force=pl.lit("national"), q_respect=pl.lit(0, pl.Int64))
    both = pl.concat([FRAME, other])
    assert diagnose(both, PLAN).respondents == diagnose(FRAME, PLAN).respondents
    found = named(diagnose(both, PLAN).indices, side="police_officers").estimate
    assert found.estimate == pytest.approx(85)
    assert diagnose(both, PLAN).districts[0].estimate.n == 20
    with pytest.raises(EstimationError) as refusal:
        diagnose(both, replace(PLAN, force=None))
    assert refusal.value.code == "several_forces"


def test_without_a_force_one_force_is_enough(done):
    alone = diagnose(FRAME, replace(PLAN, force=None))
    assert alone.indices[0].estimate.estimate == done.indices[0].estimate.estimate


def test_duckdb_gives_the_same_diagnosis(done):
    relation = duckdb.from_arrow(FRAME.to_arrow())
    found = diagnose(relation, PLAN).to_dict()
    assert list(map(round_all, numbers_in(found))) == list(
        map(round_all, numbers_in(done.to_dict()))
    )


def round_all(number):
    return round(number, 9)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"local_index": None}, "image_without_local"),
        ({"factors": (FactorMeasure("x", ("unheard",)),)}, "unknown_index"),
        ({"sides": ("population",)}, "unknown_side"),
    ],
)
def test_plans_that_do_not_hold_together_are_refused(change, code):
    with pytest.raises(EstimationError) as refusal:
        replace(PLAN, **change)
    assert refusal.value.code == code


def test_ranks_by_hand():
    """Three intervals of half-width 2.45 at most: only the last is set apart."""
    ranks = joint_ranks([50, 48, 30], [1, 1, 1], [1e6, 1e6, 1e6])
    assert ranks.rank.tolist() == [1, 2, 3]
    assert ranks.low.tolist() == [1, 1, 3]
    assert ranks.high.tolist() == [2, 2, 3]


def test_number_without_an_interval_leaves_every_rank_open():
    ranks = joint_ranks([50, 10], [1, math.nan], [100, 0])
    assert (ranks.low.tolist(), ranks.high.tolist()) == ([1, 1], [2, 2])


def test_equal_numbers_share_a_rank():
    assert joint_ranks([5, 5, 1], [1, 1, 1], [9, 9, 9]).rank.tolist() == [1, 1, 3]
