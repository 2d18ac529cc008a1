"""Whether lists kept by increments are those of a new run: a sample is compared before the new ones are shown.

Lists can be compared where both runs have one vocabulary, weights and lexicon and no change was left to the new run alone. What
only the new run read, such as a certificate that expired, is passed over.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import numpy as np
from django.db import connection

from apps.matching import depot, snapshot
from apps.matching.criteria import TOP
from apps.matching.live import Standing
from apps.matching.models import PackedListing, Run

SAMPLE = 500  # listings
Entries = Mapping[int, float]  # score by partner


def compare(shown: Run, run: Run, here: Standing) -> None:
    """Write down how many lists of a sample were compared, and how many of them disagree. Needs the lock."""
    if not _comparable(shown, run, here):
        return
    passed_over = set(
        PackedListing.objects.filter(sequence__gt=run.followed, sequence__lte=run.sequence).values_list(
            "key", flat=True
        )
    )
    keys = np.concatenate([here.offers.keys, here.requests.keys])
    drawn = np.random.default_rng(run.pk).choice(keys, min(SAMPLE, len(keys)), replace=False).tolist()
    owners = sorted(set(drawn) - passed_over)
    old, new = _lists(shown.pk, owners), _lists(run.pk, owners)
    wrong = [owner for owner in owners if not agree(old.get(owner, {}), new.get(owner, {}), passed_over)]
    Run.objects.filter(pk=run.pk).update(compared=len(owners), disagreements=len(wrong))


def _comparable(shown: Run, run: Run, here: Standing) -> bool:
    if shown.behind or shown.stamp != run.stamp or shown.weights != run.weights:
        return False
    try:
        _, words, _ = depot.read(shown)
    except (snapshot.Damaged, OSError):  # never a reason to lose what the run found
        return False
    ours = here.words
    return np.array_equal(words.terms, ours.terms) and np.array_equal(words.weights, ours.weights)


def _lists(run_id: int, owners: list[int]) -> dict[int, dict[int, float]]:
    found: dict[int, dict[int, float]] = {}
    with connection.cursor() as cursor:
        statement = "SELECT owner, other, score FROM matching_match WHERE run_id = %s AND owner = ANY(%s)"
        cursor.execute(statement, [run_id, owners])
        for owner, other, score in cursor.fetchall():
            found.setdefault(owner, {})[other] = score
    return found


def agree(old: Entries, new: Entries, passed_over: AbstractSet[int]) -> bool:
    """Whether two lists of one owner hold the same partners with the same scores, apart from those passed over."""
    return not any(_lacks(a, b, passed_over) for a, b in ((old, new), (new, old)))


def _lacks(one: Entries, other: Entries, passed_over: AbstractSet[int]) -> bool:
    """Whether a partner of the one list is missing from the other, or stands there with another score.

    Where it is missing because better ones, which were passed over, filled the list, nothing is wrong.
    """
    last = max(((-score, key) for key, score in other.items()), default=(0.0, 0))
    crowded = len(other) == TOP and not passed_over.isdisjoint(other)
    return any(
        other.get(key) != score and not (key not in other and crowded and last < (-score, key))
        for key, score in one.items()
        if key not in passed_over
    )


def fall_behind(run: Run | None) -> None:
    """Changes are left to the next run: until then the lists of this one are not what a run would give."""
    if run is not None:
        Run.objects.filter(pk=run.pk).update(behind=True)


def last_compared() -> Run | None:
    """The newest run that was compared with the lists shown before it."""
    return Run.objects.filter(compared__isnull=False).order_by("-pk").first()
