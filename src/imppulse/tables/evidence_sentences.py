"""What the evidence library refuses."""

EVIDENCE_SENTENCES: dict[str, str] = {}
