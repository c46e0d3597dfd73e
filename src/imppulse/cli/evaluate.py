"""An evaluation as its plan says, on a file of answers."""

import math
import sys
from typing import Any

from imppulse.cli.evaluation_plan import facts_of, prepared, two_waves
from imppulse.cli.finding_words import told
from imppulse.cli.language import Language, say, word
from imppulse.cli.options import File, Format, Lang, Sheet, Shown
from imppulse.cli.output import Result, Row, aligned, show
from imppulse.cli.rehearse import Plan
from imppulse.evidence.disclosure.disclosure import PUBLISHED_THRESHOLD
from imppulse.evidence.effects.two_waves import (
    TwoWaveEvaluation,
    TwoWaves,
    evaluate_two_waves,
)
from imppulse.evidence.findings.design_facts import DesignFacts
from imppulse.evidence.findings.findings import Finding, find
from imppulse.evidence.results import Contrast
from imppulse.tables import PlanFile, read, read_plan

COLUMNS = (
    "quantity", "estimate", "std_error", "ci_low", "ci_high", "df", "p_value", "n",
)  # fmt: skip
EFFECT = "effect"
BEFORE_AFTER = "change where the pilot ran"
CELL = "{arm}, {wave}"
STRENGTH = "strength of the sentence: {strength}; direction: {direction}"
MAY_NOT = "the sentence that may not be said: {sentence}"
WHY = "what forbids it: {reasons}"
SIGNED = "the random draw is countersigned by {who}"


def evaluate(
    plan: Plan,
    file: File,
    *,
    sheet: Sheet = None,
    shown: Shown = Format.table,
    lang: Lang = Language.en,
) -> None:
    """Evaluate a pilot as planned: the finding, and the sentence one may not say."""
    described = read_plan(plan)
    table = prepared(read(file, sheet=sheet), described)
    asked = two_waves(described)
    done = evaluate_two_waves(table.frame, asked).from_data(table.checksum)
    facts = facts_of(described, done)
    finding = find(
        facts,
        done.effect,
        described.outcome.margin,
        higher_is_better=described.outcome.higher_is_better,
    )
    rows = _rows(done, asked, finding, shown=shown, lang=lang)
    said = _said(finding, done, described, lang=lang)
    document = _document(finding, facts, done, said=said)
    document |= {"plan": described.name, "file": table.name, "sha256": table.checksum}
    notes = _notes(finding, described, said, lang=lang)
    if shown is not Format.table:
        show(Result(COLUMNS, rows, document, notes), shown, lang)
        return
    sys.stdout.write(
        "\n".join([str(said["sentence"]), "", aligned(COLUMNS, rows, lang), *notes, ""])
    )


def _said(
    finding: Finding, done: TwoWaveEvaluation, plan: PlanFile, *, lang: Language
) -> Row:
    from imppulse.reporting.findings import (  # noqa: PLC0415 - loads only where it speaks
        Outcome,
        forbidden_sentence,
        sentence,
    )
    from imppulse.reporting.language import Language as Wording  # noqa: PLC0415 (as above)

    wording = Wording(lang.value)
    outcome = Outcome(
        phrase=plan.outcome.phrase[lang.value],
        unit=plan.outcome.unit[lang.value],
        answers=done.effect.n,
    )
    forbidden = forbidden_sentence(finding, outcome, wording)
    return {
        "sentence": sentence(finding, outcome, wording, level="full"),
        "forbidden_sentence": forbidden.sentence if forbidden else None,
        "reasons": list(forbidden.reasons) if forbidden else [],
        "earned_by": forbidden.earned_by if forbidden else None,
    }


def _notes(finding: Finding, plan: PlanFile, said: Row, *, lang: Language) -> list[str]:
    notes = []
    if not finding.suppressed:
        words = {
            "strength": told(finding.strength, Format.table, lang),
            "direction": told(finding.direction, Format.table, lang),
        }
        notes.append(say(lang, STRENGTH, **words))
    if said["forbidden_sentence"]:
        reasons = " ".join(said["reasons"])  # type: ignore[arg-type]  # a list of sentences
        notes.append(say(lang, MAY_NOT, sentence=said["forbidden_sentence"]))
        notes.append(say(lang, WHY, reasons=f"{reasons} {said['earned_by']}"))
    if plan.countersigned_by:
        notes.append(say(lang, SIGNED, who=plan.countersigned_by))
    return notes


def _document(
    finding: Finding, facts: DesignFacts, done: TwoWaveEvaluation, *, said: Row
) -> Row:
    """Give everything; of a suppressed finding, nothing but that it is one."""
    stated: dict[str, Any] = {"schema": 1, "finding": finding.to_dict(), **said}
    if finding.suppressed:
        return stated
    alone = done.before_after.to_dict() if done.before_after else None
    return stated | {
        "facts": facts.to_dict(),
        "effect": done.effect.to_dict(),
        "before_after": alone,
        "provenance": done.to_dict()["provenance"],
    }


def _rows(
    done: TwoWaveEvaluation,
    asked: TwoWaves,
    finding: Finding,
    *,
    shown: Format,
    lang: Language,
) -> list[Row]:
    """Effect and change, then each cell; nothing under the published threshold."""
    rows = []
    if not finding.suppressed:
        rows.append(_contrast(EFFECT, done.effect, shown, lang=lang))
        if done.before_after is not None:
            rows.append(_contrast(BEFORE_AFTER, done.before_after, shown, lang=lang))
    return rows + [_cell(row, asked, lang) for row in done.means.rows()]


def _contrast(name: str, found: Contrast, shown: Format, *, lang: Language) -> Row:
    numbers = {key: _known(getattr(found, key)) for key in COLUMNS[1:]}
    quantity = word(name, lang) if shown is Format.table else name
    return {"quantity": quantity, **numbers}


def _cell(row: dict[str, Any], asked: TwoWaves, lang: Language) -> Row:
    name = say(lang, CELL, arm=row[asked.arm], wave=row[asked.wave])
    hidden = {"quantity": name} | dict.fromkeys(COLUMNS[1:])
    if row["n"] < PUBLISHED_THRESHOLD:
        return hidden
    kept = (
        ("n",) if asked.self_selected else ("std_error", "ci_low", "ci_high", "df", "n")
    )
    return hidden | {"estimate": row["mean"]} | {key: row[key] for key in kept}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
