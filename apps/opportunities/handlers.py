"""What follows for listings: an enterprise that is not public any more takes them along, a machine translates them."""

from apps.core.lifecycle import Conflict, State
from apps.enterprises.models import Enterprise
from apps.journal import deliveries
from apps.journal import services as journal
from apps.journal.models import Delivery, Fact
from apps.opportunities import selectors, services
from apps.opportunities.models import Opportunity
from apps.translations import machine
from apps.translations.rules import Rubbish, pair, texts_of
from apps.translations.selectors import wanted_of_machine

KINDS = ("enterprise.withdrawn",)
TRANSLATED_KINDS = ("opportunity.published", "opportunity.imported")
TRANSLATE_ONE = "opportunities.translate_one"


def withdraw_listings(fact: Fact, delivery: Delivery) -> None:
    """Withdraw what a withdrawn enterprise has published or submitted."""
    gone = (
        Enterprise.objects.select_for_update(no_key=True).filter(pk__in=fact.subject_ids).exclude(state=State.PUBLISHED)
    )
    open_states = (State.PUBLISHED, State.SUBMITTED, State.RETURNED)
    for opportunity in Opportunity.objects.filter(enterprise__in=list(gone), state__in=open_states).order_by("pk"):
        services.move(opportunity=opportunity, name="withdraw", actor=None)


def to_translate(fact: Fact) -> list[str]:
    """One delivery where there is a machine to ask."""
    return [""] if machine.enabled() else []


def translate(fact: Fact, delivery: Delivery) -> None:
    """Ask for each translation that the machine can make, by a delivery of its own."""
    served, wanted = machine.served(), list[str]()
    for row in Opportunity.objects.published().filter(pk__in=fact.subject_ids):
        languages = wanted_of_machine(selectors.original(row))
        wanted += [f"{row.pk}:{language}" for language in languages if pair(row.language, language, served)]
    journal.deliver_to(fact=fact, handler=TRANSLATE_ONE, keys=wanted)


def translate_one(fact: Fact, delivery: Delivery) -> None:
    """Make one of them. What was changed meanwhile is asked for again when it is published."""
    pk, _colon, language = delivery.key.partition(":")
    row: Opportunity | None = Opportunity.objects.published().filter(pk=int(pk)).first()
    if row is None or not machine.enabled():
        return
    original = selectors.original(row)
    codes = pair(row.language, language, machine.served())
    if codes is None or language not in wanted_of_machine(original):
        return
    translated = []
    for text in (row.title, row.summary):
        deliveries.renew(delivery)  # each may take a while; the lease and the connection must not run out
        translated.append(machine.translate(text, *codes))
    try:
        texts = texts_of(*translated)
        services.translate_by_machine(opportunity=row, language=language, texts=texts, seen=original.texts.digest)
    except Rubbish as error:
        raise machine.Unusable(str(error)) from None
    except Conflict:
        return
