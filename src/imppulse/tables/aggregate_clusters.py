"""Sums by cluster in an aggregate file: one row per cluster, domain and item."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from imppulse.evidence.disclosure.released import ReleasedEstimates
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.summands import SUMS
from imppulse.evidence.survey.totals import Totals

# What the manifest says of the sums; clusters are numbered as in the rows.
Facts = Mapping[str, Any]


def cluster_facts(totals: Totals) -> Facts:
    design = totals.design
    return {
        "items": totals.items,
        "denominators": totals.denominators,
        "stratum_of_cluster": totals.stratum_of_cluster.tolist(),
        "sampling_fraction": totals.sampling_fraction.tolist(),
        "design": {
            name: getattr(design, name)
            for name in ("weight", "strata", "cluster", "fpc", "lonely")
        },
    }


def clusters_frame(totals: Totals) -> pl.DataFrame:
    items, rows = len(totals.items), len(totals.cluster_of_row)
    columns: dict[str, Any] = {
        "cluster": np.repeat(totals.cluster_of_row, items),
        "domain": np.repeat(totals.domain_of_row, items),
        "item": np.tile(np.arange(items), rows),
    }
    return pl.DataFrame(columns | {kind: totals.sums[kind].ravel() for kind in SUMS})


def clusters_of(
    facts: Facts, frame: pl.DataFrame, estimates: ReleasedEstimates
) -> Totals:
    items = len(facts["items"])
    stratum = np.array(facts["stratum_of_cluster"], dtype=np.int64)
    fraction = np.array(facts["sampling_fraction"], dtype=float)
    one_per_row = frame.gather_every(items)
    return Totals(
        design=SampleDesign(**facts["design"]),
        items=tuple(facts["items"]),
        denominators=tuple(facts["denominators"]),
        by=estimates.by,
        domains=estimates.domains,
        strata=tuple(range(len(fraction))),
        stratum_of_cluster=stratum,
        primary_of_cluster=np.arange(len(stratum)),
        sampling_fraction=fraction,
        unit_fraction=None,
        cluster_of_row=one_per_row["cluster"].to_numpy(),
        domain_of_row=one_per_row["domain"].to_numpy(),
        sums={kind: frame[kind].to_numpy().reshape(-1, items) for kind in SUMS},
    )
