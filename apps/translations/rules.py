"""What a translation is made of, into which languages there are any, and what a machine's answer must look like."""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy

from apps.core.records import BadValue, Field, Record, text
from apps.reference.rules import language_tag, primary

RECORD = Record(
    "translation",
    [
        Field("title", gettext_lazy("Title"), text(500), "text", required=True),
        Field("summary", gettext_lazy("Summary"), text(20_000), "long_text", required=True),
    ],
)
# Into what it may be translated: the languages of the interface, whether offered yet or not, as BCP 47 tags.
LANGUAGES = tuple(tag for code in settings.ALL_LANGUAGES if (tag := language_tag(code)))
# How much longer than its original a translation may be; an ideograph says as much as several letters.
_LONGER, _IDEOGRAPH, _AT_LEAST = 3, 4, 60
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MARKUP = re.compile(r"<[a-zA-Z!/][^<>]*>")


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that are translated."""

    title: str
    summary: str

    @property
    def digest(self) -> str:
        """What tells these texts from any others."""
        return hashlib.sha256(f"{self.title}\0{self.summary}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Original:
    """The row that is translated: what it is, whose, in which language and version, and its texts."""

    subject: str
    subject_id: int
    enterprise_id: int
    language: str
    version: int
    texts: Texts


class Rubbish(ValueError):
    """What a machine answered is no translation."""


def targets(language: str) -> list[str]:
    """The languages that a text may be translated into: all but its own."""
    return [tag for tag in LANGUAGES if primary(tag) != primary(language)]


def known(tag: str, language: str) -> str | None:
    """The tag in its usual case, where a text of this language may be translated into it."""
    return next((target for target in targets(language) if target.lower() == tag.lower()), None)


def direction(tag: str) -> str:
    """Which way a language is written: "rtl" or "ltr"."""
    return "rtl" if LANG_INFO.get(primary(tag), {}).get("bidi") else "ltr"


def code_of(tag: str, codes: Collection[str]) -> str | None:
    """Which of a server's codes means this language: its very tag, its primary subtag, or a kindred tag."""
    by_case = {code.lower(): code for code in codes}
    kindred = sorted(code for code in by_case if primary(code) == primary(tag))
    found = next((code for code in (tag.lower(), primary(tag), *kindred) if code in by_case), None)
    return by_case[found] if found else None


def pair(source: str, target: str, served: Mapping[str, Collection[str]]) -> tuple[str, str] | None:
    """The codes under which a server translates from one language to another, if it does."""
    source_code = code_of(source, served)
    target_code = code_of(target, served[source_code]) if source_code else None
    return (source_code, target_code) if source_code and target_code else None


def sound(answer: object, original: str) -> str:
    """A machine's answer, if it can be a translation of the original; raises Rubbish."""
    if not isinstance(answer, str) or not answer.strip():
        raise Rubbish("the answer is no text, or an empty one")
    if len(answer) > _longest(original):
        raise Rubbish(f"the answer has {len(answer)} characters for {len(original)}")
    if _MARKUP.search(answer) and not _MARKUP.search(original):
        raise Rubbish("the answer is markup, not text")
    return answer.strip()


def _longest(original: str) -> int:
    ideographs = len(_IDEOGRAPHS.findall(original))
    return _AT_LEAST + _LONGER * (len(original) + (_IDEOGRAPH - 1) * ideographs)


def texts_of(title: str, summary: str) -> Texts:
    """The texts of a machine's translation, within the limits of what a person may write; raises Rubbish."""
    try:
        return Texts(RECORD.parsers["title"](title), RECORD.parsers["summary"](summary))
    except BadValue as error:
        raise Rubbish(str(error)) from None
