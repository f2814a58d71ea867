"""Rules of the colony that a neuroscientist can check: genotypes, names, what pups take from their parents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

ABSENT, HETEROZYGOUS, HOMOZYGOUS, PRESENT = range(4)
SYMBOLS = ("-/-", "+/-", "+/+", "+")
"""A zygosity as it is written; ``+`` is known to carry the allele, on one chromosome or both."""

# what is not here is left to a test: half of the pups of +/- and -/- carry the allele, nobody knows which
_CROSSES = {
    frozenset({HOMOZYGOUS}): HOMOZYGOUS,
    frozenset({HOMOZYGOUS, ABSENT}): HETEROZYGOUS,
    frozenset({HOMOZYGOUS, HETEROZYGOUS}): PRESENT,
    frozenset({HOMOZYGOUS, PRESENT}): PRESENT,
    frozenset({ABSENT}): ABSENT,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Which results of one or two tests mean which zygosity of an allele."""

    allele: UUID
    wanted: Mapping[UUID, int]
    zygosity: int


def from_parents(mother: int | None, father: int | None) -> int | None:
    """Return what every pup of a cross must be, or None. An unknown parent leaves it open, where Alyx guesses."""
    if mother is None or father is None:
        return None
    return _CROSSES.get(frozenset({mother, father}))


def of_dams(dams: Iterable[int | None]) -> int | None:
    """Return the mother's zygosity; of two dams in one cage either may be the mother, so they must agree."""
    known = set(dams)
    return known.pop() if len(known) == 1 else None


def clear_results(tests: Iterable[tuple[UUID, int]]) -> dict[UUID, int]:
    """Return the result of each tested sequence; tests that contradict each other say nothing."""
    seen: dict[UUID, set[int]] = {}
    for sequence, result in tests:
        seen.setdefault(sequence, set()).add(result)
    return {sequence: results.pop() for sequence, results in seen.items() if len(results) == 1}


def from_tests(rules: Iterable[Rule], tests: Iterable[tuple[UUID, int]]) -> dict[UUID, int]:
    """Return the zygosity of each allele that the rules of a line conclude from an animal's tests.

    A rule about two sequences needs the results of both; rules that contradict each other conclude nothing.
    """
    results = clear_results(tests)
    concluded: dict[UUID, set[int]] = {}
    for rule in rules:
        if rule.wanted and all(results.get(sequence) == result for sequence, result in rule.wanted.items()):
            concluded.setdefault(rule.allele, set()).add(rule.zygosity)
    return {allele: values.pop() for allele, values in concluded.items() if len(values) == 1}


def auto_name(kind: str, line: str, number: int) -> str:
    """Return the name that a line gives to its next subject, breeding pair or litter."""
    form = {"subject": "{}_{:04d}", "breeding_pair": "{}_BP_{:03d}", "litter": "{}_L_{:03d}"}[kind]
    return form.format(line, number)


def wants_name(given: Any) -> bool:
    """Whether a name was left for the line to give; people write ``-`` for that."""
    return given is None or str(given).strip() in ("", "-")


def inherited(mother: Mapping[str, Any] | None, father: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what a pup takes from its parents, by column.

    The mother comes first: the litter is born in her cage and weaned from it, so whoever answers for her answers for
    the pups; the father may be gone, or lent by somebody else. Parents of two strains make a cross, which has neither.
    """
    known = [parent for parent in (mother, father) if parent is not None]
    taken = {
        column: next((parent[column] for parent in known if parent[column] is not None), None)
        for column in ("species_id", "strain_id", "source_id", "responsible_user_id")
    }
    if len({parent["strain_id"] for parent in known}) > 1:
        taken["strain_id"] = None
    return {column: value for column, value in taken.items() if value is not None}


def protocol_number(*, water_restricted: bool, had_surgery: bool) -> str:
    """Return the number of the licence's protocol that an animal is on."""
    if water_restricted:
        return "3"
    return "2" if had_surgery else "1"
