"""What a text itself says where its writer did not state it: its language and the technologies it is about."""

from collections.abc import Sequence
from typing import Any

from apps.taxonomy import selectors
from apps.taxonomy.detection import detect


def complete(values: dict[str, Any], row: Any, *, texts: Sequence[str], kinds: tuple[str, ...]) -> None:
    """Fill in "language" and "technologies" of a record's values where they are missing.

    `row` is the stored row if there is one: what it has already stays, as long as its texts do.
    """
    if values.get("language") and values.get("technologies"):
        return
    unstated = [name for name in ("language", "technologies") if not values.get(name)]
    if row is not None and all(values.get(name, getattr(row, name)) == getattr(row, name) for name in texts):
        for name in unstated:
            values.pop(name, None)
        return
    text = "\n".join(values.get(name) or (getattr(row, name) if row else "") for name in texts)
    if "language" in unstated:
        values["language"] = detect(text)
    if "technologies" in unstated:
        values["technologies"] = technologies(text, values["language"], kinds)


def technologies(text: str, language: str, kinds: tuple[str, ...]) -> list[str]:
    """The concepts of these kinds that a text names, the weightiest first."""
    present = selectors.scheme()
    weights = selectors.tagger().concepts(text, language)
    found = [key for key in weights if present.kind(key) in kinds]
    return sorted(found, key=lambda key: (-weights[key], key))
