"""The table of methods names every public function, and only what exists."""

import ast
import inspect
from functools import cache
from pathlib import Path

import pytest
from validation.methods import methods
from validation.run import HERE, simulations

import imppulse.evidence as public

TESTS = Path(__file__).parents[1] / "evidence"
METHODS = methods()
SCRIPTS = {str(path.relative_to(HERE)) for path in simulations()}
by_need = pytest.mark.parametrize("method", METHODS, ids=lambda method: method["need"])


@cache
def named_in(file):
    """Names of the tests of a file, with their decorators and the file's marks."""
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    marks = [
        ast.unparse(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
    ]
    return {
        node.name: [*marks, *map(ast.unparse, node.decorator_list)]
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }


def decorators(name):
    file, _, test = name.partition("::")
    return named_in(file)[test]


def test_every_public_function_has_one_row():
    functions = {name for name in public.__all__ if inspect.isfunction(getattr(public, name))}  # fmt: skip
    named = [name for method in METHODS for name in method["functions"]]
    assert sorted(named) == sorted(functions)


@by_need
def test_every_method_is_pinned_to_r_or_says_what_stands_in(method):
    assert ("r" in method) != ("without_r" in method)
    assert all("pytest.mark.reference" in decorators(name) for name in method.get("r", ()))  # fmt: skip
    if "without_r" in method:
        assert all(decorators(name) is not None for name in method["stand_in"])
        assert method["stand_in"]


@by_need
def test_every_method_keeps_a_property_under_hypothesis(method):
    assert method["property"]
    for name in method["property"]:
        assert any(each.startswith("given(") for each in decorators(name)), name


@by_need
def test_every_method_is_simulated_or_says_why_not(method):
    assert ("simulation" in method) != ("without_simulation" in method)
    assert set(method.get("simulation", ())) <= SCRIPTS


def test_a_method_simulated_through_the_public_door_has_published_figures():
    page = (HERE / "simulation/PUBLIC_FUNCTIONS.md").read_text("utf-8")
    figures = [line for line in page.splitlines() if line.startswith("| `")]
    for method in METHODS:
        if method.get("simulation") == ["simulation/public_functions.py"]:
            assert any(f"`{name}`" in line for name in method["functions"] for line in figures), method["need"]  # fmt: skip
