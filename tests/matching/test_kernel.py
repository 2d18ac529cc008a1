"""The kernel, its plain twin, and what excludes a pair."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from apps.matching import kernel, oracle
from apps.matching.criteria import COUNT, DEFAULT_WEIGHTS, INDEX, TOP, UNKNOWN
from apps.matching.layout import HAS_VETOES, NO_BOUND, NO_COMPETITORS, ROOT_BITS, WISHES, Array, Side, declare
from apps.matching.snapshot import Snapshot
from bench.generate import generate, similarity

Rows = dict[str, object]


@pytest.fixture
def rule() -> kernel.Rules:
    return kernel.rules(dict(DEFAULT_WEIGHTS), similarity())


EMPTY = {"power": NO_BOUND, "energy": NO_BOUND, "budget": NO_BOUND} | dict.fromkeys((
    "trl", "languages", "required", "held", "technologies", "modes", "stages", "country", "site", "places", "marks", "size", "word_norm",
    "concept_norm", "frameworks_wished",
), 0)  # fmt: skip


def _empty(side: Side) -> None:
    for name, empty in EMPTY.items():
        side.rows[name] = empty


def _with_gaps(snapshot: Snapshot, seed: int) -> Snapshot:
    """Leave out values at random, since most real listings state few."""
    chance = np.random.default_rng(seed)
    for side in snapshot:
        rows = side.rows
        for name, empty in EMPTY.items():
            rows[name][chance.random(len(rows)) < 0.4] = empty
        declare(rows, side.tracks)
    return snapshot


def _assert_equal(first: Any, second: kernel.Lists) -> None:
    np.testing.assert_array_equal(first.scores, second.scores)
    np.testing.assert_array_equal(first.places, second.places)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("gaps", [False, True])
def test_kernel_and_oracle_agree_to_the_bit_on_both_sides(rule: kernel.Rules, seed: int, gaps: bool) -> None:
    snapshot = generate(500, 120, seed)
    offers, requests = _with_gaps(snapshot, seed) if gaps else snapshot
    for found, expected in zip(kernel.scan(offers, requests, rule), oracle.scan(offers, requests, rule), strict=False):
        _assert_equal(found, expected)


def test_ranges_of_offers_merge_to_the_lists_of_all(rule: kernel.Rules) -> None:
    offers, requests = generate(640, 60)
    whole = kernel.scan(offers, requests, rule)
    halves = [kernel.scan(offers, requests, rule, start=start, stop=start + 320) for start in (0, 320)]
    np.testing.assert_array_equal(np.concatenate([half[0].scores for half in halves]), whole[0].scores)
    merged = np.sort(np.concatenate([half[1].scores for half in halves], axis=1), axis=1)[:, ::-1][:, :TOP]
    np.testing.assert_array_equal(merged, whole[1].scores)


def test_equal_scores_go_by_the_smaller_key(rule: kernel.Rules) -> None:
    offers, requests = generate(64, 1)
    offers.rows[:] = offers.rows[0]
    offers.rows["key"] = offers.keys[:] = np.arange(64)[::-1] * 2
    offers.rows["enterprise"] = 99_999
    offers.bits[:] = requests.bits[0]
    _, lists, _ = kernel.scan(offers, requests, rule)
    assert offers.keys[lists.places[0]].tolist() == list(range(0, 2 * TOP, 2))


def _pair(rule: kernel.Rules) -> tuple[Side, Side]:
    """An offer and a request that meet."""
    offers, requests = generate(400, 40)
    _, lists, _ = kernel.scan(offers, requests, rule)
    row = int(np.argmax(lists.scores[:, 0]))
    place = int(lists.places[row, 0])

    def one(side: Side, at: int) -> Side:
        return side._replace(
            rows=side.rows[at : at + 1].copy(), bits=side.bits[at : at + 1].copy(), keys=side.keys[at : at + 1]
        )

    return one(offers, place), one(requests, row)


def _score(offers: Side, requests: Side, rule: kernel.Rules) -> float:
    found = kernel.scan(offers, requests, rule)[0].scores[0, 0]
    assert found == oracle.scan(offers, requests, rule)[0].scores[0, 0]
    return float(found)


def test_an_excluded_country_is_never_matched_either_way(rule: kernel.Rules) -> None:
    for us, them in ((0, 1), (1, 0)):
        pair = _pair(rule)
        country = int(pair[them].rows["country"][0])
        pair[us].rows["excluded"][0, country >> 6] |= np.uint64(1 << (country & 63))
        assert _score(*pair, rule) == -1


def test_an_excluded_enterprise_is_never_matched_either_way(rule: kernel.Rules) -> None:
    for us, them in ((0, 1), (1, 0)):
        pair = list(_pair(rule))
        name = int(pair[them].rows["name_hash"][0])
        size = len(pair[us].terms)
        halves = np.array([name & 0xFFFFFFFF, name >> 32], np.uint32)
        pair[us] = pair[us]._replace(
            terms=np.append(pair[us].terms, halves), weights=np.append(pair[us].weights, np.zeros(2, np.float32))
        )
        rows = pair[us].rows
        rows["vetoes"], rows["veto_bloom"] = (size, size + 2), np.uint64(1 << (name & 63))
        rows["marks"] |= HAS_VETOES
        assert _score(pair[0], pair[1], rule) == -1


def test_an_enterprise_is_never_matched_with_itself(rule: kernel.Rules) -> None:
    offers, requests = _pair(rule)
    offers.rows["enterprise"] = requests.rows["enterprise"]
    assert _score(offers, requests, rule) == -1


def _same_group(us: Array, them: Array) -> None:
    us["group"] = them["group"] = 77


def _barred_country(us: Array, them: Array) -> None:
    country = int(them["country"])
    us["barred"][country >> 6] |= np.uint64(1 << (country & 63))


def _barred_kind(us: Array, them: Array) -> None:
    us["barred_kinds"], them["kinds"] = 0b110, 0b100


def _competitor(us: Array, them: Array) -> None:
    us["marks"] |= NO_COMPETITORS
    us["trade"], them["trade"] = 1 << 32 | 0b11, 0b101 << 32 | 0b10


@pytest.mark.parametrize("veto", [_same_group, _barred_country, _barred_kind, _competitor])
def test_what_an_enterprise_keeps_away_is_never_matched_either_way(
    rule: kernel.Rules, veto: Callable[[Array, Array], None]
) -> None:
    for us, them in ((0, 1), (1, 0)):
        pair = _pair(rule)
        veto(pair[us].rows[0], pair[them].rows[0])
        assert _score(*pair, rule) == -1


def test_families_that_were_not_stated_exclude_nobody(rule: kernel.Rules) -> None:
    offers, requests = _pair(rule)
    offers.bits[:] = (offers.bits & ~ROOT_BITS) | (~requests.bits & ROOT_BITS)
    assert _score(offers, requests, rule) == -1
    offers.bits[:] |= ROOT_BITS
    assert _score(offers, requests, rule) > 0


def test_where_one_way_is_unknown_the_joint_score_is_the_other_ways(rule: kernel.Rules) -> None:
    offers, requests = _pair(rule)
    _empty(requests)
    country = int(offers.rows["country"][0])
    requests.rows["marks"] = WISHES
    requests.rows["wished"][0, country >> 6] |= np.uint64(1 << (country & 63))
    offers.rows["marks"] = offers.rows["frameworks_wished"] = 0
    for side in (offers, requests):
        declare(side.rows, side.tracks)
    reasons, scores = kernel.explain(offers, requests, rule, np.zeros(1, np.int64), np.zeros(1, np.int64))
    assert (reasons[0, 1] == UNKNOWN).all()
    known = reasons[0, 0] != UNKNOWN
    weights = rule.weights[0][known]
    assert scores[0] == pytest.approx((weights * reasons[0, 0][known]).sum() / (250 * weights.sum()))


def test_an_offer_knows_no_track_record_of_the_request(rule: kernel.Rules) -> None:
    offers, requests = generate(64, 20)
    places = np.repeat(np.arange(64), 20), np.tile(np.arange(20), 64)
    reasons, _ = kernel.explain(offers, requests, rule, *places)
    assert (reasons[:, 1, INDEX["experience"] :] == UNKNOWN).all()
    assert reasons.shape == (64 * 20, 2, COUNT)
