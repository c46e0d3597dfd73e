from django.urls import path

from imppulse.evaluations import views

app_name = "evaluations"
urlpatterns = [
    path("pilots/<slug:slug>/plan/", views.plan, name="plan"),
    path("pilots/<slug:slug>/plan/lock/", views.lock, name="lock"),
    path("pilots/<slug:slug>/plan/deviation/", views.deviation, name="deviation"),
    path("pilots/<slug:slug>/plan/evaluate/", views.evaluate, name="evaluate"),
    path("pilots/<slug:slug>/plan/certificate/", views.certificate, name="certificate"),
    path("pilots/<slug:slug>/plan.json", views.document, name="document"),
    path(
        "pilots/<slug:slug>/data/<int:number>.<slug:kind>",
        views.answers,
        name="answers",
    ),
    path("pilots/<slug:slug>/result/", views.result, name="result"),
    path("method/findings/", views.rules, name="rules"),
]
