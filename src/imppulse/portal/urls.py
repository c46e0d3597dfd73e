from django.urls import path

from imppulse.portal import views
from imppulse.portal.tender import tender, tender_pdf

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("guide/", views.guide, name="guide"),
    path("about/", views.about, name="about"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("glossary/", views.glossary, name="glossary"),
    path("work/", views.work, name="work"),
    path("work/publish/<str:model>/<int:pk>/", views.publish, name="publish"),
    path(
        "work/translate/<int:source>/<slug:language>/",
        views.translate,
        name="translate",
    ),
    path("territories/<slug:slug>/tender/", tender, name="tender"),
    path("territories/<slug:slug>/tender.pdf", tender_pdf, name="tender_pdf"),
    path("first-run/", views.first_run, name="first_run"),
]
