from django.urls import path

from imppulse.studies.views import answering, bank, studies, waves

app_name = "studies"
urlpatterns = [
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
    path("questions/", bank.bank, name="bank"),
    path("questions/<slug:item>/", bank.item, name="item"),
    path("answer/<slug:token>/", answering.answer, name="answer"),
    path("withdraw/", answering.withdraw, name="withdraw"),
]
