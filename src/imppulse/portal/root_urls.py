from django.urls import path

from imppulse.portal import views

urlpatterns = [
    path("", views.choose_language, name="choose_language"),
    path("robots.txt", views.robots, name="robots"),
]
