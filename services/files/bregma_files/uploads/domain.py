"""When a file may be seen: the states of an upload, and what decides about a file to register. Pure and total.

Bytes on their way to us are *wanted*, then *received*, then *verifying*; only bytes that were read back and found whole
are *verified*, and only then does a file record say that they exist. Whatever happens, in whatever order and however
often, no other way leads to *verified*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bregma_kit.errors import BregmaError
from bregma_kit.objects import Part
from dataset_types import BadName, BadPath, DatasetPath, Edition, parse_dataset_path, parse_name

MIB = 2**20
SINGLE_PUT = 16 * MIB
"""Largest file that goes by one signed PUT: a multipart upload of a small file takes 2.6 times as long."""

PART_SIZE = 16 * MIB
MOST_PARTS = 10_000
LARGEST = 5 * 2**40
"""Largest object that S3 stores."""


class State(StrEnum):
    """Where the bytes of an upload are."""

    WANTED = "wanted"
    RECEIVED = "received"
    VERIFYING = "verifying"
    VERIFIED = "verified"
    QUARANTINED = "quarantined"
    ABORTED = "aborted"
    EXPIRED = "expired"


class Event(StrEnum):
    """What can happen to an upload."""

    ARRIVED = "the store has all its bytes"
    PICKED_UP = "a worker begins to read them"
    GOOD = "they are what was announced, and keep their type's promise"
    BAD = "they are not"
    LOST = "the store does not have them after all"
    GIVEN_UP = "the client aborts"
    OVERDUE = "nobody completed it in time"


OPEN = frozenset({State.WANTED, State.RECEIVED, State.VERIFYING})
FINAL = frozenset(State) - OPEN

_STEPS: dict[tuple[State, Event], State] = {
    (State.WANTED, Event.ARRIVED): State.RECEIVED,
    (State.WANTED, Event.GIVEN_UP): State.ABORTED,
    (State.WANTED, Event.OVERDUE): State.EXPIRED,
    (State.RECEIVED, Event.PICKED_UP): State.VERIFYING,
    # a worker that was killed left it here; the next one begins again
    (State.VERIFYING, Event.PICKED_UP): State.VERIFYING,
    (State.VERIFYING, Event.GOOD): State.VERIFIED,
    (State.VERIFYING, Event.BAD): State.QUARANTINED,
    # nothing is wrong with the file: the client sends it again
    (State.VERIFYING, Event.LOST): State.WANTED,
}


def after(state: State, event: Event) -> State:
    """Return the state after an event; what does not apply changes nothing, so every call may be repeated."""
    return _STEPS.get((state, event), state)


def applies_to(event: Event) -> list[State]:
    """Return the states in which an event means something, for the condition of an update."""
    return [state for state, one in _STEPS if one is event]


class Refused(BregmaError):
    """One file of a batch cannot be registered; the others go on."""

    def __init__(self, reason: str, detail: str, hint: str = "") -> None:
        super().__init__(detail, hint=hint)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as a client announces it."""

    path: str
    size: int
    md5: str
    sha256: str | None = None
    version: str | None = None
    default: bool = True
    edition: str = Edition.IBL_CURRENT.value


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue knows of a file's place already."""

    protected: bool
    verified_md5: str | None
    """MD5 and size of the verified bytes on the repository in question; None if there are none."""
    verified_size: int | None
    sha256: str | None
    exists: bool
    """Whether any copy exists, wherever."""
    edition: str


_HEX = frozenset("0123456789abcdef")


def is_hash(text: str, digits: int) -> bool:
    """Whether a text is a hash in lower-case hex."""
    return len(text) == digits and _HEX.issuperset(text)


def check_file(one: NewFile) -> DatasetPath:
    """Return where a file lies in its session, or raise Refused with what to change."""
    try:
        place = parse_dataset_path(one.path)
    except BadPath as error:
        raise Refused("bad_path", str(error)) from None
    try:
        parse_name(place.name)
    except BadName as error:
        raise Refused(
            "bad_name", str(error), "rename the file; `dataset-types list` shows the names that there are"
        ) from None
    if one.size == 0:
        hint = "look whether the program that wrote it has failed"
        raise Refused("empty_file", f"{one.path} has no content.", hint)
    if one.size > LARGEST:
        raise Refused("too_large", f"{one.path} is larger than 5 TiB.", "split the recording into several files")
    if not is_hash(one.md5, 32) or (one.sha256 is not None and not is_hash(one.sha256, 64)):
        hint = "send md5 as 32 and sha256 as 64 lower-case hexadecimal digits"
        raise Refused("bad_hash", f"The hash of {one.path} is not one.", hint)
    if one.edition not in tuple(Edition):
        raise Refused("bad_edition", f"There is no edition {one.edition!r}.", f"choose one of {', '.join(Edition)}")
    return place


def is_there(one: NewFile, known: Known | None) -> bool:
    """Whether these very bytes were verified at this very dataset, so that nothing needs to be sent.

    Raises Refused if the dataset may not be changed.
    """
    if known is None:
        return False
    same = (known.verified_md5, known.verified_size) == (one.md5, one.size)
    if same and (one.sha256 is None or known.sha256 is None or one.sha256 == known.sha256):
        return True
    if known.protected:
        detail = f"The dataset {one.path} is protected, and these are other bytes than the ones it has."
        raise Refused("protected", detail, "register the file in a new revision: a folder #YYYY-MM-DD# before its name")
    if known.exists and one.edition != known.edition:
        detail = f"The dataset {one.path} is of the edition {known.edition}; it cannot become {one.edition} in place."
        raise Refused("edition_changed", detail, "register the file in a new revision")
    return False


def part_size(size: int) -> int | None:
    """Return the size of each part but the last, or None for a file that goes by a single PUT."""
    if size <= SINGLE_PUT:
        return None
    smallest = -(-size // MOST_PARTS)
    return max(PART_SIZE, -(-smallest // MIB) * MIB)


def part_count(size: int, of_part: int | None) -> int | None:
    """Return how many parts there are, or None for a single PUT."""
    return None if of_part is None else -(-size // of_part)


def length_of_part(number: int, size: int, of_part: int) -> int | None:
    """Return how long one part must be, or None if there is no such part."""
    count = -(-size // of_part)
    if not 1 <= number <= count:
        return None
    return of_part if number < count else size - of_part * (count - 1)


def missing_parts(listed: Sequence[Part], size: int, of_part: int) -> list[int]:
    """Return the numbers of the parts that the store lacks or has with a wrong length."""
    have = {one.number: one.size for one in listed}
    count = -(-size // of_part)
    return [number for number in range(1, count + 1) if have.get(number) != length_of_part(number, size, of_part)]


def print_numbers(numbers: Sequence[int]) -> str:
    """Write part numbers in short: ``1-3, 7``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
