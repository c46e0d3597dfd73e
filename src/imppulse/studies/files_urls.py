"""Addresses of files that come in and go out."""

from django.urls import path

from imppulse.studies.views import exports, imports

WAVE = "studies/<slug:slug>/waves/<int:number>/"

urlpatterns = [
    path(f"{WAVE}import/", imports.import_, name="import"),
    path(f"{WAVE}import/mapping/", imports.map_, name="map_import"),
    path(f"{WAVE}import/mapping-file/", imports.map_by_file, name="map_by_file"),
    path(f"{WAVE}import/mapping.toml", imports.mapping_file, name="mapping_file"),
    path(f"{WAVE}import/take/", imports.take, name="take_import"),
    path(f"{WAVE}import/discard/", imports.give_back, name="discard_import"),
    path(
        "studies/<slug:slug>/published/<int:pk>/xlsform.xlsx",
        exports.xls_form,
        name="xlsform",
    ),
    path(f"{WAVE}files/", exports.files, name="files"),
    path(f"{WAVE}codebook.<slug:kind>", exports.codebook, name="codebook"),
    path(f"{WAVE}answers.<slug:kind>", exports.answers, name="answers_file"),
]
