"""Addresses of a person's own pages."""

from django.urls import path

from apps.accounts import views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("keys/", views.keys, name="keys"),
    path("keys/<int:pk>/revoke/", views.revoke_key, name="key-revoke"),
    path("terms/", views.document, {"name": "terms"}, name="terms"),
    path("privacy/", views.document, {"name": "privacy"}, name="privacy"),
    path("consent/", views.consent, name="consent"),
    path("set-up/<str:token>/", views.set_up, name="set-up"),
]
