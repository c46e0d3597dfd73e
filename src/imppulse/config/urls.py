from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from imppulse.network import urls as network
from imppulse.portal.territory_page import territory

# The page of a territory gathers what every app knows of it, hence stands above them all.
territories = [
    *network.urlpatterns,
    path("territories/<slug:slug>/", territory, name="territory"),
]

urlpatterns = [
    path("", include("imppulse.portal.root_urls")),
    *i18n_patterns(
        path("account/", include("allauth.account.urls")),
        path("account/2fa/", include("allauth.mfa.urls")),
        path("", include((territories, network.app_name))),
        path("", include("imppulse.studies.urls")),
        path("", include("imppulse.pilots.urls")),
        path("", include("imppulse.evaluations.urls")),
        path("", include("imppulse.meetings.urls")),
        path("", include("imppulse.library.urls")),
        path("", include("imppulse.publication.urls")),
        path("", include("imppulse.portal.urls")),
    ),
]
