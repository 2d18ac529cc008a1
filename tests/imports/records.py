"""Records as senders write them, and what became of them."""

from typing import Any

from apps.imports.models import Job
from apps.journal.intake import Terms
from apps.journal.models import Fact

OPERATOR = Terms(publish=True)


def enterprise(external_id: str = "e1", **more: Any) -> dict[str, Any]:
    """An enterprise with everything that an enterprise may say."""
    return {
        "external_id": external_id,
        "name": "Алматы Энергия Сақтау",
        "name_latin": "Almaty Energy Storage",
        "country": "kz",
        "identifiers": [{"scheme": "LEI", "value": "213800KUD8LAJWSQ9D15"}],
        "languages": ["kk", "ru"],
        "summary": "Мы строим накопители для сети.",
        "language": "ru",
        "website": "https://storage.example",
        "employees_band": "50-249",
        "references": [
            {
                "title": "Капшагай",
                "country": "KZ",
                "year": 2024,
                "value": 12_500_000.55,
                "currency": "USD",
                "power_mw": "30 MW",
            }
        ],
        "claims": [{"kind": "certificate", "standard": "IEC 62933", "issued": "2025-01-02", "expires": "2028-01-01"}],
        "energy_profile": {"renewable_share": 0.4, "year": 2025},
    } | more


def project(external_id: str = "p1", **more: Any) -> dict[str, Any]:
    """A project without an owner."""
    return {
        "external_id": external_id,
        "title": "Kapshagai peak battery",
        "country": "KZ",
        "latitude": 43.9,
        "longitude": 77.1,
        "power_mw": 50,
        "energy_mwh": "0.2 GWh",
        "stage": "procurement",
        "operation_year": 2028,
        "budget": 61_000_000,
        "currency": "USD",
        "description": "Four hours for the evening peak.",
        "language": "en",
    } | more


def opportunity(external_id: str = "o1", **more: Any) -> dict[str, Any]:
    """A request of the enterprise e1."""
    return {
        "external_id": external_id,
        "enterprise": "e1",
        "side": "request",
        "family": "business",
        "title": "Containers for 200 MWh",
        "summary": "We buy liquid-cooled containers, delivered to the site.",
        "language": "en",
        "target_countries": ["CN", "KR"],
        "certifications_required": ["UL 9540", 'with "quotes" and \\ slashes'],
        "power_mw_min": 45,
        "power_mw_max": 55,
        "budget_min": 20_000_000,
        "budget_max": 40_000_000.5,
        "currency": "USD",
        "expires": "2028-06-30",
        "trl_min": 8,
        "trl_max": 9,
        "incoterm": "dap",
    } | more


def counts(job: Job) -> tuple[int, int, int, int]:
    """Created, changed, unchanged, refused."""
    return job.created_rows, job.changed_rows, job.unchanged_rows, job.refused_rows


def refusals(job: Job) -> list[tuple[int, str, str]]:
    return list(job.errors.values_list("line", "column", "code"))


def facts() -> list[tuple[str, list[int]]]:
    return list(Fact.objects.order_by("pk").values_list("kind", "subject_ids"))
