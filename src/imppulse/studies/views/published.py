"""Publication of a questionnaire by a second person, and its next version."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from imppulse.core.methods import only_by_form
from imppulse.instruments.texts import name_of_language
from imppulse.studies import permissions
from imppulse.studies.actions import composing, publishing
from imppulse.studies.forms.languages import reader_language
from imppulse.studies.models import Draft, Questionnaire
from imppulse.studies.views.composing import found_draft
from imppulse.studies.views.own import done, key_of, own_draft, own_study


@only_by_form
@login_required
def submit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = found_draft(request, slug, pk)
    done(
        request,
        lambda: publishing.submit(found, by=key_of(request)),
        _("Submitted: a second person reads it and publishes it."),
    )
    return redirect("studies:draft", slug, pk)


@only_by_form
@login_required
def take_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = found_draft(request, slug, pk)
    done(
        request,
        lambda: publishing.take_back(found, by=key_of(request)),
        _("Taken back: it can be changed again."),
    )
    return redirect("studies:draft", slug, pk)


@only_by_form
@login_required
def publish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = own_draft(own_study(request, slug, second=True), pk)
    made: list[Questionnaire] = []
    if done(
        request,
        lambda: made.append(publishing.publish_draft(found, by=key_of(request))),
        _("Published: from now on it never changes."),
    ):
        return redirect("studies:published", slug, made[0].pk)
    return redirect("studies:draft", slug, pk)


@only_by_form
@login_required
def discard(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = found_draft(request, slug, pk)
    if done(
        request,
        lambda: composing.discard(found, by=key_of(request)),
        _("The draft is discarded."),
    ):
        return redirect("studies:desk", slug)
    return redirect("studies:draft", slug, pk)


@login_required
def published(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    study = own_study(request, slug, second=True)
    found = get_object_or_404(study.questionnaires.select_related("replaces"), pk=pk)
    newer = study.questionnaires.filter(replaces=found).first()
    content = found.content
    language = reader_language()
    shown = language if language in content["title"] else content["languages"][0]
    context = {
        "study": study,
        "simulated": study.simulated,
        "questionnaire": found,
        "newer": newer,
        "draft": found.drafts.first(),
        "shown": shown,
        "title": content["title"][shown],
        "sections": [
            {
                "title": section["title"][shown],
                "items": [item["wording"][shown] for item in section["items"]],
            }
            for section in content["sections"]
        ],
        "languages_asked": [
            (name_of_language(code, language), code in content["reviewed"])
            for code in content["languages"]
        ],
        "map": sorted((old, new) for old, new in found.item_map.items() if old != new),
        "writes": permissions.can_write(request.user, study),
    }
    return render(request, "studies/compose_published.html", context)


@only_by_form
@login_required
def new_version(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    study = own_study(request, slug)
    found = get_object_or_404(study.questionnaires, pk=pk)
    made: list[Draft] = []
    if done(
        request,
        lambda: made.append(composing.start_version(found, by=key_of(request))),
        _("The draft of a new version holds what the published one asks."),
    ):
        return redirect("studies:draft", slug, made[0].pk)
    return redirect("studies:published", slug, pk)
