"""Which sessions lie together, and how a file is named below its session's folder."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from uuid import UUID

TOGETHER = 256
"""Sessions in a fresh segment: what is read and encoded anew when one of them changes."""
MOST_TOGETHER = 2 * TOGETHER
LOWEST = UUID(int=0)
QC = {0: "NOT_SET", 10: "PASS", 30: "WARNING", 40: "FAIL", 50: "CRITICAL"}
"""Alyx's quality levels, worst last: the order of the tables' category."""


def segments_of(sessions: Iterable[UUID], firsts: Sequence[UUID]) -> list[int]:
    """Return the places, in the sorted ``firsts``, of the segments that these sessions lie in."""
    return sorted({bisect_right(firsts, one) - 1 for one in sessions})


def split(sessions: Sequence[UUID], first: UUID) -> list[UUID]:
    """Say where the segments begin that sorted sessions from ``first`` on make: one, unless they have become too many."""
    if len(sessions) <= MOST_TOGETHER:
        return [first]
    return [first, *sessions[TOGETHER::TOGETHER]]


def path_in_session(collection: str | None, revision: str | None, name: str) -> str:
    """Return ``collection/#revision#/name``, as far as there are such."""
    return "/".join(filter(None, (collection, revision and f"#{revision}#", name)))
