from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_from_request

from imppulse.accounts.models import Person
from imppulse.portal import queries
from imppulse.portal.analysis import prospect
from imppulse.portal.forms import GuideForm
from imppulse.portal.navigation import NAVIGATION
from imppulse.portal.telling import told


def choose_language(request: HttpRequest) -> HttpResponse:
    return redirect(f"/{get_language_from_request(request)}/")


def home(request: HttpRequest) -> HttpResponse:
    context = {
        "front": queries.front_door(),
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
    return render(request, "portal/glossary.html")


def first_run(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/first_run.html")


@login_required
def work(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/work.html")
