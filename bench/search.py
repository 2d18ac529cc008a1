"""Search in listings of ten scripts (page of 20, count and facets) beside tantivy, and listings indexed a second.

The words of each script follow Zipf's law; questions take theirs from listings, so frequent words are asked for often.
The platform's time is from the text of a question to its page, and counts of more than 5,000 are capped: its page says
"more than" and its facets are those of 5,000. tantivy counts exactly. `LISTINGS=1000000 make bench ONLY=search` asks
among a million, which has a goal of its own; at any other number times are told and not judged.
"""

import json
import os
import random
import statistics
import time
from bisect import bisect
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

    from apps.search.documents import Row
    from bench.tantivy_peer import Peer

LISTINGS = int(os.environ.get("LISTINGS", "100000"))
INDEXED, BATCH, QUESTIONS = 12_000, 500, 400
WORKERS = os.cpu_count() or 1
ROUNDS = (3, 4, 5)  # seeds of as many rounds of questions; the median round counts
# At most so many times as long as tantivy at the median and at the 95th percentile; among a million, milliseconds.
GOAL_P50, GOAL_P95, GOAL_MS, FEW, MANY, GOAL_ROWS = 5.0, 20.0, 100.0, 100_000, 1_000_000, 5_000.0
GOAL_FINDABLE = 2_000.0
VOCABULARY = 20_000
SHARES = {"en": 30, "zh": 20, "ru": 10, "pt": 8, "ar": 8, "fa": 4, "hi": 6, "ja": 5, "th": 4, "ko": 3, "am": 2}
_UNSPACED = {"zh", "ja", "th"}
_LETTERS = {
    "en": "abcdefghijklmnoprstuvwy", "pt": "abcdefghilmnopqrstuvzãçéó", "ru": "абвгдежзийклмнопрстуфхцчшыья",
    "ar": "ابتثجحخدرزسشصضطعغفقكلمنهوي", "fa": "ابپتجچحخدرزسشطعغفقکگلمنهوی", "hi": "कखगघचछजटडतथदधनपफबभमयरलवशसह",
    "zh": "".join(chr(0x4E00 + 3 * n) for n in range(2500)), "ja": "".join(chr(0x3041 + n) for n in range(80)),
    "th": "".join(chr(0x0E01 + n) for n in range(46)), "ko": "".join(chr(0xAC00 + 4 * n) for n in range(2500)),
    "am": "".join(chr(0x1200 + n) for n in range(250)),
}  # fmt: skip


@cache
def _ladder(size: int) -> list[float]:
    """Zipf's frequencies, added up."""
    return list(accumulate(1 / (place + 3) for place in range(size)))


