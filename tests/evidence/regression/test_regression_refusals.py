"""Whatever the table, a regression answers with numbers or refuses by name."""

from contextlib import suppress

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.regression.differential_items import differential_item
from imppulse.evidence.regression.importance import relative_importance
from imppulse.evidence.regression.ordinal import proportional_odds_regression
from imppulse.evidence.regression.regression import (
    linear_regression,
    logistic_regression,
)
from imppulse.evidence.survey.design import SampleDesign

MISSING = st.none() | st.just(float("nan"))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "y": st.integers(0, 1) | MISSING,
            "scale": st.integers(1, 3) | MISSING,
            "x": st.floats(-3, 3, width=16) | MISSING | st.just(float("inf")),
            "g": st.sampled_from(["a", "b", None]),
            "w": st.sampled_from([0.0, 0.5, 2.0]),
            "h": st.integers(0, 1),
            "c": st.integers(0, 4),
            "inside": st.sampled_from([True, True, False, None]),
        }
    ),
    min_size=1,
    max_size=25,
)
SCHEMA = {
    "y": pl.Float64,
    "scale": pl.Float64,
    "x": pl.Float64,
    "g": pl.String,
    "w": pl.Float64,
    "h": pl.Int64,
    "c": pl.Int64,
    "inside": pl.Boolean,
}
DESIGNS = st.sampled_from(
    [
        SampleDesign(weight="w", strata="h", cluster="c"),
        SampleDesign(weight="w", strata="h", cluster="c", lonely="adjust"),
        SampleDesign(cluster="c"),
        SampleDesign(weight="w"),
    ]
)
FORMULAS = st.sampled_from(
    [{"categorical": "g"}, {"continuous": "x"}, {"categorical": "g", "continuous": "x"}]
)


def finite_or_refused(regress):
    try:
        found = regress()
    except EvidenceError:
        return
    assert np.isfinite(found.estimate).all()
    assert np.isfinite(found.covariance).all()
    assert found.df >= 1


@settings(max_examples=15, deadline=None)
@given(ROWS, DESIGNS, FORMULAS)
def test_regressions_answer_or_refuse(rows, design, formula):
    frame = pl.DataFrame(rows, schema=SCHEMA)
    for regress, outcome in (
        (linear_regression, "scale"),
        (logistic_regression, "y"),
        (proportional_odds_regression, "scale"),
    ):
        finite_or_refused(
            lambda run=regress, y=outcome: run(
                frame, y, design, where="inside", **formula
            )
        )


@settings(max_examples=12, deadline=None)
@given(ROWS, DESIGNS)
def test_importance_and_differential_items_answer_or_refuse(rows, design):
    frame = pl.DataFrame(rows, schema=SCHEMA)
    with suppress(EvidenceError):
        found = relative_importance(
            frame, "scale", design, predictors=("x", "y"), replicates=3
        )
        assert np.isfinite(found.share).all()
    with suppress(EvidenceError):
        item = differential_item(frame, "scale", rest="y", group="g")
        assert 0 <= item.uniform.p_value <= 1
