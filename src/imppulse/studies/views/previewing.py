"""A draft as its respondents will see it, on a phone and on a wide screen."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt

from imppulse.core.errors import Refused
from imppulse.instruments.texts import name_of_language
from imppulse.studies import interview, previews
from imppulse.studies.actions import composing
from imppulse.studies.forms import ConsentForm
from imppulse.studies.forms.languages import label_of, reader_language
from imppulse.studies.models import Draft
from imppulse.studies.views.answering import asked
from imppulse.studies.views.composing import back_to
from imppulse.studies.views.own import own_draft, own_study, posted


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type] # typed for views without arguments
@login_required
def preview(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = own_draft(own_study(request, slug, second=True), pk)
    asked = composing.composition_of(found)
    language = request.GET.get("in", "")
    if language not in asked.languages:
        language = (
            reader_language() if reader_language() in asked.languages else asked.source
        )
    context = back_to(found) | {
        "draft": found,
        "language": language,
        "offered": [
            (code, name_of_language(code, reader_language()))
            for code in asked.languages
        ],
        "page": reverse("studies:preview_page", args=[slug, pk, language]),
        "has_pages": language in dict(settings.LANGUAGES),
        "complete": composing.board_of(found).is_complete(language),
    }
    return render(request, "studies/preview.html", context)


@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type] # typed for views without arguments
@xframe_options_sameorigin
@csrf_exempt  # it keeps nothing: the respondents' forms it shows carry no token either
@login_required
def preview_page(
    request: HttpRequest, slug: str, pk: int, *, language: str
) -> HttpResponse:
    found = own_draft(own_study(request, slug, second=True), pk)
    if language not in composing.composition_of(found).languages:
        raise Http404
    with translation.override(language):
        try:
            sat = previews.sitting(found, language, posted(request))
        except Refused:
            sat = None
        return respondents_page(request, found, sat=sat, language=language)


def respondents_page(
    request: HttpRequest, found: Draft, *, sat: previews.Preview | None, language: str
) -> HttpResponse:
    link = previews.stand_in(found)
    context = {
        "asked_by": label_of(found.study.territory),
        "study": found.study,
        "wave": link.wave,
        "link": {"get_absolute_url": request.path, "side": found.side.value},
        "simulated": found.study.simulated,
        "language": language,
    }
    if sat is None:
        return render(
            request, "studies/answer/consent.html", context | opening(found, language)
        )
    if sat.at_the_end:
        return render(request, "studies/preview_end.html", context | {"sitting": sat})
    questions = [asked(sat, question) for question in sat.questions]
    return render(
        request,
        "studies/answer/questions.html",
        context | {"sitting": sat, "questions": questions},
    )


def opening(found: Draft, language: str) -> dict[str, Any]:
    content = previews.content(found, language)
    layout = interview.pages(content, language, [])
    return {
        "form": ConsentForm(),
        "languages": [language],
        "minutes": interview.minutes(layout),
        "words": interview.words(content, language),
    }
