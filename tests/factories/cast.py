"""The fixed cast of the tests: four enterprises with the people who own them, a stranger and a moderator."""

from dataclasses import dataclass

import pytest

from apps.accounts.models import User
from apps.enterprises.models import Enterprise
from tests.factories import enterprises
from tests.factories.people import a_moderator, a_person


@dataclass(frozen=True)
class Actor:
    """An enterprise and the person who owns it."""

    person: User
    enterprise: Enterprise


@pytest.fixture
def cell_maker(db: None) -> Actor:
    """A Chinese maker of LFP cells."""
    person = a_person("李敏", language="zh-hans")
    return Actor(person, enterprises.a_cell_maker(person))


@pytest.fixture
def grid_operator(db: None) -> Actor:
    """A Kazakh grid operator who reads English."""
    person = a_person("Айгүл Сейітова")
    return Actor(person, enterprises.a_grid_operator(person))


@pytest.fixture
def developer(db: None) -> Actor:
    """A Brazilian developer of storage projects."""
    person = a_person("Joana Prado")
    return Actor(person, enterprises.a_developer(person))


@pytest.fixture
def financier(db: None) -> Actor:
    """An Emirati financier."""
    person = a_person("خالد المنصوري")
    return Actor(person, enterprises.a_financier(person))


@pytest.fixture
def stranger(db: None) -> User:
    """A person who acts for no enterprise here."""
    return a_person("Stranger")


@pytest.fixture
def moderator(db: None) -> User:
    """Somebody who decides about what others submitted."""
    return a_moderator()
