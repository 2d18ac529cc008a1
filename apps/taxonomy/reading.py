"""What a text itself says where its writer did not state it: its language and the technologies it is about."""

from collections.abc import Sequence
from typing import Any

from apps.taxonomy import selectors
from apps.taxonomy.detection import detect

# A long text mentions much in passing: what it is about is named in its title, or at least so often beside the most frequent.
SHARE = 0.25


def complete(values: dict[str, Any], row: Any, *, texts: Sequence[str], kinds: tuple[str, ...]) -> None:
    """Fill in "language" and "technologies" of a record's values where they are missing; `texts` begin with its title.

    `row` is the stored row if there is one: what it has already stays, as long as its texts do.
    """
    if values.get("language") and values.get("technologies"):
        return
    unstated = [name for name in ("language", "technologies") if not values.get(name)]
    if row is not None and all(values.get(name, getattr(row, name)) == getattr(row, name) for name in texts):
        for name in unstated:
            values.pop(name, None)
        return
    title, *more = [values.get(name) or (getattr(row, name) if row else "") for name in texts]
    text = "\n".join(more)
    if "language" in unstated:
        values["language"] = detect(f"{title}\n{text}")
    if "technologies" in unstated:
        values["technologies"] = technologies(title, text, values["language"], kinds)


def technologies(title: str, text: str, language: str, kinds: tuple[str, ...]) -> list[str]:
    """The concepts of these kinds that a title and its text are about, the one named most often first."""
    present, tagger = selectors.scheme(), selectors.tagger()
    counted = tagger.concepts(f"{title}\n{text}", language).items()
    weights = {key: weight for key, weight in counted if present.kind(key) in kinds}
    enough = SHARE * max(weights.values(), default=0)
    named = tagger.concepts(title, language)
    found = [key for key, weight in weights.items() if weight >= enough or key in named]
    return sorted(found, key=lambda key: (-weights[key], key))
