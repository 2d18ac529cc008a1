"""A state that there is not is refused by the database itself, whatever wrote it."""

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from apps.enterprises.models import Enterprise
from apps.introductions.models import Introduction
from apps.journal.models import Delivery
from apps.matching.models import Run
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from tests.factories.enterprises import a_published_enterprise
from tests.factories.introductions import an_introduction
from tests.factories.listings import a_draft_project, a_published_offer


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Enterprise, Project, Opportunity, Introduction, Delivery, Run])
def test_the_database_refuses_a_state_that_there_is_not(model: type[models.Model]) -> None:
    offer = a_published_offer()
    a_draft_project(offer.enterprise)
    an_introduction(a_published_enterprise(), offer)
    Run.objects.create()
    rows: Any = model._default_manager
    assert rows.exists()
    with pytest.raises(IntegrityError, match="_state"), transaction.atomic():
        rows.update(state="lost")
