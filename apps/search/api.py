"""GET opportunities/, projects/ and enterprises/: lists of what is public, searched and filtered; no key is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from apps.reference.selectors import language_name
from apps.search import (
    cursors,
    export,
    facets,
    filters,
    highlights,
    labels,
    matches,
    questions,
    selectors,
    understanding,
)
from apps.search.selectors import LARGEST_PAGE, PAGE_SIZE, Hit, Page
from apps.taxonomy.selectors import scheme

_DESCRIBED = {
    "q": "the question, in any language; “quotation marks” for words in their order, a minus before what is not wanted; "
    f"the first {questions.CHARACTERS_READ} characters and {questions.WORDS_READ} words of it are read",
    "lang": "the language of the question and of the labels (BCP 47); detected where it is not given",
    "min_mwh": "reaches at least this energy; a unit may follow",
    "max_mwh": "begins at no more than this energy",
    "min_mw": "reaches at least this power",
    "max_mw": "begins at no more than this power",
    "sort": "`best` (the newest where nothing is asked), `newest` or `largest`",
    "format": f"`json`, or the first {export.ROWS} results as a file: `csv`, `xlsx`, and `geojson` of public sites",
    "cursor": "the page, from `next` or `previous`",
}
_COUNT = {
    "type": "object",
    "properties": {
        "value": {"type": "string"}, "label": {"type": "string"}, "count": {"type": "integer"}, "parent": {"type": "string"},
    },
}  # fmt: skip
_UNDERSTOOD = {
    "type": "object",
    "properties": {
        "kind": {
            "enum": ["concept", "country", "region", "framework", "organisation", "power", "energy", "budget", "words"]
        },
        "text": {"type": "string", "description": "as it stands in the question; in `plain` it becomes words again"},
        "value": {"type": "string", "description": "key, code, unit or words"},
        "label": {"type": "string"},
        "least": {"type": "number", "nullable": True},
        "most": {"type": "number", "nullable": True},
        "exact": {"type": "boolean", "description": "the words in their order"},
        "excluded": {"type": "boolean", "description": "no result has it"},
    },
}
_SPOKEN = {
    "type": "object",
    "nullable": True,
    "description": "the language that the question was read in, and whether `lang` stated it",
    "properties": {"value": {"type": "string"}, "label": {"type": "string"}, "stated": {"type": "boolean"}},
}
_RESULT = {
    "type": "object",
    "description": "the row's public fields, and why it is here",
    "additionalProperties": True,
    "properties": {
        "url": {"type": "string"},
        "has_all": {"type": "boolean", "description": "whether it has everything that was asked"},
        "matched_words": {"type": "array", "items": {"type": "string"}},
        "matched_concepts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("kind", "key", "label", "found")},
            },
        },
        "highlights": {
            "type": "object",
            "description": "by field, [start, end) in characters of what was asked as the row itself puts it",
            "additionalProperties": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
        },
    },
}
_ANSWER = {
    "type": "object",
    "properties": {
        "count": {"type": "integer"},
        "count_is_lower_bound": {"type": "boolean"},
        "next": {"type": "string", "nullable": True},
        "previous": {"type": "string", "nullable": True},
        "results": {"type": "array", "items": _RESULT},
        "facets": {"type": "object", "additionalProperties": {"type": "array", "items": _COUNT}},
        "language": _SPOKEN,
        "understood": {"type": "array", "items": _UNDERSTOOD},
        "also": {
            "type": "array",
            "items": {"type": "string"},
            "description": "concepts that may be meant too or are near; they rank and add results, and none must have them",
        },
        "did_you_mean": {"type": "string", "nullable": True},
        "notes": {"type": "array", "items": {"type": "string"}},
    },
}


def _parameters() -> list[OpenApiParameter]:
    plain = [OpenApiParameter(name, str, description=text) for name, text in _DESCRIBED.items()]
    several = [
        OpenApiParameter(name, str, many=True, description="one of these values")
        for name in facets.NAMES
        if name != "kind"
    ]
    size = OpenApiParameter(
        "page_size", OpenApiTypes.INT, description=f"{PAGE_SIZE} unless stated, {LARGEST_PAGE} at most"
    )
    words = OpenApiParameter(
        "plain", str, many=True, description="a `text` of `understood` that is to be taken as words"
    )
    return [*plain, words, *several, size]


class _FileRenderer(BaseRenderer):
    charset: str | None = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The file that the view wrote; a problem document as JSON."""
        return data if isinstance(data, bytes) else JSONRenderer().render(data)


class CsvRenderer(_FileRenderer):
    """A table as CSV."""

    format, media_type, charset = "csv", "text/csv", "utf-8"


class XlsxRenderer(_FileRenderer):
    """A table as XLSX."""

    format, media_type = "xlsx", export.TYPES["xlsx"]


class GeoJsonRenderer(_FileRenderer):
    """Public sites as GeoJSON."""

    format, media_type = "geojson", export.TYPES["geojson"]


