"""What the API's writes have in common: versions in If-Match, records cleaned by their description."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db import IntegrityError
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, NotFound, ParseError, PermissionDenied
from rest_framework.permissions import IsAuthenticated, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.lifecycle import Conflict
from apps.core.models import Publishable
from apps.core.problems import InvalidRecord, PreconditionFailed
from apps.core.records import Field, Problem, Record

_TYPES = {"number": "number", "integer": "integer", "boolean": "boolean", "list": "array", "rows": "array"}


class PreconditionRequired(APIException):
    """An edit must say which version it read."""

    status_code = 428

    def __init__(self) -> None:
        super().__init__(_("Send the version that you read in the If-Match header."))


def version_of(request: Request) -> int:
    """The version in If-Match ("3" or 3); raises 428 where it is missing and 412 where it is none of ours."""
    header = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not header:
        raise PreconditionRequired
    if not (header.isascii() and header.isdigit() and len(header) < 10):
        raise PreconditionFailed
    return int(header)


def cleaned(record: Record, raw: Any, *, partial: bool = False, given: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The values of a record's body, or InvalidRecord naming what was refused. Money may be {"amount", "currency"}."""
    values, problems = record.clean(_object(raw), partial=partial, given=given)
    if problems:
        raise InvalidRecord(problems)
    return _without_empty_id(values)


def cleaned_edit(record: Record, raw: Any, row: Publishable) -> dict[str, Any]:
    """The values of an edit's body; what it says must agree with what the row says besides."""
    values, problems = record.clean(_object(raw), partial=True)
    stored = {item.name: getattr(row, item.name, None) for item in record.fields if item.kind != "rows"}
    problems = problems or record.not_restated(values, stored) or record.contradictions(stored | values)
    if problems:
        raise InvalidRecord(problems)
    return _without_empty_id(values)


def _object(raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise ParseError(_("A JSON object is expected."))
    return raw


def _without_empty_id(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"external_id": None} if values.get("external_id") == "" else values


@contextmanager
def naming_what_is_taken() -> Iterator[None]:
    """A write whose external id belongs to another row is refused like any other wrong value."""
    try:
        yield
    except IntegrityError as error:
        if "external_id" not in str(error):
            raise
        problem = Problem("external_id", "taken", _("Another record has this external id."))
        raise InvalidRecord([problem]) from None


def money(amount: Any, currency: str) -> dict[str, Any] | None:
    """Money as the API shows it; None where no amount is stated."""
    return None if amount is None else {"amount": float(amount), "currency": currency}


def listing(
    rows: Sequence[Any],
    *,
    count: int | None = None,
    following: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A list in the shape of all lists; whole on one page unless `count` and the address of the page `following` say."""
    total = len(rows) if count is None else count
    body: dict[str, Any] = {"count": total, "next": following, "previous": None, "results": rows, "facets": {}}
    return Response(body, headers=headers)


def described(record: Record) -> dict[str, Any]:
    """The OpenAPI schema of a record."""
    return {
        "application/json": {
            "type": "object",
            "required": [item.name for item in record.fields if item.required],
            "properties": {item.name: _property(item) for item in record.fields},
        }
    }


def _property(item: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": _TYPES.get(item.kind, "string"), "description": str(item.label)}
    if item.unit:
        schema["description"] += f" ({item.unit})"
    if schema["type"] == "array":
        schema["items"] = {"type": "object"} if item.kind == "rows" else {"type": "string"}
    return schema | ({"format": "date"} if item.kind == "date" else {})


IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="the version that you read"
)


@contextmanager
def naming_what_changed(row: Publishable) -> Iterator[None]:
    """A write that another one overtook is told apart from one that the state does not allow."""
    seen = row.version
    try:
        yield
    except Conflict:
        row.refresh_from_db(fields=["version"])
        if row.version != seen:
            raise PreconditionFailed from None
        raise


class Owned(APIView):
    """Views of one kind of record; an app says how its rows are found, shown and written."""

    record: ClassVar[Record]

    def row(self, request: Request, pk: int) -> Publishable:
        """The row if this caller may see it, NotFound otherwise: what is held back is not said to exist."""
        found = self.find(pk)
        if found is None or not (self.is_public(found) or self.reads_all(request, found)):
            raise NotFound
        return found

    def reads_all(self, request: Request, row: Any) -> bool:
        """Whether this caller reads the whole record: its own people, and moderators what is put before them."""
        moderates = getattr(request.user, "is_moderator", False) and row.known_to_moderators and not self.is_public(row)
        return moderates or self.may_see(request, row)

    def is_public(self, row: Any) -> bool:
        """Whether everybody may read the row."""
        return bool(row.state == "published")

    def own_row(self, request: Request, pk: int) -> Publishable:
        """The row if this caller may change it."""
        found = self.row(request, pk)
        if not self.may_edit(request, found):
            raise PermissionDenied(_("It belongs to another enterprise."))
        return found

    @abstractmethod
    def find(self, pk: int) -> Publishable | None: ...

    @abstractmethod
    def may_see(self, request: Request, row: Any) -> bool: ...

    @abstractmethod
    def may_edit(self, request: Request, row: Any) -> bool: ...

    @abstractmethod
    def show(self, request: Request, row: Any) -> dict[str, Any]:
        """The public fields; the whole record for those who may see it."""

    def answer(self, request: Request, row: Publishable, status: int = 200) -> Response:
        """The row with its version as ETag."""
        return Response(self.show(request, row), status, headers={"ETag": f'"{row.version}"'})


class Collection(Owned):
    """POST: a new draft."""

    permission_classes = (IsAuthenticatedOrReadOnly,)

    @abstractmethod
    def create(self, request: Request) -> Publishable: ...

    def post(self, request: Request) -> Response:
        with naming_what_is_taken():
            row = self.create(request)
        return self.answer(request, row, 201)


class Detail(Owned):
    """GET and PATCH of one row."""

    permission_classes = (IsAuthenticatedOrReadOnly,)

    @abstractmethod
    def change(self, request: Request, row: Any, version: int) -> None: ...

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(request, self.row(request, pk))

    @extend_schema(parameters=[IF_MATCH], request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, pk: int) -> Response:
        row = self.own_row(request, pk)
        version = version_of(request)
        if row.version != version:
            raise PreconditionFailed
        with naming_what_is_taken(), naming_what_changed(row):
            self.change(request, row, version)
        return self.answer(request, row)


class Step(Owned):
    """POST: one move of the row's lifecycle, such as "submit"; of the version in If-Match if the caller names one."""

    permission_classes = (IsAuthenticated,)
    name: str = ""

    @abstractmethod
    def move(self, request: Request, row: Any, version: int | None) -> None: ...

    @extend_schema(request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, pk: int) -> Response:
        row = self.own_row(request, pk)
        version = version_of(request) if "If-Match" in request.headers else None
        if version not in (None, row.version):
            raise PreconditionFailed
        with naming_what_changed(row):
            self.move(request, row, version)
        return self.answer(request, row)
