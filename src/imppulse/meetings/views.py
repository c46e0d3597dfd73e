from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from imppulse.meetings import queries


def meetings(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "meetings/meetings.html",
        {"meetings": queries.meetings(request.user)},
    )


def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(queries.meetings(request.user), slug=slug)
    return render(
        request,
        "meetings/meeting.html",
        {
            "meeting": found,
            "decisions": found.decisions.prefetch_related("texts"),
            "simulated": found.simulated,
        },
    )
