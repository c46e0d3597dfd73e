"""Speed of the totals, as ratios within one run; nothing is asserted.

    python validation/bench.py

A million answers, 200 strata, about 5,300 clusters; 20 items by 8 domains. The
floor is numpy reading each needed column once: one addition per value. `svy` and
R's `survey` are timed when installed.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from imppulse.evidence.design import SampleDesign
from imppulse.evidence.estimates import estimate
from imppulse.evidence.totals import totals

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS, STRATA, DOMAINS, ITEMS = 1_000_000, 200, 8, 20
NAMES = [f"q{k}" for k in range(ITEMS)]
KEYS = ["stratum", "cluster", "domain", "weight"]
DESIGN = SampleDesign(weight="weight", strata="stratum", cluster="cluster")
R_SCRIPT = """
suppressMessages(library(survey))
path <- commandArgs(TRUE)[1]; n <- as.integer(commandArgs(TRUE)[2])
q <- paste0("q", 0:19)
bin <- file(path, "rb")
columns <- lapply(c("stratum", "cluster", "domain", "weight", q), function(name)
  readBin(bin, "double", n))
names(columns) <- c("stratum", "cluster", "domain", "weight", q)
data <- as.data.frame(columns)
start <- proc.time()[3]
design <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = data)
means <- svyby(reformulate(q), ~domain, design, svymean)
cat(proc.time()[3] - start)
"""


def answers() -> pl.DataFrame:
    rng = np.random.default_rng(7)
    per_stratum = rng.integers(2, 51, STRATA)
    stratum = np.repeat(np.arange(STRATA), per_stratum)
    cluster = rng.integers(0, len(stratum), ROWS)
    cluster[: len(stratum)] = np.arange(len(stratum))
    return pl.DataFrame(
        {
            "stratum": stratum[cluster].astype(np.int32),
            "cluster": cluster.astype(np.int32),
            "domain": rng.integers(0, DOMAINS, ROWS).astype(np.int8),
            "weight": np.exp(rng.normal(0, 0.5, ROWS)),
            **{
                name: (rng.random(ROWS) < 0.3 + 0.02 * k).astype(np.int8)
                for k, name in enumerate(NAMES)
            },
        }
    )


def best(task: Callable[[], object], *, repeats: int = 5) -> float:
    """Seconds of the fastest run: what else the machine did only adds."""
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        task()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def floor(frame: pl.DataFrame) -> float:
    columns = [frame[name].to_numpy() for name in KEYS + NAMES]
    return best(lambda: [np.add.reduce(column) for column in columns])


def numpy_by_cell(frame: pl.DataFrame) -> float:
    """One weighted count per item and cell: the least a numpy user would write."""
    weight = frame["weight"].to_numpy()
    cell = frame["cluster"].to_numpy() * DOMAINS + frame["domain"].to_numpy()
    columns = [frame[name].to_numpy() for name in NAMES]
    return best(lambda: [np.bincount(cell, weight * column) for column in columns])


def ours(frame: pl.DataFrame) -> float:
    return best(lambda: totals(frame, DESIGN, NAMES, by="domain"))


def finish(frame: pl.DataFrame) -> float:
    table = totals(frame, DESIGN, NAMES, by="domain")
    return best(lambda: estimate(table))


def duckdb_totals(frame: pl.DataFrame) -> float | None:
    if importlib.util.find_spec("duckdb") is None:
        return None
    import duckdb  # noqa: PLC0415 - optional here

    relation = duckdb.from_arrow(frame.to_arrow())
    return best(lambda: totals(relation, DESIGN, NAMES, by="domain"), repeats=3)


def svy_means(frame: pl.DataFrame) -> float | None:
    if importlib.util.find_spec("svy") is None:
        return None
    import svy  # noqa: PLC0415 - optional, and slow to import

    def every_item() -> None:
        design = svy.Design(stratum="stratum", psu="cluster", wgt="weight")
        sample = svy.Sample(frame, design)
        for name in NAMES:
            sample.estimation.mean(name, by="domain")

    return best(every_item, repeats=1)


def r_means(frame: pl.DataFrame) -> float | None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder, "data.bin"), Path(folder, "means.R")
        script.write_text(R_SCRIPT, encoding="utf-8")
        with data.open("wb") as file:
            for name in KEYS + NAMES:
                file.write(frame[name].to_numpy().astype("<f8").tobytes())
        try:
            done = subprocess.run(  # noqa: S603 - our own script
                [rscript, str(script), str(data), str(len(frame))],
                capture_output=True,
                text=True,
                timeout=100,
                check=False,
            )
        except subprocess.TimeoutExpired:
            print("R took more than 100 s and was stopped.")
            return None
    return float(done.stdout) if done.returncode == 0 else None


TASKS: dict[str, Callable[[pl.DataFrame], float | None]] = {
    "floor: numpy adds up each needed column": floor,
    "numpy, one bincount per item, totals only": numpy_by_cell,
    "imppulse: totals (polars)": ours,
    "imppulse: totals (DuckDB)": duckdb_totals,
    "imppulse: from totals to estimates": finish,
    "svy: means by domain": svy_means,
    "R survey: svyby(svymean)": r_means,
}


def main() -> None:
    frame = answers()
    clusters = frame["cluster"].n_unique()
    print(f"{ROWS:,} rows, {clusters} clusters, {ITEMS} items by {DOMAINS} domains")
    print(f"{'':45} {'seconds':>9} {'x floor':>9} {'x imppulse':>11}")
    seconds = {}
    for name, task in TASKS.items():
        seconds[name] = task(frame)
    whole = sum(
        seconds[part] or 0
        for part in ("imppulse: totals (polars)", "imppulse: from totals to estimates")
    )
    least = seconds["floor: numpy adds up each needed column"] or 1
    for name, taken in seconds.items():
        if taken is None:
            print(f"{name:45} {'not installed':>9}")
            continue
        print(f"{name:45} {taken:9.3f} {taken / least:9.1f} {taken / whole:11.2f}")


if __name__ == "__main__":
    main()
