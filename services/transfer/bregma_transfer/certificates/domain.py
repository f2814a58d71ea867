"""When a rig may delete a file. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

ENOUGH = 2
"""Stores that must have it."""
HOLDS_SECONDS = 3600
"""A certificate is for deleting now."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A verified copy: where, when it was last read whole, and what its store says at this moment."""

    repository: str
    store: str
    durable: bool
    checked_at: datetime
    seen: bool
    """The store has an object of this size at its place now."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A dataset as the catalogue knows it."""

    name: str
    size: int | None
    sha256: str | None
    copies: Sequence[Copy] = ()
    stand_ins: "Sequence[Registered]" = field(default=())
    """What holds, losslessly compressed, what a retired dataset held."""


def counted(copies: Sequence[Copy], since: datetime) -> list[Copy]:
    """Return the copies that count, one for each store: the one that was read last."""
    best: dict[str, Copy] = {}
    for one in copies:
        if not (one.seen and one.durable and one.checked_at >= since):
            continue
        if one.store not in best or best[one.store].checked_at < one.checked_at:
            best[one.store] = one
    return list(best.values())


def why_not(size: int, sha256: str, known: Registered | None, since: datetime) -> str | None:
    """Say why a file with these bytes may not be deleted; None if it may.

    ``since`` is the moment before which a verification is too old to count.
    """
    if known is None:
        return "It is not registered in this session."
    if known.sha256 is None or (known.size, known.sha256) != (size, sha256):
        return "Other bytes are registered under this name, or none are verified yet."
    if not known.copies and known.stand_ins:
        reasons = (_copies_lacking(one, since) for one in known.stand_ins)
        return next((reason for reason in reasons if reason), None)
    return _copies_lacking(known, since)


def _copies_lacking(known: Registered, since: datetime) -> str | None:
    good = counted(known.copies, since)
    if len(good) >= ENOUGH:
        return None
    if not known.copies:
        return f"There is no verified copy of {known.name} in any store."
    problems = [text for one in known.copies if (text := _wrong(one, since))]
    have = " and ".join(sorted(one.repository for one in good)) or "none that counts"
    return (
        f"{known.name} has {len(good)} of {ENOUGH} copies in different stores ({have}). {' '.join(problems)}".rstrip()
    )


def _wrong(one: Copy, since: datetime) -> str | None:
    if not one.seen:
        return f"The store of {one.repository} does not have it at this moment."
    if not one.durable:
        return f"The store of {one.repository} is not declared durable by its operator."
    if one.checked_at < since:
        return f"The copy in {one.repository} was last read {one.checked_at:%Y-%m-%d}, too long ago."
    return None
