"""Every example of the reference page gives what the page shows."""

import re
import shlex
from pathlib import Path

import pytest

from imppulse.cli import app, run
from imppulse.tables import read_study

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/command-line.md").read_text("utf-8")
EXAMPLES = re.findall(r"```console\n\$ imppulse (.+)\n((?:.|\n)*?)```", PAGE)


@pytest.mark.parametrize(("command", "shown"), EXAMPLES)
def test_example(command, shown, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    run(shlex.split(command))
    written = capsys.readouterr()
    assert (written.out + written.err).startswith(shown)


def test_study_file_of_the_page():
    [text] = re.findall(r"```toml\n((?:.|\n)*?)```", PAGE)
    study = read_study(text.encode())
    assert study.items == {"fair_respect": "Q12"}
    assert study.design["lonely"] == "adjust"


def test_every_verb_has_its_place():
    for verb in app.registered_commands:
        assert re.search(rf"^## .*\b{verb.callback.__name__}\b", PAGE, re.MULTILINE)
