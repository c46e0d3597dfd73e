"""Answering without a network: one page that the device keeps, answers that wait on it until they are sent."""

import json
import re
from pathlib import Path
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from imppulse.core.errors import Refused
from imppulse.studies import actions, codes, interview, queries, sealing
from imppulse.studies.choices import Side
from imppulse.studies.models import AnswerLink
from imppulse.studies.views.answering import MOST_LISTED, layout_of, reader_language

MOST_BYTES = 20_000
PASS = re.compile(r"[0-9a-f]{32}")
# The page asks the server for nothing but itself; its worker keeps a copy of it.
own_worker = csp_update({"connect-src": [SELF], "worker-src": [SELF]})


def open_link(token: str) -> AnswerLink:
    """Find a survey that anyone may answer; never that of police officers, nor one by letter."""
    link = get_object_or_404(queries.answer_links(), token=token)
    if link.side == Side.POLICE_OFFICERS or not link.wave.self_selected:
        raise Http404
    return link


@own_worker  # type: ignore[arg-type] # its types know the request alone
@never_cache
@require_GET
def offline(request: HttpRequest, token: str) -> HttpResponse:
    link = open_link(token)
    questionnaire = queries.questionnaire_of(link)
    if reader_language() not in queries.fielded_languages(link.wave, questionnaire):
        raise Http404
    context = {
        "link": link,
        "wave": link.wave,
        "simulated": link.wave.simulated,
        "language": reader_language(),
        "taking": queries.takes_answers(link.wave, timezone.localdate()),
        "sections": sections(layout_of(link, questionnaire)),
        "words": interview.words(questionnaire.content, reader_language()),
    }
    return render(request, "studies/answer/offline.html", context)


def sections(layout: list[interview.Page]) -> list[dict[str, Any]]:
    """Lay all pages out on one; a question asked under a condition names it."""
    return [
        {
            "title": page.title,
            "repeated": number > 0 and layout[number - 1].title == page.title,
            "questions": [asked(question) for question in page.questions],
        }
        for number, page in enumerate(layout)
    ]


def asked(question: interview.Question) -> dict[str, Any]:
    offered = [choice for choice in question.choices if not choice.set_apart]
    condition = question.asked_if or ("", "")
    return {
        "question": question,
        "is_scale": len(offered) > MOST_LISTED,
        "asked_if": dict(zip(("item", "value"), condition, strict=True)),
    }


# No cookie is set: what a device may send is told by the pass of its own making.
@csrf_exempt
@never_cache
@require_POST
def receive(request: HttpRequest, token: str) -> JsonResponse:
    """Take one answer from a device's queue; what is refused stays there, with the reason."""
    link = open_link(token)
    try:
        sent = read(request)
        record = record_of(link, sent["answers"])
        is_new = actions.take_in(
            link.wave, pass_=sent["id"], record=record, on=timezone.localdate()
        )
    except Refused as refused:
        return JsonResponse({"sentence": refused.sentence}, status=409)
    code = codes.written(sealing.withdrawal_secret(sent["id"]))
    return JsonResponse({"code": code, "is_new": is_new})


def read(request: HttpRequest) -> dict[str, Any]:
    """Read what a device sent: an identifier of its own making and plain answers."""
    unreadable = Refused("unreadable", _("This answer could not be read."))
    if len(request.body) > MOST_BYTES:
        raise unreadable
    try:
        sent = json.loads(request.body)
        identifier, answers = sent["id"], sent["answers"]
        texts = [*answers.keys(), *answers.values(), identifier]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise unreadable from None
    if not all(isinstance(t, str) for t in texts) or not PASS.fullmatch(identifier):
        raise unreadable
    return {"id": identifier, "answers": answers}


def record_of(link: AnswerLink, posted: dict[str, str]) -> dict[str, Any]:
    if not queries.takes_answers(link.wave, timezone.localdate()):
        raise Refused("not_open", _("This survey takes no answers now."))
    layout = layout_of(link, queries.questionnaire_of(link))
    answers: interview.Answers = {}
    for page in layout:
        answers = read_whole(page, answers, posted)
    return interview.record(layout, answers, link.side)


def read_whole(
    page: interview.Page, answers: interview.Answers, posted: dict[str, str]
) -> interview.Answers:
    """Read a page until no answer on it opens a further question there."""
    while True:
        reading = interview.read_page(page, answers, posted)
        if reading.errors:
            raise Refused("wrong_answer", next(iter(reading.errors.values())))
        if reading.answers == answers:
            return answers
        answers = reading.answers


@own_worker
@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """Serve the worker beside the pages it keeps: it reaches no further."""
    path = finders.find("studies/offline-worker.js")
    if not isinstance(path, str):
        raise Http404
    return HttpResponse(
        Path(path).read_text(encoding="utf-8"),
        content_type="text/javascript",
        headers={"Cache-Control": "no-cache"},
    )
