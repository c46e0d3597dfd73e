"""The review of a translation: its steps, recorded by day and role."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from imppulse.core.methods import only_by_form
from imppulse.instruments.texts import name_of_language
from imppulse.studies import boards, permissions
from imppulse.studies.actions import composing, reviewing
from imppulse.studies.actions.reviewing import StepDone
from imppulse.studies.choices import ReviewRole, ReviewStep
from imppulse.studies.forms.composing import StepForm
from imppulse.studies.forms.languages import reader_language
from imppulse.studies.models import TranslationStep
from imppulse.studies.views.composing import back_to, found_draft
from imppulse.studies.views.own import done, key_of, own_draft, own_study, posted
from imppulse.studies.views.studying import form_page


@login_required
def review(request: HttpRequest, slug: str, pk: int, *, language: str) -> HttpResponse:
    study = own_study(request, slug, second=True)
    found = own_draft(study, pk)
    asked = composing.composition_of(found)
    if language not in asked.languages:
        raise Http404
    given = {each.step: each for each in found.steps.all() if each.language == language}
    needed = boards.needed_steps(asked, language)
    now = boards.fingerprints(asked, language)
    board = composing.board_of(found)
    context = back_to(found) | {
        "draft": found,
        "language": language,
        "name": name_of_language(language, reader_language()),
        "is_source": language == asked.source,
        "steps": [
            step_row(step, given.get(step.value), now)
            for step in ReviewStep
            if step.value in needed
        ],
        "whole": board.is_reviewed(language),
        "complete": board.is_complete(language),
        "writes": permissions.can_write(request.user, study) and not found.is_submitted,
    }
    return render(request, "studies/compose_review.html", context)


def step_row(
    step: ReviewStep, given: TranslationStep | None, now: dict[str, str]
) -> dict[str, Any]:
    return {
        "step": step,
        "what": WHAT_IS_DONE[step](),
        "given": given,
        "roles": roles_of(given),
        "behind": given is not None and given.words != now,
    }


def roles_of(given: TranslationStep | None) -> list[str]:
    roles = given.roles if given else []
    return [str(ReviewRole(role).label) for role in roles]


WHAT_IS_DONE = {
    ReviewStep.TRANSLATION: lambda: _(
        "Two translators write independently, from the original."
    ),
    ReviewStep.REVIEW: lambda: _(
        "Translators and a reviewer who knows surveys compare and discuss each question."
    ),
    ReviewStep.ADJUDICATION: lambda: _(
        "One person decides what remains open, and why."
    ),
    ReviewStep.PRETEST: lambda: _(
        "A few people of the language answer aloud: what did they understand?"
    ),
    ReviewStep.DOCUMENTATION: lambda: _(
        "What was decided is written down, so that the next version starts from it."
    ),
}


@login_required
def step(
    request: HttpRequest, slug: str, pk: int, *, language: str, step: str
) -> HttpResponse:
    found = found_draft(request, slug, pk)
    if step not in ReviewStep.values:
        raise Http404
    form = StepForm(posted(request))
    if form.is_valid() and done(
        request,
        lambda: reviewing.record_step(
            found, done_step(form, language, step), by=key_of(request)
        ),
        _("The step is recorded, on the words as they are now."),
    ):
        return redirect("studies:review", slug, pk, language)
    place = back_to(found)
    where = reverse("studies:review", args=[slug, pk, language])
    name = name_of_language(language, reader_language())
    place["trail"] = [
        *place["trail"],
        (where, _("Review: %(language)s") % {"language": name}),
    ]
    return form_page(
        request,
        form,
        **place | {"back": where},
        title=str(ReviewStep(step).label),
        lead=WHAT_IS_DONE[ReviewStep(step)](),
        button=_("Record this step"),
    )


def done_step(form: StepForm, language: str, step: str) -> StepDone:
    given = form.cleaned_data
    return StepDone(
        language, step, given["done_on"], tuple(given["roles"]), given["remark"]
    )


@only_by_form
@login_required
def remove_step(
    request: HttpRequest, slug: str, pk: int, *, language: str, step: str
) -> HttpResponse:
    found = found_draft(request, slug, pk)
    done(
        request,
        lambda: reviewing.remove_step(found, language, step, by=key_of(request)),
        _("Removed."),
    )
    return redirect("studies:review", slug, pk, language)
