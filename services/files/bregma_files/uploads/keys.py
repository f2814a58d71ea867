"""Names of objects in a bucket: readable, never reused, and safe in every store."""

import re
from dataclasses import dataclass
from uuid import UUID

from dataset_types import DatasetPath

LONGEST_SEGMENT = 200
"""Bytes; some stores alter longer ones."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class SessionFolder:
    """What names a session's folder."""

    lab: str
    subject: str
    date: str
    number: int

    @property
    def relative(self) -> str:
        """The folder below a lab's ``Subjects``, as Alyx writes it."""
        return f"{self.subject}/{self.date}/{self.number:03d}"

    def relative_path(self, place: DatasetPath) -> str:
        """Path of a file record."""
        return f"{self.relative}/{place.print()}"


def safe_segment(text: str) -> str:
    """Make one part of a key of any text."""
    clean = _UNSAFE.sub("_", text)[:LONGEST_SEGMENT]
    return clean if clean.strip(".") else "_" + clean.replace(".", "_")


def object_key(session: SessionFolder, place: DatasetPath, dataset: UUID, upload: UUID) -> str:
    """Return the key of one upload's object: where the file was at that time, with the ids that make it unique."""
    stem, _, extension = place.name.rpartition(".")
    ending = f".{dataset}.{upload}.{extension}"
    folders = [session.lab, session.subject, session.date, f"{session.number:03d}"]
    folders += place.collection.split("/") if place.collection else []
    return "/".join([*map(safe_segment, folders), _UNSAFE.sub("_", stem)[: LONGEST_SEGMENT - len(ending)] + ending])
