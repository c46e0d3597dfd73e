"""The pages of the site, and a bare one: what an insertion alone takes."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from imppulse.config.urls import urlpatterns as site


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    """Read nothing, insert one row of the size of an answer."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare_row (body) VALUES (%s)", [b"x" * 4096])
    return HttpResponse(b"received")


urlpatterns = [path("bare/", bare), *site]
