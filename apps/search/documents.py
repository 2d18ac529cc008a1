"""What of a published row is searched: its texts, the concepts and places in them, and its facets."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from apps.core.lifecycle import State
from apps.enterprises.models import Enterprise
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from apps.reference.rules import primary
from apps.search import facets, lexemes, places, regions
from apps.taxonomy.analysis import words
from apps.taxonomy.selectors import tagger
from apps.translations import selectors as translations
from apps.translations.models import Translation

Span = tuple[float | None, float | None]
Members = Mapping[str, frozenset[str]]
Row = dict[str, str | float | None]
_UNKNOWN: Span = (None, None)
# How often a concept or a place counts that the record states.
STATED_COUNTS = 2
_MOST_MENTIONS = 50


@dataclass(frozen=True, slots=True)
class Version:
    """The same texts in another language."""

    language: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A published row as plain values; `facets` are pairs such as ("side", "offer"), spans are (least, most)."""

    subject: str
    subject_id: int
    published_at: datetime
    language: str
    title: str
    text: str
    names: str = ""  # found, but no measure of the document's length: the enterprise, its standards
    technologies: tuple[str, ...] = ()
    other_concepts: tuple[str, ...] = ()
    facets: frozenset[tuple[str, str]] = frozenset()
    power_mw: Span = _UNKNOWN
    energy_mwh: Span = _UNKNOWN
    budget: Span = _UNKNOWN
    currency: str = ""
    organisation: tuple[str, ...] = ()  # what kinds its enterprise says it is
    translations: tuple[Version, ...] = ()

    @property
    def versions(self) -> tuple[Version, ...]:
        """Its texts in every language, its own first."""
        return (Version(self.language, self.title, self.text), *self.translations)


def as_entry(document: Document) -> Row:
    """The entry of a document as JSON has it. It is as long as its original: a translation says nothing more."""
    titles = [lexemes.clipped(words(version.title, version.language)) for version in document.versions]
    texts = [lexemes.clipped(words(version.text, version.language)) for version in document.versions]
    names = lexemes.clipped(words(document.names, document.language))
    concepts = _concepts(document)
    facets_found = [lexemes.named(name, value) for name, value in document.facets | _technologies(document, concepts)]
    found: Row = {
        "subject": document.subject,
        "subject_id": document.subject_id,
        "published_at": document.published_at.isoformat(),
        "length": len(titles[0]) + len(texts[0]),
        "currency": document.currency,
        "facets": rf"\x{facets.packed(facets_found).hex()}",
        "vector": lexemes.vector(
            _each_once(titles), _each_once(texts), names, _meanings(document, concepts), facets_found
        ),
    }
    for name in ("power_mw", "energy_mwh", "budget"):
        found[f"{name}_min"], found[f"{name}_max"] = map(_finite, getattr(document, name))
    return found


def _finite(end: float | None) -> float | str | None:
    """JSON has no infinity, but PostgreSQL reads the word for it."""
    return "Infinity" if end == math.inf else end


def _each_once(versions: Sequence[list[str]]) -> list[str]:
    """The words of all versions; what several share (LFP, 314) counts as often as in the first that has it."""
    original, *others = versions
    kept, seen = list(original), set(original)
    for version in others:
        kept += [word for word in version if word not in seen]
        seen.update(version)
    return kept


def _concepts(document: Document) -> Counter[str]:
    """The concepts that the record states or its texts name, with how often they count."""
    stated = Counter(dict.fromkeys((*document.technologies, *document.other_concepts), STATED_COUNTS))
    return stated + _most(document, _named_concepts)


def _most(document: Document, named: Callable[[Version], Counter[str]]) -> Counter[str]:
    """What the texts name: each as often as the version that names it most, since all say the same."""
    found, *others = map(named, document.versions)
    for other in others:
        found |= other
    return found


def _named_concepts(version: Version) -> Counter[str]:
    found: Counter[str] = Counter()
    for part, counts in ((version.title, lexemes.TITLE_COUNTS), (version.text, 1)):
        for concept, weight in tagger().concepts(part, version.language).items():
            found[concept] += max(1, round(weight * counts))
    return found


def _named_places(version: Version) -> Counter[str]:
    found: Counter[str] = Counter()
    for part, counts in ((version.title, lexemes.TITLE_COUNTS), (version.text, 1)):
        for tag in places.find(part, version.language):
            found[tag.concept] += counts
    return found


def _technologies(document: Document, concepts: Iterable[str]) -> set[tuple[str, str]]:
    """The facet of technologies: those stated, or where none are those found in the texts, with what is above them."""
    scheme = tagger().scheme
    found = document.technologies or [
        key for key in concepts if key in scheme.by_key and scheme.kind(key) in facets.TECHNOLOGIES
    ]
    return {("technology", key) for key in scheme.with_ancestors(found)}


def _meanings(document: Document, concepts: Mapping[str, int]) -> dict[str, int]:
    """How often the document carries each concept and each place, counting for what is above or around it too."""
    scheme = tagger().scheme
    found: defaultdict[str, int] = defaultdict(int)
    for concept, times in concepts.items():
        for above in scheme.with_ancestors([concept]):
            found[lexemes.concept(above)] += times
    for code, times in _places(document).items():
        for around in (code, *regions.around(code)):
            found[lexemes.place(around)] += times
    found |= {lexemes.organisation(kind): STATED_COUNTS for kind in document.organisation}
    return {meaning: min(times, _MOST_MENTIONS) for meaning, times in found.items()}


