"""Factors of estrangement, the widest shortfall first, with what each rests on."""

from dataclasses import dataclass
from functools import lru_cache

from imppulse.charts.content import Chart, ChartTable, Interval, Size, Words
from imppulse.charts.drawing import card, labels, points, scale, texts, whiskers
from imppulse.charts.frame import Frame, Slot, frame, rows_frame, span
from imppulse.charts.palette import INK, QUIET_TEXT

COLUMN = 200


@dataclass(frozen=True)
class FactorRow:
    """A factor, its shortfall, and in words the kinds of source that show it."""

    label: str
    shortfall: Interval
    sources: str


@lru_cache(maxsize=256)
def factor_ranking(
    rows: tuple[FactorRow, ...], *, words: Words, size: Size = "wide"
) -> Chart:
    intervals = [row.shortfall for row in rows]
    domain = span([x for i in intervals for x in (i.low, i.high)])
    narrow = size == "narrow"
    names = [f"{r.label}\n{r.sources}" if narrow else r.label for r in rows]
    within, placed = rows_frame(frame(size, domain, column=COLUMN), names, 24)
    drawn = [
        {"x": i.estimate, "low": i.low, "high": i.high, "y": s.y}
        for s, i in zip(placed, intervals, strict=True)
    ]
    layers = [
        scale(within),
        whiskers(within, drawn, INK),
        points(within, drawn, INK),
        labels(within, placed),
    ]
    if not narrow:
        layers.append(texts(within, sources(within, placed, rows), QUIET_TEXT))
    return card(within, layers, words=words, table=ranking_table(rows, words))


def sources(
    within: Frame, placed: list[Slot], rows: tuple[FactorRow, ...]
) -> list[dict[str, float | str]]:
    return [
        {"px": within.width + 20, "y": slot.y, "text": row.sources}
        for slot, row in zip(placed, rows, strict=True)
    ]


def ranking_table(rows: tuple[FactorRow, ...], words: Words) -> ChartTable:
    return ChartTable(
        words.columns, tuple((r.label, r.shortfall.words, r.sources) for r in rows)
    )
