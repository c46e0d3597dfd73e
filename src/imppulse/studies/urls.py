from django.urls import path

from imppulse.studies.views import answering

app_name = "studies"
urlpatterns = [
    path("answer/<slug:token>/", answering.answer, name="answer"),
    path("withdraw/", answering.withdraw, name="withdraw"),
]
