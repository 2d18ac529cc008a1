"""Kinds of organisation named in a question of any language: the tagger of concepts, over what they are called."""

import json
from functools import cache
from pathlib import Path

from apps.taxonomy.scheme import Concept, Label, Scheme
from apps.taxonomy.tagger import Tag, Tagger


def find(text: str, language: str) -> list[Tag]:
    """Where the text names kinds of organisation; a tag's concept is the kind ("bank", see enterprises.rules.KINDS)."""
    return _tagger().tag(text, language)


def names() -> dict[str, dict[str, list[str]]]:
    """What each kind is called, by language."""
    found: dict[str, dict[str, list[str]]] = json.loads(
        (Path(__file__).parent / "organisation_names.json").read_text("utf-8")
    )
    return found


@cache
def _tagger() -> Tagger:
    return Tagger(Scheme("organisations", tuple(_as_concept(kind, called) for kind, called in names().items())))


def _as_concept(kind: str, called: dict[str, list[str]]) -> Concept:
    labels = sorted({(language, text) for language, texts in called.items() for text in texts})
    return Concept(
        kind, "organisation", labels=tuple(Label(language, "alternative", text) for language, text in labels)
    )
