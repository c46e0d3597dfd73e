"""Addresses of a wave in the field."""

from django.urls import path

from imppulse.studies.views import fielding, handover, letters, paper

WAVE = "studies/<slug:slug>/waves/<int:number>"

urlpatterns = [
    path(f"{WAVE}/collecting/", handover.collecting, name="collecting"),
    path(f"{WAVE}/paper/<slug:side>/", paper.enter, name="paper"),
    path(f"{WAVE}/field/", fielding.monitor, name="field"),
    path(f"{WAVE}/letters/", letters.letters_, name="letters"),
    path(f"{WAVE}/letters/unused.csv", letters.unused, name="unused"),
    path(f"{WAVE}/poster.pdf", letters.poster, name="poster"),
]
