"""Codes of findings as words of a table; JSON and CSV keep the codes."""

from imppulse.cli.language import word
from imppulse.cli.options import Format
from imppulse.evidence.findings.findings import Direction, Strength
from imppulse.evidence.planning.rehearsal import Variant

WORDS: dict[str, str] = {
    Strength.DESCRIBED: "described",
    Strength.OBSERVED: "observed",
    Strength.INDICATED: "indicated",
    Strength.INDICATED_SERIES: "indicated by a series",
    Strength.SUPPORTED: "supported",
    Strength.WELL_SUPPORTED: "well supported",
    Strength.SHOWN: "shown",
    Direction.BETTER: "better",
    Direction.WORSE: "worse",
    Direction.NO_EFFECT_THAT_MATTERS: "no difference that matters",
    Direction.TOO_UNCERTAIN: "too uncertain to say",
    Variant.AS_PLANNED: "as planned",
    Variant.SECOND_TERRITORY: "with a second territory",
    Variant.MORE_AREAS: "with half as many areas more",
    Variant.COMPARISON_AREAS: "with comparison areas",
    Variant.RANDOM_DRAW: "with a random draw",
    Variant.MEASURE_BEFORE: "with a measure before",
    Variant.PANEL: "asking the same people again",
    Variant.BETTER_RESPONSE: "with 10 points more response",
}
NOTHING = "–"
TOO_FEW = "too few answers"


def told(code: str | None, shown: Format, language: str) -> str | None:
    """Give the word of a code in a table, the code itself in a file."""
    if shown is not Format.table:
        return None if code is None else str(code)
    return NOTHING if code is None else word(WORDS[code], language)
