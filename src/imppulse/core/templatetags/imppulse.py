"""Template tags of every page: texts of records, numbers, dates, this page in another language."""

from collections.abc import Callable
from datetime import date
from typing import Any, Protocol

from django import template
from django.template.defaultfilters import stringfilter
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imppulse.core.markdown import render, render_line
from imppulse.core.models import Publishable, Text, Written
from imppulse.instruments import text_direction
from imppulse.reporting.language import Language

register = template.Library()


def language() -> str:
    return get_language() or "en"


def _rendered(
    text: Text | None, *, tag: str, rendered: Callable[[str], SafeString]
) -> str:
    """Render a text; mark it with its own language when the reader's is missing."""
    if text is None:
        return ""
    html = rendered(text.body)
    if text.language == language():
        return html
    return format_html('<{} lang="{}">{}</{}>', tag, text.language, html, tag)


def _shown(record: Written, field: str) -> Text | None:
    """Text of a record; those who may open one that is not public read its drafts."""
    unpublished = isinstance(record, Publishable) and record.published_on is None
    return record.text(field, language(), drafts=unpublished)


@register.simple_tag
def line(record: Written, field: str) -> str:
    """One line of a record (a title, a name), in the reader's language where it exists."""
    text = _shown(record, field)
    return _rendered(text, tag="span", rendered=render_line)


@register.simple_tag
def draft_line(record: Written, field: str) -> str:
    """One line as it stands on the writer's desk, drafts too; the record's key if there is none."""
    text = record.text(field, language(), drafts=True)
    return _rendered(text, tag="span", rendered=render_line) or str(record)


@register.simple_tag
def prose(record: Written, field: str) -> str:
    """Paragraphs of a record, from Markdown; a translation that is behind says so."""
    html = _rendered(_shown(record, field), tag="div", rendered=render)
    if not record.is_stale(field, language()):
        return html
    behind = _("The original was revised since; this translation is not up to date.")
    return format_html('{}<p class="quiet">{}</p>', html, behind)


@register.simple_tag
def plain(record: Written, field: str) -> str:
    """Bare words of a record, for page titles and attributes."""
    text = _shown(record, field)
    return text.body if text else ""


@register.filter
def number(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else Language(language()).number(value, digits)


@register.filter
def day(value: date | None) -> str:
    return Language(language()).day(value) if value else ""


@register.filter
@stringfilter
def markdown(value: str) -> SafeString:
    return render(value)


@register.simple_block_tag
def stripped(content: str) -> SafeString:
    """Trim a rendered block, so that a page can ask whether it says anything."""
    return mark_safe(content.strip())  # noqa: S308 (rendered by the template already)


@register.filter
def direction(code: str) -> str:
    """Tell whether a language is written from left to right or from right to left."""
    return text_direction(code)


class InLanguages(Protocol):
    def in_language(self, code: str) -> str: ...


@register.filter
def wording(value: InLanguages) -> str:
    """Words of an instrument (factor, lever, question) in the reader's language."""
    return value.in_language(language())


@register.simple_tag(takes_context=True)
def same_page_in(context: dict[str, Any], code: str) -> str:
    """Address of this same page in another language."""
    return translate_url(context["request"].get_full_path(), code)
