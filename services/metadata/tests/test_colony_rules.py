"""The colony's pure rules: worked examples, and what holds for every input."""

from itertools import product
from uuid import NAMESPACE_OID, uuid5

import pytest
from bregma_metadata.colony.domain import (
    ABSENT,
    HETEROZYGOUS,
    HOMOZYGOUS,
    PRESENT,
    SYMBOLS,
    Rule,
    auto_name,
    clear_results,
    from_parents,
    from_tests,
    inherited,
    of_dams,
    protocol_number,
    wants_name,
)
from hypothesis import given
from hypothesis import strategies as st

SEQUENCES = [uuid5(NAMESPACE_OID, f"sequence {n}") for n in range(3)]
ALLELES = [uuid5(NAMESPACE_OID, f"allele {n}") for n in range(2)]
POSSIBLE = {ABSENT: {(0, 0)}, HETEROZYGOUS: {(0, 1)}, HOMOZYGOUS: {(1, 1)}, PRESENT: {(0, 1), (1, 1)}}
"""The pairs of chromosomes that each zygosity stands for."""
tests = st.lists(st.tuples(st.sampled_from(SEQUENCES), st.integers(0, 1)), max_size=6)
rules = st.lists(st.builds(Rule, st.sampled_from(ALLELES), st.dictionaries(st.sampled_from(SEQUENCES), st.integers(0, 1), max_size=2),
                           st.integers(0, 3)), max_size=8)  # fmt: skip


@pytest.mark.parametrize(("mother", "father", "pup"), [
    ("+/+", "+/+", "+/+"), ("+/+", "-/-", "+/-"), ("-/-", "+/+", "+/-"), ("+/+", "+/-", "+"), ("+", "+/+", "+"), ("-/-", "-/-", "-/-"),
    ("+/-", "+/-", None), ("+/-", "-/-", None), ("+", "-/-", None), ("+", "+", None), ("+", "+/-", None),
])  # fmt: skip
def test_crosses(mother, father, pup):
    zygosity = from_parents(SYMBOLS.index(mother), SYMBOLS.index(father))
    assert (None if zygosity is None else SYMBOLS[zygosity]) == pup


@pytest.mark.parametrize("known", [None, *range(4)])
def test_an_unknown_parent_leaves_it_open(known):
    assert from_parents(None, known) is from_parents(known, None) is None


@pytest.mark.parametrize(("mother", "father"), list(product(range(4), repeat=2)))
def test_a_cross_tells_only_what_mendel_tells(mother, father):
    pups = {tuple(sorted((a, b))) for dam in POSSIBLE[mother] for sire in POSSIBLE[father] for a in dam for b in sire}
    told = from_parents(mother, father)
    assert told == from_parents(father, mother)
    if told is None:
        assert not any(pups <= possible for possible in POSSIBLE.values())
    else:
        assert pups <= POSSIBLE[told]


def test_two_dams_must_agree():
    assert of_dams([2, 2]) == of_dams([2]) == 2
    assert of_dams([2, 1]) is of_dams([2, None]) is of_dams([]) is of_dams([None]) is None


def test_a_rule_about_two_sequences_needs_both():
    transgene, wild = SEQUENCES[:2]
    line = [Rule(ALLELES[0], {transgene: 1, wild: 0}, HOMOZYGOUS), Rule(ALLELES[0], {transgene: 1, wild: 1}, HETEROZYGOUS),
            Rule(ALLELES[0], {transgene: 0}, ABSENT)]  # fmt: skip
    assert from_tests(line, [(transgene, 1), (wild, 1)]) == {ALLELES[0]: HETEROZYGOUS}
    assert from_tests(line, [(transgene, 1), (wild, 0)]) == {ALLELES[0]: HOMOZYGOUS}
    assert from_tests(line, [(transgene, 0)]) == {ALLELES[0]: ABSENT}
    assert from_tests(line, [(transgene, 1)]) == {}, "Alyx takes the first rule that half fits"
    assert from_tests(line, []) == {}


@given(rules, tests)
def test_what_tests_tell(given_rules, given_tests):
    results = clear_results(given_tests)
    found = from_tests(given_rules, given_tests)
    fitting = [one for one in given_rules if one.wanted and dict(one.wanted).items() <= results.items()]
    assert set(found) <= {one.allele for one in fitting}
    for allele in ALLELES:
        assert ({one.zygosity for one in fitting if one.allele == allele} == {found.get(allele)}) == (allele in found)
    assert (
        from_tests(given_rules, list(reversed(given_tests)))
        == from_tests(list(reversed(given_rules)), given_tests)
        == found
    )


def test_contradicting_tests_say_nothing():
    assert clear_results([(SEQUENCES[0], 1), (SEQUENCES[0], 0), (SEQUENCES[1], 1)]) == {SEQUENCES[1]: 1}


def test_names():
    assert [auto_name(kind, "Ai32", 7) for kind in ("subject", "breeding_pair", "litter")] == [
        "Ai32_0007",
        "Ai32_BP_007",
        "Ai32_L_007",
    ]
    assert auto_name("subject", "Ai32", 12345) == "Ai32_12345"
    assert [wants_name(one) for one in (None, "", " ", "-", "M1")] == [True, True, True, True, False]


def test_what_pups_take():
    mother = {"species_id": 1, "strain_id": 2, "source_id": None, "responsible_user_id": 3}
    father = {"species_id": 1, "strain_id": 2, "source_id": 9, "responsible_user_id": 4}
    assert inherited(mother, father) == {"species_id": 1, "strain_id": 2, "source_id": 9, "responsible_user_id": 3}
    assert "strain_id" not in inherited(mother, {**father, "strain_id": 5})
    assert inherited(None, father)["responsible_user_id"] == 4
    assert inherited(None, None) == {}


def test_protocols():
    assert [
        protocol_number(water_restricted=w, had_surgery=s) for w, s in ((True, True), (False, True), (False, False))
    ] == ["3", "2", "1"]
