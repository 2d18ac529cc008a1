"""Addresses of the pages."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from apps.portal import gallery

urlpatterns: list[URLPattern | URLResolver] = []

if getattr(settings, "LOCAL", False):
    urlpatterns += [
        path("components/", gallery.components, name="gallery"),
        path("components/<slug:name>/", gallery.page, name="gallery_page"),
        path("components/error/<int:status>/", gallery.error, name="gallery_error"),
    ]
