"""What a concept scheme must hold to (SKOS S13, S14, no cycle, no shared label), without the ORM."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.reference.rules import language_tag
from apps.taxonomy.scheme import Concept, Label, Scheme, ancestors_of

KEY = re.compile(r"(?=.{1,64}\Z)[a-z0-9]+(-[a-z0-9]+)*\Z")
TEXT_LIMIT = 200
_JOINERS = dict.fromkeys((0x200C, 0x200D))  # part of Persian and Hindi spelling, though Python calls them unprintable


class ConceptKind(models.TextChoices):
    TECHNOLOGY = "technology", gettext_lazy("Technology")
    MODE = "mode", gettext_lazy("Cooperation mode")
    STAGE = "stage", gettext_lazy("Value-chain stage")
    APPLICATION = "application", gettext_lazy("Application")
    MATURITY = "maturity", gettext_lazy("Maturity")
    TOPIC = "topic", gettext_lazy("Topic")  # what listings speak of and search finds, but matching does not weigh


class LabelKind(models.TextChoices):
    PREFERRED = "preferred", gettext_lazy("Preferred")
    ALTERNATIVE = "alternative", gettext_lazy("Alternative")
    HIDDEN = "hidden", gettext_lazy("Hidden")


class BadScheme(ValueError):
    """A scheme that was refused whole; `problems` name concept, language and label."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def problems(scheme: Scheme) -> list[str]:
    """Everything that is wrong with a scheme, as sentences."""
    found = [problem for concept in scheme.concepts for problem in _alone(concept)]
    found += _hierarchy(scheme.broader)
    found += _related(scheme)
    found += _shared(scheme.concepts, {(language, text.casefold()) for language, text in scheme.ambiguous})
    return found + list(_groups(scheme))


def _groups(scheme: Scheme) -> Iterator[str]:
    for group in scheme.groups:
        if not KEY.match(group.key):
            yield _not_a_key(group.key)
        for member in group.members:
            if member not in scheme.by_key:
                yield _("%(key)s: its member “%(member)s” is not in the scheme") % {"key": group.key, "member": member}


def _not_a_key(key: str) -> str:
    return _("“%(key)s” is no key: small Latin letters, digits and single hyphens, at most 64") % {"key": key[:100]}


def _alone(concept: Concept) -> Iterator[str]:
    if not KEY.match(concept.key):
        yield _not_a_key(concept.key)
    if concept.kind not in ConceptKind.values:
        yield _("%(key)s: “%(kind)s” is no kind of concept") % {"key": concept.key, "kind": concept.kind}
    yield from label_problems(concept.key, concept.labels)


def label_problems(key: str, labels: Iterable[Label]) -> Iterator[str]:
    """S14: one preferred label a language; S13: preferred, alternative and hidden are disjoint, in any case."""
    labels = list(labels)
    if not any(label.kind == LabelKind.PREFERRED for label in labels):
        yield _("%(key)s: it has no preferred label in any language") % {"key": key}
    for label in labels:
        yield from _label(key, label)
    preferred = Counter(label.language for label in labels if label.kind == LabelKind.PREFERRED)
    for language, count in preferred.items():
        if count > 1:
            yield _("%(key)s: %(count)d preferred labels in %(language)s, where one is allowed") % {
                "key": key, "count": count, "language": language,
            }  # fmt: skip
    texts = Counter((label.language, label.text.casefold()) for label in labels)
    for label in labels:
        if texts.pop((label.language, label.text.casefold()), 1) > 1:
            yield _("%(key)s: the label “%(text)s” stands twice in %(language)s") % {
                "key": key, "text": label.text, "language": label.language,
            }  # fmt: skip


def _label(key: str, label: Label) -> Iterator[str]:
    values = {"key": key, "text": label.text[:60], "language": label.language[:40] or "-"}
    if language_tag(label.language) is None:
        yield _("%(key)s: the label “%(text)s” has “%(language)s” for a language, which is no BCP 47 tag") % values
    text = label.text.translate(_JOINERS)
    if not text.strip() or len(text) > TEXT_LIMIT or not text.isprintable():
        yield _("%(key)s: the label “%(text)s” in %(language)s is empty, too long or holds control characters") % values


def _hierarchy(broader: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for key, parents in broader.items():
        for parent in parents:
            if parent not in broader:
                yield _("%(key)s: the broader concept “%(parent)s” is not in the scheme") % {
                    "key": key,
                    "parent": parent,
                }
    for key in broader:
        if key in ancestors_of(key, broader):
            yield _("%(key)s: it is broader than itself") % {"key": key}


def _related(scheme: Scheme) -> Iterator[str]:
    """S27: what is related is not above or below."""
    for concept in scheme.concepts:
        for other in concept.related:
            values = {"key": concept.key, "other": other}
            if other not in scheme.by_key:
                yield _("%(key)s: the related concept “%(other)s” is not in the scheme") % values
            elif (
                other == concept.key
                or other in ancestors_of(concept.key, scheme.broader)
                or concept.key in ancestors_of(other, scheme.broader)
            ):
                yield _("%(key)s: “%(other)s” is related though it is the same, above or below") % values


def _shared(concepts: Iterable[Concept], ambiguous: Collection[tuple[str, str]]) -> Iterator[str]:
    holders: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for concept in concepts:
        for label in concept.labels:
            holders[label.language, label.text.casefold()].add(concept.key)
    for (language, text), keys in holders.items():
        if len(keys) > 1 and (language, text) not in ambiguous:
            yield _("“%(text)s” in %(language)s is a label of %(keys)s and not listed as ambiguous") % {
                "text": text, "language": language, "keys": ", ".join(sorted(keys)),
            }  # fmt: skip
