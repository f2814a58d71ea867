"""The Allen structure tree, as the package ``iblatlas`` carries it; the package is read, never imported."""

import csv
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

VOID = 0
"""Outside of the brain. As on Alyx it is the parent of the root: every number in the tree is positive, and there are
none for the left hemisphere alone (``iblatlas`` counts those below zero; Alyx has no rows for them)."""


def read_structures() -> list[dict[str, Any]]:
    """Return the rows of brain regions, parents first."""
    package = find_spec("iblatlas")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("the package iblatlas is missing; `make env` installs it from requirements/data.txt")
    table = Path(package.submodule_search_locations[0]) / "allen_structure_tree.csv"
    with table.open(newline="", encoding="utf-8") as file:
        return regions(list(csv.DictReader(file)))


def regions(structures: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Turn rows of the tree's table into rows of brain regions, each with the way to it from the void."""
    parents = {int(one["id"]): _parent(one) for one in structures}
    rows = [
        {
            "id": int(one["id"]), "acronym": one["acronym"], "name": one["name"], "parent_id": parents[int(one["id"])],
            "lineage": _lineage(int(one["id"]), parents),
            "graph_order": int(one["graph_order"]) if one["graph_order"] else -1,
        }
        for one in structures
    ]  # fmt: skip
    return sorted(rows, key=lambda row: len(row["lineage"]))


def _parent(structure: Mapping[str, str]) -> int | None:
    if int(structure["id"]) == VOID:
        return None
    return int(structure["parent_structure_id"] or VOID)


def _lineage(region: int, parents: Mapping[int, int | None]) -> list[int]:
    way = [region]
    while (parent := parents[way[-1]]) is not None:
        if parent in way:
            raise ValueError(f"region {region} is its own ancestor")
        way.append(parent)
    return way[::-1]
