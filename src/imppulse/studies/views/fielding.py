"""The field monitor: counts of the day before, above the threshold, never an outcome."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from imppulse.studies import field_counts
from imppulse.studies.forms import PosterForm
from imppulse.studies.views.waves import own_wave


@login_required
def monitor(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = own_wave(request, slug, number)
    context = {
        "wave": found,
        "study": found.study,
        "simulated": found.simulated,
        "monitor": field_counts.monitor(found, timezone.localdate()),
        "poster": PosterForm(wave=found),
    }
    return render(request, "studies/field.html", context)
