"""When a copy may go. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a retirement is."""

    KEPT = "kept"
    WAITING = "waiting"
    DELETING = "deleting"
    DELETED = "deleted"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class StandIn:
    """A dataset that holds what the retired one held; ``copies`` are the repositories where it was seen this moment."""

    name: str
    copies: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a dataset that shall be retired, and of those that stand for it."""

    same_bytes: bool
    withdrawn: bool
    uploading: bool
    protected: Sequence[str]
    stand_ins: Sequence[StandIn]
    missing: int
    """Stand-ins that were asked for and are no dataset of ours any more."""


def why_kept(facts: Facts, minimum: int) -> list[str]:
    """Return what speaks against deleting it; nothing does if the list is empty."""
    reasons = []
    if not facts.same_bytes:
        reasons.append("Its bytes were replaced since the others were made of it.")
    if facts.withdrawn:
        reasons.append("Its session is withdrawn.")
    if facts.uploading:
        reasons.append("An upload of it is under way.")
    if facts.protected:
        reasons.append(f"It is protected by {', '.join(facts.protected)}.")
    if facts.missing or not facts.stand_ins:
        reasons.append("A dataset that should stand for it is not registered any more.")
    reasons += [
        f"{one.name} has {one.copies} of {minimum} verified copies that the stores have now."
        for one in facts.stand_ins
        if one.copies < minimum
    ]
    return reasons
