"""Addresses of retention and erasure."""

from django.urls import path

from imppulse.studies.views import retention

urlpatterns = [
    path("studies/<slug:slug>/retention/", retention.retention, name="retention"),
    path(
        "studies/<slug:slug>/waves/<int:number>/keep-until/",
        retention.keep_until,
        name="keep_until",
    ),
    path("studies/<slug:slug>/erasures/", retention.ask, name="ask_erasure"),
    path("studies/<slug:slug>/erasures/<int:pk>/", retention.erase, name="erase"),
]
