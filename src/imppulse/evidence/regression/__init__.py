"""Regression, ordered answers, differential items, relative importance."""
