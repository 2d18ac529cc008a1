"""The writes of the API, and names for the pages that mails point to."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.api.urls import urlpatterns as api


def page(request: HttpRequest, **named: object) -> HttpResponse:
    """Nothing to see."""
    return HttpResponse()


urlpatterns = [
    *api,
    path("healthz", page),
    path("listings/<int:pk>/", page, name="listing"),
    path("enterprises/<int:pk>/", page, name="enterprise"),
    path("projects/<int:pk>/", page, name="project"),
    path("matches/<str:subject>/<int:pk>/", page, name="matches"),
    path("notices/stop/<str:token>/", page, name="notices-stop"),
]
