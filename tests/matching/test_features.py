"""From values to rows, and what a snapshot is worth on disk."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apps.matching import features, kernel, snapshot, sources, store
from apps.matching.criteria import DEFAULT_WEIGHTS, INDEX, SCALE, UNKNOWN
from apps.matching.listings import Listing, Packed, Profile

OURS, THEIRS = Profile(1, "ours", "KZ", language="en"), Profile(2, "theirs", "CN", language="en")


def packed(side: str, profile: Profile, **values: Any) -> Packed:
    vocabulary = sources.vocabulary()
    stated = {"title": "", "summary": "", "language": "en", "side": side} | values
    return features.pack_listing(Listing(profile.id * 10, profile, stated), vocabulary, sources.texts())


def scored(offer: Packed, request: Packed) -> tuple[dict[str, int], dict[str, int], float]:
    """The request's view, the offer's view, and the joint score."""
    laid = snapshot.lay_out([offer], [request], snapshot.EMPTY_LEXICON)
    rule = kernel.rules(dict(DEFAULT_WEIGHTS), sources.vocabulary().alike)
    reasons, scores = kernel.explain(*laid, rule, np.zeros(1, np.int64), np.zeros(1, np.int64))
    ways = [{name: int(way[place]) for name, place in INDEX.items() if way[place] != UNKNOWN} for way in reasons[0]]
    return ways[0], ways[1], float(scores[0])


@pytest.mark.usefixtures("scheme")
def test_what_is_not_stated_is_unknown() -> None:
    forward, backward, _ = scored(packed("offer", THEIRS), packed("request", OURS))
    assert forward == backward == {"languages": SCALE}


@pytest.mark.usefixtures("scheme")
def test_a_request_wants_all_of_its_technologies_and_an_offer_one() -> None:
    forward, backward, _ = scored(
        packed("offer", THEIRS, technologies=["lfp"]), packed("request", OURS, technologies=["lfp", "pcs"])
    )
    assert forward["technology"] == SCALE // 2
    assert backward["technology"] == SCALE


@pytest.mark.usefixtures("scheme")
def test_other_families_exclude_only_where_they_are_stated() -> None:
    request = packed("request", OURS, technologies=["pumped-hydro"])
    assert scored(packed("offer", THEIRS, technologies=["lfp"]), request)[2] == -1
    assert scored(packed("offer", THEIRS, title="LFP battery", summary="LFP battery"), request)[2] > 0


@pytest.mark.usefixtures("rates")
def test_money_is_compared_in_euro_of_the_stored_rate() -> None:
    request = packed("request", OURS, budget_min=780.0, budget_max=780.0, currency="CNY")
    offer = packed("offer", THEIRS, budget_min=200.0, budget_max=200.0, currency="EUR")
    assert scored(offer, request)[0]["budget"] == SCALE // 2


@pytest.mark.usefixtures("scheme")
def test_half_the_power_is_half_a_fit() -> None:
    request = packed("request", OURS, power_mw_min=100.0, power_mw_max=120.0)
    assert scored(packed("offer", THEIRS, power_mw_max=50.0), request)[0]["power"] == SCALE // 2


@pytest.mark.usefixtures("scheme")
def test_certificates_are_met_by_the_enterprises_claims_but_not_by_declarations() -> None:
    claims = [
        {"kind": "certificate", "standard": "IEC 62619", "expires": None},
        {"kind": "declaration", "standard": "UL 9540", "expires": None},
    ]
    holder = Profile(2, "theirs", "CN", language="en", claims=claims)
    request = packed("request", OURS, certifications_required=["IEC62619", "UL 9540"])
    assert scored(packed("offer", holder), request)[0]["certificates"] == SCALE // 2


@pytest.mark.usefixtures("scheme")
def test_a_listing_reads_the_same_after_it_was_stored() -> None:
    item = packed(
        "offer", THEIRS, technologies=["lfp"], summary="We make LFP cells for containers", excluded_enterprises=["ours"]
    )
    again = store.decode(store.encode(item))
    assert again.row.tobytes() == item.row.tobytes()
    assert (sorted(again.words), again.vetoes) == (sorted(item.words), item.vetoes)
    assert scored(again, packed("request", OURS))[2] == -1


@pytest.mark.usefixtures("scheme")
def test_a_snapshot_reads_as_it_was_written_and_tells_when_it_is_damaged(tmp_path: Path) -> None:
    laid = snapshot.lay_out(
        [packed("offer", THEIRS, technologies=["lfp"])], [packed("request", OURS)], snapshot.EMPTY_LEXICON
    )
    folder = tmp_path / "run-1"
    checksum = snapshot.write(folder, laid, snapshot.EMPTY_LEXICON, np.zeros((2, 2), np.uint8))
    again, _, _ = snapshot.read(folder, checksum, thorough=True)
    assert again.offers.rows.tobytes() == laid.offers.rows.tobytes()
    with pytest.raises(snapshot.Damaged):
        snapshot.read(folder, "another")
    (folder / "offers-rows.npy").unlink()
    with pytest.raises(snapshot.Damaged):
        snapshot.read(folder, checksum)
