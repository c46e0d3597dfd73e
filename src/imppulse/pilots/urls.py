from django.urls import path

from imppulse.pilots import views

app_name = "pilots"
urlpatterns = [
    path("pilots/", views.pilots, name="pilots"),
    path("pilots/<slug:slug>/", views.pilot, name="pilot"),
    path("pilots/<slug:slug>/session/", views.session, name="session"),
    path("pilots/<slug:slug>/advance/", views.advance, name="advance"),
    path("pilots/<slug:slug>/texts/", views.texts, name="texts"),
    path("pilots/<slug:slug>/texts/<slug:field>/", views.text, name="text"),
    path(
        "pilots/<slug:slug>/texts/<slug:field>/publish/",
        views.publish_text,
        name="publish_text",
    ),
]
