from django.urls import path

from imppulse.network.views import instruments, people, places, series, territories

app_name = "network"
# The page of a territory itself ("territory") gathers what every app knows of it:
# the portal composes it, and config adds it to these addresses.
urlpatterns = [
    path("territories/", places.territories, name="territories"),
    path("territories/new/", territories.create, name="create_territory"),
    path(
        "territories/<slug:slug>/change/", territories.change, name="change_territory"
    ),
    path(
        "territories/<slug:slug>/delete/", territories.delete, name="delete_territory"
    ),
    path(
        "territories/<slug:slug>/who-does-what/",
        places.who_does_what,
        name="who_does_what",
    ),
    path("territories/<slug:slug>/people/", people.people, name="territory_people"),
    path("territories/<slug:slug>/series/new/", series.create, name="create_series"),
    path("territories/<slug:slug>/series/<int:pk>/", series.series, name="series"),
    path(
        "territories/<slug:slug>/series/<int:pk>/values/",
        series.values,
        name="series_values",
    ),
    path(
        "territories/<slug:slug>/series/<int:pk>/breaks/",
        series.add_break,
        name="add_break",
    ),
    path(
        "territories/<slug:slug>/series/<int:pk>/breaks/<int:at>/remove/",
        series.remove_break,
        name="remove_break",
    ),
    path(
        "territories/<slug:slug>/series/<int:pk>/delete/",
        series.delete,
        name="delete_series",
    ),
    path("territories/<slug:slug>/incidents/", series.incidents, name="incidents"),
    path(
        "territories/<slug:slug>/incidents/<int:pk>/remove/",
        series.remove_incident,
        name="remove_incident",
    ),
    path("people/", people.people, name="people"),
    path("people/roles/<int:pk>/end/", people.end, name="end_role"),
    path(
        "people/invitations/<int:pk>/withdraw/",
        people.withdraw,
        name="withdraw_invitation",
    ),
    path("invitation/<str:secret>/", people.join, name="invitation"),
    path("forces/", places.forces, name="forces"),
    path("forces/new/", territories.create_force, name="create_force"),
    path("forces/<slug:slug>/", places.force, name="force"),
    path("factors/", instruments.factors, name="factors"),
    path("factors/<slug:code>/", instruments.factor, name="factor"),
    path("levers/", instruments.levers, name="levers"),
]
