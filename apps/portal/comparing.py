"""Listings side by side: a table of what they state, with the differences in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.opportunities.models import Opportunity
from apps.portal import briefs, listing_details, words
from apps.portal.cards import Detail, ListingCard, Words

MOST = 4


@dataclass(frozen=True, slots=True)
class Column:
    """A listing, and the address of the comparison without it."""

    number: int
    card: ListingCard
    without_url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of all listings, each with its listing's number."""

    label: str
    differs: bool
    values: tuple[tuple[int, Detail], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """At most four listings and what they state."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    back_url: str  # the results that they were chosen among, with the boxes as they are


def comparison(asked: QueryDict) -> Comparison:
    """The listings that an address names; what cannot be compared is left out, with a note."""
    found = named(asked)
    notes = tuple(_notes(missing=len(set(asked.getlist("id"))) - len(found), beyond=len(found) - MOST))
    keys = [row.pk for row in found]
    return Comparison(_columns(found[:MOST], asked), tuple(_rows(found[:MOST])), notes, address(asked, "search", keys))


def named(asked: QueryDict) -> list[Opportunity]:
    """The public listings that an address names, in its order."""
    wanted = dict.fromkeys(asked.getlist("id"))
    numbers = [int(text) for text in wanted if text.isascii() and text.isdigit() and len(text) < 19][: 10 * MOST]
    public = briefs.public_listings().in_bulk(numbers) if numbers else {}
    return [public[number] for number in numbers if number in public]


def _notes(*, missing: int, beyond: int) -> Iterator[str]:
    if missing:
        yield ngettext(
            "One listing was left out: it is not public, or not there any more.",
            "%(number)d listings were left out: they are not public, or not there any more.",
            missing,
        ) % {"number": missing}
    if beyond > 0:
        yield _("Four listings fit side by side; these are the first four.")


def _columns(rows: list[Opportunity], asked: QueryDict) -> tuple[Column, ...]:
    keys = [row.pk for row in rows]
    return tuple(
        Column(number, briefs.listing(row), address(asked, "compare", [key for key in keys if key != row.pk]))
        for number, row in enumerate(rows, start=1)
    )


def address(asked: QueryDict, route: str, keys: Sequence[int]) -> str:
    """A page with what an address asks for, and these listings chosen."""
    kept = QueryDict(mutable=True)
    for name in asked:
        kept.setlist(name, [value for value in asked.getlist(name) if value])
    kept.setlist("id", [str(key) for key in keys])
    return f"{reverse(route)}?{kept.urlencode()}"


def _rows(rows: list[Opportunity]) -> Iterator[Row]:
    """Every fact that one of them states, in the order of a listing's own page."""
    stated = [{detail.label: detail for detail in _details(row)} for row in rows]
    for label in dict.fromkeys(label for each in stated for label in each):
        values = [each[label] for each in stated]
        if any(value.stated for value in values):
            yield Row(label, any(value != values[0] for value in values), tuple(enumerate(values, start=1)))


def _details(row: Opportunity) -> Iterator[Detail]:
    card = briefs.listing(row)
    yield Detail(_("Side"), text=card.side_label)
    yield Detail(_("Family"), text=card.family)
    yield Detail(_("Power"), range=card.power)
    yield Detail(_("Energy"), range=card.energy)
    yield Detail(_("Budget"), range=card.budget)
    yield Detail(_("Technologies"), terms=words.terms("technology", row.technologies))
    yield Detail(_("Enterprise"), words=Words(row.enterprise.name, row.enterprise.language))
    yield Detail(_("Country"), text=words.country(row.enterprise.country))
    yield from listing_details.everything(row)
