"""Run everything that shows the numbers are right: R, then the simulations (slow).

    python validation/run.py            # R, then every simulation
    python validation/run.py --quick    # every simulation with a few draws; writes nothing

Each R script writes its reference files anew. A number that moves by more than
1e-9 is a finding; where none does, the file is left as it was.
"""

from __future__ import annotations

import csv
import json
import math
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
TOLERANCE = {"rel_tol": 1e-9, "abs_tol": 1e-12}
SHOWN = 5
WITH_R = {"base", "stats", "utils", "methods", "parallel"}
LOADED_BY_OTHERS = {"GPArotation"}  # psych asks for it only when omega is computed
MISSING_R = """
!! Rscript was not found: NOTHING WAS COMPARED WITH R.
!! Debian: apt install {packages}
"""


def r_scripts() -> list[Path]:
    return sorted(HERE.glob("*/*.R"))


def simulations() -> list[Path]:
    """Every script that can be run; the other modules are what they share."""
    found = sorted(HERE.glob("*/*.py"))
    return [
        path for path in found if '__name__ == "__main__"' in path.read_text("utf-8")
    ]


def debian_packages() -> list[str]:
    """The R packages that the scripts load, by the names Debian gives them."""
    named = re.compile(r"(?:library|require)\((\w+)\)|\b([A-Za-z]\w+)::")
    found = {
        first or second
        for path in r_scripts()
        for first, second in named.findall(path.read_text("utf-8"))
    }
    return [
        "r-base-core",
        *sorted(
            f"r-cran-{name.lower()}" for name in (found | LOADED_BY_OTHERS) - WITH_R
        ),
    ]


def home(script: Path) -> Path:
    """Where a script expects to run: the repository when its paths start there."""
    from_repository = '"validation/' in script.read_text(encoding="utf-8")
    return HERE.parent if from_repository else script.parent


def run(*command: str, folder: Path) -> bool:
    started = time.monotonic()
    print(f"→ {' '.join(command)}", flush=True)
    done = subprocess.run(command, cwd=folder, check=False)  # noqa: S603 - our own scripts
    verdict = "done" if done.returncode == 0 else f"FAILED ({done.returncode})"
    print(f"  {verdict} in {time.monotonic() - started:.0f} s", flush=True)
    return done.returncode == 0


def references() -> dict[Path, str]:
    """The text of every file that R scripts read or write."""
    found = (path for kind in ("json", "csv") for path in HERE.glob(f"**/*.{kind}"))
    return {path: path.read_text("utf-8") for path in sorted(found)}


def cells(path: Path, text: str) -> object:
    if path.suffix == ".json":
        return json.loads(text)
    return list(csv.reader(text.splitlines()))


def number(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]  # what is no number is refused here
    except (TypeError, ValueError):
        return None


def differences(old: object, new: object, place: str = "") -> Iterator[str]:
    """Name every place where two files say something else, numbers by the tolerance."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() | new.keys():
            yield from differences(old.get(key), new.get(key), f"{place}/{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for k, pair in enumerate(zip(old, new, strict=True)):
            yield from differences(*pair, f"{place}[{k}]")
    elif not alike(old, new):
        yield f"{place}: {str(old)[:40]} → {str(new)[:40]}"


def alike(old: object, new: object) -> bool:
    first, second = number(old), number(new)
    if first is None or second is None:
        return old == new
    both_undefined = math.isnan(first) and math.isnan(second)
    return both_undefined or math.isclose(first, second, **TOLERANCE)


def changed_references(before: dict[Path, str]) -> bool:
    """Tell what R now says otherwise; put back what it only wrote otherwise."""
    changed = False
    for path, old in before.items():
        new = path.read_text("utf-8")
        if new == old:
            continue
        found = sorted(differences(cells(path, old), cells(path, new)))
        if not found:
            path.write_text(old, encoding="utf-8")
            continue
        changed = True
        name = path.relative_to(HERE)
        print(f"!! R now says otherwise in {name}, {len(found)} places:", *found[:SHOWN], sep="\n   ")  # fmt: skip
    return changed


def run_r() -> bool:
    rscript = shutil.which("Rscript")
    if rscript is None:
        hint = MISSING_R.format(packages=" ".join(debian_packages()))
        print(hint, file=sys.stderr, flush=True)
        return True
    before = references()
    done = [run(rscript, str(path), folder=home(path)) for path in r_scripts()]
    return not changed_references(before) and all(done)


def run_simulations(*options: str) -> bool:
    done = [
        run(sys.executable, str(path), *options, folder=path.parent)
        for path in simulations()
    ]
    return all(done)


def main() -> None:
    if "--quick" in sys.argv[1:]:
        sys.exit(0 if run_simulations("--quick") else 1)
    right = run_r()
    sys.exit(0 if run_simulations() and right else 1)


if __name__ == "__main__":
    main()
