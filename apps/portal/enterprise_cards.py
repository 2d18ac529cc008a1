"""What the page of an enterprise needs to know, as plain values."""

from dataclasses import dataclass
from datetime import date

from apps.portal.cards import Detail, EnterpriseCard, ListingCard, Number, Ours, Pager, ProjectCard, Range, Words


@dataclass(frozen=True, slots=True)
class IdentifierRow:
    """A registry number (members only: "" for others) with the three separate answers about it; None is "not known"."""

    scheme: str
    value: str
    syntax_ok: bool | None = None
    checksum_ok: bool | None = None
    registry_confirmed: bool | None = None
    warning: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """A project the enterprise says it took part in."""

    title: Words
    country: str = ""
    year: int | None = None
    role: str = ""
    power: Range | None = None
    energy: Range | None = None
    value: Range | None = None
    technologies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """Something the enterprise says that can be evidenced; `verified` says who looked at it and when, or is empty."""

    kind: str
    standard: str
    product: str = ""
    body: str = ""
    number: str = ""
    issued: date | None = None
    expires: date | None = None
    verified: str = ""


@dataclass(frozen=True, slots=True)
class CapacityRow:
    """What a maker can make a year of one technology, made last year, and plans, in GWh."""

    technology: str
    capacity: Number | None = None
    output: Number | None = None
    year: int | None = None
    planned: Number | None = None
    planned_year: int | None = None

    @property
    def used(self) -> float | None:
        """Share of the capacity that was used, in [0, 1]."""
        if not self.capacity or self.output is None:
            return None
        return min(float(self.output) / float(self.capacity), 1.0)


@dataclass(frozen=True, slots=True)
class EnergyRow:
    """What making took in one year: electricity in MWh, kWh for each kWh of cells, shares in [0, 1]."""

    year: str
    electricity: float | None = None
    intensity: float | None = None
    renewable: float | None = None
    sourcing: str = ""
    recycled: float | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class EnergyTrend:
    """What changed since a year, in words."""

    since: str
    electricity: str
    intensity: str
    renewable: str
    recycled: str


@dataclass(frozen=True, slots=True)
class EnterprisePage:
    """An enterprise with everything that is public about it."""

    card: EnterpriseCard
    details: tuple[Detail, ...] = ()
    identifiers: tuple[IdentifierRow, ...] = ()
    claims: tuple[ClaimRow, ...] = ()
    references: tuple[ReferenceRow, ...] = ()
    references_in_all: int = 0
    capacities: tuple[CapacityRow, ...] = ()
    energy: tuple[EnergyRow, ...] = ()
    energy_trend: EnergyTrend | None = None
    listings: tuple[ListingCard, ...] = ()
    pager: Pager | None = None
    projects: tuple[ProjectCard, ...] = ()
    website: str = ""
    ours: Ours | None = None
    ask_url: str = ""
