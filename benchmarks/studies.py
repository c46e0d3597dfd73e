"""How long a diagnosis takes, and the closing of a large wave by import.

    python benchmarks/studies.py [--large]

A diagnosis of 20 indices by 40 districts of 100,000 answers of people drawn one by one;
with `--large` the import of a million answers of the core questionnaires, as a wave of a
database and a folder of its own. Each runs in a process of its own, so that the peak of
memory is its own. Nothing is asserted: `benchmarks/README.md` keeps the figures.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

SIDES = ("population", "police_officers")
DISTRICTS = 40
ITEMS = 20
MEGA = 1024


def answers(rows: int) -> pl.DataFrame:
    """Draw people of two sides, nine of ten residents, by district."""
    draw = np.random.default_rng(20261122)
    police = np.arange(rows) % 10 == 0
    district = np.char.add("d", draw.integers(0, DISTRICTS, rows).astype(str))
    return pl.DataFrame(
        {
            "side": np.where(police, SIDES[1], SIDES[0]),
            "district": district,
            "stratum": np.where(police, SIDES[1], district),
            "age_group": np.char.add("a", draw.integers(0, 4, rows).astype(str)),
            "weight": draw.random(rows) + 0.5,
        }
    ).with_columns(
        pl.when(pl.col("side") == SIDES[0]).then(pl.col(name)).alias(name)
        for name in ("district", "age_group")
    )


def diagnosis(rows: int) -> None:
    """Time the diagnosis alone: 20 indices of one item, on both sides, by district."""
    from imppulse.evidence.diagnosis.diagnosis import (  # noqa: PLC0415 - timed apart
        DiagnosisPlan,
        FactorMeasure,
        diagnose,
    )
    from imppulse.evidence.scales.scales import Index, IndexItem  # noqa: PLC0415
    from imppulse.evidence.survey.design import SampleDesign  # noqa: PLC0415

    draw = np.random.default_rng(1)
    frame = answers(rows).with_columns(
        pl.Series(f"q{k}", draw.integers(0, 11, rows)) for k in range(ITEMS)
    )
    names = [f"i{k}" for k in range(ITEMS)]
    plan = DiagnosisPlan(
        indices=tuple(
            Index(name, (IndexItem(f"q{k}", 0, 10),)) for k, name in enumerate(names)
        ),
        sides=SIDES,
        design=SampleDesign(weight="weight", strata="stratum", lonely="adjust"),
        factors=tuple(FactorMeasure(name, (name,)) for name in names),
        district="district",
    )
    diagnose(frame.head(2_000), plan)  # what is imported once is not timed
    measured(f"diagnosis of {rows:,} answers", lambda: diagnose(frame, plan))


def closing(rows: int) -> None:
    """Time the import of a wave: checked, merged, shuffled, written, with its checksum."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "IMPPULSE_HOME": home,
            "DJANGO_SETTINGS_MODULE": "imppulse.config.settings",
            "DEBUG": "1",
        }
        import django  # noqa: PLC0415 - settings read the environment set above

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", interactive=False, verbosity=0)
        sys.path.insert(0, str(Path(__file__).parents[1]))
        from tests.studies.survey import make_study, plan_wave  # noqa: PLC0415

        from imppulse import instruments  # noqa: PLC0415
        from imppulse.studies import actions  # noqa: PLC0415
        from imppulse.studies.choices import CollectionMode  # noqa: PLC0415

        study = make_study()
        plan_wave(study, mode=CollectionMode.ACCESS_CODES)
        draw, frame = np.random.default_rng(1), answers(rows)
        for side in SIDES:
            for name in instruments.questionnaire(side).items:
                codes = np.array(instruments.item(name).scale.codes, dtype=np.int16)
                drawn = pl.Series(name, draw.choice(codes, rows))
                own = pl.col("side") == side
                before = pl.col(name) if name in frame.columns else pl.lit(None)
                frame = frame.with_columns(
                    pl.when(own).then(drawn).otherwise(before).alias(name)
                )
        measured(
            f"import of {rows:,} answers, {frame.width} columns",
            lambda: actions.import_closed_wave(study, 1, frame, by="bench"),
        )
        wave = study.waves.get()
        measured(
            "diagnosis of the platform, with priorities, groups, drivers",
            lambda: actions.diagnose_wave(wave, by="bench"),
        )


def measured(what: str, task: object) -> None:
    """Print the clock, the work of all processors, and the peak of memory so far."""
    started, worked = time.perf_counter(), time.process_time()
    task()  # type: ignore[operator] # a function without arguments
    clock, work = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGA
    sys.stdout.write(
        f"{what}: {clock:.1f} s on the clock, {work:.1f} s of work, peak {peak:.0f} MB\n"
    )
    sys.stdout.flush()


def main() -> None:
    """Run what was asked for, each in a process of its own."""
    parser = argparse.ArgumentParser(description="Speed of diagnosis and closing")
    parser.add_argument("--large", action="store_true", help="a million answers too")
    parser.add_argument("--only", choices=("diagnosis", "closing"))
    parser.add_argument("--rows", type=int, default=100_000)
    given = parser.parse_args()
    if given.only:
        {"diagnosis": diagnosis, "closing": closing}[given.only](given.rows)
        return
    runs = [("diagnosis", "100000"), ("closing", "100000")]
    runs += [("closing", "1000000")] if given.large else []
    for name, rows in runs:
        line = [sys.executable, __file__, "--only", name, "--rows", rows]
        subprocess.run(line, check=True)  # noqa: S603 - this very file


if __name__ == "__main__":
    main()
