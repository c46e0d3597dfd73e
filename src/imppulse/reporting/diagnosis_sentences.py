"""The sentences of a diagnosis about two sides."""

from imppulse.evidence.diagnosis.diagnosis_results import (
    Gap,
    Misperception,
    Respondents,
)
from imppulse.evidence.results import Contrast
from imppulse.reporting.diagnosis_names import Names
from imppulse.reporting.diagnosis_pictures import TOO_FEW
from imppulse.reporting.figures import (
    answer_count,
    difference,
    excludes_zero,
    has_interval,
    score,
)
from imppulse.reporting.language import N_, Language

NOT_ALIKE = N_(
    "The two sides do not answer these questions in the same way: the difference is no "
    "measure of what keeps them apart."
)
UNCERTAIN = N_("Which is higher is too uncertain to say.")


def respondents(each: Respondents, names: Names) -> str:
    language = names.language
    told = language.text(TOO_FEW) if each.n is None else answer_count(each.n, language)
    return language.text("{side}: {answers}", side=names.start(each.side), answers=told)


def gap_sentence(
    gap: Gap, names: Names, language: Language, *, comparable: bool = True
) -> str:
    index = names.index(gap.index)
    if gap.contrast is None:
        return language.text(
            "{index}: {problem}.", index=index, problem=language.text(TOO_FEW)
        )
    said = language.text(
        "{index}: {first} minus {second}, {difference}.",
        index=index,
        first=names.side(gap.first),
        second=names.side(gap.second),
        difference=difference(gap.contrast, language),
    )
    if not comparable:
        return f"{said} {language.text(NOT_ALIKE)}"
    return f"{said}{doubt(gap.contrast, language)}"


def doubt(contrast: Contrast, language: Language) -> str:
    if not has_interval(contrast) or excludes_zero(contrast):
        return ""
    return f" {language.text(UNCERTAIN)}"


def guess_sentence(guess: Misperception, names: Names, language: Language) -> str:
    index = names.index(guess.actual)
    if guess.guessed is None or guess.said is None or guess.contrast is None:
        return language.text(
            "{index}: {problem}.", index=index, problem=language.text(TOO_FEW)
        )
    said = language.text(
        "{index}: {guesser} believe that {target} say {guessed}; they say {said}. "
        "Believed minus said: {difference}.",
        index=index,
        guesser=names.side(guess.guesser),
        target=names.side(guess.target),
        guessed=score(guess.guessed, language),
        said=score(guess.said, language),
        difference=difference(guess.contrast, language),
    )
    return f"{said}{doubt(guess.contrast, language)}"
