"""Every route, method and role stands in one table, and the platform answers as the table says."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import get_resolver, resolve

from tests.security.walk import routes
from tests.security.world import ROLES, World, a_world

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).parent / "permissions.txt"
# Django's admin decides by one rule (staff only), which has a test of its own.
BY_RULE = "en/admin/"
PAGE_METHODS = ("GET", "POST")
API_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Row:
    """What each role is answered to one method at one address."""

    method: str
    template: str
    answers: tuple[str, ...]

    @property
    def is_api(self) -> bool:
        return self.template.startswith("/api/")

    def headers(self) -> dict[str, str]:
        """The version that the row's listing, project, enterprise or translation has in the world."""
        first = any(name in self.template for name in ("{draft", "{waiting_translation", "{received}", "{sent}"))
        return {"If-Match": "1" if first else "2"} if self.is_api else {}


def table() -> list[Row]:
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return [Row(line[0], line[1], tuple(line[2:])) for line in lines]


@pytest.fixture
def world() -> World:
    """One of everything."""
    return a_world()


def answer(world: World, row: Row, role: str) -> str:
    """What a role is answered; whatever the request changed is rolled back."""
    body, kind = (b"{}", "application/json") if row.is_api else (b"", "application/x-www-form-urlencoded")
    with transaction.atomic():
        found: Any = world.caller(role).generic(row.method, world.path(row.template), body, kind, headers=row.headers())
        transaction.set_rollback(True)
    to_login = found.status_code == 302 and "/accounts/login/" in found["Location"]
    return "login" if to_login else str(found.status_code)


def test_every_role_is_answered_as_the_table_says(world: World) -> None:
    wrong = []
    for row in table():
        found = tuple(answer(world, row, role) for role in ROLES)
        if found != row.answers:
            wrong.append(f"{row.method} {row.template}: the table says {row.answers}, the platform {found}")
    assert not wrong, "\n".join(wrong)


def test_every_row_names_every_role() -> None:
    assert [row for row in table() if len(row.answers) != len(ROLES)] == []


def test_every_route_and_method_stands_in_the_table(world: World) -> None:
    known = {(resolve(world.path(row.template)).route, row.method) for row in table()}
    missing = []
    for route, view in routes(get_resolver().url_patterns):
        if not route.startswith(BY_RULE):
            missing += [f"{method} {route}" for method in methods(route, view) if (route, method) not in known]
    assert missing == []


def methods(route: str, view: Any) -> tuple[str, ...]:
    """The methods that a view answers, as far as it says; pages are asked for both."""
    described = getattr(view, "view_class", getattr(view, "cls", None))
    if route.startswith("api/") and described:
        return tuple(method for method in API_METHODS if hasattr(described, method.lower()))
    return PAGE_METHODS


def test_a_method_that_the_table_does_not_name_is_refused_to_everybody(world: World) -> None:
    known = {(row.template, row.method) for row in table() if row.is_api}
    for template in sorted({template for template, _method in known}):
        for method in API_METHODS:
            if (template, method) not in known:
                found = {answer(world, Row(method, template, ()), role) for role in ("anonymous", "owner", "superuser")}
                assert found <= {"401", "403", "405"}, (method, template, found)


def test_only_staff_enter_the_admin(world: World) -> None:
    everything = (route for route, _view in routes(get_resolver().url_patterns))
    pages = [route for route in everything if route.startswith(BY_RULE) and not {"<", "("} & set(route)]
    assert len(pages) > 20
    for page in pages:
        if not page.endswith(("login/", "logout/")):
            for role in ROLES[:-1]:
                assert answer(world, Row("GET", f"/{page}", ()), role) in ("login", "302", "403", "404"), (page, role)
