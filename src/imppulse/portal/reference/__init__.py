"""The public reference content: the project's network, force profiles, real practices, published trials."""

from imppulse.portal.reference.loading import load

__all__ = ["load"]
