"""What a form offers of the thesaurus, in the reader's language."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import get_language

from apps.taxonomy.selectors import scheme

Choices = Sequence[tuple[str, Any]]


def concepts(*kinds: str) -> Callable[[], Choices]:
    """The concepts of these kinds: families as groups with what lies below them, single concepts as they are."""

    def choices() -> Choices:
        language = get_language() or "en"
        found = scheme()
        tops = [key for key in found.keys if found.kind(key) in kinds and not found.broader[key]]
        return [_family(top, language, kinds) for top in tops]

    return choices


def _family(top: str, language: str, kinds: Sequence[str]) -> tuple[str, Any]:
    found = scheme()
    label = found.label(top, language)
    below = sorted((key for key in found.descendants[top] if found.kind(key) in kinds), key=found.index.__getitem__)
    return (label, [(key, found.label(key, language)) for key in (top, *below)]) if below else (top, label)
