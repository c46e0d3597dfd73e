"""Texts of records as blocks of a content tree, in one language at a time."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from imppulse.core.models import Written
from imppulse.library.telling import words
from imppulse.typesetting.content import Block, Heading, Inline, List, Paragraph, Run
from imppulse.typesetting.content import Style as RunStyle

PARSER = MarkdownIt("commonmark", {"html": False})
STYLES: dict[str, RunStyle] = {"strong": "strong", "em": "emphasis"}


def prose(record: Written, field: str) -> list[Block]:
    """Give the paragraphs and lists of a text; nothing where there is none."""
    return blocks(words(record, field))


def titled(heading: str, record: Written, field: str) -> list[Block]:
    found = prose(record, field)
    return [Heading(heading, 2), *found] if found else []


def blocks(markdown: str) -> list[Block]:
    tree = SyntaxTreeNode(PARSER.parse(markdown))
    return [block(node) for node in tree.children]


def block(node: SyntaxTreeNode) -> Block:
    if node.type in {"ordered_list", "bullet_list"}:
        items = tuple(inline(item) for item in node.children)
        return List(items, ordered=node.type == "ordered_list")
    return Paragraph(inline(node))


def inline(node: SyntaxTreeNode) -> Inline:
    return tuple(runs(node, "plain", ""))


def runs(node: SyntaxTreeNode, style: RunStyle, link: str) -> Iterator[Run]:
    """Walk down to the words, keeping their emphasis and their address."""
    if node.type in {"softbreak", "hardbreak"}:
        yield Run(" ")
    elif node.type in {"text", "code_inline", "fence", "code_block"}:
        yield Run(node.content, style, link=link)
    for child in node.children:
        address = str(child.attrs.get("href", link))
        yield from runs(child, STYLES.get(child.type, style), address)
