"""Indices, their reliability, and whether they compare across territories."""
