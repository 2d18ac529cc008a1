"""Keys to the API are shown once, stored as digests, and end with their revocation or their person."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings

from apps.accounts import keys
from apps.accounts.models import ApiKey, User
from apps.accounts.services import consent
from apps.journal.models import Fact

pytestmark = pytest.mark.django_db


def status(key: str, scheme: str = "Bearer") -> int:
    return (
        Client(headers={"Authorization": f"{scheme} {key}"})
        .post("/api/v1/enterprises/", {}, "application/json")
        .status_code
    )


def test_a_key_acts_as_its_person_and_notes_its_use(stranger: User) -> None:
    row, key = keys.make(user=stranger, name="ERP")
    assert status(key) == 422  # let in; the empty record is refused
    assert status(key, "bearer") == 422
    row.refresh_from_db()
    assert row.last_used is not None


def test_only_a_digest_is_stored_and_no_fact_tells_the_key(stranger: User) -> None:
    row, key = keys.make(user=stranger, name="ERP")
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_apikey::text FROM accounts_apikey WHERE id = %s", [row.pk])
        assert key not in cursor.fetchone()[0]
    assert key.startswith(row.prefix)
    assert len(row.prefix) < 12
    assert key not in str(Fact.objects.get(kind="key.made").payload)


def test_two_keys_are_never_alike(stranger: User) -> None:
    assert len({keys.make(user=stranger, name="ERP")[1] for _ in range(20)}) == 20


def test_a_revoked_key_lets_nobody_in(stranger: User) -> None:
    row, key = keys.make(user=stranger, name="ERP")
    assert keys.revoke(user=stranger, key_id=row.pk)
    assert status(key) == 401
    assert not keys.revoke(user=stranger, key_id=row.pk)
    assert Fact.objects.filter(kind="key.revoked").count() == 1


def test_nobody_revokes_anothers_key(stranger: User, moderator: User) -> None:
    row, key = keys.make(user=stranger, name="ERP")
    assert not keys.revoke(user=moderator, key_id=row.pk)
    assert status(key) == 422


def test_the_key_of_somebody_who_is_not_active_any_more_lets_nobody_in(stranger: User) -> None:
    _row, key = keys.make(user=stranger, name="ERP")
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    assert status(key) == 401


@pytest.mark.parametrize("key", ["", "vb_", "vb_unknown", "é", "\x00", "a" * 10_000, "' OR 1=1 --"])
def test_an_unknown_key_is_refused_as_a_problem_document(key: str) -> None:
    answer: Any = Client(headers={"Authorization": f"Bearer {key}"}).get("/api/v1/moderation/queue/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer["Content-Type"].startswith("application/problem+json")


def test_the_digest_alone_opens_nothing(stranger: User) -> None:
    row, _key = keys.make(user=stranger, name="ERP")
    assert status(ApiKey.objects.get(pk=row.pk).digest) == 401


def test_a_session_without_its_token_cannot_write(stranger: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(stranger)
    answer = client.post("/api/v1/enterprises/", {"name": "N", "country": "DE"}, "application/json")
    assert answer.status_code == 403


def test_a_program_of_somebody_who_has_not_agreed_to_new_terms_reads_but_does_not_write(stranger: User) -> None:
    _row, key = keys.make(user=stranger, name="ERP")
    with override_settings(TERMS_VERSION="2030-01", SITE_URL="https://volt.example"):
        assert status(key) == 403
        caller = Client(headers={"Authorization": f"Bearer {key}"})
        assert caller.get("/api/v1/opportunities/").status_code == 200
        answer = caller.post("/api/v1/enterprises/", {}, "application/json")
        assert "https://volt.example/en/consent/" in answer.json()["detail"]
        consent(user=stranger)
        assert status(key) == 422


def test_a_session_of_somebody_who_has_not_agreed_to_new_terms_does_not_write(stranger: User) -> None:
    caller = Client()
    caller.force_login(stranger)
    assert caller.post("/api/v1/enterprises/", {}, "application/json").status_code == 422
    with override_settings(PRIVACY_VERSION="2030-01"):
        assert caller.post("/api/v1/enterprises/", {}, "application/json").status_code == 403
