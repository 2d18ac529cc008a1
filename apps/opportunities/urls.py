"""Addresses of a listing's own pages."""

from django.urls import path

from apps.opportunities import translating, views

urlpatterns = [
    path("enterprises/<int:enterprise_id>/listings/new/", views.write, name="listing-new"),
    path("listings/<int:pk>/edit/", views.edit, name="listing-edit"),
    path("listings/<int:pk>/do/<slug:name>/", views.step, name="listing-step"),
    path("listings/<int:pk>/translations/", translating.overview, name="listing-translations"),
    path("listings/<int:pk>/translations/<slug:language>/", translating.write, name="listing-translation"),
    path(
        "listings/<int:pk>/translations/<slug:language>/withdraw/",
        translating.withdraw,
        name="listing-translation-withdraw",
    ),
]
