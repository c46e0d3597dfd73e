"""Which columns a regression relates."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.survey.rows import as_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True)
class Formula:
    """Which columns a regression relates; `where` marks the domain."""

    outcome: str
    categorical: tuple[str, ...] = ()
    continuous: tuple[str, ...] = ()
    where: str | None = None
    reference: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        outcome: str,
        categorical: str | Sequence[str],
        continuous: str | Sequence[str],
        **further: Any,
    ) -> Formula:
        """Refuse a column that is named twice.

        Raises
        ------
        EstimationError
            ``repeated_column``, ``unknown_reference``.
        """
        groups = [
            [names] if isinstance(names, str) else [*names]
            for names in (outcome, categorical, continuous)
        ]
        named = [name for group in groups for name in group]
        for name in named:
            if named.count(name) > 1:
                raise EstimationError(
                    "repeated_column",
                    f"column {name!r} is named twice in the regression",
                    column=name,
                )
        reference = dict(further.pop("reference", None) or {})
        for name in reference:
            if name not in groups[1]:
                raise EstimationError(
                    "unknown_reference",
                    f"a reference level was given for {name!r}, which is not a "
                    "categorical covariate",
                    column=name,
                )
        return cls(
            outcome=outcome,
            categorical=as_names(categorical),
            continuous=as_names(continuous),
            reference=reference,
            **further,
        )

    @property
    def domain_keys(self) -> tuple[str, ...]:
        """Columns whose values make cells: the marker of the domain, then levels."""
        return (*([] if self.where is None else [self.where]), *self.categorical)

    def with_outcome_as_level(self) -> Formula:
        """Return the formula that reads cells of each answer of the outcome."""
        return replace(self, categorical=(self.outcome, *self.categorical))
