"""Addresses of a listing's own pages."""

from django.urls import path

from apps.opportunities import views

urlpatterns = [
    path("enterprises/<int:enterprise_id>/listings/new/", views.write, name="listing-new"),
    path("listings/<int:pk>/edit/", views.edit, name="listing-edit"),
    path("listings/<int:pk>/do/<slug:name>/", views.step, name="listing-step"),
]
