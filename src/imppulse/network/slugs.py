"""Addresses made from names."""

from django.db import models

LONGEST = 45  # of the 50 characters of a slug: room for a number


def free_slug(model: type[models.Model], wanted: str) -> str:
    """Return the wanted slug, with a number where another record has it."""
    base = wanted[:LONGEST].strip("-") or model._meta.model_name or "record"
    taken = set(
        model._default_manager.filter(slug__startswith=base).values_list(
            "slug", flat=True
        )
    )
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(s for s in numbered if s not in taken)
