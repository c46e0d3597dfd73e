from babel.numbers import format_currency
from django import template
from django.utils.translation import get_language

register = template.Library()
PATTERNS = {"fr": "#,##0\u00a0¤"}


@register.filter
def euros(value: float) -> str:
    """Write whole euros the way the reader's language does."""
    locale = get_language() or "en"
    pattern = PATTERNS.get(locale, "¤#,##0")
    return format_currency(value, "EUR", pattern, locale=locale, currency_digits=False)
