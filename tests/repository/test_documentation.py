"""The documentation says what the code does."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_pages_made_from_the_code_are_current():
    checked = subprocess.run(
        [sys.executable, "-m", "docs.generate", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_setting_is_described():
    source = (ROOT / "src/imppulse/config/settings.py").read_text("utf-8")
    described = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    used = set(re.findall(r'environ\.get\(\s*"(\w+)"', source)) | {"DATABASE_URL"}
    assert {name for name in used if f"`{name}`" not in described} == set()


def test_every_command_is_listed_by_make():
    makefile = (ROOT / "Makefile").read_text()
    listed = subprocess.run(
        [sys.executable, "dev.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    commands = re.findall(r"^\s+make ([\w-]+)", listed, re.MULTILINE)
    wanted = ["setup", "demo", "run", "test", "test-fast", "lint", "types", "imports", "docs", "bench", "validate", "ci"]  # fmt: skip
    assert set(wanted) <= set(commands)
    for name in commands:
        assert re.search(rf"^\.PHONY:.*\b{name}\b", makefile, re.MULTILINE)
