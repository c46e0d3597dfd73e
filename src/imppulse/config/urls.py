from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    path("", include("imppulse.portal.root_urls")),
    *i18n_patterns(
        path("account/", include("allauth.account.urls")),
        path("account/2fa/", include("allauth.mfa.urls")),
        path("", include("imppulse.network.urls")),
        path("", include("imppulse.studies.urls")),
        path("", include("imppulse.pilots.urls")),
        path("", include("imppulse.evaluations.urls")),
        path("", include("imppulse.meetings.urls")),
        path("", include("imppulse.library.urls")),
        path("", include("imppulse.publication.urls")),
        path("", include("imppulse.portal.urls")),
    ),
]
