"""What verification concludes from what it read. Pure: no store, no database.

A file is good if its bytes are the announced ones, if they keep the promise of their dataset type, and if they agree
with the files beside them: all files of an object have the same number of rows, and a number that points at a row of
another object points at one that exists.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from dataset_types import BadName, DatasetType, Edition, Registry, UnknownType, check_references, check_rows, parse_name
from dataset_types import row_group as group_of_rows

from bregma_files.uploads.domain import Event

MOST_FILES, MOST_BYTES = 100, 4 * 2**30
"""Where a slice of a batch ends: its results are committed together, and a killed worker loses no more than one."""


@dataclass(frozen=True, slots=True)
class Announced:
    """What the bytes should be; None where nobody said."""

    path: str
    size: int | None
    md5: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the bytes are."""

    size: int
    md5: str
    sha256: str
    problems: tuple[str, ...] = ()
    rows: int | None = None
    largest: int | None = None
    """Largest row number that the values point at."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to an upload, and why if it is bad."""

    event: Event
    reason: str | None = None


def judge(announced: Announced, reading: Reading | None) -> Verdict:
    """Compare bytes with what was announced; no bytes at all are lost, not bad."""
    if reading is None:
        return Verdict(Event.LOST)
    other = different_bytes(announced, reading)
    if other is not None:
        return Verdict(Event.BAD, other)
    if reading.problems:
        return Verdict(Event.BAD, " ".join(reading.problems))
    return Verdict(Event.GOOD)


def different_bytes(announced: Announced, reading: Reading) -> str | None:
    """Say how bytes differ from the announced ones, or None."""
    if announced.size is not None and reading.size != announced.size:
        return (
            f"{announced.path} has {reading.size} bytes in the store, but was announced with {announced.size}. "
            "Register and send it again."
        )
    for name, wanted, found in (("MD5", announced.md5, reading.md5), ("SHA-256", announced.sha256, reading.sha256)):
        if wanted is not None and wanted != found:
            return (
                f"The bytes of {announced.path} in the store are not those that were announced: their {name} is "
                f"{found}, not {wanted}. Perhaps the file was still being written; register and send it again."
            )
    return None


def type_of(registry: Registry, name: str, edition: str) -> DatasetType | None:
    """Return the definition of a type, None for a type that only this catalogue has (nothing is promised of it)."""
    for wanted in (Edition(edition), None):
        try:
            return registry.get(name, wanted)
        except UnknownType:
            continue
    return None


@dataclass(frozen=True, slots=True)
class Member:
    """A file among the files of its object: one folder and revision of one session."""

    dataset: UUID
    folder: tuple[UUID, str, UUID | None]
    name: str
    rows: int | None
    largest: int | None
    group: str | None
    """Files of one group have as many rows as each other."""
    points_at: str | None
    """Group whose rows the values point at."""


def member(
    dataset: UUID,
    folder: tuple[UUID, str, UUID | None],
    name: str,
    dataset_type: DatasetType | None,
    rows: int | None,
    largest: int | None,
) -> Member:
    """Find out which files this one must agree with."""
    if dataset_type is None:
        return Member(dataset, folder, name, rows, largest, None, None)
    points_at: str | None = None
    if dataset_type.references:
        try:
            points_at = ".".join((dataset_type.references, *parse_name(name).extra))
        except BadName:
            points_at = None
    return Member(dataset, folder, name, rows, largest, group_of_rows(dataset_type, name), points_at)


def contradiction(one: Member, other: Member) -> str | None:
    """Say why two files of a folder cannot both be right, naming both, or None."""
    if one.folder != other.folder or one.dataset == other.dataset:
        return None
    problems = []
    if one.group is not None and one.group == other.group:
        problems += check_rows(one.group, {one.name: one.rows, other.name: other.rows})
    for pointing, target in ((one, other), (other, one)):
        if pointing.points_at is not None and pointing.points_at == target.group:
            largest = {f"{pointing.name}->{target.name}": pointing.largest}
            problems += check_references(largest, {target.name: target.rows})
    return str(problems[0]) if problems else None


def settle(arrivals: Sequence[Member], standing: Sequence[Member]) -> dict[UUID, str]:
    """Return the arrivals that contradict what stands, with the reason; of two arrivals the first one stands.

    A standing file that is being replaced must not be among ``standing``: its new bytes answer for it.
    """
    accepted = [one for one in standing if one.dataset not in {arrival.dataset for arrival in arrivals}]
    refused: dict[UUID, str] = {}
    for arrival in arrivals:
        reason = next((text for one in accepted if (text := contradiction(arrival, one)) is not None), None)
        if reason is None:
            accepted.append(arrival)
        else:
            refused[arrival.dataset] = reason
    return refused


def slices(sizes: Sequence[int]) -> Iterator[range]:
    """Cut a batch, in order, into slices of limited files and bytes; a larger file is a slice of its own."""
    start, total = 0, 0
    for index, size in enumerate(sizes):
        if index > start and (index - start >= MOST_FILES or total + size > MOST_BYTES):
            yield range(start, index)
            start, total = index, 0
        total += size
    if start < len(sizes):
        yield range(start, len(sizes))
