"""The pages about oneself."""

import re
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client, override_settings

from apps.accounts import keys
from apps.accounts.models import User
from apps.accounts.services import consented
from tests.factories.people import PASSWORD, a_person

pytestmark = pytest.mark.django_db
SIGN_UP = {"name": "Ana", "email": "ana@example.org", "password1": PASSWORD, "password2": PASSWORD, "consent": "on"}


def test_nobody_signs_up_without_agreeing_and_nothing_typed_is_lost(client: Client) -> None:
    page = client.post("/en/accounts/signup/", {key: value for key, value in SIGN_UP.items() if key != "consent"})
    assert not User.objects.exists()
    assert 'value="ana@example.org"' in page.content.decode()
    assert "field--wrong" in page.content.decode()


def test_an_address_is_confirmed_before_its_owner_signs_in(client: Client) -> None:
    client.post("/en/accounts/signup/", SIGN_UP)
    client.post("/en/accounts/login/", {"login": "ana@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


@override_settings(SITE_URL="https://volt.example")
def test_links_in_mails_carry_the_operators_own_address(client: Client) -> None:
    client.post("/en/accounts/signup/", SIGN_UP, headers={"Host": "localhost"})
    assert "https://volt.example/en/accounts/confirm-email/" in str(mail.outbox[0].body)
    a_person(email="zhu@example.org")
    client.post("/zh-hans/accounts/password/reset/", {"email": "zhu@example.org"}, headers={"Host": "localhost"})
    found = re.search(r"https://volt\.example(\S+)", str(mail.outbox[1].body))
    assert found
    assert client.get(found[1], follow=True).status_code == 200
    assert "localhost" not in mail.outbox[1].subject


def test_a_key_is_shown_once_and_can_be_revoked(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    page = client.post("/en/keys/", {"name": "ERP"}).content.decode()
    found = re.search(r"vb_[\w-]{40,}", page)
    assert found
    assert found[0] not in client.get("/en/keys/").content.decode()
    assert keys.owner_of(found[0]) == stranger
    client.post(f"/en/keys/{stranger.api_keys.get().pk}/revoke/")
    assert keys.owner_of(found[0]) is None


def test_another_persons_key_cannot_be_revoked(client: Client, stranger: User) -> None:
    row, _key = keys.make(user=a_person(), name="theirs")
    client.force_login(stranger)
    assert client.post(f"/en/keys/{row.pk}/revoke/").status_code == 404


def test_who_has_not_agreed_to_new_terms_is_asked_before_their_listings(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    with override_settings(TERMS_VERSION="2030-01"):
        assert client.get("/en/dashboard/").headers["Location"] == "/en/consent/?next=%2Fen%2Fdashboard%2F"
        answer = client.post("/en/consent/", {"next": "/en/dashboard/"})
        assert answer.headers["Location"] == "/en/dashboard/"
        assert consented(stranger)


@pytest.mark.parametrize("page", ["/en/profile/", "/en/enterprises/new/?a=b", "/en/notices/", "/en/accounts/email/"])
def test_every_page_of_ones_own_asks_first_and_leads_back(client: Client, stranger: User, page: str) -> None:
    client.force_login(stranger)
    assert client.get(page).status_code == 200
    with override_settings(PRIVACY_VERSION="2030-01"):
        asked = client.get(page).headers["Location"]
        assert asked == f"/en/consent/?next={quote(page, safe='')}"
        assert client.post("/en/profile/", {}).headers["Location"] == "/en/consent/?next=%2Fen%2Fdashboard%2F"
        assert f'value="{page}"' in client.get(asked).content.decode()
        client.post("/en/consent/", {"next": page})
        assert client.get(page).status_code == 200


def test_who_does_not_agree_reads_what_is_public_and_can_leave(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    with override_settings(TERMS_VERSION="2030-01"):
        for page in ("", "search/", "terms/", "privacy/", "consent/", "accounts/logout/"):
            assert client.get(f"/en/{page}").status_code == 200
        assert client.post("/en/accounts/logout/").headers["Location"] == "/"


def test_consent_leads_to_no_other_site(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    assert client.post("/en/consent/", {"next": "https://evil.example/"}).headers["Location"] == "/en/dashboard/"


@pytest.mark.parametrize("name", ["terms", "privacy"])
def test_documents_are_public_and_marked_as_drafts_with_their_version(client: Client, name: str) -> None:
    page = client.get(f"/en/{name}/").content.decode()
    assert "2026-11" in page
    assert "draft for the operator" in page


@override_settings(SETUP_TOKEN="word")
def test_the_first_administrator_is_made_once(client: Client) -> None:
    assert client.get("/en/set-up/word/").status_code == 200
    client.post("/en/set-up/word/", {"email": "root@example.org", "name": "Root", "password": PASSWORD})
    assert User.objects.get().is_superuser
    assert client.get("/en/set-up/word/").status_code == 404


@pytest.mark.parametrize("path", ["accounts/email/", "accounts/password/change/", "accounts/2fa/", "profile/", "keys/"])
def test_every_page_about_oneself_has_the_way_to_the_others(client: Client, stranger: User, path: str) -> None:
    client.force_login(stranger)
    assert 'class="account__nav"' in client.get(f"/en/{path}").content.decode()


def test_whoever_signs_up_agrees_to_documents_that_are_one_step_away(client: Client) -> None:
    page = client.get("/zh-hans/accounts/signup/").content.decode()
    assert re.search(r'<label[^>]*for="id_consent".*href="/zh-hans/terms/".*href="/zh-hans/privacy/".*</label>', page)


def test_another_address_becomes_the_main_one_only_after_it_is_confirmed(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    client.post("/en/accounts/email/", {"email": "second@example.org", "action_add": ""})
    page = client.get("/en/accounts/email/").content.decode()
    assert 'name="action_send"' in page
    assert 'name="action_primary"' not in page
    EmailAddress.objects.filter(email="second@example.org").update(verified=True)
    assert 'name="action_primary"' in client.get("/en/accounts/email/").content.decode()


def test_two_step_sign_in_says_whether_it_is_on_and_how_many_codes_are_left(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    assert "未开启：仅凭密码即可登录" in client.get("/zh-hans/accounts/2fa/").content.decode()
    TOTP.activate(stranger, generate_totp_secret())
    assert "without the phone you could not sign in" in client.get("/en/accounts/2fa/").content.decode()
    RecoveryCodes.activate(stranger)
    page = client.get("/en/accounts/2fa/").content.decode()
    assert "on: a code is asked for at each sign-in" in page
    assert "10 codes are left, for days without the phone" in page
