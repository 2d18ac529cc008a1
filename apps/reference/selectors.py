"""Reads of reference data: names by language, who belongs to a framework today, what money is worth."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from typing import ClassVar

from django.utils import timezone

from apps.reference.models import ExchangeRate, Framework, FrameworkMembership
from apps.reference.rules import cldr, country_codes

PATIENCE_SECONDS = 2.0
STALE_AFTER = timedelta(days=365)


def country_name(code: str, language: str) -> str:
    """A country's name in a language, from CLDR; the code itself where there is none."""
    return cldr(language).territories.get(code) or cldr("en").territories.get(code) or code


@lru_cache(maxsize=256)
def country_choices(language: str) -> list[tuple[str, str]]:
    """(code, name) of every country, in the alphabet's order as far as code points give it."""
    return sorted(((code, country_name(code, language)) for code in country_codes()), key=lambda pair: pair[1])


_LANGUAGES = (
    "en", "zh-Hans", "ru", "pt", "ar", "fr", "es", "fa", "id", "hi", "vi", "th", "tr", "kk", "uz", "sw", "am",
    "de", "it", "ja", "ko", "uk",
)  # fmt: skip


@lru_cache(maxsize=256)
def language_choices(language: str) -> list[tuple[str, str]]:
    """(BCP 47 tag, name) of the languages that listings are commonly written in."""
    return [(tag, language_name(tag, language)) for tag in _LANGUAGES]


def language_name(tag: str, language: str) -> str:
    """The name of a language in a language, from CLDR."""
    locale = cldr(language)
    return locale.languages.get(tag.replace("-", "_")) or locale.languages.get(tag.split("-", maxsplit=1)[0]) or tag


def framework_name(names: dict[str, list[str]], language: str) -> str:
    """A framework's preferred name in a language (matched by primary subtag), English where there is none."""
    for tag in (language, *(tag for tag in names if tag.split("-")[0] == language.split("-", maxsplit=1)[0]), "en"):
        if names.get(tag):
            return names[tag][0]
    return ""


class _Remembered:
    """The frameworks as this process last read them: an operator may add one."""

    frameworks: ClassVar[dict[str, dict[str, list[str]]]] = {}
    ask_again_at = 0.0


def frameworks() -> dict[str, dict[str, list[str]]]:
    """Names by language of every framework, by code in order; the first name of a language is the preferred one.

    Another process's change is seen within two seconds.
    """
    now = time.monotonic()
    if now > _Remembered.ask_again_at:
        _Remembered.frameworks = dict(Framework.objects.order_by("code").values_list("code", "names"))
        _Remembered.ask_again_at = now + PATIENCE_SECONDS
    return _Remembered.frameworks


def forget() -> None:
    """Read the frameworks again at the next call."""
    _Remembered.ask_again_at = 0.0


@contextmanager
def held() -> Iterator[None]:
    """Within it the frameworks stay as they are and the database is not asked, whose connection may be busy with a COPY."""
    frameworks()
    before, _Remembered.ask_again_at = _Remembered.ask_again_at, math.inf
    try:
        yield
    finally:
        _Remembered.ask_again_at = before


def members(day: date | None = None, *, partners: bool = True) -> dict[str, frozenset[str]]:
    """Countries that belong to each framework on a day: members, and with `partners` those too; never disputed ones."""
    standings = [FrameworkMembership.Status.MEMBER] + [FrameworkMembership.Status.PARTNER] * partners
    rows = FrameworkMembership.objects.in_force(day or timezone.now().date()).filter(status__in=standings)
    found: dict[str, set[str]] = {code: set() for code in Framework.objects.values_list("code", flat=True)}
    for code, country in rows.values_list("framework_id", "country"):
        found[code].add(country)
    return {code: frozenset(countries) for code, countries in found.items()}


def is_stale(row: FrameworkMembership, day: date | None = None) -> bool:
    """Whether a row was last looked at more than a year ago."""
    return (day or timezone.now().date()) - row.as_of > STALE_AFTER


def rates(day: date | None = None) -> dict[str, float]:
    """Units of each currency for one euro: the latest rate stored up to `day`."""
    stored = ExchangeRate.objects.filter(day__lte=day) if day else ExchangeRate.objects.all()
    latest = stored.order_by("currency", "-day").distinct("currency").values_list("currency", "rate")
    return {"EUR": 1.0, **dict(latest)}


def in_euro(amount: float, currency: str, table: dict[str, float]) -> float | None:
    """An amount in euro by a table of `rates`; None where the currency has no rate."""
    rate = table.get(currency)
    return None if rate is None else amount / rate
