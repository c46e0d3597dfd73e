"""The table of methods: how each is known to be right (see methods.toml)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
TESTS = "../tests/evidence/"


def methods() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(
        (HERE / "methods.toml").read_text("utf-8")
    )["method"]
    return found


def as_markdown() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    table = methods()
    functions = [name for method in table for name in method["functions"]]
    pinned = sum("r" in method for method in table)
    simulated = sum("simulation" in method for method in table)
    yield "# How each method is known to be right\n"
    yield "Made by `make docs` from `methods.toml` in this folder. Every public function of `imppulse.evidence` is in one row; a test holds it to that, and looks"
    yield "whether each test and simulation named here exists. Besides, hypothesis drives every public function with bad input"
    yield "(`tests/evidence/test_answer_or_refuse.py`, `test_numbers_answer_or_refuse.py`).\n"
    yield f"{len(functions)} functions in {len(table)} rows; {pinned} rows pinned to R, all with a property test, {simulated} simulated. Reasons stand where something is missing.\n"
    yield "| method | functions | pinned to R by | keeps | simulated by |\n|---|---|---|---|---|"
    for method in table:
        names = ", ".join(f"`{name}`" for name in method["functions"])
        cells = (
            method["need"],
            names,
            _tests(method, "r", "without_r"),
            _tests(method, "property", "without_property"),
            _simulations(method),
        )
        yield f"| {' | '.join(cells)} |"


def _tests(method: dict[str, Any], kind: str, reason: str) -> str:
    if kind not in method:
        return f"no: {method[reason]}"
    files = dict.fromkeys(name.partition("::")[0] for name in method[kind])
    count = {file: sum(n.startswith(f"{file}::") for n in method[kind]) for file in files}  # fmt: skip
    return ", ".join(f"[{file}]({TESTS}{file}) ({count[file]})" for file in files)


def _simulations(method: dict[str, Any]) -> str:
    if "simulation" not in method:
        return f"no: {method['without_simulation']}"
    return ", ".join(f"[{script}]({script})" for script in method["simulation"])
