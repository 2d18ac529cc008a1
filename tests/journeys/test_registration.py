"""From signing up to being published, as a person meets it."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from apps.accounts.models import User
from apps.enterprises.models import Enterprise
from apps.journal import deliveries
from apps.journal.models import Delivery
from tests.factories.people import PASSWORD

# Rows of lists that a form leaves empty.
NO_ROWS = {
    f"{name}-{key}": "0"
    for name in ("identifiers", "references", "claims", "capacities", "energy_profile")
    for key in ("TOTAL_FORMS", "INITIAL_FORMS")
}


def work_off() -> None:
    """Do what the workers would do: every delivery that waits."""
    while waiting := list(Delivery.objects.filter(state=Delivery.State.QUEUED).values_list("pk", flat=True)):
        for pk in waiting:
            deliveries.deliver(pk)


def follow_link(client: Client, body: str) -> str:
    """The path of the first link of a mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", body)
    assert found
    return found[1]


@pytest.mark.django_db(transaction=True)
def test_from_sign_up_over_a_return_to_being_published(moderator: User) -> None:
    author = Client()
    person = {
        "name": "李敏",
        "email": "limin@example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "consent": "on",
    }
    author.post("/zh-hans/accounts/signup/", person)
    path = follow_link(author, str(mail.outbox[-1].body))
    author.post(path)
    author.post("/zh-hans/accounts/login/", {"login": "limin@example.org", "password": PASSWORD})
    assert author.get("/zh-hans/dashboard/").status_code == 200

    profile = {"name": "衡流电芯有限公司", "country": "CN", "language": "zh-Hans", **NO_ROWS}
    author.post("/zh-hans/enterprises/new/", profile)
    enterprise = Enterprise.objects.get()
    author.post(f"/zh-hans/enterprises/{enterprise.pk}/do/submit/")

    desk = Client()
    desk.force_login(moderator)
    review = f"/en/moderation/enterprise-{enterprise.pk}/"
    assert "衡流电芯有限公司" in desk.get("/en/moderation/").content.decode()
    desk.post(review, {"verdict": "return", "reason": "Say what you make.", "version": _version(enterprise)})
    work_off()
    assert "Say what you make." in author.get("/zh-hans/notices/").content.decode()
    assert mail.outbox[-1].to == ["limin@example.org"]
    assert "Say what you make." in str(mail.outbox[-1].body)
    assert "/zh-hans/" in str(mail.outbox[-1].body)

    mended = profile | {"summary": "磷酸铁锂电芯制造商。", "version": _version(enterprise), "submit": "1"}
    author.post(f"/zh-hans/enterprises/{enterprise.pk}/edit/", mended)
    desk.post(review, {"verdict": "approve", "version": _version(enterprise)})
    work_off()
    enterprise.refresh_from_db()
    assert enterprise.state == "published"
    assert Client().get(f"/en/enterprises/{enterprise.pk}/").status_code == 200
    assert mail.outbox[-1].to == ["limin@example.org"]


def _version(row: Any) -> int:
    row.refresh_from_db()
    version: int = row.version
    return version
