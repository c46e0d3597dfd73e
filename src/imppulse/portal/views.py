from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_from_request


def choose_language(request: HttpRequest) -> HttpResponse:
    return redirect(f"/{get_language_from_request(request)}/")


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html")


def guide(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/guide.html")


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
