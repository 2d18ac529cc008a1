"""What pages stand on: the thesaurus and the reference data that ship."""

from io import StringIO

import pytest
from django.core.management import call_command

from apps.taxonomy import selectors


@pytest.fixture
def thesaurus(db: None) -> None:
    """The concept scheme and the frameworks that ship with the platform."""
    selectors.forget()
    call_command("load_reference", stdout=StringIO())
    call_command("load_scheme", stdout=StringIO())
