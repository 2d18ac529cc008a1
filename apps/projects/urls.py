"""Addresses of a project's own pages."""

from django.urls import path

from apps.projects import views

urlpatterns = [
    path("enterprises/<int:enterprise_id>/projects/new/", views.register, name="project-new"),
    path("projects/<int:pk>/edit/", views.edit, name="project-edit"),
    path("projects/<int:pk>/do/<slug:name>/", views.step, name="project-step"),
]
