"""Codes of countries, currencies and languages, from CLDR."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

# ISO 3166-1 alpha-2 codes are CLDR's two-letter territories less its own groupings and retired or private codes.
_NOT_ISO = {
    "AC",
    "CP",
    "CQ",
    "DG",
    "EA",
    "EU",
    "EZ",
    "IC",
    "QO",
    "TA",
    "UN",
    "XA",
    "XB",
    "XK",
    "ZZ",
    "CS",
    "YU",
    "SU",
    "DD",
    "AN",
    "BU",
    "FX",
    "NT",
    "TP",
    "YD",
    "ZR",
}
FRAMEWORK_CODE = r"^[A-Z][A-Z0-9-]{2,11}$"  # two letters would be a country
MOST_FRAMEWORKS = 16  # each is a bit of the numbers that matching compares


@cache
def country_codes() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code."""
    return (
        frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()) - _NOT_ISO
    )


@cache
def numeric_codes() -> Mapping[str, tuple[str, ...]]:
    """The ISO 3166-1 numeric codes of each country by its alpha-2 code; CLDR keeps those that were given up as well."""
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for number, codes in get_global("territory_aliases").items():
        if number.isdigit() and len(codes) == 1:
            found[codes[0]] += (number,)
    return found


@cache
def currency_codes() -> frozenset[str]:
    """Every ISO 4217 code that CLDR names."""
    return frozenset(str(code) for code in get_global("all_currencies") if len(str(code)) == 3)


@lru_cache(maxsize=1024)
def language_tag(raw: str) -> str | None:
    """A BCP 47 tag in its usual case ("zh-hans" -> "zh-Hans"), or None where it names no language that CLDR knows."""
    if len(raw) > 100:
        return None
    parts = raw.strip().replace("_", "-").split("-")
    if not parts[0].isascii() or not 2 <= len(parts[0]) <= 3 or parts[0].lower() not in Locale("en").languages:
        return None
    tag = [parts[0].lower()]
    for part in parts[1:]:
        if not part.isascii() or not part.isalnum() or len(part) > 8:
            return None
        tag.append(part.title() if len(part) == 4 else part.upper() if len(part) == 2 else part)
    return "-".join(tag)


def primary(tag: str) -> str:
    """The primary subtag: "pt-BR" and "pt" agree."""
    return tag.partition("-")[0].lower()


@lru_cache(maxsize=256)
def cldr(language: str) -> Locale:
    """Babel's locale for an interface or content language; English where CLDR has none."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
