"""Addresses of notices."""

from django.urls import path

from apps.notifications import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read, name="notices-read"),
    path("notices/mail/", views.mail, name="notices-mail"),
    path("notices/stop/<str:token>/", views.stop, name="notices-stop"),
]
