"""Estimates and differences as words: every number with its answers and interval."""

from imppulse.charts.content import Interval
from imppulse.evidence.results import Contrast, Estimate
from imppulse.reporting.language import N_, Language, known

SCORE = N_("{score} of 100 (95 % interval {low} to {high}, {answers})")
SCORE_ALONE = N_("{score} of 100 ({answers}; there is no interval)")
DIFFERENCE = N_("{points} points (95 % interval {low} to {high}, {answers})")
DIFFERENCE_ALONE = N_("{points} points ({answers}; there is no interval)")


def answer_count(n: int, language: Language) -> str:
    return language.plural(N_("{n} answer"), N_("{n} answers"), n)


def score(estimate: Estimate, language: Language) -> str:
    """Write an index of 0 to 100."""
    facts = {
        "score": language.number(estimate.estimate),
        "answers": answer_count(estimate.n, language),
    }
    if not has_interval(estimate):
        return language.text(SCORE_ALONE, **facts)
    low, high = language.number(estimate.ci_low), language.number(estimate.ci_high)
    return language.text(SCORE, **facts, low=low, high=high)


def short_score(estimate: Estimate, language: Language) -> str:
    """Write an index where a column is narrow and its head says what brackets hold."""
    facts = {
        "score": language.number(estimate.estimate),
        "n": language.number(estimate.n),
    }
    if not has_interval(estimate):
        return language.text("{score} (no interval), n = {n}", **facts)
    low, high = language.number(estimate.ci_low), language.number(estimate.ci_high)
    return language.text(
        "{score} ({low} to {high}), n = {n}", **facts, low=low, high=high
    )


def difference(contrast: Contrast, language: Language) -> str:
    facts = {
        "points": language.signed(contrast.estimate),
        "answers": answer_count(contrast.n, language),
    }
    if not has_interval(contrast):
        return language.text(DIFFERENCE_ALONE, **facts)
    low, high = language.signed(contrast.ci_low), language.signed(contrast.ci_high)
    return language.text(DIFFERENCE, **facts, low=low, high=high)


def has_interval(number: Estimate | Contrast) -> bool:
    return known(number.ci_low) and known(number.ci_high)


def excludes_zero(contrast: Contrast) -> bool:
    return has_interval(contrast) and (contrast.ci_low > 0 or contrast.ci_high < 0)


def drawn(estimate: Estimate, language: Language) -> Interval:
    """Give an index to a picture. Only numbers with an interval are drawn."""
    return Interval(
        estimate.estimate,
        estimate.ci_low,
        estimate.ci_high,
        language.number(estimate.estimate),
        short_score(estimate, language),
    )


def drawn_difference(contrast: Contrast, language: Language) -> Interval:
    return Interval(
        contrast.estimate,
        contrast.ci_low,
        contrast.ci_high,
        language.signed(contrast.estimate, 1),
        short_difference(contrast, language),
    )


def short_difference(contrast: Contrast, language: Language) -> str:
    """Write a difference where a column is narrow."""
    return language.text(
        "{points} ({low} to {high}), n = {n}",
        points=language.signed(contrast.estimate, 1),
        low=language.signed(contrast.ci_low, 1),
        high=language.signed(contrast.ci_high, 1),
        n=language.number(contrast.n),
    )
