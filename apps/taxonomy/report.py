"""What the thesaurus covers in each language, and which labels are or read as ambiguous."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from apps.reference.rules import primary
from apps.taxonomy.scheme import Scheme
from apps.taxonomy.tagger import Tagger


def coverage(scheme: Scheme) -> dict[str, dict[str, int]]:
    """For each language: concepts with a preferred label, those that lack one, those with other labels, all labels."""
    tags = sorted({label.language for concept in scheme.concepts for label in concept.labels})
    found = {tag: Counter[str]() for tag in tags}
    for concept in scheme.concepts:
        for label in concept.labels:
            found[label.language]["labels"] += 1
            found[label.language]["preferred"] += label.kind == "preferred"
        for tag in {label.language for label in concept.labels if label.kind != "preferred"}:
            found[tag]["with others"] += 1
    size = len(scheme.concepts)
    return {tag: dict(counts) | {"lacking": size - counts["preferred"]} for tag, counts in found.items()}


def ambiguous(scheme: Scheme, tagger: Tagger) -> Iterator[tuple[str, str, list[str], bool]]:
    """(language, label, concepts, listed): labels that the tagger cannot tell apart, listed as ambiguous or not."""
    listed = {(primary(language), text.casefold()) for language, text in scheme.ambiguous}
    for language in sorted({primary(label.language) for concept in scheme.concepts for label in concept.labels}):
        for text, concepts in tagger.shared(language):
            yield language, text, concepts, (language, text.casefold()) in listed
