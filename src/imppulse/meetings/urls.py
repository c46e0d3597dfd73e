from django.urls import path

from imppulse.meetings import views

app_name = "meetings"
urlpatterns = [
    path("meetings/", views.meetings, name="meetings"),
    path("meetings.ics", views.calendar, name="calendar"),
    path("meetings/<slug:slug>/", views.meeting, name="meeting"),
]
