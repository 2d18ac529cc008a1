"""The best teams are those that trying every one would give; and each joint condition is kept."""

from itertools import combinations, product

import pytest

from apps.consortia import teams
from apps.consortia.teams import Candidate, Problem, Team
from tests.factories.teams import a_problem


def tried(problem: Problem) -> list[float]:
    """The fits of all teams that meet the conditions, the best first."""
    by_role = [[each for each in problem.candidates if each.role == role] for role in range(problem.roles)]
    fits = [Team(members, 0.0).fit for members in product(*by_role) if _meets(problem, Team(members, 0.0))]
    return sorted(fits, reverse=True)


def _meets(problem: Problem, team: Team) -> bool:
    keys = [member.key for member in team.members]
    speak = any(member.languages for member in team.members)
    return (
        not any(tuple(sorted(pair)) in problem.apart for pair in combinations(keys, 2))
        and (problem.budget is None or team.cost <= problem.budget)
        and (bool(team.languages) or not speak)
        and all(any(code in member.frameworks for member in team.members) for code in problem.frameworks)
    )


@pytest.mark.parametrize("seed", range(25))
def test_the_best_three_teams_are_those_that_trying_all_gives(seed: int) -> None:
    problem = a_problem(3, 5, seed)
    found = teams.best(problem)
    assert [team.fit for team in found] == pytest.approx(tried(problem)[:3])
    assert all(team.gap == 0 and _meets(problem, team) for team in found)


ANNA = Candidate(0, 1, 0.9, frozenset({"en"}), frozenset({"BRI"}), 60.0)
BO = Candidate(1, 2, 0.8, frozenset({"zh"}), frozenset(), 60.0)
BEA = Candidate(1, 3, 0.5, frozenset({"en", "zh"}), frozenset({"BRI"}), 30.0)


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (Problem(2, [ANNA, BEA], budget=80), "budget"),
        (Problem(2, [ANNA, BO]), "language"),
        (Problem(2, [ANNA, BEA], frameworks=frozenset({"BRICS"})), "frameworks"),
        (Problem(2, [ANNA, BEA], apart=frozenset({(1, 3)})), "apart"),
        (Problem(3, [ANNA, BEA]), "role 2"),
    ],
)
def test_where_no_team_is_there_what_is_in_the_way_is_named(problem: Problem, reason: str) -> None:
    assert teams.best(problem) == []
    assert teams.in_the_way(problem) == [reason]


def test_one_enterprise_may_fill_two_roles_and_what_is_not_stated_excludes_nobody() -> None:
    again, silent = Candidate(1, 1, 0.7, frozenset({"en"})), Candidate(2, 4, 0.4)
    (team,) = teams.best(Problem(3, [ANNA, again, silent], budget=60), teams=1)
    assert team.members == (ANNA, again, silent)
