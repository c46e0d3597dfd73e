"""The composer: from a questionnaire of the bank to one's own, in every language chosen."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.instruments.legal import Variant
from imppulse.instruments.texts import name_of_language
from imppulse.studies import boards, desk, lawful, permissions, questions
from imppulse.studies.actions import composing
from imppulse.studies.boards import Board
from imppulse.studies.choices import WordingState
from imppulse.studies.composition import Composition
from imppulse.studies.forms.composing import (
    LanguagesForm,
    StartForm,
    UploadForm,
)
from imppulse.studies.forms.languages import reader_language
from imppulse.studies.models import Draft
from imppulse.studies.views.own import done, key_of, own_draft, own_study, posted
from imppulse.studies.views.studying import form_page


def back_to(draft: Draft) -> dict[str, Any]:
    """Say where a form about a draft stands, and where leaving it leads."""
    where = reverse("studies:draft", args=[draft.study.slug, draft.pk])
    return {
        "study": draft.study,
        "simulated": draft.study.simulated,
        "trail": [(where, desk.title_of(draft))],
        "back": where,
    }


def found_draft(request: HttpRequest, slug: str, pk: int) -> Draft:
    return own_draft(own_study(request, slug), pk)


@login_required
def compose(request: HttpRequest, slug: str) -> HttpResponse:
    study = own_study(request, slug)
    form = StartForm(posted(request), study=study)
    made: list[Draft] = []
    if form.is_valid() and done(
        request,
        lambda: made.append(
            composing.start_draft(
                study,
                form.cleaned_data["base"],
                languages=form.chosen,
                by=key_of(request),
            )
        ),
        _("The draft holds the questionnaire as the bank has it. Make it yours."),
    ):
        return redirect("studies:draft", slug, made[0].pk)
    return form_page(
        request,
        form,
        study=study,
        simulated=study.simulated,
        title=_("What do you want to ask?"),
        lead=_(
            "Begin from a questionnaire that other territories use too: what is asked in the same words can be compared."
        ),
        button=_("Begin"),
    )


@login_required
def draft(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    study = own_study(request, slug, second=True)
    found = own_draft(study, pk)
    asked, board = composing.composition_of(found), composing.board_of(found)
    context = {
        "study": study,
        "simulated": study.simulated,
        "draft": found,
        "asked": asked,
        "title": desk.title_of(found),
        "languages_asked": [language_row(asked, board, c) for c in asked.languages],
        "rows": [board_row(asked, row) for row in board.rows],
        "dropped": questions.dropped_items(asked, found.replaces)
        if found.replaces
        else [],
        "changes": [legal_row(each) for each in lawful.changes(study, asked)],
        "profile": lawful.profile_of(study),
        "upload": UploadForm(),
        "complete": board.complete_languages == board.languages,
        "may_publish": key_of(request) not in {*found.writers, found.submitted_by},
        "writes": permissions.can_write(request.user, study) and not found.is_submitted,
        "may_write": permissions.can_write(request.user, study),
    }
    return render(request, "studies/compose.html", context)


def legal_row(change: Variant) -> dict[str, Any]:
    return {
        "wording": wording_of(change.item),
        "instead": wording_of(change.instead) if change.instead else "",
        "reason": change.reason,
    }


def wording_of(name: str) -> str:
    wordings = instruments.item(name).wordings
    text = next(iter(wordings.values())).in_language(reader_language())
    return without_force(text)


def language_row(asked: Composition, board: Board, code: str) -> dict[str, Any]:
    lacking = board.count(code, WordingState.MISSING, WordingState.STALE)
    return {
        "code": code,
        "name": name_of_language(code, reader_language()),
        "is_source": code == asked.source,
        "rows": len(board.rows),
        "reviewed": board.count(code, WordingState.REVIEWED),
        "lacking": lacking,
        "complete": not lacking,
        "whole": board.is_reviewed(code),
        "written_here": any(asked.is_written_here(key, code) for key in asked.texts),
    }


def board_row(asked: Composition, row: boards.Row) -> dict[str, Any]:
    return {
        "row": row,
        "label": row_label(asked, row),
        "cells": [
            {
                "language": code,
                "state": row.state(code),
                "label": row.state(code).label,
            }
            for code in asked.languages
        ],
    }


def row_label(asked: Composition, row: boards.Row) -> str:
    if row.kind == boards.OPENING:
        return _("Title, introduction and what people are told")
    if row.kind == boards.HEADINGS:
        return _("Headings of the pages")
    return shown_text(asked, f"item.{row.name}") or row.name


def shown_text(asked: Composition, key: str) -> str:
    """Give a text in the reader's language where there is one; the force stays unnamed."""
    text = asked.text(key, reader_language()) or asked.text(key, asked.source)
    placeholder = "…"
    for name in ("{force}", "{of_force}", "{to_force}"):
        text = text.replace(name, placeholder)
    return text


@login_required
def items(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = found_draft(request, slug, pk)
    asked = composing.composition_of(found)
    if request.method == "POST" and done(
        request,
        lambda: composing.choose_items(
            found, names=request.POST.getlist("asked"), by=key_of(request)
        ),
        _("Saved."),
    ):
        return redirect("studies:draft", slug, pk)
    base = instruments.questionnaire(asked.base)
    further = composing.further_items(asked)
    context = back_to(found) | {
        "draft": found,
        "sections": [
            {
                "title": without_force(section.title.in_language(reader_language())),
                "items": [item_row(asked, name) for name in section.items],
            }
            for section in base.sections
        ],
        "further": [
            {"construct": construct, "items": rows}
            for construct in instruments.constructs()
            if (
                rows := [
                    item_row(asked, item.name)
                    for item in further
                    if item.construct == construct.name
                ]
            )
        ],
    }
    return render(request, "studies/compose_items.html", context)


def item_row(asked: Composition, name: str) -> dict[str, Any]:
    item = instruments.item(name)
    wording = item.wordings[instruments.Side(asked.side)]
    condition = item.asked_if
    return {
        "item": item,
        "wording": without_force(wording.in_language(reader_language())),
        "factors": [instruments.factor(code) for code in item.factors],
        "asked": name in asked.questionnaire.items and name not in asked.left_out,
        "follows": condition and condition.item not in asked.kept,
        "not_lawful": asked.swaps.get(name) == "",
    }


def without_force(text: str) -> str:
    for name in ("{force}", "{of_force}", "{to_force}"):
        text = text.replace(name, "…")
    return text


@login_required
def languages(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = found_draft(request, slug, pk)
    asked = composing.composition_of(found)
    form = LanguagesForm(posted(request), chosen=asked.languages)
    if form.is_valid() and done(
        request,
        lambda: composing.choose_languages(
            found, languages=form.chosen, by=key_of(request)
        ),
        _("Saved."),
    ):
        return redirect("studies:draft", slug, pk)
    return form_page(
        request,
        form,
        **back_to(found),
        title=_("In which languages are people asked?"),
        lead=_(
            "A language is offered to respondents once every word of it is there and, for a real territory, once its review is recorded."
        ),
        button=_("Save"),
    )
