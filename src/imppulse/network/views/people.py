"""Who does what here: roles since and until, invitations by a link that works once."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from imppulse.accounts.models import Person
from imppulse.core.errors import Refused
from imppulse.core.methods import only_by_form
from imppulse.network import actions, invitations, queries
from imppulse.network.choices import RoleKind
from imppulse.network.forms import InvitationForm, JoinForm
from imppulse.network.models import Invitation, Role, Territory
from imppulse.network.permissions import can_invite
from imppulse.network.views.access import edited_territory, signed_in


def _place(request: HttpRequest, slug: str | None) -> Territory | None:
    """Return the territory whose people are shown; the network's own need a coordinator."""
    if slug is not None:
        return edited_territory(request, slug)
    if not can_invite(request.user):
        raise Http404
    return None


def _back(territory: Territory | None) -> str:
    if territory is None:
        return reverse("network:people")
    return reverse("network:territory_people", args=[territory.slug])


def _context(request: HttpRequest, territory: Territory | None) -> dict[str, Any]:
    return {
        "territory": territory,
        "simulated": territory is not None and territory.simulated,
        "people": queries.people(territory, timezone.localdate()),
        "may_invite": can_invite(request.user),
        "mail": invitations.mail_is_configured(),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    territory = _place(request, slug)
    form = InvitationForm(request.POST or None, territory=territory)
    link = ""
    if request.method == "POST":
        if not can_invite(request.user):
            raise Http404
        link = _invited(request, form, territory)
    shown = InvitationForm(territory=territory) if link else form
    context = _context(request, territory) | {"form": shown, "link": link}
    return render(request, "network/people.html", context)


def _invited(
    request: HttpRequest, form: InvitationForm, territory: Territory | None
) -> str:
    """Return the link, which is shown this once."""
    if not form.is_valid():
        return ""
    email, kind = form.cleaned_data["email"], RoleKind(form.cleaned_data["kind"])
    by, today = signed_in(request).key, timezone.localdate()
    secret = actions.invite(email, kind, territory=territory, by=by, today=today)
    link = request.build_absolute_uri(reverse("network:invitation", args=[secret]))
    place = _name(territory)
    if invitations.send(email, role=str(kind.label), place=place, link=link):
        messages.success(request, _("The invitation was sent to %s.") % email)
    return link


def _name(territory: Territory | None) -> str:
    if territory is None:
        return _("the whole network")
    text = territory.text("name", get_language() or "en")
    return text.body if text else territory.slug


@only_by_form
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_invite(request.user):
        raise Http404
    invitation = get_object_or_404(Invitation, pk=pk)
    by, today = signed_in(request).key, timezone.localdate()
    actions.withdraw_invitation(invitation, by=by, today=today)
    messages.success(request, _("The link no longer works."))
    return redirect(_back(invitation.territory))


@only_by_form
def end(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_invite(request.user):
        raise Http404
    role = get_object_or_404(Role.objects.current(), pk=pk)
    try:
        actions.end_role(role, by=signed_in(request).key, today=timezone.localdate())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The role ends today; it stays in the history."))
    return redirect(_back(role.territory))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Take a role by its link: with one's own account, or with a new one."""
    invitation = actions.invitation_of(secret, timezone.localdate())
    if invitation is None:
        return render(request, "network/invitation_over.html", status=404)
    form = JoinForm(request.POST or None)
    if request.method == "POST":
        person = _joining(request, form, invitation)
        if person is not None:
            return _joined(request, invitation, person)
    context = {"form": form, "invitation": invitation, "secret": secret}
    return render(request, "network/invitation.html", context)


def _joining(
    request: HttpRequest, form: JoinForm, invitation: Invitation
) -> Person | None:
    if isinstance(request.user, Person):
        return request.user
    if not form.is_valid():
        return None
    person: Person = form.save(commit=False)
    person.email = invitation.email
    person.save()
    login(request, person, "django.contrib.auth.backends.ModelBackend")
    return person


def _joined(
    request: HttpRequest, invitation: Invitation, person: Person
) -> HttpResponse:
    try:
        actions.accept(invitation, person=person, today=timezone.localdate())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("portal:work")
