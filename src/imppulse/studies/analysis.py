"""The only door from waves to the evidence library."""

from importlib.metadata import version
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.errors import Refused
from imppulse.evidence.diagnosis.diagnosis import DiagnosisPlan, diagnose
from imppulse.evidence.diagnosis.domain_means import domain_means
from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD
from imppulse.evidence.results import Estimate
from imppulse.evidence.survey.design import SampleDesign
from imppulse.instruments import diagnosis_plan
from imppulse.instruments.diagnosis_details import details
from imppulse.instruments.diagnosis_plan import ASKED
from imppulse.studies import queries, weighting
from imppulse.studies.models import Wave

# A stratum with one answer takes the deviation from the whole sample: cautious.
DESIGN = SampleDesign(weight="weight", strata="stratum", lonely="adjust")
LEVEL = 0.95


def diagnosed(wave: Wave) -> dict[str, Any]:
    """Compute the diagnosis of a closed wave and the estimate of every item."""
    frame = queries.answers_to_diagnose(wave)
    items = [item.name for item in instruments.items() if item.name in frame.columns]
    renamed = frame.rename({name: ASKED + name for name in items})
    asked = plan(wave, renamed)
    results = diagnose(renamed, asked)
    return {
        "results": results.to_dict(),
        "details": details(renamed, asked, results).to_dict(),
        "items": item_estimates(frame, items, self_selected=wave.self_selected),
        "data_checksum": wave.checksum,
        "weighting": queries.weighting_in_use(wave),
        "library_version": version("imppulse"),
    }


def plan(wave: Wave, answers: pl.DataFrame) -> DiagnosisPlan:
    """Read from the question bank what this wave can tell."""
    found = diagnosis_plan.plan(
        answers,
        design=weighting.design(answers.columns, DESIGN),
        force=wave.study.force.slug,
        district="district",
        self_selected=wave.self_selected,
        heard=queries.kinds_of_source(wave.study),
    )
    if found is None:
        raise Refused("nothing_said", _("Nobody answered enough to say anything."))
    return found


def item_estimates(
    frame: pl.DataFrame, items: list[str], *, self_selected: bool
) -> list[dict[str, Any]]:
    """Estimate the mean answer to every item, by side, on the item's own scale."""
    answered = frame.with_columns(
        pl.when(~pl.col(name).is_in(instruments.item(name).missing))
        .then(pl.col(name))
        .alias(name)
        for name in items
    )
    given = [
        name
        for name in items
        if answered[name].count() and not instruments.item(name).scale.nominal
    ]
    if not given:
        return []
    design = weighting.design(frame.columns, DESIGN)
    found = domain_means(answered, design, given, by=("side",), level=LEVEL)
    return [
        published(
            row(name, str(domain[0]), found.at(i, j)), self_selected=self_selected
        )
        for i, name in enumerate(given)
        for j, domain in enumerate(found.domains)
        if found.answers[i, j]
    ]


def row(item: str, side: str, estimate: Estimate) -> dict[str, Any]:
    numbers = {
        name: getattr(estimate, name) for name in ("n", "df", "ci_low", "ci_high")
    }
    return {"item": item, "side": side, "mean": estimate.estimate} | numbers


def published(row: dict[str, Any], *, self_selected: bool) -> dict[str, Any]:
    """Say nothing under the threshold, and no interval where people chose themselves."""
    hidden = row["n"] < PUBLISHED_THRESHOLD
    interval = () if hidden or self_selected or row["df"] < 1 else ("ci_low", "ci_high")
    shown = () if hidden else ("mean", "n", *interval)
    kept = {name: row[name] for name in ("item", "side")}
    numbers = dict.fromkeys(("mean", "n", "ci_low", "ci_high"))
    return kept | numbers | {name: row[name] for name in shown}
