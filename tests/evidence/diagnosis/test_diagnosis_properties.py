"""What a diagnosis must not depend on."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence import (
    DiagnosisPlan,
    FactorMeasure,
    Guess,
    Index,
    IndexItem,
    SampleDesign,
    diagnose,
)

SIDES = ("population", "police_officers")
INDICES = (
    Index("trusted", (IndexItem("trust", 0, 10),)),
    Index("guessed", (IndexItem("guess", 0, 10),)),
)


def plan(weight):
    return DiagnosisPlan(
        indices=INDICES,
        sides=SIDES,
        design=SampleDesign(weight=weight, strata="side", cluster="street"),
        guesses=(
            Guess(guess="guessed", actual="trusted", guesser=SIDES[0], target=SIDES[1]),
        ),
        factors=(
            FactorMeasure("manner", ("trusted",)),
            FactorMeasure("image", ("guessed",)),
        ),
        district="district",
    )


def answers(seed):
    rng = np.random.default_rng(seed)
    count = 160
    return pl.DataFrame(
        {
            "side": np.repeat(SIDES, count // 2),
            "force": ["municipal"] * count,
            "street": np.arange(count) // 8,
            "district": np.where(np.arange(count) % 3 == 0, "north", "south"),
            "trust": rng.integers(0, 11, count),
            "guess": rng.integers(0, 11, count),
            "w": rng.uniform(0.5, 2, count),
        }
    )


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 99), factor=st.floats(0.2, 5))
def test_order_scale_of_weights_and_labels_do_not_matter(seed, factor):
    frame = answers(seed)
    turned = frame.sample(fraction=1, shuffle=True, seed=seed).with_columns(
        heavier=pl.col("w") * factor, street=pl.format("street {}", "street")
    )
    found, again = diagnose(frame, plan("w")), diagnose(turned, plan("heavier"))
    assert numbers(found) == numbers(again)


def numbers(found):
    """Every number of a diagnosis, rounded to ten digits, in its order."""
    return list(read(found.to_dict() | {"provenance": None}))


def read(value):
    if isinstance(value, dict):
        for name in sorted(value):
            yield name
            yield from read(value[name])
    elif isinstance(value, list | tuple):
        for each in value:
            yield from read(each)
    else:
        yield float(f"{value:.9g}") if isinstance(value, float) else value
