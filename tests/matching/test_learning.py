"""Weights are learned from answers to introductions: only from enough of them, only as a draft, only where it is switched on."""

from typing import Any

import numpy as np
import pytest

from apps.introductions.rules import Reason
from apps.journal.models import Fact
from apps.matching import learning, lessons, runs, tasks
from apps.matching.criteria import (
    COUNT,
    DEFAULT_WEIGHTS,
    INDEX,
    SCALE,
    TRACK_RECORD,
    UNKNOWN,
    complete,
    joint,
    way,
)
from apps.matching.enough import TooLittle
from apps.matching.learning import Pairs
from apps.matching.models import WeightSet
from apps.matching.rules import fitted
from apps.matching.selectors import current_run, weights_now
from apps.opportunities import services as opportunities
from tests.factories.enterprises import a_published_enterprise
from tests.factories.introductions import an_introduction, answered
from tests.factories.listings import a_published_offer, a_published_request
from tests.matching.conftest import Work

SHIPPED = complete(DEFAULT_WEIGHTS)
TRUTH = {**SHIPPED, "technology": 90, "power": 80, "country": 60, "experience": 10, "precedent": 5}


def answers(count: int, *, truth: dict[str, int] = TRUTH, firmness: float = 16, enterprises: int = 60) -> Pairs:
    """Answers of people who weigh the criteria by `truth`."""
    dice = np.random.default_rng(1)
    reasons = dice.integers(0, SCALE + 1, (count, 2, COUNT)).astype(np.uint8)
    reasons[dice.random(reasons.shape) < 0.35] = UNKNOWN
    reasons[:, 1, [INDEX[name] for name in TRACK_RECORD]] = UNKNOWN
    scores, _ = learning.scored(reasons, learning.table(truth))
    chance = 1 / (1 + np.exp(-firmness * (scores - np.median(scores))))
    return Pairs(reasons, dice.random(count) < chance, dice.integers(0, enterprises, count))


def learned(pairs: Pairs) -> learning.Lesson:
    return learning.learn(pairs, shipped=SHIPPED, now=SHIPPED, least=200)


def test_scores_are_those_of_the_criteria_and_slopes_are_how_they_change() -> None:
    reasons = answers(40).reasons
    reasons[0, 1], reasons[1, 0] = UNKNOWN, UNKNOWN
    table = learning.table(SHIPPED)
    scores, slopes = learning.scored(reasons, table)
    for each, score in zip(reasons.tolist(), scores.tolist(), strict=True):
        ways = (way(each[view], SHIPPED, offering=bool(view)).score for view in (0, 1))
        assert score == pytest.approx(joint(*ways))
    for view, name in ((0, "technology"), (0, "precedent"), (1, "country")):
        moved = table.copy()
        moved[view, INDEX[name]] += 1e-4
        change = (learning.scored(reasons, moved)[0] - scores) / 1e-4
        assert change == pytest.approx(slopes[:, view, INDEX[name]], abs=1e-6)


def test_the_order_of_what_people_weigh_is_found_again() -> None:
    lesson = learned(answers(1000))
    ours = [lesson.weights[name] for name in ("technology", "power", "country", "experience", "precedent")]
    assert min(ours[:3]) > 2 * max(ours[3:])
    assert lesson.gain[1] > 0
    assert lesson.loss_learned < lesson.loss_now


def test_answers_that_follow_nothing_leave_the_weights_as_they_are() -> None:
    lesson = learned(answers(400, firmness=0))
    assert lesson.gain[1] < 0.02
    assert max(abs(lesson.weights[name] - SHIPPED[name]) for name in SHIPPED) <= 10


@pytest.mark.parametrize(("count", "firmness", "enterprises"), [(199, 16.0, 60), (400, 16.0, 19), (400, 400.0, 60)])
def test_too_little_is_refused_with_the_figures(count: int, firmness: float, enterprises: int) -> None:
    pairs = answers(count, firmness=firmness, enterprises=enterprises)
    if firmness > 100:
        pairs = pairs._replace(accepted=np.arange(count) < 39)
    with pytest.raises(TooLittle) as refused:
        learned(pairs)
    assert refused.value.found == learning.figures(pairs)
    assert refused.value.wanted == (200, 40, 40, 20)


def test_only_what_tells_of_the_fit_is_learned_from() -> None:
    assert fitted("accepted", "") is fitted("concluded", "") is True
    assert fitted("declined", Reason.TECHNOLOGY) is fitted("concluded", Reason.PRICE) is False
    assert fitted("declined", Reason.HAVE_PARTNER) is fitted("declined", Reason.OTHER) is fitted("lapsed", "") is None


@pytest.fixture
def introduced(work: Work, settings: Any) -> None:
    """Lists, and twelve answers of as many makers; a request that found its partner is fulfilled, and still tells."""
    settings.MATCHING_LEARN_LEAST = 10
    asker = a_published_enterprise(country="KZ", languages=["en"])
    runs.request()
    work()
    for number in range(12):
        maker = a_published_enterprise(country="CN", languages=["en"])
        offer = a_published_offer(maker, technologies=["lfp" if number % 2 else "nmc"])
        request = a_published_request(asker, technologies=["lfp"])
        row = an_introduction(request, offer)
        if number % 2:
            answered(row, "accept")
            opportunities.move(opportunity=request, name="fulfil", actor=None)
        else:
            answered(row, "decline", reason="have_partner" if number == 0 else "technology")


def test_the_night_learns_a_draft_where_it_is_switched_on(introduced: None, settings: Any) -> None:
    tasks.learn()
    assert not WeightSet.objects.exists()
    settings.MATCHING_LEARN = True
    tasks.learn()
    tasks.learn()
    draft = WeightSet.objects.get()
    assert (draft.origin, draft.state) == ("learned", "draft")
    assert draft.evaluation["figures"] == {"pairs": 11, "accepted": 6, "declined": 5, "enterprises": 11}
    assert complete(weights_now()) == SHIPPED
    assert Fact.objects.get(kind="weights.learned").subject_ids == [draft.pk]


def test_with_too_little_to_learn_from_the_figures_are_told(introduced: None, settings: Any) -> None:
    settings.MATCHING_LEARN_LEAST = 12
    assert lessons.learn() == (11, 6, 5, 11)
    assert Fact.objects.get(kind="weights.too_few").payload["pairs"] == 11
    assert not WeightSet.objects.exists()
    assert current_run() is not None
