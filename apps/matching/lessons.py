"""What introductions teach of the weights: pairs that were answered, scored as their rows are now, in whatever state those are."""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.db import transaction

from apps.enterprises.models import Enterprise
from apps.introductions.rules import Party
from apps.introductions.selectors import results
from apps.journal import services as journal
from apps.matching import depot, features, kernel, learning, marks, selectors, snapshot, sources, store, weights
from apps.matching.criteria import COUNT, DEFAULT_WEIGHTS, UNKNOWN
from apps.matching.enough import Figures, TooLittle
from apps.matching.layout import Array, Side
from apps.matching.learning import Pairs
from apps.matching.models import Run, WeightSet
from apps.matching.rules import fitted
from apps.opportunities.models import Opportunity

NEWEST = 5_000  # answers that are learned from
NOTHING = Pairs(np.zeros((0, 2, COUNT), np.uint8), np.zeros(0, bool), np.zeros(0, np.int64))


class Answer(NamedTuple):
    """An introduction of an offer and a request, by their keys, whether it fitted, and the enterprise that said so."""

    offer: int
    request: int
    fitted: bool
    decider: int


def learn() -> WeightSet | Figures:
    """Keep what was learned as a draft, which nobody applies but a person; the figures where there is too little to learn from.

    Raises snapshot.Damaged where the snapshot of the lists that are shown is not on this machine.
    """
    run = selectors.current_run()
    try:
        lesson = learning.learn(
            answered(run) if run else NOTHING,
            shipped=DEFAULT_WEIGHTS, now=selectors.weights_now(), least=settings.MATCHING_LEARN_LEAST,
        )  # fmt: skip
    except TooLittle as error:
        _record_too_little(error.found)
        return error.found
    known = WeightSet.objects.filter(origin=WeightSet.Origin.LEARNED).order_by("-pk").first()
    if known and (known.weights, known.evaluation) == (lesson.weights, lesson.evaluation()):
        return known
    return weights.keep_learned(weights=lesson.weights, evaluation=lesson.evaluation())


@transaction.atomic
def _record_too_little(found: Figures) -> None:
    journal.record(kind="weights.too_few", subject="weights", ids=[], **found._asdict())


def answered(run: Run) -> Pairs:
    """The pairs whose introductions tell whether they fit, less those that may not meet any more."""
    found, rows = _answers()
    if not found:
        return NOTHING
    offers, requests, alike = _laid_out(run, *rows)
    offered = store.positions(offers.keys, np.array([each.offer for each in found], np.int64))
    asked = store.positions(requests.keys, np.array([each.request for each in found], np.int64))
    reasons, _ = kernel.explain(offers, requests, kernel.rules(run.weights, alike), offered, asked)
    pairs = Pairs(
        reasons, np.array([each.fitted for each in found]), np.array([each.decider for each in found], np.int64)
    )
    return pairs.at(np.flatnonzero((reasons != UNKNOWN).any(axis=(1, 2))))


def _answers() -> tuple[list[Answer], tuple[list[Enterprise], list[Opportunity]]]:
    """The newest answers, and the rows that they are of: fulfilled and withdrawn ones too, since success ends a listing."""
    told = [(each, fitted(each.state, each.reason)) for each in results()]
    newest = deque(((each.sender, each.receiver, verdict) for each, verdict in told if verdict is not None), NEWEST)
    listings = {party.pk for pair in newest for party in pair[:2] if party.kind == "opportunity"}
    opportunities = {row.pk: row for row in Opportunity.objects.filter(pk__in=listings).select_related("project")}

    def asks(party: Party) -> bool:
        return party.kind == "opportunity" and opportunities[party.pk].side == "request"

    def owner(party: Party) -> int:
        return opportunities[party.pk].enterprise_id if party.kind == "opportunity" else party.pk

    found = []
    for sender, receiver, verdict in newest:
        if asks(sender) != asks(receiver):
            offer, request = (receiver, sender) if asks(sender) else (sender, receiver)
            found.append(Answer(marks.key_of(offer), marks.key_of(request), verdict, owner(receiver)))
    owners = {owner(party) for pair in newest for party in pair[:2]}
    enterprises = Enterprise.objects.filter(pk__in=owners).prefetch_related(*sources.CHILDREN)
    return found, (list(enterprises), list(opportunities.values()))


def _laid_out(
    run: Run, enterprises: Sequence[Enterprise], opportunities: Sequence[Opportunity]
) -> tuple[Side, Side, Array]:
    """These as two sides, with the words of a run and the concepts of the day."""
    _, words, _ = depot.read(run)
    vocabulary, texts = sources.vocabulary(), sources.texts()
    profiles, named = sources.profiles(enterprises, opportunities)
    standing = [features.pack_enterprise(each, vocabulary, texts) for each in profiles.values()]
    packed = [
        (row.side, features.pack_listing(sources.listing(row, profiles[row.enterprise_id], named), vocabulary, texts))
        for row in opportunities
    ]
    offers, requests = ([item for side, item in packed if side == wanted] for wanted in ("offer", "request"))
    return snapshot.side([*standing, *offers], words), snapshot.side(requests, words), vocabulary.alike
