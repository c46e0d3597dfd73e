"""Estimates as the sample was drawn: totals, means, shares, ratios, quantiles."""
