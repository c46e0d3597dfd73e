"""From the closed waves of a locked plan to its finding: the only door to the evidence library."""

import math
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from scipy import stats

from imppulse.core.errors import Refused
from imppulse.evaluations.facts import design_facts
from imppulse.evaluations.measures import BY_AREA, OUTCOME, Measured, measured
from imppulse.evaluations.models import Plan
from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD
from imppulse.evidence.effects.comparisons import change, difference_in_differences
from imppulse.evidence.errors import EvidenceError
from imppulse.evidence.findings.findings import find
from imppulse.evidence.results import Contrast, Estimates
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import mean
from imppulse.pilots.choices import Arm
from imppulse.studies.models import Wave

Waves = tuple[Wave, Wave]


def evaluated(plan: Plan, waves: Waves) -> dict[str, Any]:
    """Compute the fields of the evaluation of a locked plan."""
    data = measured(plan, waves)
    try:
        return computed(plan, waves, data)
    except EvidenceError as error:
        sentence = _("The answers do not allow this evaluation (%(code)s).")
        raise Refused(error.code, sentence % {"code": error.code}) from error


def computed(plan: Plan, waves: Waves, data: Measured) -> dict[str, Any]:
    means = mean(data.rows, OUTCOME, data.by_respondent, by=("arm", "wave"))
    facts = design_facts(plan, waves, data=data, means=means)
    effect, alone = effect_of(data, waves), before_after(data, waves)
    if facts.self_selected:
        effect, alone = without_interval(effect), without_interval(alone)
    finding = find(facts, effect, plan.margin, higher_is_better=True)
    shown = not finding.suppressed
    return {
        "effect": effect.to_dict() if shown else {},
        "before_after": alone.to_dict() if shown else {},
        "cells": cells(means, with_interval=not facts.self_selected),
        "facts": facts.to_dict(),
        "finding": finding.to_dict(),
        "data_checksums": {str(wave.number): wave.checksum for wave in waves},
        "library_version": version("imppulse"),
    }


def effect_of(data: Measured, waves: Waves) -> Contrast:
    """Compare the changes of both sides; with two areas a side or more, areas are the units.

    The interval is then the wider of two: that between areas, and that of the sample.
    """
    if not data.compared:
        return before_after(data, waves)
    sampled = contrast(data.rows, data.by_respondent, waves)
    if not data.area_is_unit:
        return sampled
    between = few_areas(contrast(data.rows, BY_AREA, waves), data.areas)
    return max(between, sampled, key=lambda each: each.ci_high - each.ci_low)


def contrast(rows: pl.DataFrame, design: SampleDesign, waves: Waves) -> Contrast:
    before, after = waves
    return difference_in_differences(
        rows,
        OUTCOME,
        design,
        wave="wave",
        before=before.number,
        after=after.number,
        arm="arm",
        treated=Arm.PILOT.value,
        comparison=Arm.COMPARISON.value,
    )


def before_after(data: Measured, waves: Waves) -> Contrast:
    """Take the change where the pilot ran alone: what one would say without a comparison."""
    before, after = waves
    rows = data.rows.filter(pl.col("arm") == Arm.PILOT.value)
    return change(
        rows,
        OUTCOME,
        data.by_respondent,
        wave="wave",
        before=before.number,
        after=after.number,
    )


def few_areas(effect: Contrast, areas: dict[str, int]) -> Contrast:
    """Give an effect the degrees of freedom of a comparison of two small groups of areas.

    Bell and McCaffrey (2002), Survey Methodology 28, 169-181, for two groups of equal
    variance: areas minus two when the arms are as large, fewer when one is smaller.
    """
    df = degrees_of_freedom(areas[Arm.PILOT], areas[Arm.COMPARISON])
    reach = float(stats.t.ppf((1 + effect.level) / 2, df)) * effect.std_error
    ratio = abs(effect.estimate) / effect.std_error if effect.std_error else math.nan
    return replace(
        effect,
        df=df,
        ci_low=effect.estimate - reach,
        ci_high=effect.estimate + reach,
        p_value=float(2 * stats.t.sf(ratio, df)),
    )


def degrees_of_freedom(treated: int, comparison: int) -> float:
    spread = (1 / treated + 1 / comparison) ** 2
    parts = 1 / (treated**2 * (treated - 1)) + 1 / (comparison**2 * (comparison - 1))
    return spread / parts


def without_interval(effect: Contrast) -> Contrast:
    """Take the interval away: people who chose themselves to answer allow none."""
    return replace(
        effect, std_error=math.nan, ci_low=math.nan, ci_high=math.nan, p_value=math.nan
    )


def cells(means: Estimates, *, with_interval: bool) -> list[dict[str, Any]]:
    """Means by arm and wave; nothing under the threshold, no interval where there is none."""
    interval = ("ci_low", "ci_high") if with_interval else ()
    found = []
    for row in means.rows():
        shown = ("mean", "n", *interval) if row["n"] >= PUBLISHED_THRESHOLD else ()
        numbers = {
            name: row[name] if name in shown and math.isfinite(row[name]) else None
            for name in ("mean", "n", "ci_low", "ci_high")
        }
        found.append({"arm": row["arm"], "wave": row["wave"], **numbers})
    return found