def _places(document: Document) -> Counter[str]:
    """The places that the record states or its texts name, with how often they count."""
    stated = (value for name, value in document.facets if name in ("country", "framework"))
    return Counter(dict.fromkeys(stated, STATED_COUNTS)) + _most(document, _named_places)


def of_opportunities(ids: Collection[int], members: Members) -> list[Document]:
    """Documents of those of these opportunities that are public, as their enterprise is."""
    rows = Opportunity.objects.published().filter(pk__in=ids, enterprise__state=State.PUBLISHED)
    translated = translations.public("opportunity", ids)
    return [
        of_listing(row, members, translated.get(row.pk, ())) for row in rows.select_related("enterprise", "project")
    ]


def of_listing(row: Opportunity, members: Members, translated: Sequence[Translation] = ()) -> Document:
    """The document of one listing, public or not."""
    enterprise, energy = row.enterprise, _span(row.energy_mwh_min, row.energy_mwh_max)
    home = {enterprise.country} | ({row.project.country} if row.project else set())
    facets_found = _common("opportunity", row.language, home | set(row.target_countries), energy) | {
        ("side", row.side),
        ("family", row.family),
        *(("mode", key) for key in row.modes),
        *(("stage", key) for key in row.stages),
        *(("framework", code) for code in _frameworks(home, members) | set(row.target_frameworks)),
    }
    standards = (*row.certifications_held, *row.certifications_required)
    return Document(
        subject="opportunity", subject_id=row.pk, published_at=row.published_at or row.updated, language=row.language,
        title=row.title, text=row.summary, names="\n".join((enterprise.name, enterprise.name_latin, *standards)),
        technologies=tuple(row.technologies), other_concepts=(*row.modes, *row.stages), facets=frozenset(facets_found),
        power_mw=_span(row.power_mw_min, row.power_mw_max), energy_mwh=energy,
        translations=tuple(Version(each.language, each.title, each.summary) for each in translated),
        budget=_span(_float(row.budget_min), _float(row.budget_max)), currency=row.currency,
        organisation=tuple(enterprise.kinds),
    )  # fmt: skip


def of_projects(ids: Iterable[int], members: Members) -> list[Document]:
    """Documents of those of these projects that are public, as their owner is where they have one."""
    rows = Project.objects.published().filter(Q(owner=None) | Q(owner__state=State.PUBLISHED), pk__in=ids)
    return [_project(row, members) for row in rows.select_related("owner")]


def _project(row: Project, members: Members) -> Document:
    energy = _span(row.energy_mwh, row.energy_mwh)
    facets_found = _common("project", row.language, {row.country}, energy) | {
        *((("stage", row.stage),) if row.stage else ()),
        *(("framework", code) for code in _frameworks({row.country}, members)),
    }
    return Document(
        subject="project", subject_id=row.pk, published_at=row.published_at or row.updated, language=row.language,
        title=row.title, text=row.description, names=f"{row.owner.name}\n{row.owner.name_latin}" if row.owner else "",
        technologies=tuple(row.technologies), facets=frozenset(facets_found),
        power_mw=_span(row.power_mw, row.power_mw), energy_mwh=energy,
        budget=_span(_float(row.budget), _float(row.budget)), currency=row.currency,
        organisation=tuple(row.owner.kinds) if row.owner else (),
    )  # fmt: skip


def of_enterprises(ids: Iterable[int], members: Members) -> list[Document]:
    """Documents of those of these enterprises that are public."""
    rows = Enterprise.objects.published().filter(pk__in=ids).prefetch_related("claims")
    return [_enterprise(row, members) for row in rows]


def _enterprise(row: Enterprise, members: Members) -> Document:
    facets_found = _common("enterprise", row.language, {row.country}, _UNKNOWN) | {
        *(("stage", key) for key in row.stages),
        *(("framework", code) for code in _frameworks({row.country}, members)),
    }
    return Document(
        subject="enterprise", subject_id=row.pk, published_at=row.published_at or row.updated, language=row.language,
        title="\n".join((row.name, row.name_latin)), text=row.summary,
        names="\n".join(claim.standard for claim in row.claims.all()),
        technologies=tuple(row.technologies), other_concepts=tuple(row.stages), facets=frozenset(facets_found),
        organisation=tuple(row.kinds),
    )  # fmt: skip


def _common(kind: str, language: str, countries: Iterable[str], energy: Span) -> set[tuple[str, str]]:
    found = {("kind", kind), ("language", primary(language)), *(("country", code) for code in countries)}
    size = next((end for end in reversed(energy) if end is not None and math.isfinite(end)), None)
    return found if size is None else found | {("size", facets.size_band(size))}


def _frameworks(countries: Iterable[str], members: Members) -> set[str]:
    return {code for code, belonging in members.items() if not belonging.isdisjoint(countries)}


def _float(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _span(least: float | None, most: float | None) -> Span:
    """An open end reaches as far as it can; where neither is known nothing is."""
    if least is None and most is None:
        return _UNKNOWN
    return (least or 0.0, math.inf if most is None else most)
