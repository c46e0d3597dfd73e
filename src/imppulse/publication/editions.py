"""One language after the other on screen, both side by side on paper."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from django.conf import settings
from django.utils import translation

from imppulse.typesetting.content import (
    Block,
    Columns,
    Cover,
    Figure,
    Folded,
    PageBreak,
    plain,
)

Part = Callable[[], list[Block]]


@dataclass(frozen=True)
class Edition:
    """The languages of a book, the first one leading, and where its threads begin."""

    languages: tuple[str, ...]
    site: str = ""

    @property
    def leading(self) -> str:
        return self.languages[0]


def bilingual(leading: str, site: str) -> Edition:
    others = (code for code, _name in settings.PUBLICATION_LANGUAGES if code != leading)
    return Edition((leading, *others), site)


def together(part: Part, edition: Edition) -> list[Block]:
    """Write a part in each language: passages side by side, pictures after one another."""
    versions = [version(part, code, edition) for code in edition.languages]
    if len(versions) == 1:
        return versions[0]
    paired: list[Block] = []
    for first, second in zip_longest(*versions[:2], fillvalue=None):
        paired += pair(first, second)
    return list(joined(paired))


def version(part: Part, code: str, edition: Edition) -> list[Block]:
    with translation.override(code):
        made = part()
    return made if code == edition.leading else [in_language(b, code) for b in made]


def in_language(block: Block, code: str) -> Block:
    if isinstance(block, Cover | PageBreak | Columns):
        return block
    return replace(block, language=code)


def pair(first: Block | None, second: Block | None) -> list[Block]:
    if isinstance(first, PageBreak):
        return [first]
    if isinstance(first, Figure | Folded) and second is not None:
        return [first, second]
    return [Columns(((first or plain(""), second or plain("")),))]


def joined(blocks: list[Block]) -> Iterator[Block]:
    """Let pairs that follow one another share one set of columns."""
    rows: tuple[tuple[Block, Block], ...] = ()
    for block in blocks:
        if isinstance(block, Columns):
            rows += block.pairs
            continue
        if rows:
            yield Columns(rows)
            rows = ()
        yield block
    if rows:
        yield Columns(rows)
