"""The public door of the evidence library is complete, documented and explained."""

import ast
import inspect
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from imppulse import evidence
from imppulse.evidence import Result

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "src/imppulse/evidence"
FOLDERS = sorted(path.parent.name for path in FOLDER.glob("*/__init__.py"))
STUB = ast.parse((FOLDER / "__init__.pyi").read_text("utf-8"))
HOMES = {
    alias.name: node.module
    for node in STUB.body
    if isinstance(node, ast.ImportFrom) and node.module
    for alias in node.names
}
FUNCTIONS = [
    name for name in evidence.__all__ if inspect.isfunction(getattr(evidence, name))
]
# Signed, and yet behind the door.
INSIDE = {
    "with_few_areas": "a step of evaluate_two_waves, which says when it is right",
}
# What they are given is checked elsewhere, so that they have nothing to refuse.
NEVER_REFUSES = {
    "changed_plans": "takes a RehearsalPlan; rehearse refuses an impossible one",
    "with_margins": "adds sums; suppress and audit refuse what are no counts",
}


def modules():
    for path in sorted(FOLDER.rglob("*.py")):
        name = ".".join(path.relative_to(FOLDER.parents[1]).with_suffix("").parts)
        yield path, name.removesuffix(".__init__")


def signed():
    """Names of the functions under `@traced` anywhere in the library."""
    return {
        node.name
        for path, _ in modules()
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef)
        and "traced" in {ast.unparse(each) for each in node.decorator_list}
    }


def results(kind=Result):
    for found in kind.__subclasses__():
        yield found
        yield from results(found)


def sections(name):
    told = inspect.getdoc(getattr(evidence, name)) or ""
    return set(re.findall(r"^(\w+)\n-{3,}$", told, re.MULTILINE))


def test_every_signed_function_is_public():
    assert len(signed()) > 60
    assert signed() - set(evidence.__all__) == INSIDE.keys() & signed()


def test_every_result_is_public():
    for _, module in modules():
        import_module(module)
    named = {
        kind.__name__
        for kind in results()
        if kind.__module__.startswith("imppulse.evidence.")
        and not kind.__name__.startswith("_")
    }
    assert len(named) > 50
    assert named - set(evidence.__all__) == set()


@pytest.mark.parametrize("name", evidence.__all__)
def test_every_public_name_loads_from_where_the_stub_says(name):
    thing = getattr(evidence, name)
    home = f"imppulse.evidence.{HOMES[name]}"
    assert thing is getattr(import_module(home), name)
    assert getattr(thing, "__module__", home) == home


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_says_what_it_takes_and_refuses(name):
    found = sections(name)
    assert "Parameters" in found
    assert found & {"Raises", "References"} or name in NEVER_REFUSES
    assert inspect.signature(getattr(evidence, name)).return_annotation


def test_every_public_function_says_what_it_returns():
    silent = {name for name in FUNCTIONS if "Returns" not in sections(name)}
    assert silent == set()


def test_every_public_class_says_what_it_is():
    classes = {name: getattr(evidence, name) for name in evidence.__all__}
    made_up = "{}("  # a dataclass without a docstring gets its signature
    silent = [
        name
        for name, kind in classes.items()
        if inspect.isclass(kind)
        and (not kind.__doc__ or kind.__doc__.startswith(made_up.format(name)))
    ]
    assert silent == []


def about():
    index = tomllib.loads((ROOT / "docs/methods/index.toml").read_text("utf-8"))
    return {
        subject
        for chapter in index["chapter"]
        for page in chapter["page"]
        for subject in page["about"]
    }


def test_every_folder_has_a_page_of_methods():
    assert {subject.partition(".")[0] for subject in about()} == set(FOLDERS)


def test_pages_of_methods_are_about_public_names():
    known = set(HOMES.values()) | {f"{home}.{name}" for name, home in HOMES.items()}
    assert about() - known == set()


def test_the_reference_has_every_public_name_once():
    page = (ROOT / "docs/reference/evidence.md").read_text("utf-8")
    assert sorted(re.findall(r"^### (\w+)$", page, re.MULTILINE)) == sorted(
        evidence.__all__
    )
