"""A large file is read and cleaned by a second process, and nothing else changes thereby."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from apps.core.records import Problem
from apps.imports import services
from apps.imports.ahead import ahead
from apps.imports.rows import Refused
from apps.journal.intake import Terms
from apps.projects.models import Project
from tests.imports.records import project


def numbers() -> Iterator[tuple[int, int]]:
    yield from ((number, os.getpid()) for number in range(5))


def refused() -> Iterator[int]:
    yield 1
    raise Refused([Problem("name", "required", "missing")], 7)


def killed() -> Iterator[int]:
    yield 1
    os.kill(os.getpid(), signal.SIGKILL)


def test_things_come_in_their_order_from_another_process() -> None:
    made = list(ahead(numbers))
    assert [number for number, _ in made] == [0, 1, 2, 3, 4]
    assert os.getpid() not in {process for _, process in made}


def test_what_is_raised_there_is_raised_here() -> None:
    made = ahead(refused)
    assert next(made) == 1
    with pytest.raises(Refused) as caught:
        next(made)
    assert (caught.value.line, caught.value.problems[0].field) == (7, "name")


def test_a_process_that_is_killed_is_not_taken_for_the_end_of_the_file() -> None:
    made = ahead(killed)
    assert next(made) == 1
    with pytest.raises(RuntimeError, match="killed"):
        next(made)


@pytest.mark.django_db(transaction=True)
def test_a_large_file_comes_in_as_a_small_one_does(
    json_lines: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "LARGE_FILE", 0)
    path = json_lines(project(f"p{number}", power_mw=-1 if number == 1234 else 5) for number in range(2500))
    job = services.run_file(kind="projects", path=path, terms=Terms(publish=True))
    assert (job.created_rows, job.refused_rows) == (2499, 1)
    assert job.errors.get().line == 1235
    assert Project.objects.count() == 2499
    with connection.cursor() as cursor:  # this process still has its own connection
        cursor.execute("SELECT 1")
