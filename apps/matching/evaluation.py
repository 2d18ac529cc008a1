"""Partner prediction through the real matcher: who of the enterprises was the true partner of each request."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from apps.core import judgements, metrics
from apps.core.records import Record
from apps.enterprises.rules import RECORD as ENTERPRISE
from apps.matching import features, kernel, listings, sources
from apps.matching.criteria import DEFAULT_WEIGHTS
from apps.matching.listings import Listing, Packed, Profile, Texts, Vocabulary
from apps.matching.snapshot import lay_out, lexicon
from apps.opportunities.rules import RECORD as OPPORTUNITY
from apps.reference import selectors as reference

LONG_TAIL = 3  # references of the true partner at most


@dataclass(frozen=True)
class Problem:
    """Cleaned records, ready to be matched under any weights."""

    profiles: Sequence[Profile]
    requests: Sequence[Listing]
    truth: Mapping[str, frozenset[str]]


def run(*, enterprises: Path, requests: Path, truth: Path) -> dict[str, Any]:
    """The measures of `evaluate partners`, in all and by slice. Records that are refused are named on standard error."""
    problem = read(enterprises=enterprises, requests=requests, truth=truth)
    return measures(problem, rankings(problem, dict(DEFAULT_WEIGHTS)))


def read(*, enterprises: Path, requests: Path, truth: Path) -> Problem:
    """The records of these files, cleaned."""
    judged = judgements.rows(truth, request=str, enterprises=list)
    wanted = {row["request"]: frozenset(map(str, row["enterprises"])) for row in judged if row["enterprises"]}
    return Problem(_profiles(enterprises), _requests(requests), wanted)


def _cleaned(path: Path, record: Record) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(judgements.rows(path), start=1):
        values, problems = record.clean(row)
        for problem in problems:
            print(f"{path.name}:{number}: {problem.field}: {problem.message}", file=sys.stderr)
        if not problems:
            yield values


def _profiles(path: Path) -> list[Profile]:
    return [
        sources.profile_of_record(number, values) for number, values in enumerate(_cleaned(path, ENTERPRISE), start=1)
    ]


def _requests(path: Path) -> list[Listing]:
    """A request's enterprise need not be among the enterprises: then all that is known of it is its name."""
    strangers: dict[str, Profile] = {}
    found = []
    for number, values in enumerate(_cleaned(path, OPPORTUNITY), start=1):
        name = values["enterprise"]
        owner = strangers.setdefault(name, Profile(-len(strangers) - 1, name, ""))
        found.append(Listing(number, owner, values))
    return found


def rankings(problem: Problem, weights: Mapping[str, int]) -> dict[str, list[str]]:
    """For each request the external ids of all enterprises it may meet, best first."""
    offers, requests, vocabulary = packed(problem)
    return ranked(problem, offers, requests, vocabulary, weights)


def packed(problem: Problem, texts: Texts | None = None) -> tuple[list[Packed], list[Packed], Vocabulary]:
    """The packed rows of a problem, its `texts` read as the platform does; today is the newest year among its references."""
    years = [item["year"] for profile in problem.profiles for item in profile.references if item.get("year")]
    vocabulary = sources.vocabulary(newest_year=max(years, default=date.today().year))  # noqa: DTZ011 - a year is enough
    texts = texts or sources.texts()
    offers = [features.pack_enterprise(profile, vocabulary, texts) for profile in problem.profiles]
    return offers, [features.pack_listing(each, vocabulary, texts) for each in problem.requests], vocabulary


def ranked(
    problem: Problem, offers: list[Packed], requests: list[Packed], vocabulary: Vocabulary, weights: Mapping[str, int]
) -> dict[str, list[str]]:
    """Rank by the kernel, with room for every enterprise."""
    if not offers or not requests:
        return {}
    snapshot = lay_out(offers, requests, lexicon(offers))
    rule = kernel.rules(dict(weights), vocabulary.alike)
    _, lists, _ = kernel.scan(*snapshot, rule, top=len(offers))
    names = {listings.enterprise_key(profile.id): profile.external_id for profile in problem.profiles}
    asked = {listings.opportunity_key(each.id): each.values["external_id"] for each in problem.requests}
    keys = snapshot.offers.keys
    return {
        asked[int(key)]: [names[int(keys[place])] for place in places if place >= 0]
        for key, places in zip(snapshot.requests.keys, lists.places, strict=True)
    }


def measures(problem: Problem, found: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """All that was judged, and the slices of the contract; a small slice carries a bootstrap interval.

    A request that nobody judged says nothing. One that was judged and could not be read found nobody.
    """
    count = {profile.external_id: len(profile.references) for profile in problem.profiles}
    silk_road = reference.members().get("BRI", frozenset())
    targets = {each.values["external_id"]: each.values.get("target_countries") or () for each in problem.requests}
    every = {name: (found.get(name, []), truth) for name, truth in problem.truth.items()}
    slices = {
        "bri": [pair for name, pair in every.items() if silk_road & set(targets.get(name, ()))],
        "long_tail": [pair for pair in every.values() if max(count.get(name, 0) for name in pair[1]) <= LONG_TAIL],
    }
    return metrics.report(list(every.values()), {name: pairs for name, pairs in slices.items() if pairs})
