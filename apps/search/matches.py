"""Why a result is there, in the reader's language: what the question named, and where the listing says it."""

from dataclasses import dataclass

from apps.core.models import Publishable
from apps.search import labels, places
from apps.search.lexemes import Meaning
from apps.search.selectors import Hit
from apps.taxonomy.selectors import scheme, tagger

# The title and the beginning of the text are looked through for the words that carry a meaning.
_CHARACTERS_READ = 2_000


@dataclass(frozen=True, slots=True)
class Match:
    """A meaning that the listing has: its label, and the listing's own words ("" where a stated field has it)."""

    kind: str
    key: str
    label: str
    found: str


def meanings(hit: Hit, language: str) -> list[Match]:
    """The concepts and places of the question that the hit has, labelled in the reader's language."""
    if not hit.meanings or hit.row is None:
        return []
    text = _text(hit.row)
    said = _said(text, getattr(hit.row, "language", "en"))
    return [_match(meaning, said, language) for meaning in hit.meanings]


def _text(row: Publishable) -> str:
    parts = (getattr(row, name, "") for name in ("title", "name", "summary", "description"))
    return "\n".join(part for part in parts if part)[:_CHARACTERS_READ]


def _said(text: str, language: str) -> dict[tuple[str, str], str]:
    """The text's first words for each concept and place."""
    found: dict[tuple[str, str], str] = {}
    for kind, tags in (("concept", tagger().tag(text, language)), ("place", places.find(text, language))):
        for tag in tags:
            found.setdefault((kind, tag.concept), text[tag.start : tag.end])
    return found


def _match(meaning: Meaning, said: dict[tuple[str, str], str], language: str) -> Match:
    """What lies below a concept says it too."""
    below = sorted(scheme().descendants.get(meaning.key, ())) if meaning.kind == "concept" else []
    words = next((said[meaning.kind, key] for key in (meaning.key, *below) if (meaning.kind, key) in said), "")
    return Match(meaning.kind, meaning.key, labels.meaning(meaning, language), words)
