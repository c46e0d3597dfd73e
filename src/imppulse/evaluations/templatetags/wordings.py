from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from imppulse.core.markdown import render

register = template.Library()


@register.filter
def in_my_language(wordings: Mapping[str, str]) -> str:
    """Give locked words in the reader's language, else marked as what they are."""
    code = get_language() or "en"
    if code in wordings:
        return render(wordings[code])
    return foreign(wordings)


def foreign(wordings: Mapping[str, str]) -> SafeString:
    for code, body in wordings.items():
        return format_html('<div lang="{}">{}</div>', code, render(body))
    return SafeString("")
