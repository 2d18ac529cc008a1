"""Invented contents for the gallery: what pages show with no, one and a thousand items, in three scripts."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle, islice

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from apps.core.templatetags.voltbridge import count, country
from apps.portal import cards, enterprise_cards, finding, mapping, match_cards, sample_words
from apps.portal.cards import Matched, Range, Term, Words
from apps.portal.sample_words import LONG, label
from apps.reference.rules import numeric_codes


def _power(low: float, high: float | None = None) -> Range:
    return Range(low, high or low, "MW")


def _energy(low: float, high: float | None = None) -> Range:
    return Range(low, high or low, "MWh")


def _card(side: str, title: Words, english: str, **facts: object) -> cards.ListingCard:
    gloss = "" if title.language == "en" and get_language() == "en" else english
    family = label("technology" if facts.pop("technology", False) else "business")
    return cards.ListingCard("#", side, label(side), family, title, gloss=gloss, **facts)  # type: ignore[arg-type]


def _some() -> list[cards.ListingCard]:
    now = timezone.now()
    found = Matched(Words("液流电池", "zh-Hans"), label("vanadium"))
    return [
        _card(
            "offer",
            Words("100MW/400MWh全钒液流电池储能系统整体供应及技术许可", "zh-Hans"),
            "Supply and licence of a 100 MW / 400 MWh vanadium flow battery system",
            power=_power(50, 200),
            energy=_energy(100, 800),
            technologies=(label("vanadium"), label("pcs")),
            places=(country("KZ"), country("UZ"), country("AE")),
            enterprise=Words("大连示例液流储能股份有限公司", "zh-Hans"),
            published=now - timedelta(hours=3),
            matched=(found,),
        ),
        _card(
            "request",
            Words("Сетевой накопитель 100 МВт для Алматинской области: поставка и шеф-монтаж", "ru"),
            "Grid storage of 100 MW for the Almaty region: supply and supervision of assembly",
            power=_power(100),
            energy=_energy(400),
            budget=Range(90_000_000, 120_000_000, currency="USD"),
            technologies=(label("vanadium"), label("lfp")),
            places=(country("KZ"),),
            published=now - timedelta(days=2),
        ),
        _card(
            "request",
            Words("مطلوب شريك لتمويل وتشغيل محطة تخزين بالبطاريات بقدرة 250 ميغاواط في أبوظبي", "ar"),
            "Partner wanted to finance and operate a 250 MW battery plant in Abu Dhabi",
            power=_power(250),
            energy=_energy(1000),
            budget=Range(None, 260_000_000, currency="AED"),
            technologies=(label("lfp"),),
            places=(country("AE"), country("SA")),
            published=now - timedelta(days=6),
            matched=(Matched(Words("بطاريات", "ar"), label("lfp")),),
        ),
        _card(
            "offer",
            Words(f"{LONG} offers operation of pumped hydro and of sodium-ion plants under two-part tariffs", "en"),
            "",
            energy=_energy(12.5, 3500),
            technologies=(label("pumped"), label("sodium"), label("heat"), label("recycling")),
            places=(country("BR"), country("ZA"), country("ID"), country("IN")),
            enterprise=Words(LONG, "en"),
            published=now - timedelta(days=24),
        ),
        _card(
            "offer",
            Words("Reciclagem direta de células LFP: licença do processo e planta piloto", "pt-BR"),
            "Direct recycling of LFP cells: process licence and pilot plant",
            technology=True,
            technologies=(label("recycling"),),
            places=(country("BR"), country("PT"), country("AO")),
            published=now - timedelta(days=80),
        ),
    ]


def listings(items: int) -> tuple[cards.ListingCard, ...]:
    """So many listings, the same five over and over."""
    return tuple(islice(cycle(_some()), items))


def facets() -> tuple[cards.Facet, ...]:
    """A facet of each size: two values, one unfolded, four, one folded."""
    technologies = ("vanadium", "lfp", "sodium", "pumped", "heat", "pcs")
    places = ("CN", "KZ", "AE", "BR", "IN", "ZA", "SA")
    return (
        _facet("side", label("side"), {key: label(key) for key in ("offer", "request")}),
        replace(
            _facet("technology", label("technologies"), {key: label(key) for key in technologies}, ("vanadium",)),
            others=cards.Fold("technology", fold_url="#"),
        ),
        _facet("mode", label("mode"), {key: label(key) for key in ("supply", "licence", "finance", "epc")}),
        replace(
            _facet("country", label("countries"), {code: country(code) for code in places}, ("SA",)),
            others=cards.Fold("country", 5, "country"),
        ),
    )


def _facet(name: str, title: str, values: dict[str, str], chosen: tuple[str, ...] = ()) -> cards.Facet:
    choices = (
        cards.Choice(key, text, count(10_000 // (1 + at), at == 0), key in chosen)
        for at, (key, text) in enumerate(values.items())
    )
    return cards.Facet(name, title, tuple(choices))


def results_map() -> cards.Map:
    """Results of four countries, one of them chosen, and two sites."""
    counts = {"CN": 120, "KZ": 40, "AE": 18, "BR": 7}
    places = (
        cards.Place(code, numeric_codes()[code], country(code), number, "#", chosen=code == "KZ")
        for code, number in counts.items()
    )
    sites = (
        cards.Site(Words("Алматы, 100 МВт", "ru"), "#", 76.9, 43.2),
        cards.Site(Words("محطة أبوظبي", "ar"), "#", 54.4, 24.5),
    )
    return cards.Map(_("Listings by country"), tuple(places), sites, *mapping.files())


_ABOUT = {"amount": "100 MW", "least": "80 MW", "most": "120 MW"}


def results(items: int) -> cards.Results:
    """A page of results as a search for 液流电池 gives it."""
    found = listings(min(items, 20) if items < 1000 else items)
    pager = cards.Pager(items, count_is_lower_bound=items >= 1000, next_url="?cursor=2" if items > 20 else "")
    applied = (Term(label("vanadium"), "?"), Term(country("SA"), "?"))
    understood = (
        cards.Chip(Matched(Words("液流电池", "zh-Hans"), label("vanadium")), "?"),
        cards.Chip(Matched(Words("100 MW", "zh-Hans"), _("about %(amount)s (%(least)s to %(most)s)") % _ABOUT), "?"),
    )
    title, counted = _("Offers and requests"), finding.counted("opportunity", items, lower_bound=items >= 1000)
    return cards.Results(
        "液流电池 100 MW", found, pager, title, counted, "#", "components/listing_card.html", facets=facets(),
        applied=applied, understood=understood,
    )  # fmt: skip


def timeline() -> tuple[cards.Entry, ...]:
    """Three facts, latest first."""
    now = timezone.now()
    return (
        cards.Entry(now - timedelta(hours=3), label("published")),
        cards.Entry(now - timedelta(days=1), label("sent")),
        cards.Entry(now - timedelta(days=9), label("made")),
    )


def statuses() -> tuple[cards.Status, ...]:
    """Each state with its clock."""
    now = timezone.now()
    note = Words("Please state the guaranteed cycles and the grid code that the system was tested against.", "en")
    return (
        cards.Status("draft", label("draft"), now - timedelta(days=9)),
        cards.Status("submitted", label("submitted"), now - timedelta(hours=5), now + timedelta(days=2)),
        cards.Status("submitted", label("submitted"), now - timedelta(days=6), now - timedelta(days=1)),
        cards.Status("returned", label("returned"), now - timedelta(days=1), note=note),
        cards.Status("published", label("published"), now - timedelta(hours=3)),
        cards.Status("declined", label("declined"), now - timedelta(days=40)),
    )


def ours() -> cards.Ours:
    """What a listing's own people see besides."""
    step = cards.Action(_("Withdraw"), "#", "outline-danger")
    return cards.Ours(statuses()[4], timeline(), "#", "#", "#", (step,))


