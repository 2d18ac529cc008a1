"""The 515 naughty strings pass every text field to the byte, or are refused with a reason."""

import html
import json
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core import mail
from django.db import models
from django.test import Client

from apps.accounts.models import ApiKey
from apps.core.forms import RecordForm
from apps.core.records import BadValue, Field, Record
from apps.enterprises import services as enterprises
from apps.enterprises.models import Enterprise
from apps.journal import deliveries
from apps.journal.models import Delivery
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from tests.factories.cast import Actor
from tests.factories.people import a_key

pytestmark = pytest.mark.django_db
for config in apps.get_app_configs():
    if config.name.startswith("apps.") and find_spec(f"{config.name}.forms"):
        import_module(f"{config.name}.forms")
TEXT = ("text", "long_text", "url")
CONTROLS = {chr(code) for code in (*range(9), 11, 12, *range(14, 32), 127)}


@pytest.fixture(scope="session")
def naughty(shared_data: Path) -> list[str]:
    """All of them."""
    found: list[str] = json.loads((shared_data / "naughty_strings.json").read_text())
    assert len(found) == 515
    return found


def below(form: type[Any]) -> Iterator[type[Any]]:
    """A class of forms and what inherits from it."""
    for child in form.__subclasses__():
        yield child
        yield from below(child)


def of_the_platform(base: type[Any]) -> list[type[Any]]:
    """The platform's own forms of a kind, by name."""
    return sorted(
        {form for form in below(base) if form.__module__.startswith("apps.")}, key=lambda form: form.__qualname__
    )


def records() -> list[Record]:
    return list(
        {form.record.name: form.record for form in of_the_platform(RecordForm) if hasattr(form, "record")}.values()
    )


def record_fields() -> list[tuple[str, Field]]:
    return [(f"{record.name}.{item.name}", item) for record in records() for item in record.fields]


def plain_forms() -> list[type[forms.Form]]:
    """Forms over no record that can be made from what was typed alone."""
    ours = of_the_platform(forms.BaseForm)
    return [
        form
        for form in ours
        if form.__module__ != "apps.taxonomy.admin"
        and not issubclass(form, RecordForm)
        and getattr(form, "base_fields", {})
    ]


# Text that no person types: written by the platform, by an operator's import, or chosen from a list.
FROM_NOBODY = {
    "accounts": {"Consent", "User.language", "User.time_zone", "User.password", "ApiKey.prefix", "ApiKey.digest"},
    "enterprises": {
        "Enterprise.state", "Enterprise.as_entered", "Reference.as_entered", "Capacity.as_entered",
        "Membership.role", "Identifier.warning",
    },
    "projects": {"Project.state", "Project.as_entered"},
    "opportunities": {"Opportunity.state", "Opportunity.as_entered"},
    "introductions": {"Introduction.state", "Introduction.origin"},
    "moderation": {"Decision.subject", "Decision.verdict"},
    "notifications": {"Notice"},
}  # fmt: skip
# Where a column's text comes from when its name is not the field's own.
ELSEWHERE = {
    "User.email": "SignupForm.email", "User.name": "ProfileForm.name", "ApiKey.name": "KeyForm.name",
    "Invitation.email": "InvitationForm.email", "Invitation.role": "InvitationForm.role",
    "Invitation.language": "InvitationForm.language", "Enterprise.energy_profile": "energy_year.evidence", "Decision.reason": "DecisionForm.reason",
    "Enterprise.review_note": "DecisionForm.reason", "Project.review_note": "DecisionForm.reason",
    "Opportunity.review_note": "DecisionForm.reason", "Introduction.reason": "decline.reason",
    "Introduction.remark": "decline.remark", "Introduction.outcome": "outcome.outcome",
}  # fmt: skip


def holds_text(column: Any) -> bool:
    if isinstance(column, ArrayField):
        return isinstance(column.base_field, models.CharField)
    return isinstance(column, models.CharField | models.TextField | models.JSONField)


