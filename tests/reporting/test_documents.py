"""Whole reports from real estimates, in both languages, on paper and on screen."""

import math
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest
from tests.reporting.test_findings import OUTCOMES, RISE, finding

from imppulse.charts.rendering import FONT_DIRECTORY
from imppulse.evidence.diagnosis.diagnosis import (
    Diagnosis,
    DiagnosisPlan,
    FactorMeasure,
    Guess,
    diagnose,
)
from imppulse.evidence.findings.findings import Direction
from imppulse.evidence.results import Contrast, Estimate
from imppulse.evidence.scales.scales import Index, IndexItem
from imppulse.evidence.survey.design import SampleDesign
from imppulse.evidence.synthesis.synthesis import synthesise
from imppulse.reporting.diagnosis import diagnosis_document, factor_title
from imppulse.reporting.diagnosis_names import Names
from imppulse.reporting.evaluation import (
    Arm,
    EvaluationNames,
    OutcomeResult,
    evaluation_document,
)
from imppulse.reporting.findings import Outcome
from imppulse.reporting.language import Language
from imppulse.reporting.synthesis import (
    Accumulated,
    TerritoryResult,
    synthesis_document,
    synthesis_sentences,
)
from imppulse.typesetting.content import Document, Figure, Table
from imppulse.typesetting.html import to_html
from imppulse.typesetting.pdf import to_pdf

ENGLISH, FRENCH = Language("en"), Language("fr")
LABELS = {
    "en": {"respect": "Respect in contacts", "image": "Image of the police"},
    "fr": {"respect": "Respect lors des contacts", "image": "Image de la police"},
}
SMALLEST = "Harbour"


@cache
def diagnosed(*, self_selected: bool = False) -> Diagnosis:
    """Three districts, one of them with five answers, and two sides."""
    draw = np.random.default_rng(7)
    districts = ["Centre"] * 150 + ["Hills"] * 120 + [SMALLEST] * 5 + [""] * 90
    n = len(districts)
    police = np.array([d == "" for d in districts])
    frame = pl.DataFrame(
        {
            "side": np.where(police, "police_officers", "population"),
            "district": [d or None for d in districts],
            "q_respect": draw.integers(2, 7, n) + 3 * police,
            "q_image": draw.integers(3, 9, n) + police,
            "q_guess": draw.integers(3, 8, n),
        }
    )
    plan = DiagnosisPlan(
        indices=tuple(
            Index(name, (IndexItem(f"q_{name}", 0, 10),))
            for name in ("respect", "image", "guess")
        ),
        sides=("population", "police_officers"),
        design=SampleDesign(strata="side"),
        image_index="image",
        local_index="respect",
        guesses=(
            Guess(
                guess="guess",
                actual="respect",
                guesser="police_officers",
                target="population",
            ),
        ),
        factors=(
            FactorMeasure("manner", ("respect",), sources=("survey", "interviews")),
            FactorMeasure("view", ("image",)),
        ),
        district="district",
        self_selected=self_selected,
    )
    return diagnose(frame, plan)


def names(language: Language, **changes: str) -> Names:
    facts = {"simulated": "", **changes}
    return Names(
        language=language,
        territory="Montclair",
        force="municipal police",
        indices=LABELS[language.code],
        factors={"manner": "Manner in contacts", "view": "View of the police"},
        asked=("A sample was drawn from the register in March 2026.",),
        published_on=date(2026, 11, 22),
        **facts,
    )


def figures(document: Document) -> list[Figure]:
    return [each for each in document.blocks if isinstance(each, Figure)]


def test_the_title_is_the_widest_certain_gap_that_is_no_guessing_game() -> None:
    """Respect is wider, and is told apart: each side guesses the other's answer to it."""
    titles = [diagnosis_document(diagnosed(), names(lang)).title for lang in BOTH]
    assert titles == [
        (
            "Montclair: 10 points between population and police officers on "
            "“Image of the police”"
        ),
        (
            "Montclair\u00a0: 10 points entre population et policiers sur "
            "«\u202fImage de la police\u202f»"
        ),
    ]


BOTH = (ENGLISH, FRENCH)


def widest(diagnosis: Diagnosis) -> Contrast:
    contrasts = [gap.contrast for gap in diagnosis.gaps if gap.contrast]
    return max(contrasts, key=lambda contrast: abs(contrast.estimate))


def test_every_picture_of_simulated_data_says_so_and_so_does_the_document() -> None:
    document = diagnosis_document(diagnosed(), names(ENGLISH, simulated="Simulated"))
    assert document.simulated == "Simulated"
    assert len(figures(document)) == 3
    for figure in figures(document):
        assert ">Simulated<" in figure.svg
        assert ">Simulated<" in figure.narrow


def test_a_suppressed_district_is_named_without_a_number() -> None:
    document = diagnosis_document(diagnosed(), names(ENGLISH))
    table = figures(document)[2].table
    assert table is not None
    assert (SMALLEST, "too few answers") in table.rows


def test_an_open_link_has_numbers_and_no_interval_and_no_picture() -> None:
    document = diagnosis_document(diagnosed(self_selected=True), names(ENGLISH))
    text = to_html(document)
    assert figures(document) == []
    assert "interval 5" not in text
    assert "nan" not in text.lower()
    assert "People chose themselves to answer (open link)" in text
    tables = [each for each in document.blocks if isinstance(each, Table)]
    assert all("no interval" in row[2] for row in tables[0].rows)


