"""Why a pair fits, as whole sentences in the reader's language, made by rules from the scores when they are read.

A sentence tells what both listings say publicly or what their owner's own listing says; it never tells whom the other excludes.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.matching.criteria import CRITERIA

NAMES = {
    "technology": gettext_lazy("Technology"),
    "mode": gettext_lazy("Cooperation mode"),
    "stage": gettext_lazy("Value-chain stage"),
    "country": gettext_lazy("Country"),
    "framework": gettext_lazy("Framework"),
    "power": gettext_lazy("Power"),
    "energy": gettext_lazy("Energy"),
    "budget": gettext_lazy("Budget"),
    "dates": gettext_lazy("Dates"),
    "certificates": gettext_lazy("Certificates"),
    "languages": gettext_lazy("Working languages"),
    "maturity": gettext_lazy("Readiness"),
    "text": gettext_lazy("Likeness of the texts"),
    "experience": gettext_lazy("References in the technology"),
    "presence": gettext_lazy("References in the country"),
    "activity": gettext_lazy("Number and age of references"),
    "scale": gettext_lazy("Size of references"),
    "precedent": gettext_lazy("References alike in words"),
}
# For each criterion what is said where it fits, fits in part, and does not fit.
_SENTENCES: dict[str, tuple[object, object, object]] = {
    "technology": (
        gettext_lazy("The technologies agree."),
        gettext_lazy("The technologies are related but not the same."),
        gettext_lazy("The technologies differ."),
    ),
    "mode": (
        gettext_lazy("The cooperation modes agree."),
        gettext_lazy("Some of the cooperation modes agree."),
        gettext_lazy("The cooperation modes differ."),
    ),
    "stage": (
        gettext_lazy("The value-chain stages agree."),
        gettext_lazy("Some of the value-chain stages agree."),
        gettext_lazy("The value-chain stages differ."),
    ),
    "country": (
        gettext_lazy("The country is one of those wished for."),
        gettext_lazy("The country is near those wished for, or work was done there."),
        gettext_lazy("The country is none of those wished for."),
    ),
    "framework": (
        gettext_lazy("The country belongs to a framework wished for."),
        gettext_lazy("The country partly belongs to the frameworks wished for."),
        gettext_lazy("The country belongs to none of the frameworks wished for."),
    ),
    "power": (
        gettext_lazy("The power lies in the same range."),
        gettext_lazy("The power is somewhat outside the range."),
        gettext_lazy("The power is far outside the range."),
    ),
    "energy": (
        gettext_lazy("The energy lies in the same range."),
        gettext_lazy("The energy is somewhat outside the range."),
        gettext_lazy("The energy is far outside the range."),
    ),
    "budget": (
        gettext_lazy("The budgets meet."),
        gettext_lazy("The budgets are somewhat apart."),
        gettext_lazy("The budgets are far apart."),
    ),
    "dates": (
        gettext_lazy("The periods overlap."),
        gettext_lazy("The periods are some months apart."),
        gettext_lazy("The periods are far apart."),
    ),
    "certificates": (
        gettext_lazy("Every certificate required is held."),
        gettext_lazy("Some of the certificates required are held."),
        gettext_lazy("None of the certificates required is held."),
    ),
    "languages": (
        gettext_lazy("There is a working language in common."),
        gettext_lazy("There is a related working language."),
        gettext_lazy("No working language is in common."),
    ),
    "maturity": (
        gettext_lazy("The readiness (TRL) is what is asked for."),
        gettext_lazy("The readiness (TRL) is near what is asked for."),
        gettext_lazy("The readiness (TRL) is far from what is asked for."),
    ),
    "text": (
        gettext_lazy("The texts speak of the same things."),
        gettext_lazy("The texts have something in common."),
        gettext_lazy("The texts have little in common."),
    ),
    "experience": (
        gettext_lazy("There are many references in this technology."),
        gettext_lazy("There are some references in this technology."),
        gettext_lazy("There are few or no references in this technology."),
    ),
    "presence": (
        gettext_lazy("There are many references in this country."),
        gettext_lazy("There are some references in this country or its region."),
        gettext_lazy("There are few or no references in this country and its region."),
    ),
    "activity": (
        gettext_lazy("The references are many and recent."),
        gettext_lazy("There are some recent references."),
        gettext_lazy("The references are few or old."),
    ),
    "scale": (
        gettext_lazy("The references are of about this size."),
        gettext_lazy("The references are of a somewhat different size."),
        gettext_lazy("The references are of another size."),
    ),
    "precedent": (
        gettext_lazy("The references read like this request."),
        gettext_lazy("Some references read a little like this request."),
        gettext_lazy("The references read differently from this request."),
    ),
}
# From these scores on a criterion fits, and fits in part. Likeness of texts is rarely complete.
_STEPS = (
    dict.fromkeys(CRITERIA, (0.9, 0.3))
    | dict.fromkeys(("text", "precedent"), (0.5, 0.15))
    | dict.fromkeys(("experience", "presence", "activity", "scale"), (0.6, 0.2))
)


def name(criterion: str) -> str:
    """The criterion's name in the reader's language."""
    return str(NAMES[criterion])


def sentence(criterion: str, score: float) -> str:
    """What a score of [0, 1] means."""
    full, part = _STEPS[criterion]
    fits, partly, differs = _SENTENCES[criterion]
    return str(fits if score >= full else partly if score >= part else differs)


def unknown(criterion: str) -> str:
    """What one could state to learn more."""
    return _("Not known: %(criterion)s.") % {"criterion": name(criterion)}
