"""Reads for the books: only what is published stands in one."""

from dataclasses import dataclass

from imppulse.core.models import PublishableQuerySet
from imppulse.library import queries as library
from imppulse.library.models import Practice, Recommendation, Synthesis
from imppulse.network.choices import RoleKind
from imppulse.network.permissions import Reader, has_role
from imppulse.publication.models import Book

WORLD = "territory__country"


@dataclass(frozen=True, slots=True)
class BookRecords:
    practices: tuple[Practice, ...]
    recommendations: tuple[Recommendation, ...]
    syntheses: tuple[Synthesis, ...]


def books(reader: Reader) -> PublishableQuerySet:
    found: PublishableQuerySet = Book.objects.prefetch_related(
        "texts",
        f"practices__{WORLD}",
        f"syntheses__pilots__{WORLD}",
        "recommendations__meeting__country",
        f"recommendations__practices__{WORLD}",
        f"recommendations__syntheses__pilots__{WORLD}",
        f"recommendations__evaluations__plan__pilot__{WORLD}",
    )
    if has_role(reader, RoleKind.COORDINATOR, RoleKind.TRANSLATOR):
        return found
    return found.published()


def records(book: Book, reader: Reader) -> BookRecords:
    """Gather the published records of a book, whoever reads it."""
    return BookRecords(
        tuple(library.practices(reader).published().filter(book=book)),
        tuple(library.recommendations(reader).published().filter(book=book)),
        tuple(library.syntheses(reader).published().filter(book=book)),
    )
