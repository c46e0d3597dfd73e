"""Write the pages of the documentation that come from the code; `--check` only compares."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imppulse.config.settings")
import django

django.setup()

from imppulse.evaluations import rules  # noqa: E402 (after Django has loaded)
from imppulse.portal import glossary  # noqa: E402 (as above)
from imppulse.reporting.language import Language  # noqa: E402 (as above)

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


PAGES: dict[str, Callable[[], str]] = {
    "glossary.md": glossary.as_markdown,
    "reference/findings.md": findings,
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
