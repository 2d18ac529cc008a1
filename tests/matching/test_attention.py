"""Where a list is shown attention is spread if the operator wishes; the lists that are stored stay the pure fit."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.enterprises.models import Enterprise
from apps.matching import exposure, runs
from apps.matching.criteria import TOP
from apps.matching.models import AttentionFactor, FairnessReport, Match
from apps.matching.selectors import current_run, matches_of, shown_matches
from apps.opportunities.models import Opportunity
from tests.factories.enterprises import a_published_enterprise
from tests.factories.listings import a_published_request
from tests.factories.people import a_person, an_administrator
from tests.matching.conftest import Work

MAKERS = TOP + 12


@pytest.fixture
def asked(work: Work, settings: Any) -> Opportunity:
    """A request, more makers than a list holds, and one that the request excludes by its country."""
    settings.MATCHING_EXPOSURE = True
    for number in range(MAKERS):
        a_published_enterprise(country="CN", technologies=["lfp"], languages=["en"] if number % 2 else ["zh"])
    a_published_enterprise(country="BR", technologies=["lfp"])
    asker = a_published_enterprise(a_person(), country="KZ", languages=["en"])
    request = a_published_request(asker, technologies=["lfp"], languages=["en"], excluded_countries=["BR"])
    runs.request()
    work()
    return request


def shown(request: Opportunity) -> list[Enterprise]:
    return [partner.enterprise for partner in shown_matches(opportunity_id=request.pk)]


def test_a_run_leaves_factors_and_a_report(asked: Opportunity) -> None:
    found = FairnessReport.objects.get()
    assert found.run == current_run()
    assert AttentionFactor.objects.count() == found.report["enterprises"] >= MAKERS
    assert found.report["gini"]["after"] <= found.report["gini"]["before"]
    assert {row["value"] for row in found.report["groups"]["age"]} == {"under_90_days"}


def test_without_the_setting_a_run_measures_nothing_and_lists_go_by_fit(work: Work, settings: Any) -> None:
    settings.MATCHING_EXPOSURE = False
    request = a_published_request(technologies=["lfp"])
    runs.request()
    work()
    assert not FairnessReport.objects.exists()
    assert [each.score for each in shown_matches(opportunity_id=request.pk)] == [
        each.score for each in matches_of(opportunity_id=request.pk)
    ]


def test_who_was_seen_least_comes_first_with_the_true_score_and_within_the_bound(asked: Opportunity) -> None:
    stored = matches_of(opportunity_id=asked.pk)
    outside = Enterprise.objects.filter(country="CN").exclude(pk__in=[each.enterprise.pk for each in stored])
    AttentionFactor.objects.update(factor=1)
    AttentionFactor.objects.filter(enterprise_id__in=outside).update(factor=exposure.WIDEST)
    partners = shown_matches(opportunity_id=asked.pk)
    brought_in = [each for each in partners if each.enterprise in outside]
    assert brought_in
    assert partners[0] in brought_in
    assert sum(each.score for each in partners) >= exposure.FLOOR * sum(each.score for each in stored)
    assert all(each.score <= stored[-1].score for each in brought_in)
    assert matches_of(opportunity_id=asked.pk) == stored


def test_whom_a_condition_keeps_apart_no_factor_brings_in(asked: Opportunity) -> None:
    AttentionFactor.objects.filter(enterprise_id__in=Enterprise.objects.filter(country="BR")).delete()
    AttentionFactor.objects.update(factor=1 / exposure.WIDEST)
    assert "BR" not in {enterprise.country for enterprise in shown(asked)}
    assert asked.enterprise not in shown(asked)


def test_who_takes_no_more_introductions_comes_last_and_is_marked(asked: Opportunity, client: Client) -> None:
    first = shown(asked)[0]
    Enterprise.objects.filter(pk=first.pk).update(introductions_at_once=0)
    partners = shown_matches(opportunity_id=asked.pk)
    assert partners[-1].enterprise == first
    assert [each.busy for each in partners] == [False] * (len(partners) - 1) + [True]
    client.force_login(asked.enterprise.members.get())
    page = client.get(f"/en/matches/opportunity/{asked.pk}/").content.decode()
    assert page.count("They cannot take more introductions now.") == 1
    assert "The order also spreads attention." in page
    assert "the best first" not in page


def test_the_command_prints_the_report_and_staff_read_it(asked: Opportunity, settings: Any, client: Client) -> None:
    rows = Match.objects.count()
    FairnessReport.objects.all().delete()
    settings.MATCHING_EXPOSURE = False
    client.force_login(an_administrator())
    assert "Nothing has been measured yet" in client.get("/en/fairness/").content.decode()
    out = StringIO()
    call_command("fairness", stdout=out)
    found = json.loads(out.getvalue())
    assert {"gini", "envy", "exposure", "loss_of_fit", "groups"} <= found.keys()
    page = client.get("/en/fairness/").content.decode()
    assert "<bdi>China</bdi>" in page
    assert "By number of employees" in page
    assert Match.objects.count() == rows


def test_the_command_says_that_there_are_no_lists_yet(scheme: None) -> None:
    with pytest.raises(CommandError, match="match --full"):
        call_command("fairness")
