"""What matching reads of the platform: the vocabulary of the day, enterprises and opportunities as plain values."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from babel import Locale
from django.db.models import Max, QuerySet
from django.db.models.functions import Now, TruncDate
from django.forms.models import model_to_dict

from apps.core.clock import database_now
from apps.enterprises.models import Enterprise, Reference
from apps.enterprises.rules import pk_of, public_id
from apps.enterprises.selectors import groups
from apps.matching.criteria import SCALE
from apps.matching.listings import Listing, Profile, Texts, Vocabulary, family_of
from apps.opportunities.models import Opportunity
from apps.opportunities.rules import RECORD
from apps.reference import selectors as reference
from apps.reference.rules import country_codes
from apps.taxonomy import selectors as taxonomy
from apps.taxonomy.analysis import words
from apps.taxonomy.scheme import Scheme

CHILDREN = ("references", "claims", "capacities")


@cache
def _languages() -> tuple[str, ...]:
    return tuple(sorted(code for code in map(str, Locale("en").languages) if len(code) == 2))


def vocabulary(*, today: date | None = None, newest_year: int | None = None) -> Vocabulary:
    """The vocabulary of the day. References are as old as they lie behind the newest one known."""
    scheme = taxonomy.scheme()
    today = today or database_now().date()
    latest = newest_year or Reference.objects.filter(year__lte=today.year).aggregate(year=Max("year"))["year"]
    return Vocabulary(
        concepts=scheme.keys,
        roots={key: _roots(scheme, key) for key in scheme.keys if scheme.kind(key) == "technology"},
        similarity=np.rint(scheme.similarity_matrix() * SCALE).astype(np.uint8),
        modes=_of_kind(scheme, "mode"),
        stages=_of_kind(scheme, "stage"),
        countries=sorted(country_codes()),
        languages=_languages(),
        frameworks=dict(sorted(reference.members(today).items())),
        rates=reference.rates(),
        today=today,
        newest_year=latest or today.year,
        thesaurus=scheme.stamp,
    )


def _roots(scheme: Scheme, key: str) -> list[str]:
    return [each for each in (key, *scheme.ancestors[key]) if not scheme.broader[each]]


def families(key: str) -> set[str]:
    """The families of technologies that a concept belongs to, as exclusion counts them; none for an application."""
    scheme = taxonomy.scheme()
    if key not in scheme.keys or scheme.kind(key) != "technology":
        return set()
    return {family_of(root) for root in _roots(scheme, key)}


def _of_kind(scheme: Scheme, kind: str) -> list[str]:
    return [key for key in scheme.keys if scheme.kind(key) == kind]


def texts() -> Texts:
    """The platform's own reading of texts: its lexemes, and its tagger's concepts less cooperation modes and stages."""
    tagger, scheme = taxonomy.tagger(), taxonomy.scheme()
    topics = {key for key in scheme.keys if scheme.kind(key) in ("technology", "application")}

    def tags(text: str, language: str) -> dict[str, float]:
        return {key: weight for key, weight in tagger.concepts(text, language).items() if key in topics}

    return Texts(words, tags)


def profile(enterprise: Enterprise, group: str, named: Mapping[int, str]) -> Profile:
    """An enterprise of a group with its prefetched children; whom it excludes by public ids is `named` by external ones."""
    return Profile(
        id=enterprise.pk,
        external_id=enterprise.external_id or "",
        country=enterprise.country,
        languages=enterprise.languages,
        language=enterprise.language,
        technologies=enterprise.technologies,
        stages=enterprise.stages,
        summary=enterprise.summary,
        group=group,
        kinds=enterprise.kinds,
        excluded_countries=enterprise.excluded_countries,
        excluded_enterprises=_external(enterprise.excluded_enterprises, named),
        excluded_kinds=enterprise.excluded_kinds,
        excludes_competitors=enterprise.excludes_competitors == "yes",
        **{name: [model_to_dict(row) for row in getattr(enterprise, name).all()] for name in CHILDREN},
    )


def profiles(
    enterprises: Sequence[Enterprise], opportunities: Sequence[Opportunity]
) -> tuple[dict[int, Profile], dict[int, str]]:
    """These enterprises by id, and the external ids of those whom they or these opportunities exclude by public ones."""
    named, group = external_ids([*opportunities, *enterprises]), groups(enterprises)
    return {row.pk: profile(row, group[row.pk], named) for row in enterprises}, named


def profile_of_record(number: int, values: Mapping[str, Any]) -> Profile:
    """An enterprise from a cleaned record."""
    names = (
        "external_id", "country", "languages", "language", "technologies", "stages", "summary", "kinds", "excluded_countries",
        "excluded_enterprises", "excluded_kinds", *CHILDREN,
    )  # fmt: skip
    stated = {name: values[name] for name in names if values.get(name)} | {"country": values.get("country", "")}
    excludes = values.get("excludes_competitors") == "yes"
    return Profile(id=number, group=values.get("owner") or "", excludes_competitors=excludes, **stated)


def listing(opportunity: Opportunity, of: Profile, named: Mapping[int, str]) -> Listing:
    """An opportunity; enterprises that it excludes by their public ids are `named` by their external ones."""
    values = {
        field.name: getattr(opportunity, field.name)
        for field in RECORD.fields
        if field.name not in ("enterprise", "project")
    }
    values["excluded_enterprises"] = _external(opportunity.excluded_enterprises, named)
    project = opportunity.project
    return Listing(opportunity.pk, of, values, site=project.country if project else "")


def _external(names: Sequence[str], named: Mapping[int, str]) -> list[str]:
    return [named.get(pk_of(name) or 0, name) for name in names]


def enterprises(ids: Sequence[int]) -> list[Enterprise]:
    """Published enterprises of these with what matching reads of them."""
    return list(Enterprise.objects.published().filter(pk__in=ids).prefetch_related(*CHILDREN).order_by("pk"))


def opportunities(ids: Iterable[int]) -> list[Opportunity]:
    """Those of these that are listed."""
    return list(listed().filter(pk__in=list(ids)).select_related("project").order_by("pk"))


def external_ids(rows: Iterable[Opportunity | Enterprise]) -> dict[int, str]:
    """The external ids of the enterprises that these exclude by their public ids."""
    named = (pk_of(name) for row in rows for name in row.excluded_enterprises)
    numbers = {number for number in named if number}
    return dict(Enterprise.objects.filter(pk__in=numbers, external_id__isnull=False).values_list("pk", "external_id"))


def excluding(enterprise_ids: Iterable[int]) -> tuple[list[int], list[int]]:
    """Enterprises, and opportunities, that exclude one of these by its public id."""
    names = [name for number in enterprise_ids for name in (public_id(number), public_id(number).upper())]
    if not names:
        return [], []
    enterprises, opportunities = (
        model.objects.published().exclude(excluded_enterprises=[]).filter(excluded_enterprises__overlap=names)
        for model in (Enterprise, Opportunity)
    )
    return list(enterprises.values_list("pk", flat=True)), list(opportunities.values_list("pk", flat=True))


def listed() -> QuerySet[Opportunity]:
    """Published opportunities of published enterprises; one that is listed until a day is gone the day after."""
    rows = Opportunity.objects.published().filter(enterprise__state="published")
    return rows.exclude(expires__lt=TruncDate(Now()))


def opportunities_of(enterprise_ids: Sequence[int]) -> list[int]:
    return list(Opportunity.objects.filter(enterprise_id__in=enterprise_ids).values_list("pk", flat=True))


def opportunities_of_projects(project_ids: Sequence[int]) -> list[int]:
    return list(Opportunity.objects.filter(project_id__in=project_ids).values_list("pk", flat=True))
