"""Addresses of the moderators' pages."""

from django.urls import path

from apps.moderation import views

urlpatterns = [
    path("moderation/", views.queue, name="moderation"),
    path("moderation/<slug:identifier>/", views.review, name="moderation-review"),
]
