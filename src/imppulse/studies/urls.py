from django.urls import path

from imppulse.studies import fielding_urls, files_urls, retention_urls, writing_urls
from imppulse.studies.views import (
    answering,
    bank,
    entering,
    handover,
    legal,
    offline,
    strict,
    studies,
    waves,
    weighting,
)

app_name = "studies"
urlpatterns = [
    *fielding_urls.urlpatterns,
    *files_urls.urlpatterns,
    *retention_urls.urlpatterns,
    *writing_urls.urlpatterns,
    path("studies/", studies.studies, name="studies"),
    path("studies/<slug:slug>/", studies.study, name="study"),
    path(
        "studies/<slug:slug>/report.<slug:language>.pdf", studies.report, name="report"
    ),
    path(
        "studies/<slug:slug>/questions/<slug:item>/", studies.question, name="question"
    ),
    path("studies/<slug:slug>/waves/<int:number>/", waves.wave, name="wave"),
    path("studies/<slug:slug>/waves/<int:number>/open/", waves.open_, name="open"),
    path("studies/<slug:slug>/waves/<int:number>/close/", waves.close, name="close"),
    path(
        "studies/<slug:slug>/waves/<int:number>/holders/",
        handover.holders,
        name="key_holders",
    ),
    path(
        "studies/<slug:slug>/waves/<int:number>/shares/",
        handover.hand_over,
        name="hand_over",
    ),
    path(
        "studies/<slug:slug>/waves/<int:number>/public-key/",
        handover.public_key,
        name="public_key",
    ),
    path(
        "studies/<slug:slug>/waves/<int:number>/rehearse/",
        handover.rehearse,
        name="rehearse",
    ),
    path(
        "studies/<slug:slug>/waves/<int:number>/rehearsed/",
        handover.end_rehearsal,
        name="end_rehearsal",
    ),
    path(
        "studies/<slug:slug>/waves/<int:number>/shares/<int:place>/destroyed/",
        handover.destroyed,
        name="share_destroyed",
    ),
    path(
        "studies/<slug:slug>/waves/<int:number>/freeze/", strict.freeze, name="freeze"
    ),
    path(
        "studies/<slug:slug>/waves/<int:number>/sealed/",
        strict.export_sealed,
        name="export_sealed",
    ),
    path(
        "studies/<slug:slug>/waves/<int:number>/opened/",
        strict.take_back,
        name="take_back",
    ),
    path("legal/<slug:country>/", legal.legal, name="legal"),
    path(
        "studies/<slug:slug>/waves/<int:number>/weights/",
        weighting.weights,
        name="weights",
    ),
    path(
        "studies/<slug:slug>/waves/<int:number>/weights/use/",
        weighting.use,
        name="use_weights",
    ),
    path("questions/", bank.bank, name="bank"),
    path("questions/<slug:item>/", bank.item, name="item"),
    path("answer/<slug:token>/", answering.answer, name="answer"),
    path("answer/<slug:token>/offline/", offline.offline, name="offline"),
    path("answer/<slug:token>/offline/send/", offline.receive, name="receive"),
    path("answer/offline-worker.js", offline.worker, name="offline_worker"),
    path("code/", entering.code, name="code"),
    path("code/<str:code>/", entering.code, name="code_of_letter"),
    path("withdraw/", answering.withdraw, name="withdraw"),
]
