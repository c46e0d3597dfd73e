"""Run everything that shows the numbers are right: R, then the simulations (slow).

    python validation/run.py

Each R script writes its reference file anew; a file that changes is a finding.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
MISSING_R = """
!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
!! Rscript was not found: NOTHING WAS COMPARED WITH R.                      !!
!! Debian: apt install r-base-core r-cran-survey r-cran-metafor             !!
!!         r-cran-jsonlite                                                  !!
!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
"""


def scripts(pattern: str) -> list[Path]:
    return sorted(HERE.glob(f"*/{pattern}"))


def run(*command: str, folder: Path) -> bool:
    started = time.monotonic()
    print(f"→ {' '.join(command)}", flush=True)
    done = subprocess.run(command, cwd=folder, check=False)  # noqa: S603 - our own scripts
    verdict = "done" if done.returncode == 0 else f"FAILED ({done.returncode})"
    print(f"  {verdict} in {time.monotonic() - started:.0f} s", flush=True)
    return done.returncode == 0


def run_r() -> bool:
    rscript = shutil.which("Rscript")
    if rscript is None:
        print(MISSING_R, file=sys.stderr, flush=True)
        return True
    done = [run(rscript, str(path), folder=home(path)) for path in scripts("*.R")]
    return all(done)


def home(script: Path) -> Path:
    """Where a script expects to run: the repository when its paths start there."""
    from_repository = '"validation/' in script.read_text(encoding="utf-8")
    return HERE.parent if from_repository else script.parent


def changed_references() -> list[str]:
    """Reference files that R wrote differently from the ones committed."""
    git = shutil.which("git")
    if git is None:
        return []
    command = [git, "diff", "--name-only", "--", "*.json"]
    listed = subprocess.run(  # noqa: S603 - a fixed command
        command, cwd=HERE, capture_output=True, text=True, check=False
    )
    return listed.stdout.split()


def run_simulations() -> bool:
    found = scripts("coverage.py")
    done = [run(sys.executable, str(path), folder=path.parent) for path in found]
    return all(done)


def main() -> None:
    right = run_r()
    changed = changed_references()
    if changed:
        print(f"!! R now writes other figures: {', '.join(changed)}", file=sys.stderr)
    right = run_simulations() and right and not changed
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
