"""The pages of a respondent. Nothing about the request is kept: no session, no address, day only."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import translate_url
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from imppulse.core.errors import Refused
from imppulse.studies import (
    actions,
    codes,
    interview,
    layouts,
    queries,
    sealing,
    sitting,
)
from imppulse.studies.forms import CodeForm, ConsentForm, ResumeForm, WithdrawForm
from imppulse.studies.models import AnswerLink, Questionnaire
from imppulse.studies.sitting import Sitting

MOST_LISTED = 7  # longer scales are laid out in rows


# No cookie is set on these pages, so there is none that a foreign page could abuse:
# what a form may do is told by the pass, or the code, that it carries itself.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    link = get_object_or_404(queries.answer_links(), token=token)
    questionnaire = queries.questionnaire_of(link)
    languages = queries.fielded_languages(link.wave, questionnaire)
    if reader_language() not in languages:
        return redirect(translate_url(request.path, languages[0]))
    if not queries.takes_answers(link.wave, timezone.localdate()):
        return show(request, link, "not_open", status=200)
    if request.method == "POST" and "resume" in request.POST:
        return take_up(request, link, questionnaire)
    if request.method != "POST" or "draft" not in request.POST:
        return begin(request, link, questionnaire)
    return go_on(request, link, questionnaire)


def reader_language() -> str:
    return get_language() or "en"


def layout_of(link: AnswerLink, questionnaire: Questionnaire) -> list[interview.Page]:
    districts = link.wave.study.territory.districts.values_list("code", "name")
    laid_out = layouts.pages(
        questionnaire.pk,
        questionnaire.checksum,
        language=reader_language(),
        districts=tuple(districts),
    )
    return [*laid_out]


def with_comment(
    link: AnswerLink, questionnaire: Questionnaire
) -> list[interview.Page]:
    asked = layout_of(link, questionnaire)
    if queries.takes_comments(link, questionnaire):
        adults_only = link.wave.adults_only
        asked.append(interview.comment_page(adults_only=adults_only))
    return asked


def begin(
    request: HttpRequest, link: AnswerLink, questionnaire: Questionnaire
) -> HttpResponse:
    """Ask for consent; where letters were sent, for the code first."""
    if link.wave.needs_codes:
        return show(request, link, "code", form=CodeForm(), resume=ResumeForm())
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return start(request, link, actions.hand_out_pass(link.wave))
    return consent(request, link, form)


def start(request: HttpRequest, link: AnswerLink, pass_: str) -> HttpResponse:
    layout = with_comment(link, queries.questionnaire_of(link))
    return show_step(request, Sitting(link, layout, pass_), begun=True)


def consent(
    request: HttpRequest, link: AnswerLink, form: ConsentForm, **more: Any
) -> HttpResponse:
    questionnaire = queries.questionnaire_of(link)
    territory = link.wave.study.territory.text("name", reader_language())
    facts = {
        "form": form,
        "asked_by": territory.body if territory else "",
        "resume": ResumeForm(),
        "languages": queries.fielded_languages(link.wave, questionnaire),
        "minutes": interview.minutes(layout_of(link, questionnaire)),
        "words": interview.words(questionnaire.content, reader_language()),
    }
    return show(request, link, "consent", **facts, **more)


def take_up(
    request: HttpRequest, link: AnswerLink, questionnaire: Questionnaire
) -> HttpResponse:
    """Go on where a resume code left off, on this device or another."""
    form = ResumeForm(request.POST)
    try:
        form.full_clean()
        given = form.cleaned_data.get("resume", "")
        pass_, draft = actions.take_up(link.wave, given)
    except Refused as refused:
        if not form.errors:
            form.add_error("resume", refused.sentence)
        return show(request, link, "code", form=CodeForm(), resume=form)
    if not draft:
        draft = Sitting(link, [], pass_).draft
    return go_on(
        request, link, questionnaire, posted={"pass": pass_, "draft": draft, "go": ""}
    )


def go_on(
    request: HttpRequest,
    link: AnswerLink,
    questionnaire: Questionnaire,
    *,
    posted: Mapping[str, str] | None = None,
) -> HttpResponse:
    given = request.POST if posted is None else posted
    try:
        resumed = sitting.resume(link, with_comment(link, questionnaire), given)
        if actions.find_pass(link.wave, resumed.pass_).spent:
            return show_received(request, resumed, again=True)
    except Refused:
        return show(request, link, "start_again")
    return act(request, resumed, given)


def act(
    request: HttpRequest, resumed: Sitting, given: Mapping[str, str]
) -> HttpResponse:
    go = given.get("go", "next")
    if go == "":
        return show_step(request, resumed)
    if go == "later":
        return keep_for_later(request, sitting.as_it_stands(resumed, given))
    if resumed.at_the_end and go == "submit":
        return submit(request, resumed)
    return show_step(request, sitting.move(resumed, given))


def keep_for_later(request: HttpRequest, sat: Sitting) -> HttpResponse:
    try:
        actions.keep_for_later(sat.link.wave, pass_=sat.pass_, draft=sat.draft)
    except Refused:
        return show(request, sat.link, "not_open")
    return show(request, sat.link, "later", sitting=sat)


def submit(request: HttpRequest, sat: Sitting) -> HttpResponse:
    try:
        actions.submit_answer(
            sat.link.wave,
            pass_=sat.pass_,
            record=sat.record,
            comment=sat.comment,
            on=timezone.localdate(),
        )
    except Refused as refused:
        if refused.code == "already_received":
            return show_received(request, sat, again=True)
        return show(request, sat.link, "not_open")
    return show_received(request, sat, again=False)


def show_received(request: HttpRequest, sat: Sitting, *, again: bool) -> HttpResponse:
    code = codes.written(sealing.withdrawal_secret(sat.pass_))
    return show(request, sat.link, "received", code=code, again=again)


def show_step(
    request: HttpRequest, sat: Sitting, *, begun: bool = False
) -> HttpResponse:
    if sat.at_the_end:
        return show(request, sat.link, "check", sitting=sat)
    facts = {
        "sitting": sat,
        "questions": [asked(sat, question) for question in sat.questions],
        "begun": begun,
    }
    return show(request, sat.link, "questions", **facts)


def asked(sat: Sitting, question: interview.Question) -> SafeString:
    """Render a question as it stands; those of choices are alike for many, and kept."""
    render_it = rendered if question.free_text else rendered_once
    return render_it(
        question,
        sat.answers.get(question.name),
        error=sat.errors.get(question.name),
        is_new=question.name in sat.appeared,
        language=reader_language(),
    )


def rendered(
    question: interview.Question, value: str | None, **facts: Any
) -> SafeString:
    offered = [choice for choice in question.choices if not choice.set_apart]
    context = facts | {
        "question": question,
        "value": value,
        "is_scale": len(offered) > MOST_LISTED,
        "most_characters": interview.MOST_CHARACTERS,
    }
    return render_to_string("studies/answer/question.html", context)


# Never for free text: what somebody wrote is not kept in memory.
rendered_once = lru_cache(maxsize=4096)(rendered)


def show(
    request: HttpRequest, link: AnswerLink, page: str, **facts: Any
) -> HttpResponse:
    status = facts.pop("status", 200)
    context = facts | {
        "not_yet": timezone.localdate() < link.wave.opens_on,
        "link": link,
        "wave": link.wave,
        "study": link.wave.study,
        "simulated": link.wave.simulated,
        "rehearsal": link.wave.is_rehearsal,
        "language": reader_language(),
    }
    return render(request, f"studies/answer/{page}.html", context, status=status)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    outcome = ""
    if form.is_valid():
        try:
            actions.withdraw(form.cleaned_data["code"])
            outcome = "withdrawn"
        except Refused as refused:
            outcome = refused.code
            form.add_error("code", refused.sentence)
    context = {"form": form, "outcome": outcome, "language": reader_language()}
    return render(request, "studies/answer/withdraw.html", context)
