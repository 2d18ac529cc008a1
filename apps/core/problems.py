"""Errors of the API as RFC 9457 problem documents in the caller's language."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated, NotFound
from rest_framework.exceptions import PermissionDenied as ApiPermissionDenied
from rest_framework.response import Response

from apps.core.lifecycle import Conflict
from apps.core.records import Problem


class InvalidRecord(APIException):
    """A record that was refused; `problems` name each field and cause."""

    status_code = 422

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(_("The record was refused."))
        self.problems = problems


class PreconditionFailed(APIException):
    """The caller's version is not the current one."""

    status_code = 412

    def __init__(self) -> None:
        super().__init__(_("It was changed meanwhile; read it again and repeat your change."))


class Unprocessable(APIException):
    """A move that the present state does not allow."""

    status_code = 409


class TooLarge(APIException):
    """A body of more bytes than DATA_UPLOAD_MAX_MEMORY_SIZE."""

    status_code = 413


def document(status: int, detail: str, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """The members of a problem document (RFC 9457) for this status and sentence."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return body


def _known(error: Exception) -> Exception:
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, PermissionDenied):
        return ApiPermissionDenied()
    if isinstance(error, RequestDataTooBig):
        limit = {"limit": settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
        return TooLarge(_("At most %(limit)d bytes can be sent at once.") % limit)
    if isinstance(error, Conflict):
        return Unprocessable(str(error) or _("Its state does not allow this."))
    return error


def _errors(error: Exception) -> list[dict[str, str]]:
    if isinstance(error, InvalidRecord):
        return [problem.as_dict() for problem in error.problems]
    detail = getattr(error, "detail", None)
    if not isinstance(detail, dict):
        return []
    return [
        {"field": str(field), "code": getattr(item, "code", "invalid"), "detail": str(item)}
        for field, items in detail.items()
        for item in (items if isinstance(items, list) else [items])
    ]


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: known errors become problem documents, others stay errors of the server."""
    known = _known(error)
    if not isinstance(known, APIException):
        return None
    errors = _errors(known)
    detail = _("The request was refused.") if isinstance(known.detail, dict | list) else str(known.detail)
    response = Response(document(known.status_code, detail, errors), known.status_code)
    response.content_type = "application/problem+json"
    if isinstance(known, NotAuthenticated | AuthenticationFailed):
        response["WWW-Authenticate"] = "Bearer"
    return response
