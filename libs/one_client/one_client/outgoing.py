"""What a rig wants to send: one session and its files, as it is written to the spool."""

import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Self

from dataset_types.path import BadPath, SessionPath, parse_session_path, strip_uuid

from one_client.errors import BadRequest, DataError
from one_client.records import find_session_path

FileState = Literal["waiting", "received", "verified", "quarantined", "refused"]

_DROPPINGS = frozenset({"thumbs.db", "desktop.ini", "icon\r"})
_UNFINISHED = (".tmp", ".part", ".partial", ".lock", ".swp", ".flag", "~")
_EXAMPLE = "one put KS014/2020-01-01/001, or name them: --subject KS014 --date 2020-01-01 --number 1"


class FileChanged(DataError):
    """A file was written to while it was read or sent."""

    code = "file_changed"


class FileUnreadable(FileChanged):
    """A file cannot be read now: its disk fails, or another program holds it (Windows)."""

    code = "file_unreadable"


@dataclass(slots=True)
class OutgoingFile:
    """One file of a session on its way.

    Attributes
    ----------
    path : str
        Where it goes, relative to the session, with ``/``.
    source : str
        Where it lies on this computer.
    size, mtime_ns : int
        As they were when it was put into the spool; bytes, and nanoseconds since 1970.
    md5, sha256 : str
        Lower-case hex; empty until it was hashed.
    part_size : int or None
        Bytes per part that ``part_md5`` belongs to; None for a file that goes in one piece.
    part_md5 : list of str
        MD5 of each part, from the same pass over the file.
    state : str
        ``waiting``, ``received``, ``verified``, ``quarantined`` or ``refused``.
    code, reason : str
        Why it was refused or quarantined: a word for programs and a sentence.
    upload, dataset : str
        The server's ids, once known.
    """

    path: str
    source: str
    size: int
    mtime_ns: int
    md5: str = ""
    sha256: str = ""
    part_size: int | None = None
    part_md5: list[str] = field(default_factory=list)
    state: FileState = "waiting"
    code: str = ""
    reason: str = ""
    upload: str = ""
    dataset: str = ""

    @classmethod
    def of(cls, path: str, source: Path) -> Self:
        """Note a file as it is now."""
        stat = source.stat()
        return cls(path, str(source), stat.st_size, stat.st_mtime_ns)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it by the sender."""
        return self.state == "waiting"

    def same_as(self, other: "OutgoingFile") -> bool:
        """Whether both are the same file in the same condition, as far as the disk tells."""
        return (self.source, self.size, self.mtime_ns) == (other.source, other.size, other.mtime_ns)

    def refuse(self, code: str, reason: str) -> None:
        """Take it out; the others go on."""
        self.state, self.code, self.reason = "refused", code, reason


@dataclass(slots=True)
class Outgoing:
    """A session with its files; one entry of the spool.

    Attributes
    ----------
    id : str
        Name of the entry, readable and unique.
    server : str
        Address of the server; never a token.
    place : str
        ``[lab/Subjects/]subject/date/number``.
    session : dict
        Body of ``POST /sessions`` with the id minted here, so that the call may be repeated; empty if ``eid`` names
        one that exists.
    eid : str
        The session's id on the server, once known.
    folder : str
        Folder of the session on this computer.
    files : list of OutgoingFile
        Its files.
    options : dict
        ``repository``, ``edition``, ``client``, ``version``, ``qc``, ``default``: see `Uploader`.
    created_at : float
        Seconds since 1970.
    reason : str
        What last kept it from being sent.
    refused : bool
        Whether that was the server's answer about the session: waiting alone changes nothing.
    """

    id: str
    server: str
    place: str
    session: dict[str, Any]
    folder: str
    files: list[OutgoingFile]
    eid: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    created_at: float = field(default_factory=time.time)
    reason: str = ""
    refused: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read `as_dict` back; keys of a newer version are ignored."""
        own = {key: value for key, value in values.items() if key in {f.name for f in fields(cls)}}
        known = {f.name for f in fields(OutgoingFile)}
        files = [OutgoingFile(**{k: v for k, v in one.items() if k in known}) for one in values["files"]]
        return cls(**{**own, "files": files})

    @property
    def open_files(self) -> list[OutgoingFile]:
        """Files that are still to be sent."""
        return [one for one in self.files if one.is_open]

    def counts(self) -> dict[str, int]:
        """Number of files in each state that occurs."""
        found: dict[str, int] = {}
        for one in self.files:
            found[one.state] = found.get(one.state, 0) + 1
        return found


