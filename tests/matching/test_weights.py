"""Weights are versions: saved, previewed, applied one at a time, and the lists of the next run rest on them."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.accounts.models import User
from apps.core.lifecycle import Conflict
from apps.journal.models import Fact
from apps.matching import depot, preview, runs, weights
from apps.matching.criteria import CRITERIA, DEFAULT_WEIGHTS, SCALE, complete, contributions
from apps.matching.kernel import rules
from apps.matching.models import Match, Run, WeightSet
from apps.matching.rules import WEIGHTS
from apps.matching.selectors import current_run
from tests.factories.enterprises import a_published_enterprise
from tests.factories.listings import a_published_offer, a_published_request
from tests.factories.people import a_person, an_administrator
from tests.matching.conftest import Work

SHIPPED = complete(DEFAULT_WEIGHTS)
# Languages decide, and next to nothing else.
OTHERS = {**dict.fromkeys(SHIPPED, 1), "languages": 200, "offer:languages": 200}


@pytest.fixture
def market(work: Work) -> None:
    """More makers than a list holds, half of which speak the language of those who ask, and lists of them."""
    for number in range(24):
        maker = a_published_enterprise(
            country="CN", technologies=["lfp" if number % 3 else "nmc"], languages=["en"] if number % 2 else ["zh"]
        )
        if number % 4 == 0:
            a_published_offer(maker, target_countries=["KZ"], energy_mwh_min=30.0 + number)
    asker = a_published_enterprise(country="KZ", languages=["en"])
    for number in range(3):
        a_published_request(asker, technologies=["lfp"], languages=["en"], energy_mwh_min=40.0 + number)
    runs.request()
    work()


def the_run() -> Run:
    run = current_run()
    assert run is not None
    return run


def test_lists_become_what_the_preview_said(market: None, work: Work) -> None:
    before = the_run()
    nothing = preview.preview(before, SHIPPED)
    assert (nothing.kept, nothing.changed, nothing.gaining, nothing.losing, nothing.most_changed) == (1, 0, 0, 0, ())
    said = preview.preview(before, OTHERS)
    version = weights.save(weights=OTHERS)
    weights.apply(number=version.pk)
    assert not weights.following()
    work()
    assert weights.following()
    run = the_run()
    assert run.pk != before.pk
    assert complete(run.weights) == OTHERS
    sides, _, alike = depot.read(run)
    lists = preview.best(sides.offers, sides.requests, rules(OTHERS, alike))
    firsts = {}
    for key, row in zip(sides.requests.keys.tolist(), lists.places, strict=True):
        stored = list(
            Match.objects.filter(run_id=run.pk, owner=key).order_by("-score", "other").values_list("other", flat=True)
        )
        assert stored == sides.offers.keys[row[row >= 0]].tolist()
        firsts[key] = stored[0]
    assert said.requests == said.of == 3
    assert said.changed == 3
    assert 0 < said.kept < 1
    assert {each.request: each.after for each in said.most_changed} == firsts
    assert said.gaining
    assert said.losing
    assert said.score_after > said.score_before


def test_a_run_that_waits_takes_the_weights_that_were_applied_meanwhile(scheme: None) -> None:
    waiting = runs.request()
    version = weights.save(weights=OTHERS)
    assert weights.apply(number=version.pk) == waiting
    waiting.refresh_from_db()
    assert waiting.weights == OTHERS


def test_one_version_holds_at_a_time_and_there_is_always_a_way_back(scheme: None) -> None:
    first, second = (weights.save(weights={**SHIPPED, "country": each}) for each in (1, 2))
    for version in (first, second, first):
        weights.apply(number=version.pk)
    assert WeightSet.objects.get(state="applied") == first
    with pytest.raises(Conflict):
        weights.apply(number=first.pk)
    assert WeightSet.objects.get(state="applied") == first
    run = weights.ship()
    run.refresh_from_db()
    assert complete(run.weights) == SHIPPED
    with pytest.raises(Conflict):
        weights.ship()
    told = Fact.objects.filter(subject="weights").order_by("pk").values_list("kind", "subject_ids")
    assert [(kind.partition(".")[2], *ids) for kind, ids in told] == [
        ("saved", first.pk), ("saved", second.pk), ("applied", first.pk), ("applied", second.pk), ("applied", first.pk),
        ("retired", first.pk),
    ]  # fmt: skip


def test_what_does_not_count_is_no_reason() -> None:
    fits = [SCALE] * len(CRITERIA)
    found = contributions(fits, {**SHIPPED, "country": 0}, offering=False)
    assert "country" not in found
    assert sum(part for _, _, part in found.values()) == pytest.approx(1)
    assert contributions(fits, {**dict.fromkeys(SHIPPED, 0), "mode": 3}, offering=False)["mode"] == (1, 1, 1)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"country": 256}, "country"), ({"country": -1}, "country"), ({"offer:mode": 1.5}, "offer:mode"),
        ({"mode": "much"}, "mode"), ({"mode": None}, "mode"), ({"price": 3}, "price"), ({"offer:experience": 3}, "offer:experience"),
        (dict.fromkeys(CRITERIA, 0), "technology"),
        ({name: 0 for name in SHIPPED if ":" in name}, "offer:technology"),
    ],
)  # fmt: skip
def test_weights_that_cannot_be_are_refused_by_name(changed: dict[str, Any], field: str) -> None:
    _, problems = WEIGHTS.clean({**SHIPPED, **changed})
    assert [problem.field for problem in problems] == [field]


def test_the_command_saves_previews_and_applies(market: None, tmp_path: Path) -> None:
    def ask(*words: str) -> Any:
        out = StringIO()
        call_command("weights", *words, stdout=out)
        return json.loads(out.getvalue())

    file = tmp_path / "weights.json"
    file.write_text(json.dumps({**ask("show", "shipped"), "languages": 1000}))
    with pytest.raises(CommandError, match=r"^languages: .*255"):
        ask("save", str(file))
    file.write_text("{")
    with pytest.raises(CommandError, match="not JSON"):
        ask("save", str(file))
    assert not WeightSet.objects.exists()
    file.write_text(json.dumps({**OTHERS, "note": "Languages first."}))
    version = str(ask("save", str(file))["version"])
    assert ask("show", version) == OTHERS
    assert ask("preview", version)["requests"] == 3
    run = ask("apply", version)["run"]
    assert Run.objects.get(pk=run).weights == OTHERS
    assert [(row["state"], row["note"]) for row in ask("list")] == [("applied", "Languages first.")]
    with pytest.raises(CommandError, match="no version"):
        ask("apply", "999999")


def typed(**changed: Any) -> dict[str, str]:
    return {name: str(weight) for name, weight in {**OTHERS, **changed}.items()}


def test_staff_try_weights_keep_them_and_apply_them(market: None, work: Work, client: Client) -> None:
    client.force_login(an_administrator())
    page = client.post("/en/weights/new/", typed()).content.decode()
    assert "What would change" in page
    assert "of 3" in page
    assert not WeightSet.objects.exists()
    refused = client.post("/en/weights/new/", typed(languages=900) | {"save": "1"}).content.decode()
    assert "Working languages, where a request judges" in refused
    assert not WeightSet.objects.exists()
    kept = client.post("/en/weights/new/", typed() | {"save": "1", "note": "Languages first."})
    version = WeightSet.objects.get()
    assert kept["Location"] == f"/en/weights/{version.pk}/"
    page = client.get(kept["Location"]).content.decode()
    assert "Apply these weights" in page
    assert "Languages first." in page
    client.post(f"/en/weights/{version.pk}/apply/")
    assert "are being computed under the weights that hold now" in client.get("/en/weights/").content.decode()
    work()
    assert "are being computed" not in client.get("/en/weights/").content.decode()
    assert the_run().weights == OTHERS
    client.post("/en/weights/shipped/apply/")
    assert not WeightSet.objects.filter(state="applied").exists()


def test_staff_without_the_permission_read_and_change_nothing(scheme: None, client: Client) -> None:
    person = a_person()
    User.objects.filter(pk=person.pk).update(is_staff=True)
    client.force_login(person)
    version = weights.save(weights=OTHERS)
    assert "but not change them" in client.get(f"/en/weights/{version.pk}/").content.decode()
    assert client.post(f"/en/weights/{version.pk}/apply/").status_code == 403
    assert client.post("/en/weights/new/", typed()).status_code == 200
    assert client.post("/en/weights/new/", typed() | {"save": "1"}).status_code == 403
    assert [client.get(f"/en/weights/new/?from={name}").status_code for name in ("shipped", "²", "9" * 30)] == [
        200,
        404,
        404,
    ]
    assert WeightSet.objects.get().state == "draft"
    assert not Run.objects.exists()


def test_learned_weights_are_shown_with_how_they_compare(scheme: None, client: Client) -> None:
    client.force_login(an_administrator())
    evaluation = {
        "figures": {"pairs": 412, "accepted": 280, "declined": 132, "enterprises": 61}, "strength": 10.0, "auc_now": 0.69,
        "auc_learned": 0.74, "gain": [0.05, 0.012, 0.09], "loss_now": 0.6, "loss_learned": 0.55,
    }  # fmt: skip
    first = weights.keep_learned(weights=OTHERS, evaluation={**evaluation, "gain": [0.05, -0.01, 0.09]})
    second = weights.keep_learned(weights=OTHERS, evaluation=evaluation)
    assert [(row.pk, row.state) for row in WeightSet.objects.order_by("pk")] == [
        (first.pk, "retired"),
        (second.pk, "draft"),
    ]
    pages = [client.get(f"/en/weights/{each.pk}/").content.decode() for each in (first, second)]
    assert "No clear difference" in pages[0]
    assert "Better than the weights" in pages[1]
    assert "412" in pages[1]
    assert "Learned last" in client.get("/en/weights/").content.decode()
