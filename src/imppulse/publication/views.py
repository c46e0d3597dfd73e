from dataclasses import replace

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from imppulse.publication import queries
from imppulse.publication.content import document
from imppulse.publication.editions import Edition, bilingual
from imppulse.publication.models import Book
from imppulse.publication.storage import StoredBook, stored_pdf
from imppulse.typesetting.html import to_html


def books(request: HttpRequest) -> HttpResponse:
    return render(
        request, "publication/books.html", {"books": queries.books(request.user)}
    )


def book(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.books(request.user), slug=slug)
    code = get_language() or settings.LANGUAGE_CODE
    content = document(found, queries.records(found, request.user), Edition((code,)))
    # The page has its own band for simulated data.
    article = to_html(replace(content, simulated=""))
    return render(
        request,
        "publication/book.html",
        {
            "book": found,
            # Made by imppulse.typesetting, which escapes every word.
            "article": mark_safe(article),  # noqa: S308
            "code": code,
            "pdf": _pdf(request, found, code),
            "simulated": found.simulated,
        },
    )


def book_pdf(request: HttpRequest, slug: str, language: str) -> FileResponse:
    if language not in dict(settings.PUBLICATION_LANGUAGES):
        raise Http404
    found = get_object_or_404(queries.books(request.user), slug=slug)
    stored = _pdf(request, found, language)
    return FileResponse(
        stored.open(),
        content_type="application/pdf",
        filename=f"{found.slug}-{language}.pdf",
        headers={"Content-Language": ", ".join(dict(settings.PUBLICATION_LANGUAGES))},
    )


def _pdf(request: HttpRequest, found: Book, leading: str) -> StoredBook:
    edition = bilingual(leading, request.build_absolute_uri("/"))
    records = queries.records(found, request.user)
    return stored_pdf(found, document(found, records, edition))
