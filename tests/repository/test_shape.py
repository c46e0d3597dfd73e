"""Functions stay short: ruff has a rule for their branches, none for their length."""

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/imppulse"
LONGEST = 60


def functions():
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(SOURCE)}:{node.name}", node


def lines(node):
    return node.end_lineno - node.lineno + 1


def test_no_function_is_longer_than_sixty_lines_with_its_docstring():
    long = {name: lines(node) for name, node in functions() if lines(node) > LONGEST}
    assert long == {}


def test_ruff_holds_complexity_and_arguments():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lint = settings["tool"]["ruff"]["lint"]
    assert {"C90", "PL"} <= set(lint["select"])
    assert lint["mccabe"]["max-complexity"] == 8
    assert lint["pylint"]["max-args"] == 6
    assert lint["pylint"]["max-statements"] == 30
    assert not {"C901", "PLR0913", "PLR0915"} & set(lint["ignore"])
