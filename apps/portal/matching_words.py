"""Matches as their page shows them: bars, reasons as sentences, and what would be worth stating."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.templatetags.voltbridge import score as written
from apps.matching import wording
from apps.matching.criteria import TRACK_RECORD, joint, seen
from apps.matching.selectors import Fit, Partner
from apps.portal import briefs, words
from apps.portal.cards import Words
from apps.portal.match_cards import MatchCard, Reason, Way

# What nobody can state by filling in a field: likeness of texts, and what references say.
_NOT_STATED = frozenset({"text", *TRACK_RECORD})
# Where we alone ask: known as soon as we state it (the other's country always is), or as soon as they state what they hold.
_OURS = frozenset({"country", "framework"})
_ONE_WAY = _OURS | {"certificates"}
# What the profile of an enterprise has no field for, or only in its references; and what it can ask of a request besides.
_NOT_IN_PROFILES = frozenset({"mode", "budget", "dates", "maturity", "power", "energy"})
# What differs here rules the pair out.
_EXCLUDES = frozenset({"technology", "mode"})
# Where references are weighed these change what they are weighed by, so that no number can be promised.
_WEIGHS_REFERENCES = frozenset({"technology", "budget", "country"})
Weights = Mapping[str, int]


def key(partner: Partner) -> str:
    """How a match is called in addresses."""
    row = partner.opportunity or partner.enterprise
    return f"{partner.kind}-{row.pk}"


def match(partner: Partner, weights: Weights, *, by_profile: bool = False) -> MatchCard:
    """A partner with both ways; `weights` are those of the run that found it, `by_profile` says that we have posted nothing."""
    opportunity, enterprise = partner.opportunity, partner.enterprise
    named = Words(enterprise.name, enterprise.language)
    rising = list(rises(partner, weights, by_profile=by_profile))[:1]
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
        unknown=tuple(f"{wording.unknown(name)} {_if_stated(name, partner, weights)}" for name in rising),
        also_unknown=tuple(wording.name(name) for name in partner.unknown if name not in rising),
        blocked=partner.blocked,
        busy=partner.busy,
    )


def _way(fit: Fit) -> Way:
    reasons = (Reason(wording.name(each.criterion), each.text, each.weight, each.contribution) for each in fit.reasons)
    return Way(fit.score, tuple(reasons))


def _known(fit: Fit, weights: Weights) -> int:
    """The weight of what is known."""
    return sum(weights[each.criterion] for each in fit.reasons)


def rises(partner: Partner, weights: Weights, *, by_profile: bool = False) -> dict[str, float]:
    """The joint score that each thing not known would give if it were stated and fitted fully, the greatest first.

    Left out is what nobody could state, what would change other criteria too, and what would not show in the score.
    """
    found = {
        name: stated(partner, weights, name, 1.0)
        for name in partner.unknown
        if name not in _not_stated(partner, by_profile=by_profile)
    }
    shown = {name: rise for name, rise in found.items() if written(rise) != written(partner.score)}
    return dict(sorted(shown.items(), key=lambda item: -item[1]))


def stated(partner: Partner, weights: Weights, name: str, fit: float) -> float:
    """The joint score if a thing not known were stated, and fitted so well from 0 to 1."""
    offering = partner.opportunity is not None and partner.opportunity.side == "request"
    ours, theirs = seen(weights, offering=offering), seen(weights, offering=not offering)
    backward = partner.backward.score if name in _ONE_WAY else _filled(partner.backward, name, theirs, fit)
    return joint(_filled(partner.forward, name, ours, fit), backward)


def _filled(way: Fit, name: str, weights: Weights, fit: float) -> float | None:
    """The score of one way with one criterion more."""
    known, weight = _known(way, weights), weights[name]
    if not weight:
        return way.score
    return ((way.score or 0.0) * known + weight * fit) / (known + weight)


def _not_stated(partner: Partner, *, by_profile: bool) -> frozenset[str]:
    """What cannot be promised for this pair."""
    found = _NOT_STATED
    if by_profile:
        found |= _NOT_IN_PROFILES | _ONE_WAY
    if partner.kind == "enterprise":
        found |= _NOT_IN_PROFILES
    if any(reason.criterion in TRACK_RECORD for fit in (partner.forward, partner.backward) for reason in fit.reasons):
        found |= _WEIGHS_REFERENCES
    return found


def _if_stated(name: str, partner: Partner, weights: Weights) -> str:
    best, worst = (written(stated(partner, weights, name, fit)) for fit in (1.0, 0.0))
    if name in _EXCLUDES:
        return _(
            "Stated by both sides, the fit may rise to %(best)s; where the two differ they are not matched any more."
        ) % {"best": best}
    if name in _OURS:
        return _("Tell us and the fit may rise to %(best)s or fall to %(worst)s.") % {"best": best, "worst": worst}
    told = _("Stated by both sides, the fit may rise to %(best)s or fall to %(worst)s.")
    return told % {"best": best, "worst": worst}
