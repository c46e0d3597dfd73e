"""Pictures of what weighting did, in the reader's language."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imppulse.charts.content import Chart, Size, Words
from imppulse.charts.weights import MarginRow, WeightBar, margins_chart, weight_bars
from imppulse.reporting.language import Language
from imppulse.studies.margins import MERGED, NOT_SAID
from imppulse.studies.models import Weighting

Names = dict[str, dict[str, str]]


def pictures(weighting: Weighting, names: Names) -> list[dict[str, Any]]:
    """Give each picture for a wide screen and for a telephone."""
    return [
        {"chart": spread(weighting, "wide"), "narrow": spread(weighting, "narrow")},
        {
            "chart": margins(weighting, names, "wide"),
            "narrow": margins(weighting, names, "narrow"),
        },
    ]


def words(weighting: Weighting, title: str, axis: str, columns: tuple[str, ...]) -> Words:  # fmt: skip # noqa: PLR0917 - what a picture says
    return Words(
        title=title,
        axis=axis,
        alt=f"{title}. {axis}",
        columns=columns,
        language=get_language() or "en",
        simulated=_("Simulated data, fictional city.")
        if weighting.wave.simulated
        else "",
    )


def spread(weighting: Weighting, size: Size) -> Chart:
    language, quality = Language(get_language() or "en"), weighting.quality
    bars = tuple(
        WeightBar(
            bar["low"],
            bar["high"],
            bar["n"],
            _("%(low)s to %(high)s")
            % {
                "low": language.number(bar["low"], 2),
                "high": language.number(bar["high"], 2),
            },
            language.number(bar["n"]),
        )
        for bar in quality["spread"]
    )
    title = _("%(n)s answers count as %(effective)s") % {
        "n": language.number(quality["n"]),
        "effective": language.number(quality["effective_n"]),
    }
    axis = _(
        "Weight of an answer; 1 is the mean. The wider the hill, the more is lost."
    )
    columns = (_("Weight"), _("Answers"))
    return weight_bars(bars, words=words(weighting, title, axis, columns), size=size)


def margins(weighting: Weighting, names: Names, size: Size) -> Chart:
    language = Language(get_language() or "en")

    def said(share: float | None) -> str:
        return _("too few answers") if share is None else language.percent(share, 1)

    rows = tuple(
        MarginRow(
            level_name(names, each["column"], each["level"]),
            percent(each["before"]),
            each["population"] * 100,
            percent(each["after"]),
            (said(each["before"]), said(each["population"]), said(each["after"])),
        )
        for each in weighting.quality["levels"]
    )
    title = _("What the weights changed")
    axis = _(
        "Percent: answers before (diamond), after weighting (disc), residents (bar)"
    )
    columns = (_("Level"), _("Before"), _("Residents"), _("After"))
    return margins_chart(rows, words=words(weighting, title, axis, columns), size=size)


def percent(share: float | None) -> float | None:
    return None if share is None else share * 100


def level_name(names: Names, column: str, level: str) -> str:
    special = {NOT_SAID: _("not said"), MERGED: _("small districts together")}
    return special.get(level) or names.get(column, {}).get(level, level)
