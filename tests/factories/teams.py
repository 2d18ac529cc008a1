"""Made-up roles and candidates for teams."""

from itertools import combinations
from random import Random

from apps.consortia.teams import Candidate, Problem

LANGUAGES, FRAMEWORKS = ("en", "zh", "ru", "pt", "ar"), ("BRI", "BRICS")


def a_problem(roles: int, candidates: int, seed: int) -> Problem:
    """So many roles with so many candidates each; one pair in ten keeps apart, some state no language or price."""
    random = Random(seed)
    people = [
        Candidate(
            role=role, key=role * candidates + number, fit=round(random.uniform(0.3, 0.95), 4),
            languages=frozenset(random.sample(LANGUAGES, random.randint(0, 2))),
            frameworks=frozenset(random.sample(FRAMEWORKS, random.randint(0, 2))),
            cost=random.choice([None, random.uniform(1, 10)]),
        )
        for role in range(roles)
        for number in range(candidates)
    ]  # fmt: skip
    apart = frozenset(pair for pair in combinations(range(roles * candidates), 2) if random.random() < 0.1)
    return Problem(roles, people, budget=roles * 4.0, frameworks=frozenset(FRAMEWORKS), apart=apart)
