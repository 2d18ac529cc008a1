"""Enterprises: who takes part."""

from typing import Any

from apps.accounts.models import User
from apps.enterprises import services
from apps.enterprises.models import Enterprise
from tests.factories.people import a_person


def a_draft_enterprise(owner: User | None = None, **values: Any) -> Enterprise:
    """An enterprise that nobody but its members sees."""
    stated = {"name": "Voltaic Works", "country": "DE", "language": "en", "languages": ["en"]} | values
    return services.create(values=stated, actor=owner or a_person())


def a_submitted_enterprise(owner: User | None = None, **values: Any) -> Enterprise:
    """An enterprise that waits for a moderator."""
    enterprise = a_draft_enterprise(owner, **values)
    services.move(enterprise=enterprise, name="submit", actor=None)
    return enterprise


def a_published_enterprise(owner: User | None = None, **values: Any) -> Enterprise:
    """An enterprise that everybody sees."""
    enterprise = a_draft_enterprise(owner, **values)
    services.move(enterprise=enterprise, name="vouch", actor=None)
    return enterprise


def a_cell_maker(owner: User | None = None, **values: Any) -> Enterprise:
    """A Chinese maker of LFP cells, published."""
    stated: dict[str, Any] = {
        "external_id": "cell-maker", "name": "衡流电芯有限公司", "name_latin": "Hengliu Cells Co., Ltd.", "country": "CN",
        "language": "zh-Hans", "languages": ["zh-Hans", "en"], "technologies": ["lfp"], "stages": ["cells-stacks"],
        "summary": "磷酸铁锂电芯制造商，年产能二十吉瓦时。",
        "identifiers": [{"scheme": "USCC", "value": "91110000600037341L"}],
        "references": [{"title": "Karaganda pilot", "country": "KZ", "technologies": ["lfp"], "year": 2024, "energy_mwh": 40.0}],
    }  # fmt: skip
    return a_published_enterprise(owner, **(stated | values))


def a_grid_operator(owner: User | None = None, **values: Any) -> Enterprise:
    """A Kazakh grid operator, published."""
    stated: dict[str, Any] = {
        "external_id": "grid-operator", "name": "Дала электр желілері", "name_latin": "Dala Electric Grids", "country": "KZ",
        "language": "ru", "languages": ["ru", "kk"], "stages": ["operation"],
        "summary": "Оператор сетей на севере Казахстана; нужны накопители для регулирования частоты.",
    }  # fmt: skip
    return a_published_enterprise(owner, **(stated | values))


def a_developer(owner: User | None = None, **values: Any) -> Enterprise:
    """A Brazilian developer of storage projects, published."""
    stated: dict[str, Any] = {
        "external_id": "developer", "name": "Serra Azul Armazenamento Ltda", "country": "BR", "language": "pt-BR",
        "languages": ["pt-BR", "en"], "stages": ["integration"],
        "summary": "Desenvolvemos projetos de armazenamento junto a usinas solares no Nordeste.",
    }  # fmt: skip
    return a_published_enterprise(owner, **(stated | values))


def a_financier(owner: User | None = None, **values: Any) -> Enterprise:
    """An Emirati financier, published."""
    stated: dict[str, Any] = {
        "external_id": "financier", "name": "صندوق الواحة للطاقة", "name_latin": "Al Waha Energy Fund", "country": "AE",
        "language": "ar", "languages": ["ar", "en"], "stages": ["finance"],
        "summary": "نمول مشاريع تخزين الطاقة في بلدان الجنوب.",
    }  # fmt: skip
    return a_published_enterprise(owner, **(stated | values))
