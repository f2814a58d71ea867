"""What a path of the data tree names. Pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dataset_types import BadPath, parse_dataset_path, split_session_path, strip_uuid


@dataclass(frozen=True, slots=True)
class SessionPlace:
    """A session's folder."""

    lab: str
    subject: str
    day: date
    number: int


@dataclass(frozen=True, slots=True)
class DataPath:
    """A file of the data tree: in a session's folder, or an aggregate with a path of its own."""

    dataset: UUID | None
    """Id in the file's name, if it carries one."""
    session: SessionPlace | None
    collection: str
    revision: str | None
    name: str
    relative: str
    """Path as a file record keeps it, without the id."""


def parse_data_path(path: str) -> DataPath | None:
    """Take a path below ``/data/`` apart; None if it cannot name a file."""
    folders, _, last = path.rpartition("/")
    name, dataset = strip_uuid(last)
    first, _, below = folders.partition("/")
    try:
        if first == "aggregates":
            parse_dataset_path(name)
            return DataPath(dataset, None, "", None, name, f"{below}/{name}" if below else name)
        session, rest = split_session_path(f"{folders}/{name}")
        place = parse_dataset_path(rest)
    except BadPath:
        return None
    if session.lab is None:
        return None
    where = SessionPlace(session.lab, session.subject, session.date, session.number)
    return DataPath(dataset, where, place.collection, place.revision, place.name, f"{session.relative}/{rest}")