def test_every_column_of_text_is_reached_by_a_field_that_is_tried_here() -> None:
    tried = {name for name, _item in record_fields()}
    tried |= {f"{form.__name__}.{name}" for form in plain_forms() for name in form.base_fields}
    missing = []
    for label, nobodys in FROM_NOBODY.items():
        for model in apps.get_app_config(label).get_models():
            for column in filter(holds_text, model._meta.get_fields()):
                name = f"{model.__name__}.{column.name}"
                known = f"{model._meta.model_name}.{column.name}" in tried or ELSEWHERE.get(name) in tried
                if not known and not {name, model.__name__} & nobodys:
                    missing.append(name)
    assert missing == []


def tried(item: Field, text: str) -> tuple[Any, str]:
    """What a field makes of a text, or why it refuses it."""
    try:
        return item.parse(text), ""
    except BadValue as error:
        return None, str(error) or "no reason"


@pytest.mark.parametrize(("name", "item"), [pytest.param(*pair, id=pair[0]) for pair in record_fields()])
def test_a_field_of_a_record_keeps_a_string_to_the_byte_or_says_why_not(
    name: str, item: Field, naughty: list[str]
) -> None:
    for text in naughty:
        kept, reason = tried(item, text)
        assert reason or item.kind not in TEXT or kept == text
        assert reason or not isinstance(kept, str) or len(kept) <= len(text)


@pytest.mark.parametrize("form", plain_forms(), ids=lambda form: form.__name__)
def test_a_plain_form_keeps_a_string_to_the_byte_or_says_why_not(
    form: type[Any], naughty: list[str], stranger: Any
) -> None:
    texts = [name for name, item in form.base_fields.items() if isinstance(item, forms.CharField)]
    if not texts:
        return
    more = {"instance": stranger} if issubclass(form, forms.ModelForm) else {}
    for text in naughty:
        made = form(dict.fromkeys(form.base_fields, text), **more)
        made.is_valid()
        for name in texts:
            assert made.errors.get(name) or name not in made.cleaned_data or made.cleaned_data[name] == text


@pytest.mark.parametrize("form", of_the_platform(RecordForm), ids=lambda form: form.__name__)
def test_a_form_over_a_record_keeps_a_string_to_the_byte_or_says_why_not(form: Any, naughty: list[str]) -> None:
    if not form.sections:
        return
    for text in naughty[:: 1 if len(form().fields) < 12 else 8]:
        made = form(
            {
                name: [text] if isinstance(item, forms.MultipleChoiceField) else text
                for name, item in form().fields.items()
            }
        )
        made.is_valid()
        for name in made.fields:
            if (
                made.record.by_name[name].kind in ("text", "long_text")
                and not made.errors.get(name)
                and hasattr(made, "values")
            ):
                assert made.values.get(name, "") == text


