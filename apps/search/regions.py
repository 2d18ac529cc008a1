"""Parts of the world larger than a country, by the United Nations' M49 codes and a few that trade names besides."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from apps.reference.rules import cldr, primary

_READ: Mapping[str, Mapping[str, Any]] = json.loads((Path(__file__).parent / "regions.json").read_text("utf-8"))
MEMBERS: Mapping[str, frozenset[str]] = {code: frozenset(each["members"].split()) for code, each in _READ.items()}


def names(code: str) -> Mapping[str, list[str]]:
    """A region's names by language beside those that CLDR has for it."""
    found: Mapping[str, list[str]] = _READ[code]["names"]
    return found


def name(code: str, language: str) -> str:
    """What a region is called in a language, in English where there is no name."""
    by_language = {primary(tag): known for tag, known in names(code).items()}
    stated = cldr(language).territories.get(code) or next(iter(by_language.get(primary(language), ())), "")
    return stated or cldr("en").territories.get(code) or next(iter(by_language.get("en", ())), code)


@lru_cache(maxsize=512)
def around(code: str) -> tuple[str, ...]:
    """The regions that a country or a region lies in, itself not among them."""
    inside = MEMBERS.get(code, frozenset({code}))
    return tuple(region for region, members in MEMBERS.items() if region != code and inside <= members)
