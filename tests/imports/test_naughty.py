"""Strings that break software come through a file unharmed, or are refused with a reason."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from apps.imports import services
from apps.journal.intake import Terms
from apps.projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("form", ["json_lines", "table"])
def test_naughty_strings_are_equal_to_the_byte_or_refused_with_a_reason(
    form: str, request: pytest.FixtureRequest, shared_data: Path
) -> None:
    strings = json.loads((shared_data / "naughty_strings.json").read_text("utf-8"))
    write: Callable[..., Path] = request.getfixturevalue(form)
    records = [
        {"external_id": f"n{number}", "title": text, "country": "KZ", "language": "en", "description": text}
        for number, text in enumerate(strings)
    ]
    job = services.run_file(kind="projects", path=write(records), terms=Terms())
    stored = {row.external_id: (row.title, row.description) for row in Project.objects.all()}
    refused = {error.line for error in job.errors.all() if error.message}
    for number, text in enumerate(strings):
        if f"n{number}" in stored:
            assert stored[f"n{number}"] == (text, text)
    assert len(stored) + len(refused) == len(strings)
    assert len(stored) > 0.9 * len(strings)
