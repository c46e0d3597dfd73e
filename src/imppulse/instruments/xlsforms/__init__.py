"""Questionnaires as XLSForms: written for others, and read from others."""
