"""Translations of listings, in the state that a story needs."""

from apps.accounts.models import User
from apps.opportunities import services
from apps.opportunities.models import Opportunity
from apps.opportunities.selectors import original
from apps.translations import services as translations
from apps.translations.models import Translation
from apps.translations.rules import Texts
from tests.factories.people import a_person

RUSSIAN = Texts("Ячейки LFP для стационарных накопителей", "Поставляем ячейки LFP на 314 А·ч для контейнеров.")
CHINESE = Texts("储能用磷酸铁锂电芯", "我们供应集装箱储能用314Ah磷酸铁锂电芯。")


def a_submitted_translation(
    listing: Opportunity, language: str = "ru", texts: Texts = RUSSIAN, *, actor: User | None = None
) -> Translation:
    """A person's translation that waits for a moderator."""
    there = Translation.objects.filter(subject_id=listing.pk, language=language).first()
    return services.translate(
        opportunity=listing, language=language, texts=texts, actor=actor or a_person("translator"),
        version=there.version if there else 0, seen=original(listing).texts.digest,
    )  # fmt: skip


def a_published_translation(listing: Opportunity, language: str = "ru", texts: Texts = RUSSIAN) -> Translation:
    """A person's translation that a moderator approved."""
    row = a_submitted_translation(listing, language, texts)
    translations.move(translation=row, name="publish", actor=None)
    return row


def a_machine_translation(listing: Opportunity, language: str = "ru", texts: Texts = RUSSIAN) -> Translation:
    """A machine's translation."""
    services.translate_by_machine(
        opportunity=listing, language=language, texts=texts, seen=original(listing).texts.digest
    )
    return Translation.objects.get(subject_id=listing.pk, language=language)
