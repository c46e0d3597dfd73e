"""What the working pages of a study share: who may come in, and how a refusal is told."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from imppulse.accounts.models import Person
from imppulse.core.errors import Refused
from imppulse.studies import permissions
from imppulse.studies.models import Draft, Part, Study


def key_of(request: HttpRequest) -> str:
    return request.user.key if isinstance(request.user, Person) else ""


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def own_study(request: HttpRequest, slug: str, *, second: bool = False) -> Study:
    """Find a study that this person writes in, or may second; nobody else learns of it."""
    every = Study.objects.select_related("territory__country", "force__country")
    named = every.prefetch_related(
        "texts", "territory__texts", "force__texts", "partners__texts"
    )
    found: Study = get_object_or_404(named, slug=slug)
    allowed = permissions.can_second if second else permissions.can_write
    if not allowed(request.user, found):
        raise Http404
    return found


def own_draft(study: Study, pk: int) -> Draft:
    drafts = study.drafts.select_related(
        "study__force", "study__territory__country", "replaces"
    )
    return get_object_or_404(drafts.prefetch_related("steps"), pk=pk)


def own_part(study: Study, pk: int) -> Part:
    found: Part = get_object_or_404(study.parts.prefetch_related("texts"), pk=pk)
    return found


def done(request: HttpRequest, act: Callable[[], Any], success: str) -> bool:
    """Do it and say so; a refusal is told in its own words."""
    try:
        act()
    except Refused as refused:
        messages.error(request, refused.sentence)
        return False
    messages.success(request, success)
    return True
