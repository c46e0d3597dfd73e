from django.urls import path

from imppulse.library import views

app_name = "library"
urlpatterns = [
    path("practices/", views.practices, name="practices"),
    path("practices/<slug:slug>/", views.practice, name="practice"),
    path("evidence/", views.syntheses, name="syntheses"),
    path("evidence/<slug:slug>/", views.synthesis, name="synthesis"),
    path("recommendations/", views.recommendations, name="recommendations"),
    path("recommendations/<slug:slug>/", views.recommendation, name="recommendation"),
    path("principles/", views.principles, name="principles"),
]
