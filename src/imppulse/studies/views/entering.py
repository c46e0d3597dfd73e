"""Whoever received a letter comes in here: its code is exchanged once for a random pass."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import translate_url
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from imppulse.core.errors import Refused
from imppulse.studies import actions, queries
from imppulse.studies.forms import CodeForm, ConsentForm, ResumeForm
from imppulse.studies.models import AccessCode, AnswerLink
from imppulse.studies.views.answering import consent, reader_language, show, start


# As on the other pages of a respondent: no cookie, hence nothing to forge.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, code: str = "") -> HttpResponse:
    """Read a code, typed or from the square on the letter; opening the page alone uses nothing up."""
    if request.method != "POST" and not code:
        return ask(request, CodeForm())
    form = CodeForm(request.POST if request.method == "POST" else {"code": code})
    if not form.is_valid():
        return ask(request, form)
    try:
        found = actions.find_code(form.cleaned_data["code"])
    except Refused as refused:
        form.add_error("code", refused.sentence)
        return ask(request, form)
    return enter(request, found, form.cleaned_data["code"])


def ask(request: HttpRequest, form: CodeForm) -> HttpResponse:
    context = {"form": form, "language": reader_language()}
    return render(request, "studies/answer/code.html", context)


def link_of(found: AccessCode) -> AnswerLink | None:
    links = queries.answer_links().filter(wave=found.wave, side=found.side)
    return links.first()


def enter(request: HttpRequest, found: AccessCode, typed: str) -> HttpResponse:
    """Lead on to consent; a code that was used says so."""
    link = link_of(found)
    if link is None or not queries.takes_answers(found.wave, timezone.localdate()):
        not_open = link or AnswerLink(wave=found.wave, side=found.side)
        return show(request, not_open, "not_open")
    languages = queries.fielded_languages(link.wave, queries.questionnaire_of(link))
    if reader_language() not in languages:
        return redirect(translate_url(request.path, languages[0]))
    if found.used:
        return show(request, link, "code_used", resume=ResumeForm())
    return exchange(request, link, typed)


def exchange(request: HttpRequest, link: AnswerLink, typed: str) -> HttpResponse:
    """Ask for consent, then take the code; whoever comes second with it is told."""
    asked = request.method == "POST" and "consent" in request.POST
    form = ConsentForm(request.POST if asked else None)
    if not form.is_valid():
        return consent(request, link, form, code=typed)
    try:
        pass_ = actions.exchange_code(typed, on=timezone.localdate())
    except Refused:
        return show(request, link, "code_used", resume=ResumeForm())
    return start(request, link, pass_)