class Corpus:
    """Listings and questions of words that are as unevenly frequent as real ones; the same for the same seed.

    The words, and which of them are the frequent ones, are the same for every seed: questions ask for what listings say.
    """

    def __init__(self, seed: int = 1) -> None:
        from apps.taxonomy.selectors import scheme

        self.chance = random.Random(0)
        self.scheme = scheme()
        self.languages = list(SHARES)
        self.words = {language: self._vocabulary(language) for language in SHARES}
        self.countries = self._country_codes()
        self.chance = random.Random(seed)
        self.concepts = {
            kind: [key for key in self.scheme.keys if self.scheme.kind(key) == kind]
            for kind in ("technology", "mode", "stage")
        }

    def _vocabulary(self, language: str) -> list[str]:
        """The most frequent words come first and are the shortest."""
        letters, made = _LETTERS[language], dict[str, None]()
        dense = language in {"zh", "ko"}
        while len(made) < VOCABULARY:
            length = self.chance.randint(2, 3) if dense else self.chance.randint(3, 5 + 5 * len(made) // VOCABULARY)
            made["".join(self.chance.choices(letters, k=length))] = None
        return list(made)

    def _country_codes(self) -> list[str]:
        from apps.reference.rules import country_codes

        return self.chance.sample(sorted(country_codes()), k=200)

    def zipf(self, size: int) -> int:
        """A place in a list of this size, the first ones by far the likeliest."""
        ladder = _ladder(size)
        return bisect(ladder, self.chance.random() * ladder[-1])

    def several(self, values: list[str], most: int) -> list[str]:
        return list({values[self.zipf(len(values))] for _ in range(self.chance.randint(1, most))})

    def text(self, language: str, length: int) -> str:
        """Words, and now and then the name of a concept."""
        words = self.words[language]
        length = length // 2 if language in _UNSPACED else length  # their words become several pairs of characters each
        made = [words[self.zipf(VOCABULARY)] for _ in range(length)]
        if self.chance.random() < 0.7:
            made.insert(self.chance.randrange(length), self.scheme.label(self.concept(), language))
        return ("" if language in _UNSPACED else " ").join(made)

    def concept(self, kind: str = "technology") -> str:
        keys = self.concepts[kind]
        return keys[self.zipf(len(keys))]

    def listing(self, number: int) -> dict[str, Any]:
        """The fields of a listing that search reads."""
        (language,) = self.chance.choices(self.languages, weights=list(SHARES.values()))
        power = round(self.chance.lognormvariate(3, 1.5), 1) if self.chance.random() < 0.7 else None
        return {
            "language": language, "title": self.text(language, 7), "side": self.chance.choice(("offer", "request")),
            "summary": self.text(language, min(400, max(15, int(self.chance.lognormvariate(4.0, 0.5))))),
            "family": self.chance.choices(("business", "technology", "research"), weights=(6, 3, 1))[0],
            "technologies": list({self.concept() for _ in range(self.chance.randint(1, 3))}),
            "modes": [self.concept("mode")], "stages": [self.concept("stage")],
            "target_countries": self.several(self.countries, 3), "target_frameworks": self.chance.choice(([], ["BRI"])),
            "power_mw_min": power, "power_mw_max": power and power + 5, "energy_mwh_min": power and 2 * power,
            "published_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
        }  # fmt: skip

    def question(self) -> tuple[str, dict[str, str]]:
        """A question with its filters: mostly a word or two, sometimes a concept, a sentence or nothing at all."""
        (language,) = self.chance.choices(self.languages, weights=list(SHARES.values()))
        kind = self.chance.choices(("words", "concept", "sentence", "nothing"), weights=(70, 15, 8, 7))[0]
        words = self.words[language]
        if kind == "words":
            text = " ".join(words[self.zipf(VOCABULARY)] for _ in range(self.chance.choice((1, 1, 2, 2, 3))))
        elif kind == "concept":
            text = self.scheme.label(
                self.concept(), self.chance.choice(("en", "zh-Hans", "ru", "pt", "ar", "fa", "hi"))
            )
        else:
            text = self.text(language, 12) if kind == "sentence" else ""
        filters = {"side": "offer"} if self.chance.random() < 0.2 else {}
        return text, filters | ({"country": self.countries[self.zipf(200)]} if self.chance.random() < 0.1 else {})


@contextmanager
def scratch_database() -> Iterator[None]:
    """An empty database of the bench's own, with the thesaurus and the frameworks that ship."""
    import django

    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    from apps.reference.services import load_seeds
    from apps.taxonomy.services import load_shipped

    made = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
    try:
        load_shipped()
        load_seeds()
        yield
    finally:
        teardown_databases(made, verbosity=0)


class _Filler:
    """The corpus of a process that fills the index."""

    corpus: Corpus


@contextmanager
def processes() -> Iterator["Pool"]:
    """WORKERS processes at once, each with a connection of its own."""
    from django.db import connections

    connections.close_all()
    with get_context("fork").Pool(WORKERS) as pool:
        yield pool


def _filled(numbers: range) -> list["Row"]:
    """Entries of listings with these numbers, written from values, without rows of their own."""
    from apps.enterprises.models import Enterprise
    from apps.opportunities.models import Opportunity
    from apps.search import services
    from apps.search.documents import as_entry, of_listing

    corpus, enterprise = _Filler.corpus, Enterprise(name="Bench", name_latin="", country="KZ")
    corpus.chance.seed(numbers.start)
    rows = (Opportunity(pk=-number, enterprise=enterprise, currency="", **corpus.listing(number)) for number in numbers)
    entries = [as_entry(of_listing(row, {})) for row in rows]
    services.write(entries)
    return entries


def fill(peer: "Peer") -> None:
    """Write all but the last listings, and file them in the index of lexemes afterwards; the peer gets all of them."""
    from django.db import connection

    from apps.search.models import Entry
    from apps.taxonomy.selectors import tagger

    by_lexeme = next(index for index in Entry._meta.indexes if index.name == "entry_vector")
    with connection.schema_editor() as editor:
        editor.remove_index(Entry, by_lexeme)
    _Filler.corpus = Corpus()
    tagger()
    last = LISTINGS - INDEXED + 1
    batches = [range(start, min(start + BATCH, last)) for start in range(1, last, BATCH)]
    with processes() as pool:
        for entries in pool.imap(_filled, batches):
            peer.add(entries)
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
    with connection.schema_editor() as editor:
        editor.add_index(Entry, by_lexeme)


def publish(corpus: Corpus, numbers: range) -> list[list[int]]:
    """Rows of listings with these numbers, not indexed yet; returns their ids in batches."""
    from apps.enterprises.models import Enterprise
    from apps.opportunities.models import Opportunity

    enterprise = Enterprise.objects.create(name="Bench", country="KZ", state="published")
    batches = []
    for start in range(0, len(numbers), BATCH):
        rows = Opportunity.objects.bulk_create(
            Opportunity(enterprise=enterprise, state="published", **corpus.listing(number))
            for number in numbers[start : start + BATCH]
        )
        batches.append([row.pk for row in rows])
    return batches


def _indexed(ids: list[int]) -> int:
    from apps.search import services

    return services.index("opportunity", ids)


def indexed_a_second(batches: list[list[int]]) -> float:
    """Rows into the index: read, analysed, locked and written."""
    begin = time.perf_counter()
    return sum(map(_indexed, batches)) / (time.perf_counter() - begin)


def indexed_a_second_by_workers(batches: list[list[int]]) -> float:
    """The same by as many processes as the machine has cores, as workers share the parts of a rebuilding."""
    with processes() as pool:
        pool.map(_warm, range(WORKERS), chunksize=1)
        begin = time.perf_counter()
        return sum(pool.imap_unordered(_indexed, batches)) / (time.perf_counter() - begin)


def _warm(_number: int) -> None:
    """Read some again, so that the process is connected and has its readers of languages."""
    from apps.opportunities.models import Opportunity

    _indexed(list(Opportunity.objects.order_by("pk").values_list("pk", flat=True)[:BATCH]))
    time.sleep(0.1)  # so that each process gets one


def findable_after(number: int = 30) -> float:
    """Milliseconds, in the slowest of so many, from a listing's change to its being found, among all the others."""
    from apps.opportunities.models import Opportunity
    from apps.search import questions, selectors
    from apps.search.filters import Filters

    slowest = 0.0
    for pk in Opportunity.objects.order_by("pk").values_list("pk", flat=True)[:number]:
        word = "".join(chr(ord("p") + int(digit)) for digit in str(pk)) + "xq"
        begin = time.perf_counter()
        Opportunity.objects.filter(pk=pk).update(title=word)
        _indexed([pk])
        if pk not in [hit.subject_id for hit in selectors.find(questions.parse(word), Filters()).results]:
            raise RuntimeError(f"what says {word} now is not found")
        slowest = max(slowest, time.perf_counter() - begin)
    return slowest * 1000


def milliseconds(corpus: Corpus) -> list[float]:
    """How long each question takes, from its text to a page of results with count and facets."""
    from apps.search import filters, questions, selectors

    taken = []
    for text, asked in [corpus.question() for _ in range(QUESTIONS)]:
        begin = time.perf_counter()
        wanted, _notes = filters.parse({name: [value] for name, value in asked.items()}, kind="opportunity")
        selectors.find(questions.parse(text), wanted)
        taken.append((time.perf_counter() - begin) * 1000)
    return taken


def peer_milliseconds(corpus: Corpus, peer: "Peer") -> list[float]:
    """How long the peer takes for the same questions, as understood and under the same filters."""
    from apps.search import filters, questions, ranking, selectors
    from apps.search import statistics as frequencies

    taken = []
    for text, asked in [corpus.question() for _ in range(QUESTIONS)]:
        wanted, _notes = filters.parse({name: [value] for name, value in asked.items()}, kind="opportunity")
        levels = ranking.levels(questions.parse(text), frequencies.frequencies())
        parts = [[f"({level.condition})"] if level.condition else [] for level in levels]
        conditions = [" & ".join([*part, *wanted.conditions]) for part in parts]
        begin = time.perf_counter()
        peer.find(conditions, selectors.ENOUGH if text else 1)
        taken.append((time.perf_counter() - begin) * 1000)
    return taken


def _p50(taken: list[float]) -> float:
    return statistics.median(taken)


def _p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


def main() -> None:
    """Print lines for the median, the 95th percentile, and indexing."""
    with scratch_database():
        from django.db import connection

        from apps.search import documents
        from bench.tantivy_peer import Peer

        peer = Peer()
        fill(peer)
        last = publish(_Filler.corpus, range(LISTINGS - INDEXED, LISTINGS))
        half = len(last) // 2
        rate, shared_rate = indexed_a_second(last[:half]), indexed_a_second_by_workers(last[half:])
        peer.add(documents.as_entry(one) for ids in last for one in documents.of_opportunities(ids, {}))
        peer.commit()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE search_entry")
        milliseconds(Corpus(seed=2))  # readers of languages are made, pages come into memory
        findable = findable_after()
        # In turns, so that a busy moment of the machine strikes both.
        turns = [(milliseconds(Corpus(seed)), peer_milliseconds(Corpus(seed), peer)) for seed in ROUNDS]
    for name, of, goal in (("search_p50", _p50, GOAL_P50), ("search_p95", _p95, GOAL_P95)):
        ours = statistics.median(of(own) for own, _other in turns)
        theirs = statistics.median(of(other) for _own, other in turns)
        _compare(name, ours, theirs, goal)
    unit = f"listings/s into an index of {LISTINGS}, by"
    _print("search_index_alone", rate, f"{unit} one process", None, ok=None)
    _print("search_index", shared_rate, f"{unit} {WORKERS} processes", f">= {GOAL_ROWS:g}", ok=shared_rate >= GOAL_ROWS)
    unit = f"ms from a change among {LISTINGS} to its being found, the slowest of 30, besides the queue"
    _print("search_findable", findable, unit, f"<= {GOAL_FINDABLE:g}", ok=findable <= GOAL_FINDABLE)


def _compare(name: str, ours: float, theirs: float, times: float) -> None:
    """Among 100,000 the ratio to the peer has a goal, among a million the time itself at the 95th percentile."""
    ratio = ours / theirs
    goal, ok = {
        FEW: (f"<= {times:g} times the peer", ratio <= times),
        MANY: (f"<= {GOAL_MS:g} ms", ours <= GOAL_MS) if name == "search_p95" else (None, None),
    }.get(LISTINGS, (None, None))
    unit = f"ms at {LISTINGS} listings, counts and facets capped at 5000"
    _print(name, ours, unit, goal, ok=ok, peer=f"tantivy, exact counts, {theirs:.2f} ms", ratio=round(ratio, 2))


def _print(bench: str, value: float, unit: str, goal: str | None, *, ok: bool | None, **peer: str | float) -> None:
    line = {"bench": bench, "value": round(value, 1), "unit": unit, "peer": None, "ratio": None} | peer
    print(json.dumps(line | {"goal": goal, "ok": ok}), flush=True)


if __name__ == "__main__":
    main()
