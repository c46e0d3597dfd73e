"""Speed and memory of the evidence library, as ratios within one run.

    python benchmarks/bench.py [--large]

A million answers (ten with --large), 200 strata, about 5,300 clusters; means by
8 domains of one item and of 20. The floor is one pass of one thread that sums each
needed column as the numbers it holds; below it stands the pass of numpy over the same
bytes, added up eight at a time, which no sum of answers can reach. `svy` and R's
`survey` are timed when installed. Ratios are given on the clock and of work (processor
seconds, all threads), which other programs of the machine disturb less. Nothing is
asserted: `benchmarks/README.md` keeps the figures.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import estimate
from imppulse.evidence.survey.totals import totals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STRATA, DOMAINS, ITEMS = 200, 8, 20
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
start <- proc.time()
design <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = data)
means <- svyby(reformulate(q), ~domain, design, svymean)
cat(proc.time()[3] - start[3], sum((proc.time() - start)[1:2]))
"""
# Runs in a process of its own, so that the peak is that of the estimation.
MEMORY_SCRIPT = """
import sys
import polars
from scipy import stats
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.survey.estimates import mean
def status(name):
    with open("/proc/self/status") as lines:
        return next(int(x.split()[1]) / 1024 for x in lines if x.startswith(name))
before = status("VmRSS")
design = SampleDesign(weight="weight", strata="stratum", cluster="cluster")
mean(polars.scan_parquet(sys.argv[1]), sys.argv[2].split(","), design, by="domain")
print(status("VmHWM") - before)
"""


@dataclass(frozen=True)
class Answers:
    """One simulated sample, in memory and in a file."""

    frame: pl.DataFrame
    path: Path

    @classmethod
    def simulated(cls, rows: int, folder: Path) -> Answers:
        """Draw answers of 0 and 1, and write them to Parquet."""
        rng = np.random.default_rng(7)
        per_stratum = rng.integers(2, 51, STRATA)
        stratum = np.repeat(np.arange(STRATA), per_stratum)
        cluster = rng.integers(0, len(stratum), rows)
        cluster[: len(stratum)] = np.arange(len(stratum))
        columns = {
            "stratum": stratum[cluster].astype(np.int32),
            "cluster": cluster.astype(np.int32),
            "domain": rng.integers(0, DOMAINS, rows).astype(np.int8),
            "weight": np.exp(rng.normal(0, 0.5, rows)),
        }
        for k, name in enumerate(NAMES):
            columns[name] = (rng.random(rows) < 0.3 + 0.02 * k).astype(np.int8)
        frame, path = pl.DataFrame(columns), folder / f"{rows}.parquet"
        frame.write_parquet(path)
        return cls(frame, path)

    def with_gaps(self) -> pl.DataFrame:
        """Return answers on five points, one in fifty missing."""
        place = pl.int_range(pl.len())
        return self.frame.with_columns(
            pl.when((place + 7 * k) % 50 > 0)
            .then((pl.col(name) + place % 4 + 1).cast(pl.Int8))
            .alias(name)
            for k, name in enumerate(NAMES)
        )


@dataclass(frozen=True)
class Taken:
    """Seconds on the clock, and seconds of work of all processors together."""

    clock: float
    work: float


def best(task: Callable[[], object], *, repeats: int = 5) -> Taken:
    """Return the least of several runs: what else the machine did only adds."""
    clock, work = [], []
    for _ in range(repeats):
        started, worked = time.perf_counter(), time.process_time()
        task()
        clock.append(time.perf_counter() - started)
        work.append(time.process_time() - worked)
    return Taken(min(clock), min(work))


def floor(answers: Answers, items: Sequence[str]) -> Taken:
    """Sum each needed column once, as numbers, in one thread."""
    columns = [answers.frame[name].to_numpy() for name in [*KEYS, *items]]
    return best(lambda: [column.sum() for column in columns], repeats=9)


