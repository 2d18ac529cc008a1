"""The concept scheme: the rules it holds to, the tree, nearness, and the files that ship."""

import re
from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest

from apps.matching import layout
from apps.taxonomy import graphs, report, rules
from apps.taxonomy.rules import BadScheme
from apps.taxonomy.scheme import Concept, Group, Label, Scheme
from apps.taxonomy.tagger import Tagger
from tests.taxonomy.conftest import concept

INTERFACE = ["ar", "en", "es", "fa", "fr", "hi", "id", "pt", "ru", "zh-Hans"]
LANGUAGES = sorted([*INTERFACE, "kk", "sw", "th", "tr", "uz", "vi"])

TURTLE = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vb: <urn:voltbridge:> .
vb:storage a skos:Concept ; vb:kind "technology" ; skos:prefLabel "storage of energy"@en .
vb:flow a skos:Concept ; vb:kind "technology" ; skos:broader vb:storage ;
    skos:definition "A battery with tanks."@en ;
    skos:prefLabel "flow battery"@en, "液流电池"@zh-hans ;
    skos:altLabel "redox flow"@en ; skos:hiddenLabel "flow batery"@en .
vb:group-all a skos:Collection ; skos:prefLabel "everything"@en ; skos:member vb:storage .
vb:scheme vb:ambiguousLabel "cell"@en .
"""


def of(*concepts: Concept, ambiguous: tuple[tuple[str, str], ...] = ()) -> list[str]:
    return rules.problems(Scheme("", concepts, (), ambiguous))


def test_the_shipped_scheme_holds_to_every_rule(shipped: Scheme) -> None:
    assert rules.problems(shipped) == []


def test_the_shipped_scheme_has_at_least_300_concepts_and_every_kind_of_them(shipped: Scheme) -> None:
    assert len(shipped.concepts) >= 300
    assert {one.kind for one in shipped.concepts} == set(rules.ConceptKind.values)


def test_the_shipped_scheme_leaves_matching_room_for_what_operators_add(shipped: Scheme) -> None:
    counts = Counter(one.kind for one in shipped.concepts)
    roots = [one for one in shipped.concepts if one.kind == "technology" and not one.broader]
    assert len(shipped.concepts) <= layout.CONCEPTS - 64
    assert len(roots) <= 32
    assert max(counts["mode"], counts["stage"]) <= 16


def test_every_shipped_concept_has_one_preferred_label_in_each_of_sixteen_languages(shipped: Scheme) -> None:
    for one in shipped.concepts:
        assert sorted(label.language for label in one.labels if label.kind == "preferred") == LANGUAGES, one.key


def test_every_shipped_concept_has_another_word_in_each_language_of_the_interface(shipped: Scheme) -> None:
    for one in shipped.concepts:
        others = {label.language for label in one.labels if label.kind == "alternative"}
        assert others >= set(INTERFACE), one.key


def test_no_word_is_twice_in_a_shipped_concept_in_one_language(shipped: Scheme) -> None:
    for one in shipped.concepts:
        words = Counter((label.language, label.text.casefold()) for label in one.labels)
        assert max(words.values()) == 1, (one.key, words.most_common(1))


def test_no_shipped_concept_is_above_itself(shipped: Scheme) -> None:
    assert [key for key, above in shipped.ancestors.items() if key in above] == []


def test_a_word_of_two_shipped_concepts_is_listed_as_ambiguous(shipped: Scheme) -> None:
    holders: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in shipped.concepts:
        for label in one.labels:
            holders[label.language, label.text.casefold()].add(one.key)
    listed = {(language, text.casefold()) for language, text in shipped.ambiguous}
    assert {word: keys for word, keys in holders.items() if len(keys) > 1 and word not in listed} == {}


def test_what_is_related_is_neither_above_nor_below(shipped: Scheme) -> None:
    assert shipped.related["lfp"] == ("lfp-cathode",)
    assert shipped.related["lfp-cathode"] == ("iron-phosphate", "lfp")  # each stated by the other
    for key, others in shipped.related.items():
        assert {key, *shipped.ancestors[key], *shipped.descendants[key]}.isdisjoint(others), key


def test_codes_and_addresses_of_the_shipped_scheme_are_well_formed(shipped: Scheme) -> None:
    for one in shipped.concepts:
        assert all(re.fullmatch(r"hs:\d{4}(\d\d)?|cpc:Y0(2E\d{2}/\d{2}|4S)", code) for code in one.notations), one.key
        assert all(re.fullmatch(r"http://www\.wikidata\.org/entity/Q\d+", to) for to in one.matches), one.key
    assert "hs:850760" in shipped.by_key["lithium-ion"].notations
    addresses = Counter(address for one in shipped.concepts for address in one.matches)
    assert max(addresses.values()) == 1


def test_no_shipped_file_is_longer_than_a_thousand_lines() -> None:
    assert max(text.count("\n") for text in graphs.shipped_texts()) <= 1000


def test_every_shipped_technology_root_belongs_to_one_group_of_the_plan(shipped: Scheme) -> None:
    members = [member for group in shipped.groups for member in group.members]
    roots = {one.key for one in shipped.concepts if one.kind == "technology" and not one.broader}
    assert sorted(members) == sorted(roots)
    assert len(shipped.groups) == 4


def test_shipped_labels_that_read_alike_are_listed_as_ambiguous(shipped: Scheme, tagger: Tagger) -> None:
    assert [line for line in report.ambiguous(shipped, tagger) if not line[3]] == []


def test_every_shipped_concept_has_a_definition(shipped: Scheme) -> None:
    assert [one.key for one in shipped.concepts if not one.definition] == []


def test_every_shipped_definition_is_one_sentence_and_no_two_are_alike(shipped: Scheme) -> None:
    definitions = [one.definition for one in shipped.concepts]
    assert [text for text in definitions if not re.fullmatch(r"[A-Z].*\.", text) or ". " in text] == []
    assert len(set(definitions)) == len(definitions)


def test_turtle_is_read_as_it_stands() -> None:
    scheme = graphs.read(TURTLE)
    flow = scheme.by_key["flow"]
    assert flow.broader == ("storage",)
    assert flow.definition == "A battery with tanks."
    assert Label("zh-Hans", "preferred", "液流电池") in flow.labels
    assert Label("en", "hidden", "flow batery") in flow.labels
    assert scheme.groups == (Group("group-all", (Label("en", "preferred", "everything"),), ("storage",)),)
    assert scheme.ambiguous == (("en", "cell"),)


@pytest.mark.parametrize("form", ["turtle", "json-ld"])
def test_an_exported_scheme_reads_back_as_itself(shipped: Scheme, form: str) -> None:
    one = shipped.concepts[0]
    scheme = replace(shipped, concepts=(replace(one, deprecated=True), *shipped.concepts[1:]))
    assert graphs.read(graphs.written(scheme, form), form) == scheme


def test_two_preferred_labels_in_a_language_are_refused() -> None:
    (problem,) = of(concept("lfp", ("en", "LFP"), ("en", "lithium iron phosphate", "preferred")))
    assert problem == "lfp: 2 preferred labels in en, where one is allowed"


@pytest.mark.parametrize("kind", ["alternative", "hidden"])
def test_a_label_twice_in_a_language_is_refused_whatever_its_case(kind: str) -> None:
    (problem,) = of(concept("lfp", ("en", "LFP"), ("en", "lfp", kind)))
    assert problem.startswith("lfp: the label “")
    assert problem.endswith("stands twice in en")


def test_the_same_word_in_two_languages_is_no_clash() -> None:
    assert of(concept("lfp", ("en", "LFP"), ("fr", "LFP"))) == []


def test_a_label_of_two_concepts_is_refused_unless_listed_as_ambiguous() -> None:
    pair = concept("a", ("en", "twin")), concept("b", ("en", "Twin"))
    assert of(*pair) == ["“twin” in en is a label of a, b and not listed as ambiguous"]
    assert of(*pair, ambiguous=(("en", "twin"),)) == []


def test_a_cycle_is_refused_and_named() -> None:
    found = of(concept("a", broader=("b",)), concept("b", broader=("c",)), concept("c", broader=("a",)))
    assert found == [f"{key}: it is broader than itself" for key in "abc"]
    assert of(concept("a", broader=("a",))) == ["a: it is broader than itself"]


def test_a_related_concept_that_is_not_there_or_stands_above_is_refused() -> None:
    pair = concept("a"), concept("b", broader=("a",))
    assert of(replace(pair[0], related=("x",)))[0] == "a: the related concept “x” is not in the scheme"
    for one, other in ((0, "b"), (0, "a"), (1, "a")):
        changed = [replace(each, related=(other,)) if at == one else each for at, each in enumerate(pair)]
        assert "is related though it is the same, above or below" in of(*changed)[0]


def test_a_broader_concept_that_is_not_there_is_refused() -> None:
    assert of(concept("a", broader=("nowhere",))) == ["a: the broader concept “nowhere” is not in the scheme"]


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        (("en", ""), "is empty, too long or holds control characters"),
        (("en", "x" * 201), "is empty, too long or holds control characters"),
        (("en", "a\x00b"), "is empty, too long or holds control characters"),
        (("en", "a\u202eb"), "is empty, too long or holds control characters"),
        (("klingonish", "a"), "which is no BCP 47 tag"),
        (("", "a"), "which is no BCP 47 tag"),
    ],
)
def test_a_label_that_is_none_is_refused(label: tuple[str, str], reason: str) -> None:
    assert any(reason in problem for problem in of(concept("a", label)))


def test_a_persian_half_space_is_no_control_character() -> None:
    assert of(concept("a", ("fa", "باتری‌ها"))) == []


def test_a_concept_without_a_preferred_label_is_refused() -> None:
    assert of(concept("a", ("en", "word", "hidden"))) == ["a: it has no preferred label in any language"]


def test_an_unknown_kind_and_a_wrong_key_are_refused() -> None:
    assert of(replace(concept("a"), kind="animal")) == ["a: “animal” is no kind of concept"]
    assert of(concept("No Key"))[0].startswith("“No Key” is no key")
    assert of(concept("x" * 65))[0].endswith("at most 64")


@pytest.mark.parametrize("text", ["", "no turtle", "@prefix skos: <x> . vb:a a"])
def test_what_is_not_turtle_is_refused_or_empty(text: str) -> None:
    if text:
        with pytest.raises(BadScheme, match="the file is not turtle"):
            graphs.read(text)
    else:
        assert graphs.read(text).concepts == ()


@pytest.mark.parametrize("text", ["{", "[[[", '{"@context": "http://192.0.2.1/context.jsonld", "@id": "x"}'])
def test_what_is_not_json_ld_or_names_a_remote_context_is_refused(text: str) -> None:
    with pytest.raises(BadScheme, match=r"json-ld|address"):
        graphs.read(text, "json-ld")


def test_labels_are_given_by_exact_tag_then_primary_subtag_then_english() -> None:
    scheme = Scheme(
        "", (concept("lfp", ("en", "LFP"), ("zh-Hans", "磷酸铁锂"), ("zh-Hant", "磷酸鐵鋰"), ("pt", "LFP-pt")),)
    )
    assert scheme.label("lfp", "zh-hant") == "磷酸鐵鋰"
    assert scheme.label("lfp", "zh") == "磷酸铁锂"
    assert scheme.label("lfp", "pt-br") == "LFP-pt"
    assert scheme.label("lfp", "sw") == "LFP"
    assert scheme.label("unknown", "en") == "unknown"


def test_ancestors_carry_their_shortest_distance(shipped: Scheme) -> None:
    assert shipped.ancestors["zinc-air"] == {"metal-air": 1, "zinc-battery": 1, "electrochemical-storage": 2}
    assert shipped.root["lfp"] == "electrochemical-storage"
    assert shipped.with_ancestors(["lfp", "nonsense"]) == {"lfp", "lithium-ion", "electrochemical-storage"}
    assert "lfp" in shipped.descendants["electrochemical-storage"]


def test_a_narrower_offer_serves_better_than_a_broader_one_and_other_roots_not_at_all(shipped: Scheme) -> None:
    near = shipped.similarity
    assert near("lfp", "lfp") == 1.0
    assert near("lithium-ion", "lfp") == pytest.approx(0.9)
    assert near("lfp", "lithium-ion") == pytest.approx(0.5)
    assert near("lfp", "nmc") == pytest.approx(0.45)
    assert near("lfp", "vanadium-flow") < near("lfp", "nmc")
    assert near("lfp", "wind") == 0.0
    assert near("lfp", "nonsense") == 0.0


def test_the_similarity_matrix_says_the_same_for_every_pair(shipped: Scheme) -> None:
    matrix = shipped.similarity_matrix()
    assert matrix.dtype == np.float32
    assert matrix.shape == (len(shipped.keys),) * 2
    assert (matrix.diagonal() == 1).all()
    assert ((matrix >= 0) & (matrix <= 1)).all()
    roots = [frozenset({key, *shipped.ancestors[key]}) for key in shipped.keys]
    related = np.array([[not one.isdisjoint(other) for other in roots] for one in roots])
    assert ((matrix > 0) == related).all()


def test_a_word_of_any_language_names_its_concept(shipped: Scheme) -> None:
    for word in ("lfp", "LFP", "磷酸鐵鋰電池", "磷酸铁锂电池", " Lithium Iron Phosphate "):
        assert shipped.named(word) == ("lfp",)
    assert shipped.named("nonsense") == ()


def test_the_report_counts_what_each_language_has_and_lacks() -> None:
    scheme = Scheme("", (concept("a", ("en", "one"), ("en", "uno"), ("fr", "un")), concept("b", ("en", "two"))))
    assert report.coverage(scheme) == {
        "en": {"labels": 3, "preferred": 2, "with others": 1, "lacking": 0},
        "fr": {"labels": 1, "preferred": 1, "lacking": 1},
    }


def test_the_report_names_labels_that_read_alike_though_they_are_written_apart() -> None:
    scheme = Scheme("", (concept("a", ("en", "flow cell")), concept("b", ("en", "flow cells"))))
    assert list(report.ambiguous(scheme, Tagger(scheme))) == [("en", "flow cell", ["a", "b"], False)]
