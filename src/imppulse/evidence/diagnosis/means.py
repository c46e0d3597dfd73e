"""Means for a diagnosis: of a sample, or of one brought to the population."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imppulse.evidence.calibration.calibrated_design import CalibratedDesign
from imppulse.evidence.calibration.calibrated_estimates import calibrated_mean
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame

    from imppulse.evidence.results import Estimates

Design = SampleDesign | CalibratedDesign


def means(
    frame: IntoFrame,
    items: Sequence[str],
    design: Design,
    *,
    by: Sequence[str],
    level: float,
) -> Estimates:
    """Return means with the variance that the weights deserve.

    Parameters
    ----------
    frame, items, by, level
        As in `mean`.
    design : SampleDesign or CalibratedDesign

    Returns
    -------
    Estimates
        Those of `mean`, or of `calibrated_mean` where weights were calibrated.

    Raises
    ------
    DesignError, EstimationError
        Those of `mean` and `calibrated_mean`.
    """
    if isinstance(design, CalibratedDesign):
        return calibrated_mean(frame, list(items), design, by=list(by), level=level)
    return mean(frame, list(items), design, by=list(by), level=level)


def sampled(design: Design) -> SampleDesign:
    """Return how people were drawn, with the weights that estimates use."""
    if isinstance(design, CalibratedDesign):
        return replace(design.design, weight=design.weight)
    return design
