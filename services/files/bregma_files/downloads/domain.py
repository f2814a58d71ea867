"""What a path of the data tree names. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dataset_types import parse_dataset_path, strip_uuid

_SESSION = re.compile(r"([^/]+)/Subjects/([^/]+)/([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{1,6})/(.+)", re.DOTALL)


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
        found = _SESSION.fullmatch(f"{folders}/{name}")
        if found is None:
            return None
        lab, subject, day, number, rest = found.groups()
        # the subject is looked up, not checked: older animals have names that nobody would be given today
        where = SessionPlace(lab, subject, date.fromisoformat(day), int(number))
        place = parse_dataset_path(rest)
    except ValueError:  # a path that is none, or a day that is none
        return None
    relative = f"{subject}/{day}/{where.number:03d}/{rest}"
    return DataPath(dataset, where, place.collection, place.revision, place.name, relative)
