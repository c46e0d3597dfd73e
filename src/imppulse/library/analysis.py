"""From records to rows, and from rows to what is pooled; the evidence package is called once."""

import math
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any, Literal

from imppulse.evaluations.queries import evaluation_of, plan_of
from imppulse.evidence.results import document, t_quantile
from imppulse.evidence.synthesis.mixed_effects import Test
from imppulse.evidence.synthesis.synthesis import (
    PooledEffect,
    TooFewStudies,
    synthesise,
)
from imppulse.library.choices import EvidenceStatus
from imppulse.library.models import PublishedEstimate, Synthesis
from imppulse.pilots.choices import Stage
from imppulse.pilots.models import Pilot

METHOD: Literal["REML"] = "REML"
TEST: Test = "knapp-hartung"
LEVEL = 0.95

RowStatus = Literal["result", "stopped", "awaited", "suppressed", "retracted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One line of a synthesis; without a number, `status` says why."""

    kind: Literal["pilot", "published"]
    name: str
    study: str = ""
    status: RowStatus
    estimate: float | None = None
    std_error: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    df: float | None = None
    p_value: float | None = None
    n: int | None = None
    direction: str | None = None

    @property
    def key(self) -> str:
        return f"{self.study}/{self.name}" if self.study else self.name


def pilot_row(pilot: Pilot) -> ResultRow:
    evaluation = evaluation_of(plan_of(pilot))
    if evaluation is None:
        stopped = pilot.stage == Stage.STOPPED
        return ResultRow(
            kind="pilot", name=pilot.slug, status="stopped" if stopped else "awaited"
        )
    if evaluation.finding.get("suppressed"):
        return ResultRow(kind="pilot", name=pilot.slug, status="suppressed")
    numbers = ("estimate", "std_error", "ci_low", "ci_high", "df", "p_value", "n")
    return ResultRow(
        kind="pilot",
        name=pilot.slug,
        status="result",
        direction=evaluation.finding.get("direction"),
        **{name: evaluation.effect.get(name) for name in numbers},
    )


def published_row(found: PublishedEstimate) -> ResultRow:
    """Give the interval with the degrees of freedom of the study, normal without them."""
    retracted = found.study.status == EvidenceStatus.RETRACTED
    df = found.df
    reach = float(t_quantile(LEVEL, df if df else math.inf)) * found.std_error
    return ResultRow(
        kind="published",
        name=found.site,
        study=found.study.slug,
        status="retracted" if retracted else "result",
        estimate=found.estimate,
        std_error=found.std_error,
        ci_low=found.estimate - reach,
        ci_high=found.estimate + reach,
        df=df,
    )


def rows_of(synthesis: Synthesis) -> list[ResultRow]:
    published = synthesis.published_estimates.select_related("study")
    pilots = synthesis.pilots.select_related("plan__evaluation").order_by("slug")
    return [*map(published_row, published), *map(pilot_row, pilots)]


def results_of(rows: list[ResultRow]) -> dict[str, Any]:
    """Pool what has a number: three results or more, else their range."""
    numbers = [
        (row.key, row.estimate, row.std_error, row.df)
        for row in rows
        if row.status == "result" and row.estimate is not None and row.std_error
    ]
    results: dict[str, Any] = {
        "rows": [asdict(row) | {"key": row.key} for row in rows],
        "pooled": None,
        "classical": None,
        "range": None,
        "weights": {},
        "df_counted": False,
        "method": METHOD,
        "test": TEST,
        "library_version": version("imppulse"),
    }
    if numbers:
        results |= _pooled(numbers)
    return document(results)


def _pooled(numbers: list[tuple[str, float, float, float | None]]) -> dict[str, Any]:
    labels, estimates, std_errors, degrees = zip(*numbers, strict=True)
    df = _row_df(degrees)

    def pool(test: Test, df: list[float] | None) -> PooledEffect | TooFewStudies:
        return synthesise(
            estimates,
            std_errors,
            df=df,
            method=METHOD,
            test=test,
            labels=labels,
            level=LEVEL,
        )

    found = pool(TEST, df)
    if isinstance(found, TooFewStudies):
        return {"range": found}
    return {
        "pooled": found,
        # What other work does takes every standard error as known.
        "classical": pool("classical", None),
        "weights": dict(zip(found.labels, found.weights, strict=True)),
        "df_counted": df is not None,
    }


def _row_df(degrees: tuple[float | None, ...]) -> list[float] | None:
    """Give the degrees of freedom of the standard errors; those not stated count as known."""
    if not any(degrees):
        return None
    return [max(df, 1.0) if df else math.inf for df in degrees]