def store(client: Client, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """What the API answers to a record, less those fields of it that it refuses; None where a required one is among them."""
    while True:
        answer = client.post(path, json.dumps(body), "application/json")
        if answer.status_code == 201:
            shown_again = answer.json()
            assert all(
                shown_again[name] == value for name, value in body.items() if isinstance(shown_again.get(name), str)
            )
            return body | {"id": shown_again["id"]}
        assert answer.status_code == 422, answer.content
        errors = answer.json()["errors"]
        assert all(error["detail"] for error in errors)
        refused = {error["field"].partition(".")[0] for error in errors}
        if refused & {"title", "name", "summary"}:
            return None
        body = {name: value for name, value in body.items() if name not in refused}


def test_listings_keep_naughty_words_through_the_api_the_page_and_the_mail(
    naughty: list[str], cell_maker: Actor
) -> None:
    client = Client(headers={"Authorization": f"Bearer {a_key(cell_maker.person)}"})
    stored: list[dict[str, Any] | None] = []
    for text in naughty:
        body: dict[str, Any] = {
            "side": "offer", "language": "en", "title": text, "summary": text, "external_id": text, "quantity_unit": text,
            "certifications_held": [text], "certifications_required": [text], "excluded_enterprises": [text],
        }  # fmt: skip
        stored.append(store(client, "/api/v1/opportunities/", body))
    kept = [body for body in stored if body]
    assert len(kept) >= 505
    for body in kept:
        row = Opportunity.objects.get(pk=body["id"])
        for name in body.keys() - {"side", "language", "id"}:
            assert getattr(row, name) == body[name]
    _read_back(client, kept, cell_maker)


def _read_back(client: Client, kept: list[dict[str, Any]], cell_maker: Actor) -> None:
    for body in kept[::10]:
        read = client.get(f"/api/v1/opportunities/{body['id']}/").json()
        assert all(read[name] == value for name, value in body.items())
        opportunities.move(opportunity=Opportunity.objects.get(pk=body["id"]), name="vouch", actor=None)
        shown(Client().get(f"/en/listings/{body['id']}/"), [body["title"]])
        delivery = Delivery.objects.get(
            handler="notices.address", fact__kind="opportunity.published", fact__subject_ids=[body["id"]]
        )
        assert deliveries.deliver(delivery.pk)
        assert deliveries.deliver(Delivery.objects.get(handler="notices.mail", fact=delivery.fact).pk)
        assert body["title"] in str(mail.outbox[-1].body)


def shown(page: Any, texts: list[str]) -> None:
    """The page holds each text, escaped, and nothing of it as markup."""
    assert page.status_code == 200
    body = page.content.decode()
    plain = html.unescape(body)
    for text in texts:
        assert text in plain
        if {"<", "&", '"'} & set(text):
            assert text not in body or html.escape(text) == text


def test_enterprises_keep_naughty_words_through_the_api_and_the_page(naughty: list[str], cell_maker: Actor) -> None:
    client = Client(headers={"Authorization": f"Bearer {a_key(cell_maker.person)}"})
    good = [text for text in naughty if _is_text(text)]
    short = [text for text in good if len(text) <= 60]
    children = {
        "references": [{"title": text, "counterparty": text[:300]} for text in good],
        "claims": [{"kind": "declaration", "standard": text, "product": text, "holder": text, "body": text, "number": text} for text in short[:200]],
        "identifiers": [{"scheme": "other", "value": text} for text in dict.fromkeys(short[-200:])],
    }  # fmt: skip
    stored = store(client, "/api/v1/enterprises/", {"name": "N", "country": "DE", **children})
    assert stored
    assert stored.keys() >= children.keys()
    read = client.get(f"/api/v1/enterprises/{stored['id']}/").json()
    for name, rows in children.items():
        assert [{key: row[key] for key in rows[0]} for row in read[name]] == rows
    enterprises.move(enterprise=Enterprise.objects.get(pk=stored["id"]), name="vouch", actor=None)
    shown(Client().get(f"/en/enterprises/{stored['id']}/"), [row["title"] for row in children["references"]][:20])


def _is_text(text: str) -> bool:
    return bool(text.strip()) and not any(letter in CONTROLS for letter in text)


def test_names_of_enterprises_projects_and_keys_are_kept(naughty: list[str], cell_maker: Actor) -> None:
    client = Client(headers={"Authorization": f"Bearer {a_key(cell_maker.person)}"})
    for text in naughty[::6]:
        body = store(
            client, "/api/v1/enterprises/", {"name": text, "name_latin": text, "summary": text, "country": "DE"}
        )
        assert body is None or Enterprise.objects.values_list("name", "summary").get(pk=body["id"]) == (text, text)
        body = store(
            client, "/api/v1/projects/", {"title": text, "description": text, "country": "DE", "owner": "cell-maker"}
        )
        assert body is None or client.get(f"/api/v1/projects/{body['id']}/").json()["description"] == text
    browser = Client()
    browser.force_login(cell_maker.person)
    for text in naughty[::10]:
        before = ApiKey.objects.count()
        answer = browser.post("/en/keys/", {"name": text})
        made = ApiKey.objects.order_by("-pk").first()
        assert made
        assert (
            (made.name == text)
            if ApiKey.objects.count() > before
            else "is-invalid" in answer.content.decode() or answer.status_code == 200
        )
