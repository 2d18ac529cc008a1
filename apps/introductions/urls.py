"""Addresses of introductions."""

from django.urls import path

from apps.introductions import views

urlpatterns = [
    path("enterprises/<int:pk>/introductions/", views.introductions, name="introductions"),
    path("enterprises/<int:pk>/introductions/room/", views.room, name="introductions-room"),
    path("introductions/new/<slug:to>/", views.ask, name="introduction-new"),
    path("introductions/<int:pk>/", views.introduction, name="introduction"),
    path("introductions/<int:pk>/do/<slug:name>/", views.step, name="introduction-step"),
]
