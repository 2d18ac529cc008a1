"""Countries, regions and frameworks named in a text of any language: the tagger of concepts, over the names of places."""

import json
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

import regex

from apps.reference.rules import cldr, country_codes, primary
from apps.reference.selectors import frameworks
from apps.search import regions
from apps.taxonomy.scheme import Concept, Label, Scheme
from apps.taxonomy.tagger import Tag, Tagger

# Names are known in the languages of content and in those that are detected; any other text is read by all of them.
LANGUAGES = (
    "en", "zh", "ru", "pt", "ar", "fr", "es", "fa", "id", "hi", "vi", "th", "tr", "kk", "uz", "sw", "am", "de", "it", "ja", "ko",
    "uk", "ur", "mr", "ne", "bn", "el", "he", "km", "lo", "my", "ta", "ka", "hy", "nl", "pl",
)  # fmt: skip
_IN_BRACKETS = regex.compile(r"\s*[(（].*?[)）]")
_SEVERAL = regex.compile(r"[(（]([^)）]{4,})[)）]")
_OTHER_NAMES: Mapping[str, Mapping[str, list[str]]] = json.loads(
    (Path(__file__).parent / "place_names.json").read_text("utf-8")
)

Names = dict[str, list[str]]


def find(text: str, language: str, *, asked: bool = False) -> list[Tag]:
    """Where the text names places; a tag's concept is the code ("KZ", "143", "BRICS"). In what is `asked`, capitals are optional."""
    tags = _tagger(_frameworks()).tag(text, language)
    return [tag for tag in tags if _credible(tag.label, text[tag.start : tag.end], asked=asked)]


def _credible(label: str, found: str, *, asked: bool) -> bool:
    """Whether a name was meant where letters leave doubt: us is not the US, малые накопители are not in Mali."""
    if found[0].lower() == found[0].upper():
        return True
    if label.isupper():
        return found.isupper() or (asked and len(label) > 2)
    if not asked and not found[0].isupper():
        return False
    shared = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(label.lower(), found.lower(), strict=False))))
    return shared >= min(len(label), 4) or (shared >= len(label) - 1 and len(found) <= len(label))


class _Remembered:
    """The frameworks as they were last read, and the same as JSON."""

    read: Mapping[str, Names] | None = None
    names = ""


def _frameworks() -> str:
    present = frameworks()
    if _Remembered.read is not present:
        _Remembered.read, _Remembered.names = present, json.dumps(present, sort_keys=True)
    return _Remembered.names


@lru_cache(maxsize=2)
def _tagger(framework_names: str) -> Tagger:
    names: dict[str, Names] = {code: _names(code) for code in (*sorted(country_codes()), *regions.MEMBERS)}
    names |= json.loads(framework_names)
    return Tagger(Scheme(framework_names, tuple(_as_concept(code, found) for code, found in names.items())))


def _names(code: str) -> Names:
    """A place's names by language: CLDR's, what stands in brackets there as a name of its own, and others in use."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for language in LANGUAGES:
        name = cldr(language).territories.get(code)
        if name:
            found[language] += [_IN_BRACKETS.sub("", name), *_SEVERAL.findall(name)]
    found["ru"] += [_prepositional(name) for name in found["ru"]]
    others_in_use = regions.names(code) if code in regions.MEMBERS else _OTHER_NAMES.get(code, {})
    for tag, others in others_in_use.items():
        found[primary(tag)] += others
    return found


def _prepositional(name: str) -> str:
    """«В Казахстане»: the case that places mostly stand in, which the stems of names ending in a consonant miss."""
    if name.endswith("ь"):
        return f"{name[:-1]}и"
    return name if name[-1].lower() in "аеёийоуыэюя)" else f"{name}е"


def _small(name: str) -> str:
    """In small letters, since Turkish folds capital I and İ in its own way; a short abbreviation stays one."""
    return name if name.isupper() and len(name) <= 4 else name.replace("İ", "i").lower()


def _as_concept(code: str, names: Names) -> Concept:
    labels = {(primary(tag), _small(text)) for tag, texts in names.items() for text in texts}
    return Concept(code, "place", labels=tuple(Label(tag, "alternative", text) for tag, text in sorted(labels)))
