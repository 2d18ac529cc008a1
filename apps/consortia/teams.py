"""The best few teams that fill every role of a project, exactly: a mixed-integer program that HiGHS solves (through SciPy).

One binary variable for each candidate, one for each language that a team could work in. Every role takes one candidate; all
members speak the chosen language; two who keep apart are never both in; prices stay within the budget; each framework wished
for is covered by a member. What a candidate does not state never excludes it. The aim is the sum of the fits. Further teams
come from solving again without those that were found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from time import monotonic

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

TEAMS = 3
SECONDS = 5.0  # for all teams together; what was not proved by then comes with its gap
CONDITIONS = ("budget", "language", "frameworks", "apart")


@dataclass(frozen=True)
class Candidate:
    """Somebody who could fill a role: its place among the roles, a fit in [0, 1], and what joint conditions look at."""

    role: int
    key: int
    fit: float
    languages: frozenset[str] = frozenset()
    frameworks: frozenset[str] = frozenset()
    cost: float | None = None  # euro


@dataclass(frozen=True)
class Problem:
    """Roles, who could fill them, and what holds for a team as a whole; `apart` holds pairs of keys."""

    roles: int
    candidates: Sequence[Candidate]
    budget: float | None = None  # euro
    frameworks: frozenset[str] = frozenset()
    apart: frozenset[tuple[int, int]] = frozenset()
    one_language: bool = True


@dataclass(frozen=True)
class Team:
    """One candidate for each role in their order; no team can have a greater total fit than `bound`, of those not found before."""

    members: tuple[Candidate, ...]
    bound: float

    @property
    def fit(self) -> float:
        """The sum of the members' fits."""
        return sum(member.fit for member in self.members)

    @property
    def gap(self) -> float:
        """By how much, as a share of it, a team could still be better; 0 where the best was proved."""
        return round(max(0.0, self.bound / self.fit - 1), 6) if self.fit else 0.0

    @property
    def languages(self) -> frozenset[str]:
        """What all speak who say what they speak."""
        told = [member.languages for member in self.members if member.languages]
        return frozenset.intersection(*told) if told else frozenset()

    @property
    def cost(self) -> float:
        """The sum of the prices that are stated."""
        return sum(member.cost or 0 for member in self.members)


@dataclass
class _Rows:
    """Linear constraints, written row by row."""

    columns: int
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, terms: Iterable[tuple[int, float]], low: float, high: float) -> None:
        self.entries += [(len(self.low), column, factor) for column, factor in terms]
        self.low.append(low)
        self.high.append(high)

    def constraint(self) -> LinearConstraint:
        row, column, factor = zip(*self.entries, strict=True)
        matrix = coo_array((factor, (row, column)), shape=(len(self.low), self.columns))
        return LinearConstraint(matrix.tocsr(), self.low, self.high)


def best(problem: Problem, *, teams: int = TEAMS, seconds: float = SECONDS) -> list[Team]:
    """The best teams, the best first; none where no team meets the conditions."""
    end = monotonic() + seconds
    found: list[Team] = []
    while len(found) < teams and (left := end - monotonic()) > 0:
        team = _solve(problem, found, left)
        if team is None:
            break
        found.append(team)
    return found


def in_the_way(problem: Problem) -> list[str]:
    """Where no team is there: the roles nobody could fill (as "role N"), or the conditions without one of which there would be one."""
    empty = sorted(set(range(problem.roles)) - {candidate.role for candidate in problem.candidates})
    if empty:
        return [f"role {role}" for role in empty]
    return [name for name in CONDITIONS if best(_without(problem, name), teams=1)] or list(CONDITIONS)


def _without(problem: Problem, condition: str) -> Problem:
    if condition == "budget":
        return replace(problem, budget=None)
    if condition == "language":
        return replace(problem, one_language=False)
    if condition == "frameworks":
        return replace(problem, frameworks=frozenset())
    return replace(problem, apart=frozenset())


def _solve(problem: Problem, without: Sequence[Team], seconds: float) -> Team | None:
    candidates = problem.candidates
    languages = sorted({language for candidate in candidates for language in candidate.languages})
    rows = _constraints(problem, languages, without)
    aim = np.zeros(rows.columns)
    aim[: len(candidates)] = [-candidate.fit for candidate in candidates]
    if len({candidate.role for candidate in candidates}) < problem.roles or not candidates:
        return None
    found = milp(
        aim, integrality=np.ones(rows.columns), bounds=Bounds(0, 1), constraints=rows.constraint(),
        options={"time_limit": seconds, "mip_rel_gap": 0},
    )  # fmt: skip
    return None if found.x is None else _team(candidates, found.x, -float(found.mip_dual_bound))


def _team(candidates: Sequence[Candidate], solution: npt.NDArray[np.float64], bound: float) -> Team:
    chosen = np.flatnonzero(solution[: len(candidates)] > 0.5)
    members = sorted((candidates[place] for place in chosen.tolist()), key=lambda candidate: candidate.role)
    total = sum(member.fit for member in members)
    return Team(tuple(members), max(total, bound))


def _constraints(problem: Problem, languages: Sequence[str], without: Sequence[Team]) -> _Rows:
    candidates = problem.candidates
    rows = _Rows(len(candidates) + len(languages))
    for role in range(problem.roles):
        rows.add([(at, 1) for at, each in enumerate(candidates) if each.role == role], 1, 1)
    if languages and problem.one_language:
        _speak_alike(rows, candidates, languages)
    _keep_apart(rows, problem)
    if problem.budget is not None:
        rows.add([(at, each.cost) for at, each in enumerate(candidates) if each.cost], 0, problem.budget)
    for code in sorted(problem.frameworks):
        rows.add([(at, 1) for at, each in enumerate(candidates) if code in each.frameworks], 1, np.inf)
    place = {(candidate.role, candidate.key): at for at, candidate in enumerate(candidates)}
    for team in without:
        rows.add([(place[each.role, each.key], 1) for each in team.members], 0, problem.roles - 1)
    return rows


def _keep_apart(rows: _Rows, problem: Problem) -> None:
    """One row for each candidate and role: a role takes one, so whoever in it may not be with the candidate stands in one sum."""
    by_key: dict[int, list[int]] = {}
    for at, candidate in enumerate(problem.candidates):
        by_key.setdefault(candidate.key, []).append(at)
    against: dict[tuple[int, int], list[tuple[int, float]]] = {}
    for one, other in sorted(problem.apart):
        for a, b in product(by_key.get(one, ()), by_key.get(other, ())):
            against.setdefault((a, problem.candidates[b].role), []).append((b, 1))
    for (at, role), others in against.items():
        if problem.candidates[at].role != role:
            rows.add([(at, 1), *others], 0, 1)


def _speak_alike(rows: _Rows, candidates: Sequence[Candidate], languages: Sequence[str]) -> None:
    """One language is chosen, and who says what it speaks is in only where it speaks that one."""
    column = {language: len(candidates) + at for at, language in enumerate(languages)}
    rows.add([(at, 1) for at in column.values()], 1, 1)
    for at, candidate in enumerate(candidates):
        if candidate.languages:
            rows.add([(at, -1), *((column[language], 1) for language in candidate.languages)], 0, np.inf)
