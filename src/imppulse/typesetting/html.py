"""A content tree as HTML: a fragment for a page of the site, or a page of its own."""

from collections.abc import Callable
from functools import singledispatch
from html import escape
from importlib.resources import files

from imppulse.typesetting.content import (
    Block,
    Callout,
    Columns,
    Cover,
    Document,
    Figure,
    Folded,
    Heading,
    Inline,
    List,
    PageBreak,
    Paragraph,
    Run,
    StruckSentence,
    Table,
)

STYLES: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "strong": lambda text: f"<strong>{text}</strong>",
    "emphasis": lambda text: f"<em>{text}</em>",
    "struck": lambda text: f"<s>{text}</s>",
}


def to_html(document: Document) -> str:
    """Give the document as one `article`, for a page that has its own `head`."""
    body = "\n".join(block(each) for each in document.blocks)
    band = simulated(document.simulated)
    head = "" if has_cover(document) else f"<h1>{escape(document.title)}</h1>\n"
    return f"<article{lang(document.language)}>\n{band}{head}{body}\n</article>"


def to_page(document: Document) -> str:
    """Give the document as a page that needs no other file."""
    style = files("imppulse.typesetting").joinpath("document.css").read_text("utf-8")
    return (
        f"<!doctype html>\n<html{lang(document.language)}>\n<head>\n"
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>\n{style}</style>\n"
        f"</head>\n<body>\n<main>\n{to_html(document)}\n</main>\n</body>\n</html>\n"
    )


def has_cover(document: Document) -> bool:
    return any(isinstance(each, Cover) for each in document.blocks)


def simulated(text: str) -> str:
    return f'<p class="simulated">{escape(text)}</p>\n' if text else ""


def lang(code: str) -> str:
    return f' lang="{escape(code)}"' if code else ""


def inline(runs: Inline) -> str:
    return "".join(run(each) for each in runs)


def run(each: Run) -> str:
    text = STYLES[each.style](escape(each.text))
    if each.link:
        text = f'<a href="{escape(each.link)}">{text}</a>'
    if each.language:
        text = f"<span{lang(each.language)}>{text}</span>"
    note = f'<small class="note"> ({escape(each.note)})</small>' if each.note else ""
    return text + note


@singledispatch
def block(each: Block) -> str:
    raise TypeError(f"no HTML for {type(each).__name__}")


def blocks(several: tuple[Block, ...]) -> str:
    return "\n".join(block(each) for each in several)


@block.register
def cover(each: Cover) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in each.lines)
    subtitle = (
        f'<p class="subtitle">{escape(each.subtitle)}</p>' if each.subtitle else ""
    )
    return (
        f'<header class="cover"><h1>{escape(each.title)}</h1>{subtitle}{lines}</header>'
    )


@block.register
def heading(each: Heading) -> str:
    """Stand one lower than in the tree: the title is the only `h1`."""
    level = min(each.level + 1, 6)
    anchor = f' id="{escape(each.anchor)}"' if each.anchor else ""
    return f"<h{level}{anchor}{lang(each.language)}>{escape(each.text)}</h{level}>"


@block.register
def paragraph(each: Paragraph) -> str:
    return f"<p{lang(each.language)}>{inline(each.runs)}</p>"


@block.register
def items(each: List) -> str:
    tag = "ol" if each.ordered else "ul"
    entries = "".join(f"<li>{inline(item)}</li>" for item in each.items)
    return f"<{tag}{lang(each.language)}>{entries}</{tag}>"


@block.register
def table(each: Table) -> str:
    head = "".join(
        f'<th scope="col"{number(each, i)}>{escape(cell)}</th>'
        for i, cell in enumerate(each.header)
    )
    body = "".join(table_row(each, row) for row in each.rows)
    caption = f"<caption>{escape(each.caption)}</caption>" if each.caption else ""
    return (
        f'<div class="table" role="region" tabindex="0" aria-label="{escape(each.caption)}"'
        f"{lang(each.language)}><table>{caption}<thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def table_row(each: Table, row: tuple[str, ...]) -> str:
    first = f'<th scope="row">{escape(row[0])}</th>'
    others = "".join(
        f"<td{number(each, i)}>{escape(cell)}</td>"
        for i, cell in enumerate(row[1:], start=1)
    )
    return f"<tr>{first}{others}</tr>"


def number(each: Table, column: int) -> str:
    return ' class="number"' if column in each.numeric else ""


@block.register
def figure(each: Figure) -> str:
    """Show the picture that fits the screen; its numbers lie folded beneath."""
    picture = each.svg
    if each.narrow:
        picture = (
            f'<div class="wide">{each.svg}</div><div class="narrow">{each.narrow}</div>'
        )
    caption = f"<figcaption>{escape(each.caption)}</figcaption>" if each.caption else ""
    return f"<figure{lang(each.language)}>{picture}{caption}{numbers(each)}</figure>"


def numbers(each: Figure) -> str:
    if each.table is None:
        return ""
    summary = f"<summary>{escape(each.table.caption)}</summary>"
    return f"<details>{summary}{table(each.table)}</details>"


@block.register
def struck(each: StruckSentence) -> str:
    earned = f"<p>{escape(each.earned_by)}</p>" if each.earned_by else ""
    return (
        f'<div class="struck" role="note"{lang(each.language)}><p><strong>{escape(each.label)}'
        f"</strong></p><p><s>{escape(each.sentence)}</s></p>"
        f"<p>{escape(each.reason)}</p>{earned}</div>"
    )


@block.register
def page_break(each: PageBreak) -> str:
    return '<div class="page-break"></div>'


@block.register
def callout(each: Callout) -> str:
    title = f"<p><strong>{escape(each.title)}</strong></p>" if each.title else ""
    return (
        f'<div class="callout {each.tone}"{lang(each.language)}>'
        f"{title}{blocks(each.blocks)}</div>"
    )


@block.register
def folded(each: Folded) -> str:
    return (
        f"<details{lang(each.language)}><summary>{escape(each.title)}</summary>"
        f"{blocks(each.blocks)}</details>"
    )


@block.register
def columns(each: Columns) -> str:
    pairs = "".join(
        f'<div class="pair"><div>{block(a)}</div><div>{block(b)}</div></div>'
        for a, b in each.pairs
    )
    return f'<div class="columns">{pairs}</div>'
