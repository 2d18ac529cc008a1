"""The facets beside a page of results: the first values of each, those chosen, and all of what is unfolded."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from apps.core.templatetags.voltbridge import count
from apps.portal import words
from apps.portal.cards import Choice, Facet, Fold
from apps.search import labels
from apps.search.filters import Filters
from apps.search.selectors import Page
from apps.taxonomy.selectors import scheme

FACETS = (
    "side", "technology", "mode", "country", "framework", "family", "stage", "size", "published", "language",
)  # fmt: skip
# How many values of a facet are shown before it is unfolded.
FIRST = 6
MOST_UNFOLDED = 40


def unfolded(asked: Iterable[str]) -> list[str]:
    """What an address unfolds: facets ("country"), and a concept of one that is a tree ("technology.flow-battery")."""
    folds = dict.fromkeys(fold for text in asked for fold in text.split(","))
    return [fold for fold in folds if fold.partition(".")[0] in FACETS][:MOST_UNFOLDED]


def facets(page: Page, filters: Filters, opened: Sequence[str], address: Callable[[list[str]], str]) -> Iterator[Facet]:
    """The facets that can narrow the page or do; `address` is the page's with other parts of the facets unfolded."""
    for name in FACETS:
        chosen = filters.values.get(name, ())
        found = page.facets.get(name, {})
        counts = found | {value: 0 for value in chosen if value not in found}
        if len(counts) > 1 or chosen:
            below = _tree(counts) if name == "technology" else {"": list(counts)}
            yield _Group(name, counts, page.count_is_lower_bound, chosen, below, opened, address).facet()


def _tree(counts: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """The values right below each one, in their order; below "" those that stand under no other one here."""
    below: defaultdict[str, list[str]] = defaultdict(list)
    broader, known = scheme().broader, set(counts)
    for value in counts:
        below[next((key for key in broader.get(value, ()) if key in known), "")].append(value)
    return below


@dataclass(frozen=True, slots=True)
class _Group:
    """One facet: how many have each value, which are chosen, which stand below which, what is unfolded."""

    name: str
    counts: Mapping[str, int]
    count_is_lower_bound: bool
    chosen: Sequence[str]
    below: Mapping[str, Sequence[str]]
    opened: Sequence[str]
    address: Callable[[list[str]], str]

    def facet(self) -> Facet:
        branches = [(top, list(self._under(top, 1))) for top in self.below[""]]
        shown = branches[:FIRST]
        rest = branches[FIRST:]
        shown += rest if self.name in self.opened else [each for each in rest if self._has_chosen(*each)]
        choices = tuple(choice for top, under in shown for choice in self._branch(top, under))
        fold = self._fold(self.name, len(rest), len(branches) - len(shown))
        return Facet(self.name, str(labels.FACETS[self.name]), choices, fold)

    def _under(self, value: str, depth: int) -> Iterator[tuple[str, int]]:
        """All that lies below a value, each before what lies below it, with its depth."""
        for each in self.below.get(value, ()):
            yield each, depth
            yield from self._under(each, depth + 1)

    def _has_chosen(self, top: str, under: Sequence[tuple[str, int]]) -> bool:
        return top in self.chosen or any(value in self.chosen for value, _depth in under)

    def _branch(self, top: str, under: Sequence[tuple[str, int]]) -> Iterator[Choice]:
        """A value with what is unfolded or chosen of those below it."""
        name = f"{self.name}.{top}"
        shown = [pair for pair in under if name in self.opened or pair[0] in self.chosen]
        yield self._choice(top, 0, self._fold(name, len(under), len(under) - len(shown)))
        yield from (self._choice(value, depth) for value, depth in shown)

    def _fold(self, name: str, foldable: int, hidden: int) -> Fold | None:
        if foldable and name in self.opened:
            return Fold(name, fold_url=self.address([other for other in self.opened if other != name]))
        return Fold(name, hidden, ",".join([*self.opened, name])) if hidden else None

    def _choice(self, value: str, depth: int, narrower: Fold | None = None) -> Choice:
        shown = count(self.counts[value], self.count_is_lower_bound)
        return Choice(value, words.value(self.name, value), shown, value in self.chosen, depth, narrower)
