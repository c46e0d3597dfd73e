"""Addresses of a wave in the field."""

from django.urls import path

from imppulse.studies.views import fielding, letters

WAVE = "studies/<slug:slug>/waves/<int:number>"

urlpatterns = [
    path(f"{WAVE}/field/", fielding.monitor, name="field"),
    path(f"{WAVE}/letters/", letters.letters_, name="letters"),
    path(f"{WAVE}/letters/unused.csv", letters.unused, name="unused"),
    path(f"{WAVE}/poster.pdf", letters.poster, name="poster"),
]
