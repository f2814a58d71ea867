"""What a backend tells about sessions and datasets, independent of where it keeps them."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Self

from dataset_types.path import BadPath, SessionPath, parse_session_path

from one_client.errors import BadRequest

QC = {"NOT_SET": 0, "PASS": 10, "WARNING": 30, "FAIL": 40, "CRITICAL": 50}
"""Quality levels of datasets and sessions by name; the numbers order them."""

_SESSION = re.compile(r"(?:^|/)(?P<session>(?:\w+/Subjects/)?[\w.-]+/\d{4}-\d{2}-\d{2}/\d{1,3})(?=/|$)")


def find_session_path(text: str) -> SessionPath | None:
    """Find ``[lab/Subjects/]subject/date/number`` anywhere in a path or URL; None if there is none."""
    match = _SESSION.search(text.replace("\\", "/"))
    if match is None:
        return None
    try:
        return parse_session_path(match["session"])
    except BadPath:
        return None


@dataclass(frozen=True, slots=True)
class Dataset:
    """One registered file of a session.

    Attributes
    ----------
    id : str
        The dataset's UUID; for a folder, its path.
    path : str
        ``collection/#revision#/name``, relative to the session, with ``/``.
    dataset_type : str
        Its type's name such as ``spikes.times``; empty if the backend does not say.
    size : int or None
        Bytes, if known.
    md5, sha256 : str
        Lower-case hex, empty if not known.
    qc : str
        A name out of `QC`.
    default : bool
        Whether this revision is the default one.
    edition : str
        Which edition of the standard its units follow (``paper-2020`` or ``ibl-current``); empty if not known.
    """

    id: str
    path: str
    dataset_type: str = ""
    size: int | None = None
    md5: str = ""
    sha256: str = ""
    qc: str = "NOT_SET"
    default: bool = True
    edition: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.rpartition("/")[2]

    @property
    def collection(self) -> str:
        """The folder below the session, without the revision; empty at the session's root."""
        folders = self.path.split("/")[:-1]
        return "/".join(folders[:-1] if folders and _is_revision(folders[-1]) else folders)

    @property
    def revision(self) -> str:
        """The revision without its ``#``; empty if there is none."""
        folder = self.path.rpartition("/")[0].rpartition("/")[2]
        return folder[1:-1] if _is_revision(folder) else ""

    def as_dict(self) -> dict[str, Any]:
        """All fields with the parts of the path, for ``details=True`` and for the cache."""
        return {**asdict(self), "name": self.name, "collection": self.collection, "revision": self.revision}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read `as_dict` back; keys of a newer version are ignored."""
        known = {f.name for f in fields(cls)}
        return cls(**{key: value for key, value in values.items() if key in known})


def _is_revision(folder: str) -> bool:
    return len(folder) > 2 and folder.startswith("#") and folder.endswith("#")


@dataclass(frozen=True, slots=True)
class SessionListing:
    """A session with its datasets, as one answer.

    Attributes
    ----------
    eid : str
        Its id.
    place : SessionPath
        Its place in the ALF tree.
    details : dict
        All that the backend tells (Alyx's fields for a server).
    datasets : tuple of Dataset
        What can be loaded now.
    etag : str
        The server's name for this state, for a conditional question later.
    """

    eid: str
    place: SessionPath
    details: dict[str, Any]
    datasets: tuple[Dataset, ...]
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """Where the bytes of a dataset can be had now: a local path, or a signed URL."""

    dataset: Dataset
    path: Path | None = None
    url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search: sessions, newest first, and how many more matched but cannot be loaded."""

    sessions: list[dict[str, Any]]
    unservable: Mapping[str, int] = field(default_factory=dict)

    @property
    def eids(self) -> list[str]:
        """The ids of the sessions."""
        return [str(session["id"]) for session in self.sessions]


def safe_relative(path: str) -> PurePosixPath:
    """Check that a path from outside stays below its root.

    Raises
    ------
    BadRequest
        If it is absolute, names a drive, or climbs with ``..``.
    """
    pure = PurePosixPath(path)
    if not path or pure.is_absolute() or ".." in pure.parts or any(c in path for c in ":\\\0"):
        raise BadRequest(
            f"The path {path!r} leaves its folder.", "Tell the server's administrator: it must not offer this."
        )
    return pure


def date_bounds(value: Any) -> tuple[date | None, date | None]:
    """Read what a user may give as ``date_range``.

    Parameters
    ----------
    value : str, date, datetime, numpy.datetime64, or a sequence of one or two of these or None
        A single value is that one day; ``[a]`` is from a day on; None leaves an end open. Bounds are inclusive.

    Returns
    -------
    tuple of date or None
        First and last day.
    """
    if isinstance(value, str) or not hasattr(value, "__len__"):
        day = _as_date(value)
        return day, day
    if not 1 <= len(value) <= 2:
        raise BadRequest(
            f"date_range has {len(value)} entries.", "Give one day, or [first, last]; None leaves an end open."
        )
    first = _as_date(value[0])
    last = _as_date(value[1]) if len(value) == 2 else None
    if first and last and first > last:
        raise BadRequest(f"date_range ends ({last}) before it starts ({first}).", "Swap the two dates.")
    return first, last


def _as_date(value: Any) -> date | None:
    if value is None:
        return None
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise BadRequest(f"{value!r} is no date.", "Write dates as YYYY-MM-DD, for example '2019-08-02'.") from None
