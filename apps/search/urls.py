"""Addresses of saved searches."""

from django.urls import path, re_path

from apps.search import views

urlpatterns = [
    path("searches/", views.searches, name="searches"),
    path("searches/<int:pk>/", views.change, name="search-change"),
    re_path(r"^searches/(?P<pk>\d{1,18})/do/(?P<step>pause|resume|delete)/$", views.do, name="search-do"),
    path("searches/stop/<str:token>/", views.stop, name="search-stop"),
]
