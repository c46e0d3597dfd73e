"""Indices of the population by district, with small districts hidden for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np

from imppulse.evidence.diagnosis.diagnosis_plan import POPULATION
from imppulse.evidence.diagnosis.diagnosis_results import IndexOfDistrict
from imppulse.evidence.diagnosis.domain_means import domain_means
from imppulse.evidence.diagnosis.means import Design, sampled
from imppulse.evidence.disclosure.disclosure import suppress, with_margins
from imppulse.evidence.survey.design import SampleDesign

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.diagnosis.diagnosis_plan import DiagnosisPlan


def by_district(
    scored: IntoFrame, plan: DiagnosisPlan, published: Mapping[str, int]
) -> tuple[IndexOfDistrict, ...]:
    """Return the population's indices by district.

    Parameters
    ----------
    scored : dataframe
        Answers with their indices.
    plan : DiagnosisPlan
    published : mapping of str to int
        Indices published for the whole population, and how many answered.

    Returns
    -------
    tuple of IndexOfDistrict
        Of every district where somebody answered; empty without a column of
        districts.
    """
    if plan.district is None or not published:
        return ()
    design, rows = _district_design(scored, plan, plan.district)
    if not _some_placed(rows, plan.district):
        return ()
    by = (plan.district,) if plan.force is None else (plan.district, "force")
    names = list(published)
    found = domain_means(rows, design, names, by=by, level=plan.level)
    force = () if plan.force is None else (plan.force,)
    kept = [k for k, domain in enumerate(found.domains) if domain[1:] == force]
    answers = found.answers[:, kept]
    secret = np.array(
        [
            hidden(counts, total, plan.threshold)
            for counts, total in zip(answers, published.values(), strict=True)
        ]
    )
    # With nothing to show there may be nothing to estimate from either.
    shown = (answers > 0) & ~secret
    return tuple(
        IndexOfDistrict(
            index=name,
            district=_label(found.domains[k][0]),
            suppressed=bool(secret[i, j]),
            estimate=plan.cautious(found.at(i, k)) if shown[i, j] else None,
        )
        for i, name in enumerate(names)
        for j, k in enumerate(kept)
        if answers[i, j]
    )


def _district_design(
    scored: IntoFrame, plan: DiagnosisPlan, district: str
) -> tuple[Design, IntoFrame]:
    """Return the design inside districts, and the rows of the population.

    The population is a sample of its own, so reading it alone loses nothing.
    Where districts are the clusters, one district is a single cluster and has
    no variance between clusters; inside it people were drawn one by one.
    """
    rows = nw.from_native(scored).filter(nw.col("side") == POPULATION)
    drawn = sampled(plan.design)
    if drawn.cluster != district:
        return plan.design, rows.to_native()
    inside = SampleDesign(weight=drawn.weight, strata=district, lonely="adjust")
    return inside, rows.filter(~nw.col(district).is_null()).to_native()


def _some_placed(rows: IntoFrame, district: str) -> bool:
    known = ~nw.col(district).is_null()
    counted = nw.from_native(rows).lazy().select(known.cast(nw.Int64).sum()).collect()
    return bool(counted.item())


def hidden(counts: NDArray[np.int64], total: int, threshold: int) -> NDArray[np.bool_]:
    """Return which districts to hide; the total of the side is published.

    People without a district are a cell too: the total gives them away.
    """
    placed = [*counts, total - counts.sum()]
    mask = suppress(with_margins(placed), threshold)
    if mask[-1]:
        return np.ones(len(counts), dtype=bool)
    return mask[: len(counts)]


def _label(district: object) -> str | int:
    return district if isinstance(district, int) else str(district)