def evaluated(language: Language, **changes: object) -> Document:
    before = Estimate(46.0, 2.0, 42.0, 50.0, 400, 80.0, 1.2)
    after = replace(before, estimate=55.0, ci_low=50.0, ci_high=60.0)
    result = OutcomeResult(
        finding(RISE, **changes),
        OUTCOMES[language.code],
        pilot=Arm(before, after),
        comparison=Arm(before, before),
        dissent="The season differs.",
    )
    facts = EvaluationNames(
        pilot="Open station", territory="Montclair", waves=("2026", "2027")
    )
    return evaluation_document((result,), facts, language)


def test_an_evaluation_gives_the_finding_the_dissent_and_what_may_not_be_said() -> None:
    text = to_html(evaluated(ENGLISH))
    assert "The evaluator disagrees: The season differs." in text
    assert "<s>Trust in the police developed better where the pilot ran than in" in text
    assert "An event worth 1.1 points on one side would erase it." in text
    assert len(figures(evaluated(ENGLISH))) == 1


def test_nothing_suppressed_is_drawn_or_written() -> None:
    document = evaluated(ENGLISH, effective_n=4.0)
    assert figures(document) == []
    assert "55" not in to_html(document)


def result(label: str, estimate: float, error: float) -> TerritoryResult:
    low, high = estimate - 2 * error, estimate + 2 * error
    contrast = Contrast(estimate, error, low, high, 20.0, 0.1, 800)
    direction = Direction.BETTER if low > 0 else Direction.TOO_UNCERTAIN
    return TerritoryResult(label, contrast, direction)


RESULTS = (result("Montclair", 8.0, 2.0), result("Valbourg", -3.0, 2.0))
STOPPED = TerritoryResult("Grandville", None, None)
OUTCOME = Outcome("trust in the police", "points", 1600)


def accumulated(*results: TerritoryResult, test: str = "knapp-hartung") -> Accumulated:
    known = [each.contrast for each in results if each.contrast]
    pooled = synthesise(
        [each.estimate for each in known],
        [each.std_error for each in known],
        test=test,
    )
    return Accumulated(results=results, outcome=OUTCOME, synthesis=pooled, margin=3.0)


def test_two_results_are_told_and_not_pooled() -> None:
    found = accumulated(*RESULTS, STOPPED)
    assert synthesis_sentences(found, ENGLISH) == (
        ("Trust in the police, by territory: better in 1; too uncertain to say in 1."),
        "Stopped: Grandville.",
        "2 results, from −3.0 to +8.0 points: no pooled number under three results.",
    )
    document = synthesis_document(found, ENGLISH)
    assert "average" not in to_html(document).lower()


def test_one_result_and_none() -> None:
    assert synthesis_sentences(accumulated(RESULTS[0]), ENGLISH)[1] == (
        "One result, +8.0 points: no pooled number under three results."
    )
    untested = Accumulated(results=(), outcome=OUTCOME)
    assert synthesis_sentences(untested, ENGLISH) == ("Not tested yet.",)


@pytest.mark.parametrize(
    ("test", "law"),
    [
        ("knapp-hartung", "Student’s t with 2 degrees of freedom (results minus one)"),
        ("classical", "with the normal law, also for the prediction interval"),
    ],
)
def test_three_results_may_be_pooled_and_the_law_is_named(test: str, law: str) -> None:
    found = accumulated(*RESULTS, result("Aubel", 2.0, 3.0), test=test)
    sentences = synthesis_sentences(found, ENGLISH)
    assert sentences[1].startswith("On average over 3 results: +")
    assert sentences[2].startswith("In one more territory like these, ")
    assert law in to_html(synthesis_document(found, ENGLISH))


@pytest.mark.parametrize("language", BOTH, ids=["en", "fr"])
def test_every_report_can_be_set(language: Language) -> None:
    documents = (
        diagnosis_document(diagnosed(), names(language, simulated="Simulated")),
        diagnosis_document(diagnosed(self_selected=True), names(language)),
        evaluated(language),
        synthesis_document(accumulated(*RESULTS, STOPPED), language),
    )
    for document in documents:
        assert to_pdf(document, FONT_DIRECTORY).startswith(b"%PDF")
        assert "nan" not in to_html(document).replace("finance", "")


def test_an_uncertain_ranking_is_not_announced() -> None:
    diagnosis = diagnosed()
    first, *others = diagnosis.factors
    unsure = replace(diagnosis, factors=(replace(first, rank_high=2), *others))
    lost = replace(first, rank_low=None, rank_high=None)
    unknown = replace(diagnosis, factors=(lost, *others))
    assert math.isfinite(first.shortfall.estimate if first.shortfall else math.nan)
    for each in (unsure, unknown):
        figure = figures(diagnosis_document(each, names(ENGLISH)))[1]
        assert "Which factor comes first is too uncertain to say" in figure.svg


@pytest.mark.parametrize(
    ("language", "sides"),
    [
        (ENGLISH, ("population", "police officers")),
        (FRENCH, ("population", "policiers")),
    ],
)
def test_a_factor_on_both_sides_names_its_side(
    language: Language, sides: tuple[str, str]
) -> None:
    diagnosis = diagnosed()
    manner, view = sorted(diagnosis.factors, key=lambda factor: factor.code)
    mirrored = replace(
        diagnosis, factors=(view, manner, replace(manner, side="police_officers"))
    )
    figure = figures(diagnosis_document(mirrored, names(language)))[1]
    named = ["View of the police", *(f"Manner in contacts ({side})" for side in sides)]
    places = [figure.alt.index(f"{name}:") for name in named]
    assert places == sorted(places)
    first = replace(mirrored, factors=mirrored.factors[:0:-1])
    title = factor_title(first, names(language), language)
    assert f"Manner in contacts ({sides[1]})" in title
