"""The thesaurus as anybody browses it: the tree, what a word in any language names, and one concept with its labels."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.templatetags.voltbridge import count
from apps.portal import finding, words
from apps.portal.cards import ListingCard, Term, Words
from apps.search import facets, questions, selectors
from apps.search.filters import Filters
from apps.search.selectors import Page
from apps.taxonomy.rules import ConceptKind
from apps.taxonomy.scheme import Concept, Label, Scheme, in_language
from apps.taxonomy.selectors import scheme

_MOST_FOUND = 50
_NEWEST = 6
# The classifications whose codes have a page of their own; others are told by their name and code.
_CLASSIFICATIONS = {"cpc": "CPC", "hs": "HS"}
_CODE_PAGES = {"cpc": "https://worldwide.espacenet.com/patent/cpc-browser#!/CPC={}"}
_VOCABULARIES = {"wikidata.org": "Wikidata", "dbpedia.org": "DBpedia"}


@dataclass(frozen=True, slots=True)
class Node:
    """A concept in the tree, with how many published listings are about it or what lies below it ("" for none)."""

    key: str
    term: Term
    count: str
    below: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of the tree under a heading."""

    key: str
    title: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A concept that a word names, and the label that has the word."""

    term: Term
    kind: str
    label: Words


@dataclass(frozen=True, slots=True)
class ThesaurusPage:
    """The whole tree, or what `query` names."""

    query: str
    branches: tuple[Branch, ...] = ()
    found: tuple[Named, ...] = ()
    concepts: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one language."""

    language: str
    tag: str
    preferred: str
    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConceptPage:
    """One concept: what it is called, where it stands, and who offers or looks for it."""

    key: str
    title: str
    kind: str
    definition: str
    labels: tuple[Labels, ...]
    broader: tuple[Term, ...]
    narrower: tuple[tuple[Term, str], ...]
    related: tuple[Term, ...]
    elsewhere: tuple[Term, ...]
    counted: str
    listings_url: str
    newest: tuple[ListingCard, ...]
    deprecated: bool


def tree() -> ThesaurusPage:
    """Every concept: technologies by the groups of the industry, then the other kinds."""
    present = scheme()
    page = finding.newest(1)
    counts = _counts(page)
    shown = sum(not one.deprecated for one in present.concepts)
    return ThesaurusPage("", tuple(_branches(present, counts)), concepts=shown)


def found(query: str) -> ThesaurusPage:
    """The concepts whose labels in any language have these words."""
    present = scheme()
    keys = [key for key in present.containing(query) if not present.by_key[key].deprecated]
    named = tuple(_named(present, key, query) for key in keys[:_MOST_FOUND])
    return ThesaurusPage(query, found=named, more=len(keys) > _MOST_FOUND)


def concept(key: str) -> ConceptPage | None:
    """One concept; None where there is none of this key."""
    present = scheme()
    one = present.by_key.get(key)
    if one is None:
        return None
    page = _about(one)
    counts = _counts(page)
    return ConceptPage(
        key=key,
        title=words.capital(present.label(key, words.reader())),
        kind=str(ConceptKind(one.kind).label),
        definition=one.definition,
        labels=tuple(_labels(one.labels)),
        broader=_terms(one.broader),
        narrower=tuple((term, counts.get(below, "")) for below, term in _below(present, key)),
        related=_terms(present.related[key]),
        elsewhere=tuple(_elsewhere(one)),
        counted=finding.counted("opportunity", page.count, lower_bound=page.count_is_lower_bound),
        listings_url=_listings_url(one),
        newest=finding.cards(page.results),
        deprecated=one.deprecated,
    )


def _branches(present: Scheme, counts: Mapping[str, str]) -> Iterator[Branch]:
    tops = [one for one in present.concepts if not one.broader and not one.deprecated]
    grouped = {member for group in present.groups for member in group.members}
    for group in present.groups:
        name = words.capital(in_language(group.labels, words.reader()))
        yield Branch(group.key, name, _nodes(present, group.members, counts))
    for kind in ConceptKind:
        keys = [one.key for one in tops if one.kind == kind and one.key not in grouped]
        if keys:
            yield Branch(kind.value, str(kind.label), _nodes(present, keys, counts))


