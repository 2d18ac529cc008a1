"""The concept scheme in the API: as JSON in the reader's language, or whole as SKOS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import listing
from apps.reference.rules import language_tag
from apps.taxonomy import selectors


class _SkosRenderer(BaseRenderer):
    charset = "utf-8"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The document that the view wrote; a problem document as JSON."""
        return data.encode() if isinstance(data, str) else JSONRenderer().render(data)


class TurtleRenderer(_SkosRenderer):
    """SKOS as Turtle."""

    media_type = "text/turtle"
    format = "turtle"


class JsonLdRenderer(_SkosRenderer):
    """SKOS as JSON-LD."""

    media_type = "application/ld+json"
    format = "json-ld"


class TaxonomyView(APIView):
    """GET taxonomy/: every concept with its label in a language, its place in the tree and its groups."""

    permission_classes = (AllowAny,)
    renderer_classes = (JSONRenderer, TurtleRenderer, JsonLdRenderer)

    @extend_schema(
        parameters=[
            OpenApiParameter("lang", str, description="BCP 47 tag of the language of the labels"),
            OpenApiParameter("format", str, enum=["json", "turtle", "json-ld"], description="or by the Accept header"),
        ],
        responses=dict,
    )
    def get(self, request: Request) -> Response:
        renderer = request.accepted_renderer
        headers = {"ETag": f'"{selectors.scheme().stamp}-{renderer.format}"'}
        if isinstance(renderer, _SkosRenderer):
            return Response(selectors.export(renderer.format), headers=headers)
        language = language_tag(request.query_params.get("lang", "")) or get_language() or "en"
        return listing(selectors.described(language), headers=headers)
