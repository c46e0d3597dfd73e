"""A sample whose weights were brought to the population, and what was known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imppulse.evidence.survey.design import SampleDesign


@dataclass(frozen=True, kw_only=True)
class CalibratedDesign:
    """Column names of a calibrated sample, for `calibrated_estimates`.

    Parameters
    ----------
    design : SampleDesign
        How people were drawn, with the weights before calibration.
    calibrated : str
        Column of calibrated weights.
    margins : tuple of (tuple of str)
        Columns of each margin, crossed when several.
    totals : tuple of str
        Numeric columns whose population total was known.
    trimmed : str, optional
        Column of weights trimmed after calibration: these then estimate.
    """

    design: SampleDesign
    calibrated: str
    margins: tuple[tuple[str, ...], ...] = ()
    totals: tuple[str, ...] = ()
    trimmed: str | None = None

    @property
    def weight(self) -> str:
        """The column of weights that estimates use."""
        return self.trimmed or self.calibrated
