"""From a plan file and an answer file to what the evaluation is asked."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from imppulse import instruments
from imppulse.evidence.effects.two_waves import TwoWaveEvaluation, TwoWaves
from imppulse.evidence.findings.design_facts import DesignFacts, Unit
from imppulse.evidence.scales.scales import add_indices
from imppulse.instruments.indices import index
from imppulse.tables import (
    PlanFile,
    Table,
    require_columns,
    require_complete,
    require_numbers,
    require_values,
    require_weights,
)


def prepared(table: Table, plan: PlanFile) -> Table:
    """Return the answers of the population with the outcome, checked as written."""
    columns = plan.needed("columns")
    roles, values = columns.roles, columns.values
    if plan.unit == Unit.CLUSTERS and "area" not in roles:
        raise plan.section("columns").missing("area", 'area = "district"')
    if plan.waves_before == 0 and plan.comparison == 0:
        raise plan.source.error("plan_measured_once")
    require_columns(table, [*roles.values(), *columns.compared])
    table = _population(table, roles, values)
    require_values(table, roles["arm"], _arms(plan, values))
    require_complete(table, [roles[each] for each in ("wave", "area") if each in roles])
    if "weight" in roles:
        table = require_weights(table, roles["weight"])
    texts = [roles["arm"], roles["wave"]]
    return _with_outcome(
        table.with_frame(table.frame.with_columns(pl.col(texts).cast(pl.String))), plan
    )


def two_waves(plan: PlanFile) -> TwoWaves:
    columns = plan.needed("columns")
    roles, values = columns.roles, columns.values
    in_areas = plan.unit == Unit.CLUSTERS
    return TwoWaves(
        item=plan.outcome.name,
        arm=roles["arm"],
        treated=values["pilot"],
        comparison=values["comparison"] if plan.comparison else None,
        wave=roles["wave"],
        before=values["before"] if plan.waves_before else None,
        after=values["after"],
        area=roles["area"] if in_areas else None,
        weight=roles.get("weight"),
        stratum=roles.get("stratum"),
        cluster=roles.get("cluster"),
        person=roles.get("person") if plan.panel else None,
        compared=columns.compared,
        self_selected=plan.needed("facts").flags["self_selected"],
    )


def facts_of(plan: PlanFile, done: TwoWaveEvaluation) -> DesignFacts:
    """Put together what the answers say and what the plan states."""
    stated = plan.needed("facts")
    return DesignFacts(
        points_before=min(plan.waves_before, 1),
        points_after=1,
        treated=done.treated,
        comparison=done.comparison,
        unit=done.unit,
        assignment=plan.assignment,
        inference=done.inference,
        response_gap=stated.response_gap,
        attrition=done.attrition,
        attrition_gap=done.attrition_gap,
        primary_outcome=True,
        plan_locked_before_follow_up=stated.locked_in_time,
        effective_n=done.effective_n,
        baseline_difference=done.baseline_difference,
        dose=stated.dose,
        **stated.flags,
    )


def _population(
    table: Table, roles: Mapping[str, str], values: Mapping[str, str]
) -> Table:
    if "side" not in roles:
        return table
    here = pl.col(roles["side"]).cast(pl.String) == values["population"]
    rows = table.frame.with_row_index("row ").filter(here)
    numbers = [table.row_number(at) for at in rows["row "]]
    return replace(table, frame=rows.drop("row "), rows=numbers)


def _arms(plan: PlanFile, values: Mapping[str, str]) -> list[str]:
    return [values["pilot"], *([values["comparison"]] if plan.comparison else [])]


def _with_outcome(table: Table, plan: PlanFile) -> Table:
    """Build the index of the question bank where the file has no such column."""
    name = plan.outcome.name
    known = {construct.name for construct in instruments.constructs()}
    if name in table.frame.columns or name not in known:
        return require_numbers(table, [name])
    construct = instruments.construct(name)
    table = require_numbers(table, construct.items)
    return table.with_frame(add_indices(table.frame, [index(construct)]))
