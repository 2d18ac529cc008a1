"""An enterprise that is not public any more takes its listings with it."""

from apps.core.lifecycle import State
from apps.enterprises.models import Enterprise
from apps.journal.models import Delivery, Fact
from apps.opportunities import services
from apps.opportunities.models import Opportunity

KINDS = ("enterprise.withdrawn",)


def withdraw_listings(fact: Fact, delivery: Delivery) -> None:
    """Withdraw what a withdrawn enterprise has published or submitted."""
    gone = (
        Enterprise.objects.select_for_update(no_key=True).filter(pk__in=fact.subject_ids).exclude(state=State.PUBLISHED)
    )
    open_states = (State.PUBLISHED, State.SUBMITTED, State.RETURNED)
    for opportunity in Opportunity.objects.filter(enterprise__in=list(gone), state__in=open_states).order_by("pk"):
        services.move(opportunity=opportunity, name="withdraw", actor=None)
