"""Whoever may not work on a record does not learn that it exists."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from imppulse.accounts.models import Person
from imppulse.network import queries
from imppulse.network.models import Territory
from imppulse.network.permissions import can_edit


def signed_in(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user


def edited_territory(request: HttpRequest, slug: str) -> Territory:
    """Return a territory whose sheet this reader keeps."""
    found = get_object_or_404(queries.territories(request.user), slug=slug)
    if not can_edit(request.user, found):
        raise Http404
    return found
