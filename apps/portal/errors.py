"""Answers where no view gives one: pages need the request for the reader's language, the API's are problem documents."""

import sys
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.core.problems import document

RETRY_SECONDS = 5


class Nowhere(APIView):
    """Whatever is asked of an address that the API does not have, in the language of who asks."""

    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.perform_authentication(request)
        raise NotFound


_nowhere = Nowhere.as_view()


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Something in the request is not in the form we expect."""
    if _is_for_programs(request):
        return _problem(400, _("Something in the address or in what was sent is not in the form we expect."))
    return render(request, "400.html", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """There is no such address, or nothing that the reader may know of."""
    return _nowhere(request) if _is_for_programs(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or a row that others held too long, or a database that restarts, which passes by itself."""
    if isinstance(sys.exception(), OperationalError):
        return _busy(request)
    if _is_for_programs(request):
        return _problem(500, _("Something went wrong on our side. It has been recorded; try again in a minute."))
    return defaults.server_error(request)


def _busy(request: HttpRequest) -> HttpResponse:
    """The page asks nothing of the database, as the one for a fault."""
    detail = _("The database did not answer in time, and nothing was changed. Try again in a few seconds.")
    answer = _problem(503, detail) if _is_for_programs(request) else defaults.server_error(request)
    answer.status_code = 503
    answer["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _is_for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _problem(status: int, detail: str) -> HttpResponse:
    return JsonResponse(document(status, detail), status=status, content_type="application/problem+json")
