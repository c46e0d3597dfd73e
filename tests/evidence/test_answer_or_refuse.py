"""Whatever the data, every public function answers or refuses by a named error.

Small tables with gaps, infinite and constant columns, lonely clusters, bad weights
and empty groups go to every function that reads rows; numbers of the same kind go
to those that read estimates. Anything but a result or an `EvidenceError` is a defect,
warnings included (they are errors in these tests). More examples than the daily few:
`EXAMPLES=200 pytest tests/evidence/test_answer_or_refuse.py`.
"""

import inspect
import math
import os
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.evidence.driven_numbers import PLANS, RESULTS

import imppulse.evidence as public
from imppulse.evidence import EvidenceError, SampleDesign
from imppulse.tables.evidence_sentences import EVIDENCE_SENTENCES

DRIVEN = PLANS | RESULTS
DESIGN = SampleDesign(weight="w", strata="h", cluster="c", lonely="adjust")
ARMS = {"arm": "arm", "treated": 1, "comparison": 0}
WAVES = {"wave": "wave", "before": 1, "after": 2}
ITEMS = ["y", "z", "x"]
COMPARISON = public.TwoByTwo(**ARMS, **WAVES, cluster="c", weight="w")
POPULATION = public.Population(margins={"k": {"a": 60, "b": 40}})
FEW = public.WildDraws(draws=99)

AREAS = public.TwoWaves(
    item="y", **ARMS, **WAVES, area="c", weight="w", compared=("k",)
)
PEOPLE = public.TwoWaves(
    item="y", **ARMS, **WAVES, person="person", compared=("k", "z")
)
LOT = public.ClusterAssignment(cluster="c", **ARMS, **WAVES, weight="w")
REPLICATES = public.ReplicateColumns(columns=("w", "x"), scale=0.5)
SCALE = public.Index(
    "index", (public.IndexItem("z", 1, 3), public.IndexItem("b", 0, 1))
)
GUESSED = public.Index("guess", (public.IndexItem("z", 1, 3, reversed=True),))
DIAGNOSED = public.DiagnosisPlan(
    indices=(SCALE, GUESSED),
    sides=("population", "police_officers"),
    design=DESIGN,
    guesses=(
        public.Guess(
            guess="guess",
            actual="index",
            guesser="population",
            target="police_officers",
        ),
    ),
    factors=(
        public.FactorMeasure("manner", ("index",)),
        public.FactorMeasure("guess", ("guess",)),
    ),
    district="c",
    threshold=2,
)


def with_sides(frame):
    """The same rows as answers of both sides."""
    side = pl.col("k").replace_strict({"a": "population", "b": "police_officers"}, default=None)  # fmt: skip
    return frame.with_columns(side=side, force=pl.lit("municipal"))


