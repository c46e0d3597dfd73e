from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from imppulse.accounts.models import Person
from imppulse.core.errors import Refused
from imppulse.core.models import Publishable, Text
from imppulse.evaluations.telling import title
from imppulse.network.permissions import can_publish, can_translate
from imppulse.portal import actions, queries
from imppulse.portal.analysis import prospect
from imppulse.portal.dashboard import Desk, changes, publishable_models
from imppulse.portal.forms import FirstRunForm, GuideForm, TranslationForm
from imppulse.portal.glossary import entries
from imppulse.portal.languages import publication_language
from imppulse.portal.navigation import NAVIGATION
from imppulse.portal.next_step import next_step
from imppulse.portal.telling import told
from imppulse.portal.translations import gaps, newest_beside
from imppulse.reporting.language import Language

LANGUAGES = settings.PUBLICATION_LANGUAGES


def choose_language(request: HttpRequest) -> HttpResponse:
    return redirect(f"/{publication_language(request)}/")


def home(request: HttpRequest) -> HttpResponse:
    front = queries.front_door()
    context = {
        "front": front,
        "finding": front.evaluation and title(front.evaluation, Language(current())),
        "first_run": not Person.objects.exists(),
        "stage_urls": {stage.code: stage.url for stage in NAVIGATION},
    }
    return render(request, "portal/home.html", context)


def guide(request: HttpRequest) -> HttpResponse:
    form = GuideForm(request.GET) if request.GET else GuideForm()
    context: dict[str, Any] = {"form": form, "example": not form.is_bound}
    if not form.is_bound or form.is_valid():
        answered = form if form.is_bound else GuideForm.example()
        intention = answered.intention()
        context |= {"intention": intention} | told(prospect(intention))
    return render(request, "portal/guide.html", context)


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/about.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html")


def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/glossary.html", {"entries": entries(current())})


def robots(_request: HttpRequest) -> HttpResponse:
    """Ask crawlers to leave answer and working pages alone."""
    private = ("answer/", "withdraw/", "work/", "account/", "first-run/", "invitation/")
    lines = [
        f"Disallow: /{code}/{page}" for code, _name in LANGUAGES for page in private
    ]
    return HttpResponse("\n".join(["User-agent: *", *lines, ""]), "text/plain")


@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    if Person.objects.exists():
        raise Http404
    form = FirstRunForm(request.POST or None)
    if form.is_valid():
        person = actions.create_first_coordinator(
            username=form.cleaned_data["username"],
            email=form.cleaned_data["email"],
            password=form.cleaned_data["password1"],
            since=timezone.localdate(),
            with_reference=form.cleaned_data["load_reference"],
        )
        login(request, person, "django.contrib.auth.backends.ModelBackend")
        return redirect("portal:work")
    return render(request, "portal/first_run.html", {"form": form})


@login_required
def work(request: HttpRequest) -> HttpResponse:
    desk = Desk(reader(request), timezone.localdate())
    texts = gaps() if desk.translates or desk.coordinates else []
    context = {"desk": desk, "gaps": texts, "next_step": next_step(desk, texts)}
    return render(request, "portal/work.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, model: str, pk: int) -> HttpResponse:
    if not can_publish(reader(request)):
        raise PermissionDenied
    kinds = {kind._meta.label_lower: kind for kind in publishable_models()}
    if model not in kinds:
        raise Http404
    record = get_object_or_404(kinds[model], pk=pk)
    if request.method != "POST":
        return render(request, "portal/publish.html", reviewed(request, record))
    try:
        actions.publish_waiting(record, by=reader(request).key)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Published. Every visitor can read it now."))
    return redirect("portal:work")


def reviewed(request: HttpRequest, record: Publishable) -> dict[str, Any]:
    """Show what would be published beside what is."""
    changed = changes(record)
    writers = {change.draft.written_by for change in changed} | {record.written_by}
    return {
        "record": record,
        "changes": changed,
        "own": reader(request).key in writers,
        "simulated": getattr(record, "simulated", False),
    }


@login_required
@require_http_methods(["GET", "POST"])
def translate(request: HttpRequest, source: int, language: str) -> HttpResponse:
    person = reader(request)
    if not (can_translate(person) or can_publish(person)):
        raise PermissionDenied
    original = get_object_or_404(Text, pk=source)
    if language not in dict(LANGUAGES) or language == original.language:
        raise Http404
    own = newest_beside(original).get(language)
    form = TranslationForm(request.POST or None, initial={"body": own and own.body})
    if form.is_valid():
        body = form.cleaned_data["body"]
        actions.save_translation(original, language=language, body=body, by=person.key)
        messages.success(request, _("Kept as a draft. A second person publishes it."))
        return redirect("portal:work")
    context = {"form": form, "source": original, "language": language}
    return render(request, "portal/translate.html", context)


def reader(request: HttpRequest) -> Person:
    """Return who is signed in; only for views that require it."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def current() -> str:
    return get_language() or "en"