class SearchView(APIView):
    """A list of one kind of public rows."""

    permission_classes = (IsAuthenticatedOrReadOnly,)
    renderer_classes: Sequence[type[BaseRenderer]] = (JSONRenderer, CsvRenderer, XlsxRenderer, GeoJsonRenderer)
    kind: ClassVar[str]

    @extend_schema(parameters=_parameters(), responses={(200, "application/json"): _ANSWER})
    def get(self, request: Request) -> Response:
        asked = request.query_params
        parameters = {name: asked.getlist(name) for name in asked}
        stated, language_notes = questions.language_stated(asked.get("lang", ""))
        language = stated or get_language() or "en"
        wanted, notes = filters.parse(parameters, kind=self.kind)
        query = questions.parse(
            asked.get("q", ""), stated, reader=language, plain=asked.getlist("plain"), sized=self.kind in filters.SIZED
        )
        if request.accepted_renderer.format in export.TYPES:
            return self._file(request, query, wanted)
        size, size_notes = _page_size(asked.get("page_size", ""))
        try:
            page = selectors.search(query, wanted, page_size=size, cursor=asked.get("cursor", ""))
        except cursors.BadCursor:
            raise ParseError(_("The cursor is none of this list; begin at its first page.")) from None
        return Response(
            {
                "count": page.count,
                "count_is_lower_bound": page.count_is_lower_bound,
                "next": _address(request, page.next),
                "previous": _address(request, page.previous),
                "results": [self._result(request, hit, language) for hit in page.results],
                "facets": _facets(page, language),
                "language": _spoken(query, language),
                "understood": [asdict(each) for each in understanding.read(query, language)],
                "also": understanding.added(query, language),
                "did_you_mean": selectors.did_you_mean(query, page) or None,
                "notes": [*query.notes, *notes, *language_notes, *size_notes],
            }
        )

    def _file(self, request: Request, query: questions.Query, wanted: filters.Filters) -> Response:
        form: str = request.accepted_renderer.format
        file = export.written(
            query, wanted, kind=self.kind, form=form,
            address=lambda pk: request.build_absolute_uri(f"{request.path}{pk}/"),
        )  # fmt: skip
        return Response(file.content, headers={"Content-Disposition": f'attachment; filename="{file.name}"'})

    def _result(self, request: Request, hit: Hit, language: str) -> dict[str, Any]:
        """A row's public fields, where it is read alone, and why it is here."""
        return {
            **export.PUBLIC[self.kind](hit.row),
            "url": request.build_absolute_uri(f"{request.path}{hit.subject_id}/"),
            "has_all": hit.has_all,
            "similar_in_meaning": hit.similar,
            "matched_words": list(hit.words),
            "highlights": _highlights(hit),
            "matched_concepts": [
                {"kind": match.kind, "key": match.key, "label": match.label, "found": match.found}
                for match in matches.meanings(hit, language)
            ],
        }


def _highlights(hit: Hit) -> dict[str, list[highlights.Span]]:
    """Where the row's own texts say what was asked: [start, end) in characters."""
    language = getattr(hit.row, "language", "en")
    texts = {name: getattr(hit.row, name, "") for name in ("title", "name", "summary", "description")}
    found = {name: highlights.spans(text, language, hit) for name, text in texts.items() if text}
    return {name: spans for name, spans in found.items() if spans}


class OpportunitySearchView(SearchView):
    """GET opportunities/."""

    kind = "opportunity"


class ProjectSearchView(SearchView):
    """GET projects/."""

    kind = "project"


class EnterpriseSearchView(SearchView):
    """GET enterprises/: in short, with counts of what each row's own address carries whole."""

    kind = "enterprise"
    renderer_classes = (JSONRenderer, CsvRenderer, XlsxRenderer)


def _spoken(query: questions.Query, language: str) -> dict[str, Any] | None:
    """The language that a question was read in."""
    if not query.text.strip():
        return None
    return {"value": query.language, "label": language_name(query.language, language), "stated": query.stated}


def _page_size(text: str) -> tuple[int, list[str]]:
    if not text:
        return PAGE_SIZE, []
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LARGEST_PAGE:
        return int(text), []
    note = _("A page has from 1 to %(most)d results; this one has %(size)d.") % {
        "most": LARGEST_PAGE,
        "size": PAGE_SIZE,
    }
    return PAGE_SIZE, [note]


def _address(request: Request, cursor: str) -> str | None:
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor) if cursor else None


def _facets(page: Page, language: str) -> dict[str, list[dict[str, Any]]]:
    return {name: _counts(name, counts, language) for name, counts in page.facets.items() if name != "kind"}


def _counts(name: str, counts: Mapping[str, int], language: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"value": value, "label": labels.facet_value(name, value, language), "count": count}
        for value, count in counts.items()
    ]
    if name == "technology":
        for one in found:
            one["parent"] = next(iter(scheme().broader.get(one["value"], ())), "")
    return found