FROM_ROWS = {
    "add_indices": lambda f: public.add_indices(f, [SCALE, GUESSED]),
    "diagnose": lambda f: public.diagnose(with_sides(f), DIAGNOSED),
    "evaluate_two_waves": lambda f: public.evaluate_two_waves(f, AREAS),
    "evaluate_two_waves, persons": lambda f: public.evaluate_two_waves(f, PEOPLE),
    "evaluate_two_waves, after": lambda f: public.evaluate_two_waves(
        f, replace(AREAS, before=None)
    ),
    "randomisation_test": lambda f: public.randomisation_test(f, "y", LOT, draws=99),
    "totals": lambda f: public.totals(f, DESIGN, ITEMS, by=("k", "arm")),
    "supplied_replicates": lambda f: public.replicate_estimates(
        public.supplied_replicates(f, DESIGN, "y", supplied=REPLICATES)
    ),
    **{
        name: lambda f, estimate=estimate, asked=asked: estimate(
            (made := public.rake(f, DESIGN, POPULATION)).frame,
            *asked,
            design=made.design,
        )
        for name, estimate, asked in (
            ("calibrated_mean", public.calibrated_mean, ("y",)),
            ("calibrated_total", public.calibrated_total, ("y",)),
            ("calibrated_ratio", public.calibrated_ratio, ("y", "x")),
        )
    },
    "mean": lambda f: public.mean(f, ITEMS, DESIGN, by="k"),
    "total": lambda f: public.total(f, "y", DESIGN, by=("k", "arm")),
    "ratio": lambda f: public.ratio(f, "y", "x", design=DESIGN),
    "proportion": lambda f: public.proportion(f, "b", DESIGN, interval="korn-graubard"),
    "quantile": lambda f: public.quantile(f, "y", DESIGN, by="k"),
    "independence": lambda f: public.independence(f, "k", "arm", design=DESIGN),
    "gap": lambda f: public.gap(f, "y", DESIGN, side="k", first="a", second="b"),
    "misperception": lambda f: public.misperception(
        f, "y", "z", design=DESIGN, guesser="a", target="b", side="k"
    ),
    "change": lambda f: public.change(f, "y", DESIGN, **WAVES),
    "difference_in_differences": lambda f: public.difference_in_differences(
        f, "y", DESIGN, **WAVES, **ARMS
    ),
    "panel_change": lambda f: public.panel_change(f, "y", DESIGN, **WAVES),
    "panel_difference_in_differences": lambda f: public.panel_difference_in_differences(
        f, "y", DESIGN, **WAVES, **ARMS
    ),
    "regression_difference_in_differences": lambda f: (
        public.regression_difference_in_differences(f, "y", COMPARISON)
    ),
    "wild_difference_in_differences": lambda f: public.wild_difference_in_differences(
        f, "y", COMPARISON, draws=FEW
    ),
    "wild_cluster_bootstrap": lambda f: public.wild_cluster_bootstrap(
        f, "y", "arm", cluster="c", controls=("z",), weight="w", draws=FEW
    ),
    "group_time_effects": lambda f: public.group_time_effects(
        f, "y", DESIGN, wave="wave", start="start"
    ),
    "interrupted_series": lambda f: public.interrupted_series(
        f, "y", time="person", start=9.0
    ),
    "hedges_g": lambda f: public.hedges_g(f, "y", DESIGN, **ARMS),
    "baseline_balance": lambda f: public.baseline_balance(f, ITEMS, **ARMS, weight="w"),
    "attrition": lambda f: public.attrition(f, "b", DESIGN, **ARMS),
    "pre_trend": lambda f: public.pre_trend(
        f, "y", DESIGN, wave="wave", waves=(1, 2), **ARMS
    ),
    "linear_regression": lambda f: public.linear_regression(
        f, "y", DESIGN, categorical="k", continuous=("x", "z")
    ),
    "logistic_regression": lambda f: public.logistic_regression(
        f, "b", DESIGN, categorical=("k",), continuous="x"
    ),
    "proportional_odds_regression": lambda f: public.proportional_odds_regression(
        f, "z", DESIGN, categorical="k"
    ),
    "relative_importance": lambda f: public.relative_importance(
        f, "y", DESIGN, predictors=("x", "z"), replicates=20
    ),
    "differential_item": lambda f: public.differential_item(
        f, "z", rest="x", group="k"
    ),
    "differential_items": lambda f: public.differential_items(f, ITEMS, group="k"),
    "reliability": lambda f: public.reliability(f, ITEMS, DESIGN),
    "factor_analysis": lambda f: public.factor_analysis(f, {"trust": ITEMS}, DESIGN),
    "measurement_invariance": lambda f: public.measurement_invariance(
        f, {"trust": ITEMS}, DESIGN, group="k"
    ),
    "factor_priorities": lambda f: public.factor_priorities(
        f, ITEMS, DESIGN, seed=1, replicates=20
    ),
    "rake": lambda f: public.rake(f, DESIGN, POPULATION),
    "greg": lambda f: public.greg(f, DESIGN, POPULATION),
    "post_stratify": lambda f: public.post_stratify(f, DESIGN, POPULATION),
    "calibrate_within": lambda f: public.calibrate_within(
        f, DESIGN, POPULATION, bounds=(0.5, 2)
    ),
    "trim_weights": lambda f: public.trim_weights(f, DESIGN, lower=0.5, upper=3),
    "jackknife": lambda f: public.replicate_estimates(
        public.jackknife(public.totals(f, DESIGN, ITEMS, by="k"))
    ),
    "bootstrap": lambda f: public.replicate_estimates(
        public.bootstrap(public.totals(f, DESIGN, "y"), seed=1, replicates=20)
    ),
    "balanced_replicates": lambda f: public.balanced_replicates(
        public.totals(f, DESIGN, "y")
    ),
    "anonymity": lambda f: public.anonymity(f, ["k", "arm"], sensitive="z"),
    "aggregate": lambda f: public.aggregate(
        public.mean(f, ITEMS, DESIGN, by="k"), territory="Port-Lumen"
    ),
}
FROM_NUMBERS = {
    "synthesise": public.synthesise,
    "influence": public.influence,
    "egger_test": public.egger_test,
    "rank_test": public.rank_test,
    "permutation_test": public.permutation_test,
    "subgroups": lambda y, s: public.subgroups(y, s, [k % 2 for k in range(len(y))]),
    "meta_regression": lambda y, s: public.meta_regression(
        y, s, {"year": list(range(len(y)))}
    ),
    "multilevel": lambda y, s: public.multilevel(y, s, [k // 2 for k in range(len(y))]),
    "small_areas": public.small_areas,
    "joint_ranks": lambda y, s: public.joint_ranks(y, s, [5.0] * len(y)),
    "adjust_p_values": lambda y, _: public.adjust_p_values(y),
    "correlations": public.correlations,
    "convert": lambda y, s: public.convert(y, s, "d", to="log_odds_ratio"),
}
PLAIN = [None, 0.0, 1.0, 2.0, 3.0, 55.0]
WILD = [None, math.nan, math.inf, -1.0, 0.0, 1.0, 2.0, 40.0, 1e9]
GOOD, BAD = [1.0, 2.0, 0.5], [1.0, 0.0, -1.0, None, math.nan]
TYPES = {
    **dict.fromkeys(("w", "y", "x"), pl.Float64),
    **dict.fromkeys(("h", "c", "z", "b", "arm", "wave", "start"), pl.Int64),
    "k": pl.String,
}


@st.composite
def tables(draw):
    """Tables of 1 to 24 rows; each column drawn from what may stand in it."""
    held = {
        "w": draw(st.sampled_from([GOOD, GOOD, GOOD, BAD])),
        "h": [1, 2][: draw(st.integers(1, 2))],
        "c": [1, 2, 3, 4, 5, 6][: draw(st.integers(1, 6))],
        "y": draw(st.sampled_from([PLAIN, PLAIN, WILD])),
        "x": PLAIN[draw(st.integers(0, 1)) :],
        "z": draw(st.sampled_from([[1, 2, 3], [None, 1, 2, 3], [2]])),
        "b": [0, 1],
        "k": draw(st.sampled_from([["a", "b"], ["a", "b", None], ["a"]])),
        "arm": [0, 1],
        "wave": [1, 2],
        "start": [None, 2],
    }
    rows, chance = draw(st.integers(1, 24)), draw(st.randoms(use_true_random=False))
    columns = {name: chance.choices(values, k=rows) for name, values in held.items()}
    frame = pl.DataFrame(columns, schema=TYPES)
    return frame.with_columns(person=pl.int_range(pl.len()) // 2)


def answers_or_refuses(call, *given):
    try:
        found = call(*given)
    except EvidenceError as refused:
        found = refused.code
    if isinstance(found, str):
        assert found in EVIDENCE_SENTENCES
    if isinstance(found, public.Result):
        assert str(found)
        assert found.to_dict()["schema"] == 1


careful = settings(
    max_examples=int(os.environ.get("EXAMPLES", "4")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.mark.parametrize("name", FROM_ROWS)
@careful
@given(frame=tables())
def test_rows(name, frame):
    answers_or_refuses(FROM_ROWS[name], frame)


@pytest.mark.parametrize("name", FROM_NUMBERS)
@careful
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([math.nan, math.inf, -1.0, 0.0, 0.3, 0.3, 0.4, 1e12]),
            st.sampled_from([math.nan, -1.0, 0.0, 0.1, 0.1, 0.2, 1e-9, 1e9]),
        ),
        max_size=14,
    )
)
def test_numbers(name, rows):
    estimates, std_errors = ([row[side] for row in rows] for side in (0, 1))
    answers_or_refuses(FROM_NUMBERS[name], estimates, std_errors)


# Driven with the ones behind them: their results are the arguments of others.
THROUGH_OTHERS = {"replicate_estimates": "jackknife"}


def test_every_public_function_is_driven():
    functions = {name for name in public.__all__ if inspect.isfunction(getattr(public, name))}  # fmt: skip
    driven = {name.partition(",")[0] for name in FROM_ROWS | FROM_NUMBERS | DRIVEN}
    assert driven >= set(THROUGH_OTHERS.values())
    assert functions - driven == set(THROUGH_OTHERS)
    assert driven <= functions
