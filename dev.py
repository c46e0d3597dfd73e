"""Every command of the repository. Standard library only, so `python3 dev.py demo` works on a bare machine."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
RUN_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
SPARK_LOCK = ROOT / "requirements-spark.lock"
INSTALLER_LOCK = ROOT / "requirements-installer.lock"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# One worker runs a whole file, so that what a file sets up is set up once; longest first.
BY_FILE = ("--dist", "loadfile", "--no-loadscope-reorder")
COMMANDS: dict[str, Callable[[], None]] = {}


def command(function: Callable[[], None]) -> Callable[[], None]:
    COMMANDS[function.__name__.replace("_", "-")] = function
    return function


def say(text: str) -> None:
    print(f"→ {text}", flush=True)


def run(program: str, *arguments: str, **variables: str) -> None:
    """Run a program of the environment; stop with its exit code when it fails."""
    found = BIN / program
    line = [str(found) if found.exists() else program, *arguments]
    done = subprocess.run(line, cwd=ROOT, env=os.environ | variables, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def wanted(lock: Path) -> str:
    """What the environment is built from: a change of any of these builds it anew."""
    sources = [
        lock,
        ROOT / "pyproject.toml",
        *sorted(ROOT.glob("src/**/LC_MESSAGES/*.po")),
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def pip(*arguments: str) -> None:
    run("python", "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off",
        "--no-compile", "--quiet", *arguments)  # fmt: skip


def install(*arguments: str) -> None:
    """Install with uv, which takes a tenth of pip's time; with pip where uv cannot."""
    line = [
        str(BIN / "uv"),
        "pip",
        "install",
        "--quiet",
        "--python",
        str(BIN / "python"),
    ]
    if subprocess.run([*line, *arguments], cwd=ROOT, check=False).returncode:
        say("uv could not; trying with pip")
        pip(*arguments)


def from_lock(lock: Path) -> None:
    install("--require-hashes", "--no-deps", "-r", str(lock))


def environment(lock: Path) -> None:
    """Make .venv hold exactly what the lock names, and this project."""
    stamp = VENV / f"{lock.name}.sha256"
    if stamp.exists() and stamp.read_text() == wanted(lock):
        return
    if sys.version_info < (3, 11):  # noqa: UP036 (an older Python may run this very file)
        sys.exit("Python 3.11 or newer is needed.")
    started = time.monotonic()
    if not (BIN / "python").exists():
        say("making the environment (.venv)")
        venv.create(VENV, with_pip=True, clear=True)
    say("installing the locked packages")
    pip("--require-hashes", "--no-deps", "-r", str(INSTALLER_LOCK))
    from_lock(lock)
    say("installing IMPPULSE itself")
    install("--no-deps", "--no-build-isolation", "-e", str(ROOT))
    stamp.write_text(wanted(lock))
    say(f"environment ready in {time.monotonic() - started:.0f} s")


@command
def setup() -> None:
    """Make the environment in .venv with everything in it"""
    environment(DEV_LOCK)


def setup_to_run() -> None:
    """Whoever only looks needs no development tools; whoever has them needs nothing more."""
    developed = VENV / f"{DEV_LOCK.name}.sha256"
    environment(DEV_LOCK if developed.exists() else RUN_LOCK)


@command
def demo() -> None:
    """Set up, fill the demonstration and serve it on PORT (8000) until interrupted"""
    setup_to_run()
    run("imppulse", "demo")


@command
def run_() -> None:
    """Set up and serve an empty installation, with its first-run page"""
    setup_to_run()
    run("imppulse", "serve")


COMMANDS["run"] = COMMANDS.pop("run-")


def browser() -> None:
    """Install Chromium where it is missing and the machine allows it."""
    if os.environ.get("CHROME") or any(map(shutil.which, BROWSERS)):
        return
    if sys.platform == "linux" and shutil.which("apt-get") and os.geteuid() == 0:
        say("installing Chromium for the browser tests")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", "-qq", **quiet)
        run(
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "chromium",
            **quiet,
        )
        return
    print(
        "!! No Chromium found: browser tests will be skipped (set CHROME to a browser).",
        file=sys.stderr,
    )


@command
def test() -> None:
    """Set up, install Chromium when missing, run all tests but Spark's"""
    setup()
    browser()
    run("pytest", "-n", "2", *BY_FILE, "-m", "not spark")


def install_spark() -> None:
    stamp = VENV / f"{SPARK_LOCK.name}.sha256"
    if stamp.exists() and stamp.read_text() == wanted(SPARK_LOCK):
        return
    say("installing PySpark (half a gigabyte)")
    from_lock(SPARK_LOCK)
    stamp.write_text(wanted(SPARK_LOCK))


@command
def test_spark() -> None:
    """Install PySpark when missing and test the evidence library on it (needs Java)"""
    setup()
    install_spark()
    run("pytest", "-m", "spark", "tests/spark")


@command
def test_fast() -> None:
    """Run the tests that need neither a browser nor PostgreSQL nor a second"""
    setup()
    run(
        "pytest",
        "-n",
        "2",
        *BY_FILE,
        "-m",
        "not browser and not postgres and not slow and not spark",
    )


@command
def lint() -> None:
    """Check style (ruff)"""
    setup()
    run("ruff", "check", ".")
    run("ruff", "format", "--check", ".")


@command
def fix() -> None:
    """Mend what ruff can mend"""
    setup()
    run("ruff", "check", "--fix", ".")
    run("ruff", "format", ".")


@command
def types() -> None:
    """Check types (mypy --strict)"""
    setup()
    run("mypy")


@command
def imports() -> None:
    """Check the architecture (import-linter)"""
    setup()
    run("lint-imports", "--no-cache")


@command
def messages() -> None:
    """Compile the message catalogues after a change of a .po file"""
    setup()
    run(
        "python",
        "-c",
        "from pathlib import Path; import hatch_build as build; build.compile_catalogues(Path())",
    )


@command
def docs() -> None:
    """Write the pages of docs/reference that come from the code"""
    setup()
    run("python", "-m", "docs.generate")


@command
def bench() -> None:
    """Print the speed of the evidence library as ratios to a floor and to peers"""
    setup()
    run("python", "benchmarks/bench.py")


@command
def validate() -> None:
    """Run R and the simulations behind the pinned numbers (slow)"""
    setup()
    run("python", "validation/run.py")


@command
def ci() -> None:
    """Everything a change must pass"""
    setup()
    with ThreadPoolExecutor(max_workers=2) as beside:
        # PySpark is built from its source package: half a minute that lint need not wait for.
        spark = beside.submit(install_spark)
        checked = beside.submit(types)
        lint()
        imports()
        run("imppulse", "manage", "makemigrations", "--check", "--dry-run")
        run("python", "-m", "docs.generate", "--check")
        spark.result()
        test_spark()
        checked.result()
    test()


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "help"
    if name not in COMMANDS:
        for key, function in COMMANDS.items():
            print(f"  make {key:<11} {function.__doc__}")
        sys.exit(0 if name == "help" else 2)
    try:
        COMMANDS[name]()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
