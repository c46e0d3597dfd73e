from django.urls import path

from imppulse.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("work/", views.work, name="work"),
]
