"""The rows of two waves, with their arms and their outcome, and which column says what."""

from dataclasses import dataclass, replace

import polars as pl
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.errors import Refused
from imppulse.evaluations.models import Plan
from imppulse.evidence.effects.two_wave_rows import TwoWaves
from imppulse.evidence.scales.scales import add_indices
from imppulse.instruments.indices import index
from imppulse.pilots.choices import Arm
from imppulse.studies import queries
from imppulse.studies.choices import Side
from imppulse.studies.models import Wave

OUTCOME = "outcome measured"  # an item may be called like the construct
KEPT = ("district", "stratum", "cluster", "age_group", "weight")


@dataclass(frozen=True)
class Measured:
    """Answers of the population of the areas that were locked.

    `comparison_lost`: comparison areas answered before, and none of them after.
    """

    rows: pl.DataFrame
    asked: TwoWaves
    comparison_lost: bool


def measured(plan: Plan, waves: tuple[Wave, Wave]) -> Measured:
    arms = arms_of(plan)
    answered = pl.concat([answers(plan, wave, arms) for wave in waves])
    rows = add_indices(
        answered, [replace(index(instruments.construct(plan.outcome)), name=OUTCOME)]
    ).filter(pl.col(OUTCOME).is_not_null())
    before, after = (
        set(rows.filter(pl.col("wave") == wave.number)["district"]) for wave in waves
    )
    stayed = {arms[district] for district in before & after}
    if Arm.PILOT not in stayed:
        raise Refused(
            "not_measured",
            _("No area of the pilot was measured both before and after."),
        )
    compared = Arm.COMPARISON in stayed
    compared_before = Arm.COMPARISON in {arms[district] for district in before}
    return Measured(
        rows,
        columns(waves, compared=compared),
        comparison_lost=compared_before and not compared,
    )


def columns(waves: tuple[Wave, Wave], *, compared: bool) -> TwoWaves:
    before, after = waves
    return TwoWaves(
        item=OUTCOME,
        arm="arm",
        treated=Arm.PILOT.value,
        comparison=Arm.COMPARISON.value if compared else None,
        wave="wave",
        before=before.number,
        after=after.number,
        area="district",
        weight="weight",
        stratum="stratum",
        cluster="cluster",
        compared=("age_group",),
        self_selected=any(wave.self_selected for wave in waves),
    )


def arms_of(plan: Plan) -> dict[str, str]:
    """Give the arm of each district as it was locked, not as it may stand today."""
    return {
        area["code"]: arm
        for arm, areas in plan.document["areas"].items()
        for area in areas
    }


def answers(plan: Plan, wave: Wave, arms: dict[str, str]) -> pl.DataFrame:
    frame = queries.closed_answers(wave)
    items = instruments.construct(plan.outcome).items
    if not set(items) <= set(frame.columns):
        sentence = _("Wave %(number)s did not ask the questions of the outcome.")
        raise Refused("not_measured", sentence % {"number": wave.number})
    force = pl.col("force").fill_null(plan.pilot.force.slug)
    return frame.filter(
        (pl.col("side") == Side.POPULATION.value)
        & (force == plan.pilot.force.slug)
        & pl.col("district").is_in(list(arms))
    ).select(
        *KEPT,
        *items,
        wave=pl.lit(wave.number, pl.Int16),
        arm=pl.col("district").replace_strict(arms, return_dtype=pl.String),
    )
