"""Contrasts as one writes them: women - men, or 0.5 * "a - b" + 0.5 * c - d."""

import re
from collections.abc import Iterator

from imppulse.cli.design_options import domain_label, whole_df
from imppulse.cli.output import Row
from imppulse.evidence.errors import EstimationError
from imppulse.evidence.results import Estimates
from imppulse.evidence.survey.contrasts import contrast
from imppulse.tables import TableError

COLUMNS = (
    "item", "contrast", "estimate", "std_error", "ci_low", "ci_high", "df", "p_value", "n",
)  # fmt: skip
TERM = re.compile(
    r"\s*(?P<sign>[+-](?=\s))?\s*"
    r"(?:(?P<factor>\d+(?:\.\d+)?)\s*\*\s*)?"
    r'(?:"(?P<quoted>[^"]+)"|(?P<bare>[^"\s].*?))'
    r"\s*(?=\s[+-]\s|$)"
)


def contrast_rows(estimates: Estimates, text: str) -> list[Row]:
    """Return one row per item; domains are named as tables show them."""
    factors = coefficients(text, estimates)
    rows: list[Row] = []
    for item in estimates.items:
        cells: dict[tuple[str, object], float] = {
            (item, domain): factor for domain, factor in factors.items()
        }
        found = contrast(estimates, cells).to_dict()
        shown = {name: found[name] for name in COLUMNS[2:]}
        rows.append(whole_df({"item": item, "contrast": text, **shown}))
    return rows


def coefficients(text: str, estimates: Estimates) -> dict[tuple[object, ...], float]:
    """Return the coefficient of every domain that the text names."""
    known = {domain_label(domain): domain for domain in estimates.domains}
    factors: dict[tuple[object, ...], float] = {}
    for label, factor in _terms(text):
        if label not in known:
            raise EstimationError(
                "unknown_domain",
                f"there is no domain {label!r}",
                wanted=label,
                known=tuple(known),
            )
        factors[known[label]] = factors.get(known[label], 0.0) + factor
    return factors


def _terms(text: str) -> Iterator[tuple[str, float]]:
    place = 0
    while place < len(text.rstrip()):
        term = TERM.match(text, place)
        if term is None:
            raise TableError("contrast_unreadable", {"given": text})
        sign = -1.0 if term["sign"] == "-" else 1.0
        label = term["quoted"] or term["bare"]
        yield label, sign * float(term["factor"] or 1)
        place = term.end()
