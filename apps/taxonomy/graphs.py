"""SKOS in Turtle or JSON-LD to a scheme and back, by rdflib."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.namespace import OWL, SKOS
from rdflib.plugins.parsers.jsonld import to_rdf
from rdflib.term import Node

from apps.reference.rules import language_tag
from apps.taxonomy.rules import BadScheme
from apps.taxonomy.scheme import KINDS, Concept, Group, Label, Scheme, in_order

VB = Namespace("urn:voltbridge:")
SHIPPED = Path(__file__).parent / "scheme"
_PROPERTIES = dict(zip(KINDS, (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel), strict=True))
_CONTEXT = {"skos": str(SKOS), "owl": str(OWL), "vb": str(VB)}


@lru_cache(maxsize=32)
def read(text: str, form: str = "turtle") -> Scheme:
    """The scheme of a document; raises BadScheme where it cannot be parsed. The last ones are remembered."""
    graph = Graph()
    try:
        if form == "json-ld":
            document = json.loads(text)
            _refuse_remote_contexts(document)
            to_rdf(document, graph)  # Graph.parse would go by a class that rdflib itself deprecates
        else:
            graph.parse(data=text, format=form)
    except BadScheme:
        raise
    except Exception as error:  # rdflib raises whatever its parsers raise
        raise BadScheme(
            [_("the file is not %(format)s: %(error)s") % {"format": form, "error": str(error)[:300]}]
        ) from error
    return _scheme(graph)


def _refuse_remote_contexts(node: Any) -> None:
    """A context named by its address would be fetched from wherever the file says."""
    if isinstance(node, list):
        for item in node:
            _refuse_remote_contexts(item)
    if isinstance(node, dict):
        context = node.get("@context", [])
        if (
            any(isinstance(part, str) for part in (context if isinstance(context, list) else [context]))
            or "@import" in node
        ):
            raise BadScheme([_("the JSON-LD names its context by an address; write the context into the file")])
        for item in node.values():
            _refuse_remote_contexts(item)


def key_of(node: Node) -> str:
    """The last part of a concept's address."""
    text = str(node)
    return text[max(text.rfind(mark) for mark in "#/:") + 1 :]


def _scheme(graph: Graph) -> Scheme:
    concepts = [_concept(graph, node) for node in graph.subjects(RDF.type, SKOS.Concept)]
    groups = [_group(graph, node) for node in graph.subjects(RDF.type, SKOS.Collection)]
    ambiguous = tuple(sorted((_language(word), str(word)) for word in graph.objects(None, VB.ambiguousLabel)))
    by_key = attrgetter("key")
    return Scheme("", tuple(sorted(concepts, key=by_key)), tuple(sorted(groups, key=by_key)), ambiguous)


def _concept(graph: Graph, node: Node) -> Concept:
    return Concept(
        key=key_of(node),
        kind=str(graph.value(node, VB.kind) or "technology"),
        definition=str(graph.value(node, SKOS.definition) or ""),
        broader=tuple(sorted({key_of(parent) for parent in graph.objects(node, SKOS.broader)})),
        labels=_labels(graph, node),
        deprecated=str(graph.value(node, OWL.deprecated)).lower() == "true",
        related=tuple(sorted({key_of(other) for other in graph.objects(node, SKOS.related)})),
        matches=tuple(sorted({str(other) for other in graph.objects(node, SKOS.exactMatch)})),
        notations=tuple(sorted({_notation(code) for code in graph.objects(node, SKOS.notation)})),
    )


def _notation(code: Node) -> str:
    """A code with its classification, which is its datatype, before it."""
    classification = getattr(code, "datatype", None)
    return f"{key_of(classification)}:{code}" if classification else str(code)


def _group(graph: Graph, node: Node) -> Group:
    members = tuple(sorted(key_of(member) for member in graph.objects(node, SKOS.member)))
    return Group(key_of(node), _labels(graph, node), members)


def _labels(graph: Graph, node: Node) -> tuple[Label, ...]:
    return in_order(
        Label(_language(word), kind, str(word))
        for kind, name in _PROPERTIES.items()
        for word in graph.objects(node, name)
    )


def _language(word: Node) -> str:
    raw = getattr(word, "language", None) or ""
    return language_tag(raw) or raw


def written(scheme: Scheme, form: str = "turtle") -> str:
    """The scheme as Turtle or JSON-LD; `read` gives the same scheme back."""
    options: dict[str, Any] = {"context": _CONTEXT, "auto_compact": False} if form == "json-ld" else {}
    return str(_graph(scheme).serialize(format=form, **options))


def _graph(scheme: Scheme) -> Graph:
    graph = Graph()
    graph.bind("skos", SKOS)
    graph.bind("vb", VB)
    for concept in scheme.concepts:
        _add_concept(graph, VB[concept.key], concept)
    for group in scheme.groups:
        graph.add((VB[group.key], RDF.type, SKOS.Collection))
        _add_labels(graph, VB[group.key], group.labels)
        for member in group.members:
            graph.add((VB[group.key], SKOS.member, VB[member]))
    for language, text in scheme.ambiguous:
        graph.add((VB.scheme, VB.ambiguousLabel, Literal(text, lang=language)))
    return graph


def _add_concept(graph: Graph, node: URIRef, concept: Concept) -> None:
    graph.add((node, RDF.type, SKOS.Concept))
    graph.add((node, VB.kind, Literal(concept.kind)))
    if concept.definition:
        graph.add((node, SKOS.definition, Literal(concept.definition, lang="en")))
    if concept.deprecated:
        graph.add((node, OWL.deprecated, Literal(lexical_or_value=True)))
    for parent in concept.broader:
        graph.add((node, SKOS.broader, VB[parent]))
    for other in concept.related:
        graph.add((node, SKOS.related, VB[other]))
    for address in concept.matches:
        graph.add((node, SKOS.exactMatch, URIRef(address)))
    for notation in concept.notations:
        classification, colon, code = notation.partition(":")
        graph.add((node, SKOS.notation, Literal(code, datatype=VB[classification]) if colon else Literal(notation)))
    _add_labels(graph, node, concept.labels)


def _add_labels(graph: Graph, node: URIRef, labels: Iterable[Label]) -> None:
    for label in labels:
        graph.add((node, _PROPERTIES[label.kind], Literal(label.text, lang=label.language)))


def joined(schemes: Iterable[Scheme]) -> Scheme:
    """The schemes of several files as one; a concept is described in one of them only."""
    parts = list(schemes)
    twice = Counter(concept.key for part in parts for concept in part.concepts)
    if repeated := [key for key, count in twice.items() if count > 1]:
        raise BadScheme([_("%(key)s: it is described in more than one file") % {"key": key} for key in repeated])
    return Scheme(
        "",
        tuple(sorted((concept for part in parts for concept in part.concepts), key=attrgetter("key"))),
        tuple(sorted((group for part in parts for group in part.groups), key=attrgetter("key"))),
        tuple(sorted({word for part in parts for word in part.ambiguous})),
    )


def shipped_texts() -> list[str]:
    """The files of the scheme that ships with the platform."""
    return [path.read_text("utf-8") for path in sorted(SHIPPED.glob("*.ttl"))]


def shipped() -> Scheme:
    """The scheme that ships with the platform, as its files have it."""
    return joined(read(text) for text in shipped_texts())
