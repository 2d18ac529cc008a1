"""Programs that call the API as the people of the cast."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.accounts.models import User
from tests.factories.people import a_key


class Program:
    """Calls the API with a person's key (with none where there is no person)."""

    def __init__(self, person: User | None) -> None:
        key = {"Authorization": f"Bearer {a_key(person)}"} if person else {}
        self.client = Client(headers={"Accept": "application/json", **key})

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("post", path, json.dumps({} if body is None else body).encode(), **headers)

    def patch(self, path: str, body: Any, version: int | None = None) -> Any:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self.send("patch", path, json.dumps(body).encode(), **headers)

    def send(self, method: str, path: str, body: bytes, **headers: str) -> Any:
        """A body as it is, whatever it holds."""
        call: Callable[..., HttpResponse] = getattr(self.client, method)
        return call(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


@pytest.fixture
def program(db: None) -> type[Program]:
    """Makes a caller: `program(person)`."""
    return Program


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The problem document of an answer that must be one of this status."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    return document


@pytest.fixture
def refused() -> Callable[[Any, int], dict[str, Any]]:
    """Reads a problem document: `refused(answer, 422)`."""
    return problem


@pytest.fixture
def named(refused: Callable[[Any, int], dict[str, Any]]) -> Callable[[Any], dict[str, str]]:
    """The refused fields of a 422 with their codes."""
    return lambda answer: {error["field"]: error["code"] for error in refused(answer, 422)["errors"]}
