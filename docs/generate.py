"""Write the pages of the documentation that come from the code; `--check` only compares."""

import ast
import inspect
import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from enum import Enum
from functools import cached_property
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imppulse.config.settings")
import django

django.setup()

from imppulse import evidence  # noqa: E402 (after Django has loaded)
from imppulse.evaluations import rules  # noqa: E402 (as above)
from imppulse.portal import glossary  # noqa: E402 (as above)
from imppulse.reporting.language import Language  # noqa: E402 (as above)
from validation import methods as validated  # noqa: E402 (as above)

DOCS = Path(__file__).parent


def findings() -> str:
    return "\n".join(_findings()) + "\n"


def _findings() -> Iterator[str]:
    language = Language("en")
    yield "# How strong a sentence may be\n"
    yield "Made by `make docs` from the code that computes findings; the site shows the same page in both languages.\n"
    for rule in rules.strengths(language):
        yield f"## {rule.strength.rank}. {rule.name}\n"
        yield from (f"- needs: {need}" for need in rule.needs)
        yield ""
        yield from (f"- {direction}: “{words}”" for direction, words in rule.says)
        yield ""
    yield "## Ceilings\n"
    yield "| fact | at most | what would lift it |\n|---|---|---|"
    for ceiling in rules.ceilings(language):
        yield f"| {ceiling.fact} | {ceiling.level} {ceiling.name} | {ceiling.remedy} |"


FOLDERS = (
    "survey", "calibration", "replicates", "regression", "scales", "diagnosis",
    "effects", "planning", "synthesis", "findings", "disclosure",
)  # fmt: skip
SECTION = re.compile(r"^(\w+)\n-{3,}\n", re.MULTILINE)
METHODS = tomllib.loads((DOCS / "methods/index.toml").read_text("utf-8"))["chapter"]


def methods() -> str:
    return "\n".join(_methods()) + "\n"


def _methods() -> Iterator[str]:
    yield "# Which method answers which question\n"
    yield "Made by `make docs` from `index.toml` in this folder; change it there. Each page says when not to use the method, its formula and source, and runs an"
    yield "example. New here? [Ten minutes](../tutorials/ten-minutes.md). Every name: [reference](../reference/evidence.md)."
    for chapter in METHODS:
        yield f"\n## {chapter['title']}\n"
        for page in chapter["page"]:
            title = _title(page["file"])
            yield f"- {page['question']} [{title}]({page['file']}.md)"


def _title(page: str) -> str:
    text = (DOCS / "methods" / f"{page}.md").read_text("utf-8")
    return text.partition("\n")[0].removeprefix("# ")


def public_names() -> dict[str, list[tuple[str, str]]]:
    """Module and name of everything behind the public door, by folder."""
    stub = Path(evidence.__file__).with_suffix(".pyi").read_text("utf-8")
    found: dict[str, list[tuple[str, str]]] = {folder: [] for folder in (*FOLDERS, "")}
    for node in ast.parse(stub).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            folder, dot, _ = node.module.partition(".")
            found[folder if dot else ""] += [
                (node.module, alias.name) for alias in node.names
            ]
    return {
        folder: sorted(pairs, key=lambda pair: (pair[1].lower(), pair[1]))
        for folder, pairs in found.items()
    }


def method_pages(module: str, name: str) -> list[str]:
    pages = (page for chapter in METHODS for page in chapter["page"])
    return [
        page["file"]
        for page in pages
        if {module, f"{module}.{name}"} & set(page["about"])
    ]


def reference() -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_reference())) + "\n"


def _reference() -> Iterator[str]:
    names = public_names()
    yield "# Every name of `imppulse.evidence`\n"
    yield "Made by `make docs` from the code. Import from the one door, `from imppulse.evidence import ...`; a name loads when it is first used. The"
    yield "folders only say where things live. Start with [ten minutes](../tutorials/ten-minutes.md) or with [the question you have](../methods/README.md).\n"
    yield "| folder | what it holds | names |\n|---|---|---|"
    for folder, pairs in names.items():
        yield f"| [{folder or 'everywhere'}](#{folder or 'everywhere'}) | {_about(folder)} | {len(pairs)} |"
    for folder, pairs in names.items():
        yield f"\n## {folder or 'everywhere'}\n\n{_about(folder)}\n"
        for module, name in pairs:
            yield from _entry(module, name)


def _about(folder: str) -> str:
    if not folder:
        return "What results have in common, where they come from, and refusals."
    return str(import_module(f"imppulse.evidence.{folder}").__doc__)


