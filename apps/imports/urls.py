"""Addresses of the pages of imports."""

from django.urls import path

from apps.imports import views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/<int:pk>/", views.job, name="import"),
]
