from django.urls import path

from imppulse.network import views

app_name = "network"
urlpatterns = [
    path("territories/", views.territories, name="territories"),
    path("territories/<slug:slug>/", views.territory, name="territory"),
    path(
        "territories/<slug:slug>/who-does-what/",
        views.who_does_what,
        name="who_does_what",
    ),
    path("forces/", views.forces, name="forces"),
    path("forces/<slug:slug>/", views.force, name="force"),
    path("factors/", views.factors, name="factors"),
    path("factors/<slug:code>/", views.factor, name="factor"),
    path("levers/", views.levers, name="levers"),
]
