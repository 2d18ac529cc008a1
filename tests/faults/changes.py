"""Random changes to a small platform, each made by the service through which people, operators and files make it."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.core.clock import database_now
from apps.core.lifecycle import State
from apps.enterprises import services as enterprises
from apps.enterprises.models import Enterprise
from apps.enterprises.rules import public_id
from apps.imports import services as imports
from apps.imports.rows import Row
from apps.journal.intake import Terms
from apps.matching import runs
from apps.matching.criteria import DEFAULT_WEIGHTS
from apps.matching.models import Run
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from apps.projects import services as projects
from apps.projects.models import Project
from apps.reference import services as reference
from tests.factories.listings import a_draft_offer, a_draft_request, a_published_project, published
from tests.factories.people import a_person

COUNTRIES = ("CN", "KZ", "BR", "AE", "IN", "ZA")
LANGUAGES = ("en", "zh", "ru", "pt", "ar")
TECHNOLOGIES = ("lfp", "nmc", "sodium-ion", "vanadium-flow", "pcs", "ems", "lithium-ion", "storage-systems")
MODES = ("equipment-supply", "joint-venture", "research-development", "project-finance")
STAGES = ("cells-stacks", "integration", "operation", "finance")
KINDS = ("maker", "epc", "developer", "bank")
STANDARDS = ("IEC 62619", "UL 9540", "IEC 62933")
WORDS = (
    "cells",
    "container",
    "frequency",
    "peak",
    "grid",
    "island",
    "mine",
    "port",
    "heat",
    "tender",
    "reserve",
    "hydro",
)
FIRMS, PROJECTS = 14, 4
LISTED = 90  # about so many listings are public at a time: lists are full, and somebody is left outside them


@dataclass
class Changes:
    """Makes one change after the other, the same ones for the same seed."""

    chance: random.Random
    actor: User = field(default_factory=a_person)
    made: Counter[str] = field(default_factory=Counter)
    imported: int = 0

    def begin(self) -> None:
        """Enterprises, some of one group; projects; as many listings as there will be about."""
        self.rate()
        for number in range(FIRMS):
            name = f"firm-{number}"
            stated = {"external_id": name, "name": name, "owner": f"firm-{number - 1}" if number % 4 == 3 else ""}
            firm = enterprises.create(values=stated | self._profile(), actor=self.actor)
            enterprises.move(enterprise=firm, name="vouch", actor=None)
        for _ in range(PROJECTS):
            a_published_project(self._firm(), country=self.chance.choice(COUNTRIES))
        for _ in range(LISTED):
            self.publish()

    def make_one(self) -> None:
        """One change, of a kind drawn by its frequency; the number of public listings stays about the same."""
        room = self._listings().count() < LISTED
        often = {name: share for name, share in OFTEN.items() if name not in (ENDS if room else BEGINNINGS)}
        name = self.chance.choices(list(often), list(often.values()))[0]
        getattr(self, name)()
        self.made[name] += 1

    # Listings

    def publish(self) -> None:
        make = self.chance.choice([a_draft_offer, a_draft_request])
        project = self._one(Project.objects.all()) if self.chance.random() < 0.2 else None
        published(make(self._firm(), project=project, **self._wishes()))

    def reopen(self) -> None:
        self._move(Opportunity.objects.filter(state__in=[State.WITHDRAWN, State.EXPIRED]), "reopen", "vouch")

    def review(self) -> None:
        self._move(Opportunity.objects.filter(state=State.SUBMITTED), "vouch")

    def withdraw(self) -> None:
        self._move(self._listings(), "withdraw")

    def fulfil(self) -> None:
        self._move(self._listings(), "fulfil")

    def expire(self) -> None:
        """A day passes: here the day moves, not the clock."""
        Opportunity.objects.filter(pk=self._one(self._listings()).pk).update(
            expires=database_now().date() - timedelta(1)
        )
        opportunities.expire_due()

    def edit(self) -> None:
        """An edit that is public at once."""
        self._write(available_from=f"20{self.chance.randint(26, 30)}-01-01", languages=self._some(LANGUAGES))

    def rewrite(self) -> None:
        """An edit, exclusions among it, that a moderator has to see first."""
        self._write(**self._wishes())

    def bring(self) -> None:
        """A file of listings, some of which are here already."""
        self.imported += 1
        records = [{
            "external_id": f"listing-{(self.imported + place) % 7}", "enterprise": self._firm().external_id, "language": "en",
            "side": self.chance.choice(["offer", "request"]), **self._wishes(),
        } for place in range(2)]  # fmt: skip
        with transaction.atomic():
            imports.take("opportunities", [Row(line, row) for line, row in enumerate(records)], Terms(publish=True))

    # Enterprises and projects

    def profile(self) -> None:
        self._write_firm(**self._profile())

    def deeds(self) -> None:
        """What an enterprise did changes, where it did it stays."""
        firm = self._firm()
        done = [self._reference() | {"country": row.country} for row in firm.references.order_by("pk")]
        self._write_firm(firm, references=done)

    def veto(self) -> None:
        self._write_firm(
            excluded_countries=self._some(COUNTRIES, 1), excluded_enterprises=self._named(), excluded_kinds=self._some(KINDS, 1),
            excludes_competitors=self.chance.choice(["yes", ""]),
        )  # fmt: skip

    def belong(self) -> None:
        self._write_firm(owner=self.chance.choice(["", *(self._named() or ["Somebody Holding"])]))

    def rename(self) -> None:
        """Another external id, by which others may have named it."""
        self._write_firm(external_id=f"firm-{self.chance.randint(0, 2 * FIRMS)}")

    def leave(self) -> None:
        """An enterprise goes, with its listings, and comes back later without asking them."""
        if Enterprise.objects.published().count() > FIRMS // 2:  # somebody has to be left for the other changes
            self._move_firm(Enterprise.objects.published(), "withdraw")

    def return_(self) -> None:
        self._move_firm(Enterprise.objects.filter(state=State.WITHDRAWN), "reopen", "vouch")

    def site(self) -> None:
        project = self._one(Project.objects.published())
        values = {"country": self.chance.choice(COUNTRIES)}
        projects.update(project=project, values=values, actor=self.actor, version=project.version)
        if project.state == State.SUBMITTED:
            projects.move(project=project, name="vouch", actor=None)

    # What all lists rest on

    def rate(self) -> None:
        reference.import_rates(
            f"date,currency,rate\n2099-01-02,USD,1.{self.chance.randint(0, 9)}\n2099-01-02,CNY,7.8\n"
        )

    def weigh(self) -> None:
        """A run under other weights."""
        weights = {name: weight + self.chance.randint(0, 5) for name, weight in DEFAULT_WEIGHTS.items()}
        Run.objects.filter(pk=runs.request().pk).update(weights=weights)

    def _listings(self) -> QuerySet[Opportunity]:
        return Opportunity.objects.published().filter(enterprise__state=State.PUBLISHED)

    def _firm(self) -> Enterprise:
        found: Enterprise = self._one(Enterprise.objects.published())
        return found

    def _one(self, rows: QuerySet[Any]) -> Any:
        found = rows.order_by("pk")
        return self.chance.choice(found) if found else None

    def _some(self, values: tuple[str, ...], most: int = 2) -> list[str]:
        return self.chance.sample(values, self.chance.randint(0, most))

    def _text(self) -> str:
        return " ".join(self.chance.choices(WORDS, k=6))

    def _named(self) -> list[str]:
        """Whom others name: by the id on its page, or by its own."""
        firm = self._firm()
        return [self.chance.choice((public_id(firm.pk), firm.external_id or ""))] if self.chance.random() < 0.4 else []

    def _profile(self) -> dict[str, Any]:
        references = [self._reference() for _ in range(self.chance.randint(0, 3))]
        expires = database_now().date() + timedelta(self.chance.choice([-5, 900]))
        return {
            "country": self.chance.choice(COUNTRIES), "languages": self._some(LANGUAGES), "technologies": self._some(TECHNOLOGIES),
            "stages": self._some(STAGES), "kinds": self._some(KINDS, 1), "summary": self._text(), "references": references,
            "claims": [{"kind": "certificate", "standard": name, "expires": expires} for name in self._some(STANDARDS, 1)],
        }  # fmt: skip

    def _reference(self) -> dict[str, Any]:
        return {
            "title": self._text(), "country": self.chance.choice(COUNTRIES), "technologies": self._some(TECHNOLOGIES),
            "year": self.chance.choice([2016, 2022, 2025]), "power_mw": self.chance.choice([None, 5.0, 80.0]),
            "value": self.chance.choice([None, 1e6, 3e7]), "currency": "USD",
        }  # fmt: skip

    def _wishes(self) -> dict[str, Any]:
        wished = self._some(COUNTRIES)
        return {
            "title": self._text(), "summary": self._text(), "technologies": self._some(TECHNOLOGIES), "modes": self._some(MODES),
            "stages": self._some(STAGES, 1), "target_countries": wished, "languages": self._some(LANGUAGES),
            "excluded_countries": [code for code in self._some(COUNTRIES, 1) if code not in wished],
            "excluded_enterprises": self._named(), "power_mw_min": self.chance.choice([None, 10.0, 50.0]),
            "budget_max": self.chance.choice([None, 1e6, 5e7]), "currency": self.chance.choice(["USD", "CNY", "EUR"]),
            "trl_min": self.chance.choice([None, 5, 8]), "certifications_required": self._some(STANDARDS, 1),
        }  # fmt: skip

    def _write(self, **values: Any) -> None:
        row = self._one(self._listings())
        opportunities.update(opportunity=row, values=values, actor=self.actor, version=row.version)

    def _move(self, rows: QuerySet[Any], *names: str) -> None:
        row = self._one(rows.filter(enterprise__state=State.PUBLISHED))
        for name in names if row else ():
            opportunities.move(opportunity=row, name=name, actor=None)

    def _write_firm(self, firm: Enterprise | None = None, /, **values: Any) -> None:
        """An enterprise's edit; what has to be read first is read at once."""
        firm = firm or self._firm()
        if Enterprise.objects.filter(external_id=values.get("external_id", "")).exists():
            return
        enterprises.update(enterprise=firm, values=values, actor=self.actor, version=firm.version)
        if firm.state == State.SUBMITTED:
            enterprises.move(enterprise=firm, name="vouch", actor=None)

    def _move_firm(self, rows: QuerySet[Enterprise], *names: str) -> None:
        row = self._one(rows)
        for name in names if row else ():
            enterprises.move(enterprise=row, name=name, actor=None)


OFTEN = {
    "publish": 30, "bring": 6, "reopen": 6, "review": 14, "withdraw": 12, "fulfil": 6, "expire": 6, "edit": 14, "rewrite": 14,
    "profile": 6, "deeds": 6, "veto": 6, "belong": 3, "rename": 3, "leave": 2, "return_": 2, "site": 4, "rate": 0.1, "weigh": 0.1,
}  # fmt: skip
BEGINNINGS, ENDS = ("publish", "reopen"), ("withdraw", "fulfil", "expire")
