"""Languages of the pages: those of a publication everywhere, the others on a respondent's pages alone."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import translate_url
from django.utils.translation import get_language, get_language_from_request

RESPONDENT_PAGES = {
    f"studies:{name}"
    for name in (
        "answer",
        "offline",
        "receive",
        "offline_worker",
        "code",
        "code_of_letter",
        "withdraw",
    )
}


def is_published(language: str | None) -> bool:
    return language in dict(settings.PUBLICATION_LANGUAGES)


def publication_language(request: HttpRequest) -> str:
    """Choose the reader's language where the pages have it."""
    wanted = get_language_from_request(request)
    return wanted if is_published(wanted) else settings.LANGUAGE_CODE


class PublicationLanguages:
    """Lead whoever asks for a page in a language it does not have to the page itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, *_view: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        if is_published(get_language()) or match is None:
            return None
        if match.view_name in RESPONDENT_PAGES or not request.path.startswith(
            f"/{get_language()}/"
        ):
            return None
        return redirect(translate_url(request.get_full_path(), settings.LANGUAGE_CODE))