def _entry(module: str, name: str) -> Iterator[str]:
    thing = getattr(evidence, name)
    yield f"### {name}\n"
    if pages := method_pages(module, name):
        links = ", ".join(f"[{_title(page)}](../methods/{page}.md)" for page in pages)
        yield f"Method: {links}.\n"
    if not callable(thing):
        yield f"```python\n{name} = {thing!r}\n```\n"
        return
    if inspect.isclass(thing) and issubclass(thing, Enum):
        yield from (_markdown(thing), "")
        yield from (f"- `{member.name}` = `{member.value!r}`" for member in thing)
        yield ""
        return
    built = not (inspect.isclass(thing) and issubclass(thing, evidence.Result))
    shown = _signature(name, thing) if built else f"class {name}(Result)"
    yield f"```python\n{shown}\n```\n"
    yield _markdown(thing)
    if inspect.isclass(thing):
        yield from _methods_of(thing)


def _signature(name: str, thing: Callable[..., Any]) -> str:
    """One line when it is short, else one argument a line."""
    signature = inspect.signature(thing)
    plain = [_plain(item) for item in signature.parameters.values()]
    kinds = [item.kind for item in signature.parameters.values()]
    for mark, kind in (("/", 0), ("*", 3)):
        at = [index for index, found in enumerate(kinds) if found == kind]
        if at:
            plain.insert(at[-1] + 1 if mark == "/" else at[0], mark)
    returned = signature.return_annotation
    ending = "" if returned in {signature.empty, "None", None} else f" -> {returned}"
    line = f"{name}({', '.join(plain)}){ending}"
    if len(line) <= 88:
        return line
    return f"{name}(\n" + "".join(f"    {item},\n" for item in plain) + f"){ending}"


def _plain(item: inspect.Parameter) -> str:
    star = {item.VAR_POSITIONAL: "*", item.VAR_KEYWORD: "**"}.get(item.kind, "")
    text = star + item.name
    if item.annotation is not item.empty:
        text += f": {item.annotation}"
    if item.default is item.empty:
        return text
    default = item.default
    shown = repr(default.value) if isinstance(default, Enum) else repr(default)
    return f"{text} = {'...' if shown == '<factory>' else shown}"


def _methods_of(thing: type) -> Iterator[str]:
    own = [
        (name, member)
        for name, member in vars(thing).items()
        if not name.startswith("_")
        and (inspect.isfunction(member) or isinstance(member, property | classmethod | cached_property))
    ]  # fmt: skip
    if own:
        yield "\n**Methods**\n"
    for name, member in own:
        call = "" if isinstance(member, property | cached_property) else "()"
        yield f"- `{name}{call}`: {_spans(str(inspect.getdoc(member)).partition(chr(10))[0])}"
    yield ""


def _markdown(thing: object) -> str:
    """The numpy docstring as Markdown: one bold line a section, one item a name."""
    head, *parts = SECTION.split(inspect.getdoc(thing) or "")
    sections = zip(parts[::2], parts[1::2], strict=True)
    rendered = [f"**{title}**\n\n{_section(title, body)}" for title, body in sections]
    return "\n\n".join([_spans(head.strip()), *rendered]) + "\n"


def _section(title: str, body: str) -> str:
    if title in {"Notes", "References"}:
        return _spans(body.strip())
    return "\n".join(_item(term, told) for term, told in _terms(body))


def _terms(body: str) -> Iterator[tuple[str, str]]:
    """Each line at the margin with the indented lines under it."""
    for block in re.split(r"\n(?=\S)", body.strip()):
        term, _, told = block.partition("\n")
        yield term, dedent(told).strip()


def _item(term: str, told: str) -> str:
    names, colon, kind = term.partition(" : ")
    shown = f"`{names}`" + (f" ({_spans(kind)})" if colon else "")
    return f"- {shown}" + (f": {_spans(' '.join(told.split()))}" if told else "")


def _spans(text: str) -> str:
    return re.sub(r":\w+:`~?([\w.]+)`", r"`\1`", text).replace("``", "`")


PAGES: dict[str, Callable[[], str]] = {
    "glossary.md": glossary.as_markdown,
    "methods/README.md": methods,
    "reference/evidence.md": reference,
    "reference/findings.md": findings,
    "../validation/METHODS.md": validated.as_markdown,
}


def main() -> None:
    stale = []
    for name, make in PAGES.items():
        path, text = DOCS / name, make()
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.write_text(text, "utf-8")
    if stale and "--check" in sys.argv:
        sys.exit(f"run `make docs`: {', '.join(stale)} differ from the code")


if __name__ == "__main__":
    main()
