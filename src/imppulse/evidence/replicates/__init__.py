"""Replicate weights: jackknife, balanced replicates, bootstrap."""