def enterprise_card() -> cards.EnterpriseCard:
    """A maker whose name is Chinese."""
    return cards.EnterpriseCard(
        "#",
        Words("大连示例液流储能股份有限公司", "zh-Hans"),
        "Dalian Shili Flow Storage Co., Ltd.",
        "CN",
        Words(sample_words.PROFILE, "zh-Hans"),
        (Term(label("vanadium"), "#"), Term(label("pcs"), "#")),
        (label("supply"), label("licence")),
    )


def project_card() -> cards.ProjectCard:
    """A project whose title is Russian."""
    title = Words("Накопитель «Капчагай-2» при ветровой станции", "ru")
    return cards.ProjectCard("#", title, "KZ", _("Procurement"), _power(100), _energy(400), (label("vanadium"),))


def table() -> cards.Table:
    """Numbers that line up."""
    rows = ((label("vanadium"), "1,240", "8.4"), (label("lfp"), "96,310", "412.0"), (label("pumped"), "88", "1,920.5"))
    return cards.Table((label("technologies"), "MW", "GWh"), rows, numeric=2)


def home(items: int) -> cards.HomePage:
    """The front page with so many listings."""
    keys = ("lfp", "vanadium", "sodium", "pumped", "heat", "recycling")
    return cards.HomePage(
        voices=tuple((Words(text, tag), "#") for text, tag in sample_words.VOICES),
        newest=listings(min(items, 8)),
        technologies=tuple((Term(label(key), "#"), 1240 // (at + 1)) for at, key in enumerate(keys)) if items else (),
        frameworks=tuple((Term(name, "#"), number) for name, number in (("BRICS", 812), ("BRI", 640))) if items else (),
        figures=((_("listings"), 12_480), (pgettext("so many", "enterprises"), 2_310), (_("countries"), 64))
        if items > 1
        else (),
    )


def listing() -> cards.ListingPage:
    """A listing with much to say."""
    card = _some()[0]
    details = (
        cards.Detail(_("Cooperation"), terms=(Term(label("supply"), "#"), Term(label("licence"), "#"))),
        cards.Detail(_("Duration"), range=Range(4, 8, "h")),
        cards.Detail(_("Cycles at least"), range=Range(16_000, 16_000, "cycles")),
        cards.Detail(_("Round-trip efficiency"), share=0.72),
        cards.Detail(_("Temperature"), range=Range(-30, 45, "degC")),
    )
    trade = (
        cards.Detail(_("Price of a unit"), money=Range(210, 210, currency="USD")),
        cards.Detail(_("Incoterm"), text="CIF"),
        cards.Detail(_("Answers until"), day=date(2027, 3, 31)),
        cards.Detail(_("Listed until"), day=date(2027, 12, 31)),
    )
    summary = Words(sample_words.SUMMARY, "zh-Hans")
    return cards.ListingPage(
        card,
        summary,
        (cards.DetailGroup(_("Technology"), details), cards.DetailGroup(_("Price and delivery"), trade)),
        (Term(label("vanadium"), "#"), Term(label("pcs"), "#")),
        enterprise_card(),
        project_card(),
        listings(3)[1:],
        ours(),
    )


def enterprise(items: int) -> enterprise_cards.EnterprisePage:
    """An enterprise with so many references and listings."""
    row = enterprise_cards.ReferenceRow(
        Words("Накопитель при подстанции «Шу»", "ru"),
        "KZ",
        2023,
        _("supplier"),
        _power(20),
        _energy(80),
        Range(31_000_000, 31_000_000, currency="USD"),
        (label("vanadium"),),
    )
    energy = (
        enterprise_cards.EnergyRow("2025", 61_400, 38, 0.62, _("power purchase agreement"), 0.12, "GHG-2025-07"),
        enterprise_cards.EnergyRow("2023", 59_000, 48, evidence="—"),
    )
    claims = (
        enterprise_cards.ClaimRow(
            _("certificate"),
            "IEC 62932-2-2",
            "VS-250",
            "Demonstration Body",
            "DEMO-2025-0142",
            date(2025, 2, 1),
            date(2028, 2, 1),
            _("by the operator, 3 March 2026"),
        ),
        enterprise_cards.ClaimRow(_("test report"), "UL 9540A", "VS-250", "Demonstration Laboratory", "DEMO-2025-0177"),
    )
    return enterprise_cards.EnterprisePage(
        enterprise_card(),
        (
            cards.Detail(_("People"), text="250–999"),
            cards.Detail(_("Working languages"), text="中文, English, Русский"),
        ),
        (
            enterprise_cards.IdentifierRow("USCC", "91350100M000100Y43", True, True, None),
            enterprise_cards.IdentifierRow("LEI", "213800KUD8LXJWSQ9D15", True, False, False),
        ),
        claims if items else (),
        references=(row,) * min(items, 20),
        capacities=(enterprise_cards.CapacityRow(label("vanadium"), 1.2, 0.81, 2025, 3, 2028),) if items else (),
        energy=energy if items else (),
        energy_trend=enterprise_cards.EnergyTrend(energy[-1].year, "+4%", "−21%", "", "") if items else None,
        listings=listings(min(items, 20)),
        references_in_all=items,
        pager=cards.Pager(items, next_url="?before=1" if items > 20 else ""),
        projects=(project_card(),) if items else (),
        website="https://shili.example",
    )


def project(items: int) -> cards.ProjectPage:
    """A project with so many requests."""
    names = (
        _("Idea"),
        _("Feasibility study"),
        _("Permitting"),
        _("Financing"),
        _("Procurement"),
        _("Construction"),
        _("In operation"),
    )
    steps = tuple(
        cards.Step(name, "done" if at < 4 else "now" if at == 4 else "ahead") for at, name in enumerate(names)
    )
    details = (
        cards.Detail(_("Site"), text="43.87° N, 77.06° E"),
        cards.Detail(_("Year of operation"), text="2028"),
        cards.Detail(_("Budget"), range=Range(105_000_000, 105_000_000, currency="USD")),
    )
    owner = cards.EnterpriseCard("#", Words("АО «Пример Энерго Хранение»", "ru"), "Primer Energo Khranenie JSC", "KZ")
    return cards.ProjectPage(
        project_card(),
        Words(sample_words.SITE, "ru"),
        steps,
        details,
        (Term(label("vanadium"), "#"),),
        owner,
        listings(min(items, 3)),
    )


def way(score: float, shares: tuple[float, ...]) -> match_cards.Way:
    """One way with five known criteria and one that is not known."""
    keys = (("technology", 0.34), ("energy", 0.22), ("country", 0.2), ("budget", 0.14), ("certificates", 0.1))
    known = tuple(
        match_cards.Reason(label(f"c-{key}"), label(f"r-{key}"), weight, weight * share)
        for (key, weight), share in zip(keys, shares, strict=True)
    )
    unknown = match_cards.Reason(label("c-cycles"), label("r-unknown"), 0.12, None, label("r-hint"))
    return match_cards.Way(score, (*known, unknown))


def match(at: int = 0) -> match_cards.MatchCard:
    """A partner; the later, the worse."""
    card = _some()[(at + 1) % 5]
    shares = tuple(max(0.04, share - 0.06 * at) for share in (1.0, 1.0, 1.0, 0.8, 0.66))
    back = tuple(max(0.04, share - 0.08 * at) for share in (1.0, 0.7, 0.6, 0.5, 1.0))
    weights = (0.34, 0.22, 0.2, 0.14, 0.1)
    forth_score = sum(weight * share for weight, share in zip(weights, shares, strict=True))
    back_score = sum(weight * share for weight, share in zip(weights, back, strict=True))
    joint = 2 * forth_score * back_score / (forth_score + back_score)
    return match_cards.MatchCard(
        str(at),
        card.title,
        joint,
        0.88,
        way(forth_score, shares),
        way(back_score, back),
        "#",
        card.gloss,
        card.side_label,
        card.enterprise,
        "KZ",
        (f"{label('r-unknown')} {label('r-hint')}",),
    )


def matches(items: int) -> match_cards.MatchPage:
    """A listing's matches, and one that is blocked."""
    card = _some()[0]
    found = tuple(match(at) for at in range(min(items, 20)))
    near = match(3)
    blocked = match_cards.MatchCard(
        "blocked", near.title, near.score, 0.9, near.forward, near.backward, "#", near.gloss, near.kind_label,
        country="BR", blocked=(label("r-blocked"),),
    )  # fmt: skip
    return match_cards.MatchPage(
        card.title,
        card.url,
        card.side_label,
        found,
        timezone.now() - timedelta(minutes=4),
        side=card.side,
        opened="0",
        blocked=(blocked,) if items else (),
    )