def _nodes(present: Scheme, keys: Iterable[str], counts: Mapping[str, str]) -> tuple[Node, ...]:
    """Concepts and all that lies below each, by their names."""
    shown = [key for key in keys if not present.by_key[key].deprecated]
    made = (Node(key, _term(key), counts.get(key, ""), _nodes(present, present.narrower[key], counts)) for key in shown)
    return tuple(sorted(made, key=lambda node: node.term.label.casefold()))


def _below(present: Scheme, key: str) -> list[tuple[str, Term]]:
    below = [(child, _term(child)) for child in present.narrower[key] if not present.by_key[child].deprecated]
    return sorted(below, key=lambda pair: pair[1].label.casefold())


def _term(key: str) -> Term:
    return Term(words.capital(words.concept(key)), reverse("concept", args=[key]))


def _terms(keys: Iterable[str]) -> tuple[Term, ...]:
    return tuple(map(_term, keys))


def _counts(page: Page) -> dict[str, str]:
    """How many of the page's listings each concept has, as it is shown; a listing counts for what is above it too."""
    several = (page.facets.get(name, {}) for name in ("technology", "mode", "stage"))
    return {key: count(number, page.count_is_lower_bound) for each in several for key, number in each.items()}


def _named(present: Scheme, key: str, query: str) -> Named:
    label = present.label_with(key, query) or present.by_key[key].labels[0]
    return Named(_term(key), str(ConceptKind(present.kind(key)).label), Words(label.text, label.language))


def _about(one: Concept) -> Page:
    """The newest listings about a concept: by its facet, or by its name where it is none."""
    kind = {"kind": (finding.KIND,)}
    if facet := _facet(one):
        return selectors.search(
            questions.Query("", words.reader()), Filters(kind | {facet: (one.key,)}), page_size=_NEWEST
        )
    query = questions.parse(_name(one), words.reader(), reader=words.reader())
    return selectors.search(query, Filters(kind), page_size=_NEWEST)


def _facet(one: Concept) -> str:
    """The facet of the search that the concept is a value of; "" for a topic."""
    return next((name for name in ("technology", "mode", "stage") if one.key in facets.vocabulary().values[name]), "")


def _name(one: Concept) -> str:
    return in_language(one.labels, words.reader())


def _listings_url(one: Concept) -> str:
    facet = _facet(one)
    return words.search_address(**({facet: one.key} if facet else {"q": _name(one)}))


def _labels(labels: Iterable[Label]) -> Iterator[Labels]:
    """By language; what is only there to be found (misspellings) is not shown."""
    shown = sorted((label for label in labels if label.kind != "hidden"), key=lambda label: label.language)
    for tag, found_ in groupby(shown, key=lambda label: label.language):
        each = list(found_)
        preferred = next((label.text for label in each if label.kind == "preferred"), "")
        yield Labels(
            words.capital(words.language(tag)), tag, preferred,
            tuple(label.text for label in each if label.kind == "alternative"),
        )  # fmt: skip


def _elsewhere(one: Concept) -> Iterator[Term]:
    """The same thing in other vocabularies and classifications."""
    for address in one.matches:
        if address.startswith(("https://", "http://")):
            host = address.split("/")[2].removeprefix("www.")
            name = _VOCABULARIES.get(host, host)
            yield Term(_("%(name)s: %(code)s") % {"name": name, "code": address.rsplit("/", 1)[-1]}, address)
    for notation in one.notations:
        system, _colon, code = notation.partition(":")
        label = _("%(name)s: %(code)s") % {"name": _CLASSIFICATIONS.get(system, system.upper()), "code": code}
        yield Term(label, _CODE_PAGES[system].format(code) if system in _CODE_PAGES else "")
