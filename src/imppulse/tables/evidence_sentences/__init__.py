"""What the evidence library refuses, one file per part of it."""

from imppulse.tables.evidence_sentences import (
    aggregates,
    calibration,
    effects,
    estimation,
    planning,
    regression,
    scales,
    synthesis,
)

PARTS = (
    estimation,
    calibration,
    regression,
    scales,
    effects,
    planning,
    synthesis,
    aggregates,
)
EVIDENCE_SENTENCES: dict[str, str] = {
    code: text for part in PARTS for code, text in part.SENTENCES.items()
}
