"""Complete answers by group, and their weighted means and covariances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imppulse.evidence.errors import DesignError, EstimationError
from imppulse.evidence.survey.answer_columns import codes_of, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from narwhals.typing import IntoFrame
    from numpy.typing import NDArray

    from imppulse.evidence.scales.factor_model import Structure
    from imppulse.evidence.survey.answer_columns import Rows
    from imppulse.evidence.survey.design import SampleDesign

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

SMALLEST_EIGENVALUE = 1e-8


@dataclass(frozen=True, eq=False)
class FactorSample:
    """Answers that miss nothing.

    Attributes
    ----------
    groups : tuple
        Labels, sorted; ``(None,)`` without groups.
    answers : tuple of (n, items) float
        One array per group.
    weights : tuple of (n,) float
        Scaled so that they sum to the number of respondents over all groups.
    clusters : tuple of (n,) int, or None
        None where each respondent stands alone.
    n : (groups,) int
    dropped : int
        Respondents left out because an item or the group was missing.
    mean, covariance : (groups, items), (groups, items, items) float
        Weighted; the covariance with divisor "sum of weights".
    share : (groups,) float
        Of the sum of weights.
    """

    groups: tuple[object, ...]
    answers: tuple[FloatArray, ...]
    weights: tuple[FloatArray, ...]
    clusters: tuple[IntArray, ...] | None
    n: IntArray
    dropped: int
    mean: FloatArray
    covariance: FloatArray
    share: FloatArray

    @property
    def total(self) -> int:
        """Respondents of all groups."""
        return int(self.n.sum())


def read_sample(
    frame: IntoFrame, structure: Structure, design: SampleDesign, *, group: str | None
) -> FactorSample:
    """Read complete answers and refuse groups that cannot bear a model."""
    named = [name for name in (group, *_cluster_columns(design)) if name is not None]
    rows = read_rows(frame, structure.items, named, weight=design.weight)
    complete = rows.complete()
    if group is not None:
        complete = complete.keep(_has_label(complete.labels[group]))
        _check_silent_groups(rows, complete, group)
    if not len(complete.weight):
        raise EstimationError(
            "too_few_complete_answers",
            "nobody answered every item",
            answers=0,
            needed=_needed(structure),
        )
    return _split(complete, structure, design, group, len(rows.weight))


def _has_label(labels: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.array([label is not None for label in labels], dtype=bool)


def _check_silent_groups(rows: Rows, complete: Rows, group: str) -> None:
    missing = set(rows.labels[group]) - set(complete.labels[group]) - {None}
    if missing:
        named = tuple(sorted(missing, key=str))
        raise EstimationError(
            "group_without_answers",
            f"nobody answered every item in {', '.join(map(str, named))}",
            groups=named,
        )


def _split(  # noqa: PLR0917 - private, and each says another thing
    rows: Rows,
    structure: Structure,
    design: SampleDesign,
    group: str | None,
    read: int,
) -> FactorSample:
    answers = np.column_stack([rows.values[item] for item in structure.items])
    weight = rows.weight * (len(answers) / rows.weight.sum())
    labels, code = (
        ([None], np.zeros(len(answers), dtype=np.int64))
        if group is None
        else codes_of(rows.labels[group], group)
    )
    members = [code == k for k in range(len(labels))]
    of_row = _clusters(rows, design)
    clusters = None if of_row is None else tuple(of_row[member] for member in members)
    sample = sample_of(
        tuple(labels),
        tuple(answers[member] for member in members),
        tuple(weight[member] for member in members),
        clusters=clusters,
        dropped=read - len(answers),
    )
    check_sample(sample, structure)
    return sample


def _cluster_columns(design: SampleDesign) -> tuple[str, ...]:
    """Return the columns that tell first-stage clusters apart."""
    if not design.clusters:
        return ()
    strata = () if design.strata is None else (design.strata,)
    return (*strata, design.clusters[0])


def _clusters(rows: Rows, design: SampleDesign) -> IntArray | None:
    """Return the cluster of each row; the same label in two strata is two."""
    columns = _cluster_columns(design)
    if not columns:
        return None
    codes = [codes_of(rows.labels[name], name)[1] for name in columns]
    together = np.unique(np.column_stack(codes), axis=0, return_inverse=True)[1]
    return np.asarray(together).ravel()


def sample_of(
    groups: tuple[object, ...],
    answers: tuple[FloatArray, ...],
    weights: tuple[FloatArray, ...],
    *,
    clusters: tuple[IntArray, ...] | None = None,
    dropped: int = 0,
) -> FactorSample:
    """Compute the weighted moments of complete answers."""
    sums = np.array([weight.sum() for weight in weights])
    pairs = list(zip(answers, weights, strict=True))
    mean = np.array([np.average(rows, axis=0, weights=w) for rows, w in pairs])
    covariance = np.array(
        [
            (w[:, None] * (rows - centre)).T @ (rows - centre) / w.sum()
            for (rows, w), centre in zip(pairs, mean, strict=True)
        ]
    )
    return FactorSample(
        groups=groups,
        answers=answers,
        weights=weights,
        clusters=clusters,
        n=np.array([len(rows) for rows in answers]),
        dropped=dropped,
        mean=mean,
        covariance=covariance,
        share=sums / sums.sum(),
    )


def _needed(structure: Structure) -> int:
    """One answer more than a group has free parameters."""
    return structure.size - 2 * len(structure.factors) + 1


def check_sample(sample: FactorSample, structure: Structure) -> None:
    """Refuse groups with too few answers, constant or redundant items."""
    needed = _needed(structure)
    for k, group in enumerate(sample.groups):
        if sample.n[k] < needed:
            raise EstimationError(
                "too_few_answers",
                f"{sample.n[k]} complete answers in {_named(group)}; {needed} are needed",
                group=_named(group),
                answers=int(sample.n[k]),
                needed=needed,
            )
        check_covariance(sample.covariance[k], structure.items, _named(group))
        if sample.clusters is not None and len(np.unique(sample.clusters[k])) < 2:
            raise DesignError(
                "one_cluster_in_group",
                f"the answers in {_named(group)} come from one cluster; 2 are needed",
                group=_named(group),
            )


def _named(group: object) -> object:
    return "the sample" if group is None else group


def check_covariance(
    covariance: FloatArray, items: Sequence[str], group: object
) -> None:
    """Refuse constant items and items that follow from each other."""
    variance = np.diag(covariance)
    for item, spread in zip(items, variance, strict=True):
        if spread <= SMALLEST_EIGENVALUE**2:
            raise EstimationError(
                "constant_item",
                f"everyone gave the same answer to {item} in {group}",
                item=item,
                group=group,
            )
    scale = np.sqrt(variance)
    correlation = covariance / np.outer(scale, scale)
    if np.linalg.eigvalsh(correlation)[0] < SMALLEST_EIGENVALUE:
        raise EstimationError(
            "redundant_items",
            f"one item is a sum of others in {group}: their covariance is not "
            "positive definite",
            group=group,
            items=tuple(items),
        )
