"""Markdown as people may write it here: no raw HTML, headings stay under the page's own."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_parser = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = {
    "p", "em", "strong", "a", "ul", "ol", "li", "blockquote", "h3", "h4", "code",
    "table", "thead", "tbody", "tr", "th", "td", "br", "hr",
}  # fmt: skip


def render(body: str) -> SafeString:
    return mark_safe(nh3.clean(_parser.render(body), tags=_TAGS, link_rel="noopener"))


def render_line(body: str) -> SafeString:
    return mark_safe(nh3.clean(_parser.renderInline(body), tags={"em", "strong"}))
