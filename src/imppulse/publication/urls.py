from django.urls import path

from imppulse.publication import views

app_name = "publication"
urlpatterns = [
    path("books/", views.books, name="books"),
    path("book/<slug:slug>/", views.book, name="book"),
    path("book/<slug:slug>/<slug:language>.pdf", views.book_pdf, name="book_pdf"),
]
