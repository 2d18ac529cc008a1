"""The API of imports: send a file, see how far it came and what was refused."""

from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, NotFound, PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core.problems import InvalidRecord
from apps.core.records import BadValue, Problem, flag
from apps.enterprises.selectors import enterprises_of
from apps.imports import selectors, uploads
from apps.imports.models import Job

_FORM = {
    "multipart/form-data": {
        "type": "object",
        "required": ["file", "kind"],
        "properties": {
            "file": {"type": "string", "format": "binary", "description": "CSV, XLSX or JSON Lines"},
            "kind": {"type": "string", "enum": Job.Kind.values},
            "submit": {"type": "boolean", "description": "send the new rows to review"},
            "publish": {"type": "boolean", "description": "the operator's staff only: publish the rows at once"},
        },
    }
}
_PARTS_BESIDE_FILE = 64 * 1024


class TooLarge(APIException):
    """The file is larger than is taken."""

    status_code = 413

    def __init__(self) -> None:
        limit = uploads.MOST_BYTES // 1024 // 1024
        super().__init__(_("A file has at most %(limit)d MB; send a larger one in parts.") % {"limit": limit})


class ImportsView(APIView):
    """POST imports/: 202 with a job."""

    permission_classes = (IsAuthenticated,)
    parser_classes = (MultiPartParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Look at the declared size before a byte of the body is read."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > uploads.MOST_BYTES + _PARTS_BESIDE_FILE:
            raise TooLarge
        super().initial(request, *args, **kwargs)

    @extend_schema(request=_FORM, responses={202: dict})
    def post(self, request: Request) -> Response:
        user = cast("User", request.user)
        values = _form(request)
        if values["publish"] and not user.is_staff:
            raise PermissionDenied(_("Only the operator publishes without review."))
        if (
            values["kind"] != Job.Kind.ENTERPRISES
            and not values["publish"]
            and not enterprises_of(user, editing=True).exists()
        ):
            raise PermissionDenied(_("Register your enterprise first."))
        file = request.FILES["file"]
        try:
            job = uploads.request(user=user, name=file.name or "", chunks=file.chunks(), **values)
        except uploads.TooLarge:
            raise TooLarge from None
        return Response(selectors.as_public(job), 202, headers={"Location": f"{request.path}{job.pk}/"})


def _form(request: Request) -> dict[str, Any]:
    """The other parts of the form; InvalidRecord names what is missing or unknown."""
    problems = [] if "file" in request.FILES else [Problem("file", "required", _("Send a file."))]
    kind = str(request.POST.get("kind", ""))
    if kind not in Job.Kind.values:
        problems.append(
            Problem("kind", "unknown_code", _("Write one of: %(kinds)s.") % {"kinds": ", ".join(Job.Kind.values)})
        )
    values: dict[str, Any] = {"kind": kind}
    for name in ("submit", "publish"):
        try:
            values[name] = flag(request.POST.get(name, "false"))
        except BadValue as error:
            problems.append(Problem(name, error.code, str(error)))
    if problems:
        raise InvalidRecord(problems)
    return values


class ImportView(APIView):
    """GET imports/{id}/: progress and refused rows."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(parameters=[OpenApiParameter("after", int)], responses=dict)
    def get(self, request: Request, pk: int) -> Response:
        job = selectors.find(cast("User", request.user), pk)
        if job is None:
            raise NotFound
        after = request.query_params.get("after", "0")
        known = after.isascii() and after.isdigit() and len(after) < 19
        return Response(selectors.as_public(job, after=int(after) if known else 0))
