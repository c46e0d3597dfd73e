"""Answers on paper: an interviewer types each sheet in twice; differences are named before it is sealed."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache

from imppulse.core.errors import Refused
from imppulse.studies import (
    actions,
    codes,
    interview,
    paper,
    permissions,
    queries,
    sealing,
)
from imppulse.studies.models import AnswerLink
from imppulse.studies.views.answering import reader_language, rendered, with_comment


@never_cache
@login_required
def enter(request: HttpRequest, slug: str, number: int, *, side: str) -> HttpResponse:
    found = queries.answer_links().filter(wave__study__slug=slug, wave__number=number)
    link = get_object_or_404(found, side=side)
    if not link.wave.paper or not permissions.can_enter(request.user, link.wave):
        raise Http404
    if not queries.takes_answers(link.wave, timezone.localdate()):
        raise Http404
    try:
        return step(request, link, layout_of(link))
    except Refused as refused:
        return show(request, link, refused=refused.sentence)


def layout_of(link: AnswerLink) -> list[interview.Page]:
    return with_comment(link, queries.questionnaire_of(link))


def step(
    request: HttpRequest, link: AnswerLink, layout: list[interview.Page]
) -> HttpResponse:
    go = request.POST.get("go", "")
    if go == "second":
        return again(request, link, layout)
    if go == "compare":
        return compare(request, link, layout)
    if go == "settle":
        pass_, kept = carried(request)
        answers = paper.settled(layout, (kept["first"], kept["second"]), request.POST)
        return seal(request, link, layout, answers=answers, pass_=pass_)
    return show(request, link)


def carried(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    pass_ = request.POST.get("pass", "")
    return pass_, sealing.open_draft(request.POST.get("draft", ""), pass_)


def again(
    request: HttpRequest, link: AnswerLink, layout: list[interview.Page]
) -> HttpResponse:
    """Keep the first entry in the page, out of sight, and ask for the second."""
    pass_ = sealing.make_pass()
    kept = {"first": paper.read(layout, request.POST)}
    draft = sealing.seal_draft(kept, pass_)
    return show(request, link, stage="compare", pass_=pass_, draft=draft)


def compare(
    request: HttpRequest, link: AnswerLink, layout: list[interview.Page]
) -> HttpResponse:
    pass_, kept = carried(request)
    second = paper.read(layout, request.POST)
    unlike = paper.differences(layout, kept["first"], second)
    if not unlike:
        return seal(request, link, layout, answers=second, pass_=pass_)
    draft = sealing.seal_draft(kept | {"second": second}, pass_)
    return show(request, link, stage="settle", pass_=pass_, draft=draft, unlike=unlike)


def seal(
    request: HttpRequest,
    link: AnswerLink,
    layout: list[interview.Page],
    *,
    answers: interview.Answers,
    pass_: str,
) -> HttpResponse:
    spent = actions.submit_paper(
        link.wave,
        pass_=pass_,
        record=interview.record(layout, answers, link.side),
        comment=interview.comment(layout, answers),
        code=request.POST.get("code", ""),
        on=timezone.localdate(),
    )
    code = codes.written(sealing.withdrawal_secret(spent))
    return show(request, link, stage="done", withdrawal=code)


def show(
    request: HttpRequest, link: AnswerLink, *, stage: str = "second", **facts: Any
) -> HttpResponse:
    unlike = facts.get("unlike")
    asked = (
        [each.question for each in unlike]
        if unlike
        else [q for page in layout_of(link) for q in page.questions]
    )
    context = facts | {
        "link": link,
        "wave": link.wave,
        "study": link.wave.study,
        "simulated": link.wave.simulated,
        "language": reader_language(),
        "stage": stage,
        "code": request.POST.get("code", "") if stage != "second" else "",
        "questions": [question_of(each) for each in asked],
    }
    return render(request, "studies/answer/paper.html", context)


def question_of(question: interview.Question) -> SafeString:
    language = reader_language()
    return rendered(question, None, error=None, is_new=False, language=language)
