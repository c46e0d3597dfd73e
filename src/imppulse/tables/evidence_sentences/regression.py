"""Regression: what the evidence library refuses."""

SENTENCES: dict[str, str] = {}