def bytes_read(answers: Answers, items: Sequence[str]) -> Taken:
    """Read every byte of the columns once, and add it to something."""
    columns = [answers.frame[name].to_numpy() for name in [*KEYS, *items]]
    words = [column[: len(column) // 8 * 8].view(np.int64) for column in columns]
    return best(lambda: [np.add.reduce(column) for column in words], repeats=9)


def means(frame: object, items: Sequence[str]) -> Callable[[], object]:
    """From rows to estimates, standard errors and intervals."""
    return lambda: estimate(totals(frame, DESIGN, items, by="domain"))


def duckdb_seconds(answers: Answers) -> Taken | None:
    """Time the same from a relation of DuckDB."""
    if importlib.util.find_spec("duckdb") is None:
        return None
    import duckdb  # noqa: PLC0415 - optional here

    relation = duckdb.read_parquet(str(answers.path))
    return best(means(relation, NAMES), repeats=3)


def svy_seconds(answers: Answers) -> Taken | None:
    """Time svy, item by item."""
    if importlib.util.find_spec("svy") is None:
        return None
    import svy  # noqa: PLC0415 - optional, and slow to import

    def every_item() -> None:
        design = svy.Design(stratum="stratum", psu="cluster", wgt="weight")
        sample = svy.Sample(answers.frame, design)
        for name in NAMES:
            sample.estimation.mean(name, by="domain")

    return best(every_item, repeats=1)


def r_seconds(answers: Answers) -> Taken | None:
    """Time R's svyby(svymean); a million rows at most."""
    rscript = shutil.which("Rscript")
    if rscript is None or len(answers.frame) > 1_000_000:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data, script = Path(folder, "data.bin"), Path(folder, "means.R")
        script.write_text(R_SCRIPT, encoding="utf-8")
        with data.open("wb") as file:
            for name in KEYS + NAMES:
                file.write(answers.frame[name].to_numpy().astype("<f8").tobytes())
        line = [rscript, str(script), str(data), str(len(answers.frame))]
        printed = _printed(line, timeout=150)
    return Taken(*printed) if printed else None


def megabytes(answers: Answers, items: Sequence[str]) -> float | None:
    """Peak memory beyond an interpreter with the libraries loaded (Linux)."""
    if not Path("/proc/self/status").exists():
        return None
    line = [sys.executable, "-c", MEMORY_SCRIPT, str(answers.path), ",".join(items)]
    printed = _printed(line, timeout=300)
    return printed[0] if printed else None


def _printed(line: list[str], *, timeout: int) -> list[float]:
    try:
        done = subprocess.run(  # noqa: S603 - our own scripts
            line, capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        return []
    return [float(number) for number in done.stdout.split()]


def _ratios(taken: Taken | None, under: Taken) -> str:
    if taken is None:
        return f"{'not run':>8}"
    clock, work = taken.clock / under.clock, taken.work / under.work
    return f"{taken.clock:8.3f} {clock:8.1f} {taken.work:8.3f} {work:8.1f}"


def say(text: str = "") -> None:
    """Print a line at once: the next may take a minute."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def report(answers: Answers, *, peers: bool) -> Taken:
    """Print one size; return what the 20 items took from the file."""
    rows = len(answers.frame)
    clusters = answers.frame["cluster"].n_unique()
    say(f"\n{rows:,} rows, {clusters} clusters, {ITEMS} items by {DOMAINS} domains")
    least, least_one = floor(answers, NAMES), floor(answers, NAMES[:1])
    gaps = answers.with_gaps()
    scan = pl.scan_parquet(answers.path)
    table = totals(answers.frame, DESIGN, NAMES, by="domain")
    from_file = best(means(scan, NAMES), repeats=3)
    timed = {
        "floor: each needed column summed": least,
        "  their bytes, eight at a time": bytes_read(answers, NAMES),
        "20 items, Parquet file streamed": from_file,
        "20 items, polars in memory": best(means(answers.frame, NAMES), repeats=3),
        "20 items on five points with gaps, polars": best(
            means(gaps, NAMES), repeats=3
        ),
        "20 items, DuckDB reads the Parquet file": duckdb_seconds(answers),
        "  of which from totals to estimates": best(lambda: estimate(table)),
    }
    if peers:
        timed["20 items, svy"] = svy_seconds(answers)
        timed["20 items, R survey (1M rows at most)"] = r_seconds(answers)
    one = {
        "floor of 1 item": least_one,
        "  its bytes, eight at a time": bytes_read(answers, NAMES[:1]),
        "1 item, polars in memory": best(means(answers.frame, NAMES[:1]), repeats=3),
        "1 item, Parquet file streamed": best(means(scan, NAMES[:1]), repeats=3),
    }
    say(f"{'':42} {'clock':>8} {'x floor':>8} {'work':>8} {'x floor':>8}")
    for group, under in ((timed, least), (one, least_one)):
        for name, taken in group.items():
            say(f"{name:42} {_ratios(taken, under)}")
    for items in (NAMES, NAMES[:1]):
        peak = megabytes(answers, items)
        shown = "not measured" if peak is None else f"{peak:.0f} MB"
        say(f"peak memory, {len(items)} items from the Parquet file: {shown}")
    return from_file


def main() -> None:
    """Time two sizes, one ten times the other."""
    parser = argparse.ArgumentParser(description="Speed of the evidence library")
    parser.add_argument(
        "--large", action="store_true", help="ten million rows as well, without peers"
    )
    large = parser.parse_args().large
    with tempfile.TemporaryDirectory() as folder:
        sizes = [100_000, 1_000_000, *([10_000_000] if large else [])]
        taken = []
        for rows in sizes:
            answers = Answers.simulated(rows, Path(folder))
            taken.append(report(answers, peers=rows == 1_000_000))
        growth = [
            f"{after.work / before.work:.1f}" for before, after in pairwise(taken)
        ]
        say(f"\n10 x the rows are x times the work: {', '.join(growth)}")


if __name__ == "__main__":
    main()
