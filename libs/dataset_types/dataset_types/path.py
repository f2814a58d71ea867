"""Paths of sessions and of the files in them: parse, print, and the ids that file names carry on servers.

A file lies at ``lab/Subjects/subject/date/number/collection/#revision#/name``; labs that keep a single tree leave
``lab/Subjects/`` out, and collection and revision are optional.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from dataset_types.name import BadName
from dataset_types.portable import portability_problem

MAX_COLLECTION = 255
"""Longest collection, in characters (the width of the column that keeps it on every server of this protocol)."""

_LAB = re.compile(r"[A-Za-z0-9_]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,3}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SESSION_EXAMPLE = "mainenlab/Subjects/ZM_1743/2019-06-14/001"
_FILE_EXAMPLE = "alf/probe00/#2020-01-01#/spikes.times.npy"


class BadPath(ValueError):
    """A path that is not safe or not one of a session; the message says what to change."""


@dataclass(frozen=True, slots=True)
class DatasetPath:
    """Where a file lies within its session.

    Attributes
    ----------
    collection : str
        Folders joined by ``/``; the empty text for none.
    revision : str or None
        Revision without its ``#``.
    name : str
        File name.
    """

    collection: str
    revision: str | None
    name: str

    def print(self) -> str:
        """Path relative to the session, with ``/``; parsing it gives an equal object."""
        prefix = f"{self.collection}/" if self.collection else ""
        return f"{prefix}#{self.revision}#/{self.name}" if self.revision else prefix + self.name

    def __str__(self) -> str:
        return self.print()


@dataclass(frozen=True, slots=True)
class SessionPath:
    """What identifies a session.

    Attributes
    ----------
    lab : str or None
        Laboratory, None when the path did not name it.
    subject : str
        Nickname of the animal.
    date : datetime.date
        Day of the session in the lab's own time.
    number : int
        Number of the session within the day, 0 to 999.
    """

    lab: str | None
    subject: str
    date: date
    number: int

    @property
    def relative(self) -> str:
        """``'subject/2020-01-01/001'``: without the lab, number with three digits."""
        return f"{self.subject}/{self.date.isoformat()}/{self.number:03d}"

    def print(self) -> str:
        """``'lab/Subjects/subject/2020-01-01/001'``, or as ``relative`` without a lab."""
        return f"{self.lab}/Subjects/{self.relative}" if self.lab else self.relative

    def __str__(self) -> str:
        return self.print()


@lru_cache(maxsize=16384)
def parse_dataset_path(path: str) -> DatasetPath:
    """Take the path of a file within its session apart.

    The name is checked for being portable only; whether it is a ONE name says `dataset_types.name.parse_name`.

    Parameters
    ----------
    path : str
        Relative to the session, with ``/``: ``'alf/probe00/#2020-01-01#/spikes.times.npy'``.

    Raises
    ------
    BadPath
        If it is absolute, leads out of the session, has empty or unportable parts, or its revision folder is not the
        last folder.
    """
    folders, slash, name = path.rpartition("/")
    if slash and not folders:
        raise BadPath(f"The path {path!r} is absolute; give it relative to the session, such as {_FILE_EXAMPLE}")
    problem = portability_problem(name)
    if problem:
        raise BadPath(_bad_part(path, name, problem, is_file=True))
    collection, revision = _parse_folders(folders) if slash else ("", None)
    return DatasetPath(collection, revision, name)


@lru_cache(maxsize=4096)
def _parse_folders(folders: str) -> tuple[str, str | None]:
    """Split ``'alf/probe00/#2020-01-01#'`` into collection and revision."""
    parts = folders.split("/")
    if not parts[0]:
        raise BadPath(f"The path '{folders}/...' is absolute; give it relative to the session, such as {_FILE_EXAMPLE}")
    revision: str | None = None
    last = parts[-1]
    if last.startswith("#") and last.endswith("#") and len(last) > 2:
        revision = last[1:-1]
        parts.pop()
    for part in (*parts, revision) if revision else parts:
        problem = portability_problem(part)
        if problem and part.startswith("#") and part.endswith("#"):
            problem = "is a revision folder; it must be the last folder before the file and have a name between its '#'"
        if problem:
            raise BadPath(_bad_part(f"{folders}/...", part, problem, is_file=False))
    collection = "/".join(parts)
    if len(collection) > MAX_COLLECTION:
        raise BadPath(f"The folders {collection[:40]!r}... are {len(collection)} characters; at most {MAX_COLLECTION}")
    return collection, revision


def _bad_part(path: str, part: str, problem: str, *, is_file: bool) -> str:
    if not part:
        where = "ends with a slash and names no file" if is_file else "has two slashes in a row"
        return f"The path {path!r} {where}; write it like {_FILE_EXAMPLE}"
    kind = "file name" if is_file else "folder"
    return f"In the path {path!r} the {kind} {part!r} {problem}. An example: {_FILE_EXAMPLE}"


def parse_session_path(path: str) -> SessionPath:
    """Take the path of a session apart.

    Parameters
    ----------
    path : str
        ``'lab/Subjects/subject/2020-01-01/001'`` or ``'subject/2020-01-01/1'``, with ``/``.

    Raises
    ------
    BadPath
        If it is neither.
    """
    session, rest = split_session_path(path)
    if rest:
        raise BadPath(f"The path {path!r} goes on after the session's number; end it like {_SESSION_EXAMPLE}")
    return session


def split_session_path(path: str) -> tuple[SessionPath, str]:
    """Split a path into its session and what follows.

    Parameters
    ----------
    path : str
        Begins with the lab or the subject, as for `parse_session_path`; may go on with folders and a file.

    Returns
    -------
    session : SessionPath
    rest : str
        Path within the session, not yet checked; see `parse_dataset_path`.

    Raises
    ------
    BadPath
        If it does not begin with a session.
    """
    parts = path.split("/")
    lab = parts[0] if len(parts) > 1 and parts[1] == "Subjects" else None
    if lab is not None:
        parts = parts[2:]
        if not _LAB.fullmatch(lab):
            raise BadPath(
                f"The lab {lab!r} in {path!r} may hold letters, digits and '_' only, as in {_SESSION_EXAMPLE}"
            )
    if len(parts) < 3:
        raise BadPath(f"The path {path!r} needs a subject, a date and a number, such as {_SESSION_EXAMPLE}")
    subject, day, number = parts[:3]
    problem = portability_problem(subject)
    if problem:
        raise BadPath(f"The subject {subject!r} in {path!r} {problem}. An example: {_SESSION_EXAMPLE}")
    if not _NUMBER.fullmatch(number):
        raise BadPath(f"The session number {number!r} in {path!r} must be 1 to 3 digits, as in {_SESSION_EXAMPLE}")
    return SessionPath(lab, subject, _parse_date(path, day), int(number)), "/".join(parts[3:])


def _parse_date(path: str, text: str) -> date:
    sentence = (
        f"The date {text!r} in {path!r} must be a day of the calendar as year-month-day, as in {_SESSION_EXAMPLE}"
    )
    if not _DATE.fullmatch(text):
        raise BadPath(sentence)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadPath(sentence) from None


def add_uuid(name: str, uuid: UUID | str) -> str:
    """Put a dataset's id before the extension: ``'spikes.times.npy'`` becomes ``'spikes.times.<uuid>.npy'``.

    Raises
    ------
    BadName
        If the name has no extension or holds an id already.
    """
    plain, present = strip_uuid(name)
    stem, dot, extension = plain.rpartition(".")
    if present is not None:
        raise BadName(f"The file name {name!r} carries the id {present} already; give the name without it")
    if not dot or not stem:
        raise BadName(f"The file name {name!r} has no extension, so no id can be put before it, as in spikes.times.npy")
    return f"{stem}.{UUID(str(uuid))}.{extension}"


def strip_uuid(name: str) -> tuple[str, UUID | None]:
    """Take the id out of a file name; the reverse of `add_uuid`.

    Returns
    -------
    name : str
        Without the id.
    uuid : uuid.UUID or None
        The id, None if there was none.
    """
    stem, dot, extension = name.rpartition(".")
    rest, second_dot, candidate = stem.rpartition(".")
    if dot and second_dot and rest and _UUID.fullmatch(candidate):
        return f"{rest}.{extension}", UUID(candidate)
    return name, None
