"""Matches as their page shows them: bars, reasons as sentences, and what would be worth stating."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.templatetags.voltbridge import score as written
from apps.matching import wording
from apps.matching.criteria import TRACK_RECORD, joint
from apps.matching.selectors import Fit, Partner
from apps.portal import briefs, words
from apps.portal.cards import Words
from apps.portal.match_cards import MatchCard, Reason, Way

# What nobody can state by filling in a field: likeness of texts, and what references say.
_NOT_STATED = frozenset({"text", *TRACK_RECORD})
Weights = Mapping[str, int]


def key(partner: Partner) -> str:
    """How a match is called in addresses."""
    row = partner.opportunity or partner.enterprise
    return f"{partner.kind}-{row.pk}"


def match(partner: Partner, weights: Weights) -> MatchCard:
    """A partner with both ways; `weights` are those of the run that found it."""
    opportunity, enterprise = partner.opportunity, partner.enterprise
    named = Words(enterprise.name, enterprise.language)
    rises = _rises(partner, weights)
    return MatchCard(
        key=key(partner),
        title=Words(opportunity.title, opportunity.language) if opportunity else named,
        score=partner.score,
        confidence=partner.confidence,
        forward=_way(partner.forward),
        backward=_way(partner.backward),
        url=reverse("listing", args=[opportunity.pk]) if opportunity else reverse("enterprise", args=[enterprise.pk]),
        gloss=briefs.gloss(opportunity) if opportunity else enterprise.name_latin,
        kind_label=words.value("side", opportunity.side) if opportunity else _("Enterprise"),
        enterprise=named if opportunity else Words(""),
        country=enterprise.country,
        unknown=_worth_stating(rises),
        also_unknown=tuple(wording.name(name) for name in partner.unknown if name not in list(rises)[:1]),
        blocked=partner.blocked,
    )


def _way(fit: Fit) -> Way:
    reasons = (Reason(wording.name(each.criterion), each.text, each.weight, each.contribution) for each in fit.reasons)
    return Way(fit.score, tuple(reasons))


def _known(fit: Fit, weights: Weights) -> int:
    """The weight of what is known."""
    return sum(weights[each.criterion] for each in fit.reasons)


def _rises(partner: Partner, weights: Weights) -> dict[str, float]:
    """What the joint score could rise to if a criterion that is not known were known to fit, the greatest first."""
    score, known = partner.forward.score or 0.0, _known(partner.forward, weights)
    found = {
        name: joint((score * known + weights[name]) / (known + weights[name]), partner.backward.score)
        for name in partner.unknown
        if name not in _NOT_STATED
    }
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _worth_stating(rises: Mapping[str, float]) -> tuple[str, ...]:
    """The one thing that would tell most; the rest stands with all reasons."""
    return tuple(f"{wording.unknown(name)} {_may_rise(rise)}" for name, rise in list(rises.items())[:1])


def _may_rise(rise: float) -> str:
    return _("Stated by both sides, the fit may rise to %(score)s.") % {"score": written(rise)}
