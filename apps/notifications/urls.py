"""Addresses of notices."""

from django.urls import path

from apps.notifications import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read, name="notices-read"),
    path("notices/stop/<str:token>/", views.stop, name="notices-stop"),
]