def entry_name(place: SessionPath) -> str:
    """Name a spool entry so that a person recognises it."""
    return f"{place.subject}_{place.date.isoformat()}_{place.number:03d}_{secrets.token_hex(4)}"


def identify(
    folder: Path | None,
    *,
    subject: str | None = None,
    date: Any = None,
    number: int | str | None = None,
    lab: str | None = None,
) -> SessionPath:
    """Say which session a folder belongs to: by its path, unless the arguments say otherwise.

    Parameters
    ----------
    folder : pathlib.Path or None
        ``[lab/Subjects/]subject/date/number`` at its end.
    subject, date, number, lab : optional
        Override the path.

    Raises
    ------
    BadRequest
        If subject, date or number remain unknown or are impossible.
    """
    found = find_session_path(folder.as_posix()) if folder else None
    day = date.isoformat()[:10] if hasattr(date, "isoformat") else date
    merged = {
        "subject": subject or (found.subject if found else None),
        "date": day or (found.date.isoformat() if found else None),
        "number": number if number is not None else (found.number if found else None),
    }
    lacking = [name for name, value in merged.items() if value is None]
    if lacking:
        what = f"The folder {folder} does not end in subject/date/number" if folder else "No session is named"
        raise BadRequest(f"{what}, so its {' and '.join(lacking)} must be given.", _EXAMPLE)
    prefix = f"{lab or (found.lab if found else '')}/Subjects/" if lab or (found and found.lab) else ""
    try:
        return parse_session_path(f"{prefix}{merged['subject']}/{merged['date']}/{merged['number']}")
    except BadPath as error:
        raise BadRequest(str(error), _EXAMPLE) from None


def same_place(one: str, other: str) -> bool:
    """Whether two places are one session; a lab that is not named may be any."""
    left, right = parse_session_path(one), parse_session_path(other)
    return left.relative == right.relative and (left.lab == right.lab or None in (left.lab, right.lab))


def collect(folder: Path) -> tuple[list[OutgoingFile], list[str]]:
    """Find the files below a session's folder.

    Hidden files, what systems and programs leave behind, and links to folders are passed over.

    Returns
    -------
    files : list of OutgoingFile
        Sorted by path. An id in a file's name, as servers add it, is taken out.
    skipped : list of str
        Paths that were passed over, relative to the folder.
    """
    if not folder.is_dir():
        raise BadRequest(f"{folder} is no folder.", "Give the folder of a session: " + _EXAMPLE)
    skipped: list[str] = []
    files = [OutgoingFile.of(_clean(one.relative_to(folder)), one) for one in _walk(folder, folder, skipped)]
    return sorted(files, key=lambda one: one.path), sorted(skipped)


def chosen(files: Sequence[str | os.PathLike[str]] | Mapping[str, Any], folder: Path | None) -> list[OutgoingFile]:
    """Note files that were named one by one, with their place in the session.

    Parameters
    ----------
    files : sequence of path, or mapping of str to path
        Paths within the session's folder, or place in the session to path anywhere.
    folder : pathlib.Path or None
        The session's folder; by default it is found in each file's own path.
    """
    pairs = files.items() if isinstance(files, Mapping) else _placed(map(Path, files), folder)
    noted = []
    for place, source in pairs:
        path = Path(source).expanduser().absolute()
        if not path.is_file():
            raise BadRequest(f"{source} is no file.", "Give files, or the folder of a session.")
        noted.append(OutgoingFile.of(str(place), path))
    return noted


def _placed(files: Iterable[Path], folder: Path | None) -> Iterator[tuple[str, Path]]:
    for given in files:
        path = given if given.is_absolute() or folder is None else folder / given
        path = path.expanduser().absolute()
        if folder is not None and path.is_relative_to(folder):
            yield _clean(path.relative_to(folder)), path
            continue
        match = re.search(r"/\d{4}-\d{2}-\d{2}/\d{1,3}/(.+)$", path.as_posix())
        if match is None:
            raise BadRequest(
                f"{given} does not lie in a session's folder.",
                "Give a mapping of the place in the session to the file, or files below subject/date/number.",
            )
        yield _clean(Path(match[1])), path


def _clean(relative: Path) -> str:
    return relative.with_name(strip_uuid(relative.name)[0]).as_posix()


def _walk(root: Path, folder: Path, skipped: list[str]) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            path = Path(entry.path)
            name = entry.name.lower()
            if name.startswith(".") or name in _DROPPINGS or name.endswith(_UNFINISHED):
                skipped.append(path.relative_to(root).as_posix())
            elif entry.is_dir(follow_symlinks=False):
                yield from _walk(root, path, skipped)
            elif entry.is_file():
                yield path
            else:
                skipped.append(path.relative_to(root).as_posix())
