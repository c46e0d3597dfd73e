from typing import Any

from django.conf import settings
from django.http import HttpRequest

from imppulse.portal.navigation import NAVIGATION, SERVICE_PAGES


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "languages": settings.PUBLICATION_LANGUAGES,
        "navigation": NAVIGATION,
        "service_pages": SERVICE_PAGES,
    }
