from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from imppulse.meetings import exports, queries


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


def calendar(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        exports.calendar(request, queries.meetings(request.user)),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="imppulse-meetings.ics"'},
    )
