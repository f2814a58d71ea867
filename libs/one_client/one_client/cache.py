"""The cache on disk: an ALF tree of verified files, and one small index per session.

::

    <root>/<lab>/Subjects/<subject>/<date>/<number>/<collection>/#<revision>#/<name>     the files themselves
    <root>/.one/sessions/<eid>.json       what the server said about a session, and which of its files are here
    <root>/.one/partial/                  files on their way; they survive a crash and are resumed

A file comes into the tree only complete and with the right hash, by one rename. Its size and modification time are
noted then, and a later load compares only these two; `Cache.verify` hashes again. An index is one JSON file per
session, replaced as a whole under a lock, rather than a database: it works on the network disks that labs share, a lost
one costs no more than hashing its files again, and several processes may use one cache at once.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from dataset_types.path import SessionPath, parse_session_path

from one_client.errors import NotFound
from one_client.files import hash_file, read_json, write_atomically
from one_client.records import Dataset, SessionListing, safe_relative

_VERSION = 1
_LOCK_SECONDS = 60
_PLAIN = re.compile(r"[0-9a-f-]{36}")  # a UUID is a file name as it is


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that arrived whole: its size, modification time and hashes at that moment."""

    size: int
    mtime_ns: int
    md5: str = ""
    sha256: str = ""

    def is_of(self, dataset: Dataset) -> bool:
        """Whether these are the bytes that the dataset now stands for."""
        if dataset.sha256 and self.sha256:
            return dataset.sha256 == self.sha256
        if dataset.md5 and self.md5:
            return dataset.md5 == self.md5
        return dataset.size in (None, self.size)


@dataclass(frozen=True, slots=True)
class Entry:
    """The index of one session."""

    listing: SessionListing
    fetched_at: float
    files: Mapping[str, Kept] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `Cache.verify` says about one file."""

    eid: str
    path: Path
    dataset: str
    state: Literal["good", "changed", "missing"]


class Cache:
    """Files and session indices below one folder; safe for several threads and processes.

    Parameters
    ----------
    root : pathlib.Path
        The folder, made when first needed. One root serves one server.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.partial = root / ".one" / "partial"
        self._sessions = root / ".one" / "sessions"
        self._memory: dict[str, tuple[tuple[int, int, int], Entry]] = {}

    # ---- sessions -------------------------------------------------------------------------------------------------

    def read(self, eid: str) -> Entry | None:
        """Return the index of a session, or None; from memory unless some process changed it."""
        return self._read(self._index_path(eid))

    def entries(self) -> Iterator[Entry]:
        """All sessions of which something is known, in no order."""
        for path in sorted(self._sessions.glob("*.json")):
            entry = self._read(path)
            if entry is not None:
                yield entry

    def keep_listing(self, listing: SessionListing) -> Entry:
        """Note what the server says about a session now."""
        with self._locked(listing.eid):
            old = self.read(listing.eid)
            return self._write(Entry(listing, time.time(), old.files if old else {}))

    def still_fresh(self, eid: str) -> Entry:
        """Note that the server has nothing new about a session."""
        with self._locked(eid):
            old = self.read(eid)
            if old is None:
                raise NotFound(
                    f"The cache's index of session {eid} disappeared.", "Try again; it will be fetched anew."
                )
            return self._write(replace(old, fetched_at=time.time()))

    def keep_files(self, eid: str, arrived: Mapping[str, Kept]) -> None:
        """Note files that arrived, by their path relative to the session."""
        if not arrived:
            return
        with self._locked(eid):
            old = self.read(eid)
            if old is not None:
                self._write(replace(old, files={**old.files, **arrived}))

    # ---- files ----------------------------------------------------------------------------------------------------

    def place(self, session: SessionPath, dataset: Dataset) -> Path:
        """Where a dataset's file lies, or will lie."""
        return self.root / safe_relative(str(session)) / safe_relative(dataset.path)

    def present(self, eid: str, datasets: Iterable[Dataset]) -> dict[str, Path]:
        """Which of a session's datasets are here, unchanged since they arrived.

        Only size and modification time are compared. Where they do not fit the index, or the index knows nothing (a
        crash before it was written, a tree copied from elsewhere), the file is hashed and taken if it is the right one.

        Returns
        -------
        dict
            Dataset id to local path.
        """
        entry = self.read(eid)
        if entry is None:
            return {}
        here: dict[str, Path] = {}
        adopted: dict[str, Kept] = {}
        for dataset in datasets:
            path = self.place(entry.listing.place, dataset)
            try:
                stat = path.stat()
            except (FileNotFoundError, NotADirectoryError):
                continue
            kept = entry.files.get(dataset.path)
            if not (kept and kept.is_of(dataset) and (kept.size, kept.mtime_ns) == (stat.st_size, stat.st_mtime_ns)):
                kept = _adopt(path, stat, dataset)
                if kept is None:
                    continue
                adopted[dataset.path] = kept
            here[dataset.id] = path
        self.keep_files(eid, adopted)
        return here

    def verify(self, eid: str | None = None) -> Iterator[Verdict]:
        """Hash every file of a session, or of all, and compare with what arrived; nothing is changed."""
        entry = self.read(eid) if eid else None
        for one in [entry] if entry else () if eid else self.entries():
            by_path = {dataset.path: dataset for dataset in one.listing.datasets}
            for relative, kept in sorted(one.files.items()):
                path = self.root / safe_relative(str(one.listing.place)) / safe_relative(relative)
                yield Verdict(one.listing.eid, path, relative, _judge(path, kept, by_path.get(relative)))

    def forget(self, eid: str, relative_paths: Iterable[str] | None = None) -> int:
        """Remove files of a session (all by default) from the cache; returns how many were removed."""
        entry = self.read(eid)
        if entry is None:
            return 0
        gone = set(entry.files if relative_paths is None else relative_paths)
        removed = 0
        for relative in gone:
            path = self.root / safe_relative(str(entry.listing.place)) / safe_relative(relative)
            removed += path.exists()
            path.unlink(missing_ok=True)
            self._prune(path.parent)
        with self._locked(eid):
            now = self.read(eid) or entry
            self._write(replace(now, files={path: kept for path, kept in now.files.items() if path not in gone}))
        return removed

    def sweep(self) -> None:
        """Remove what killed processes left on its way: small files after a day, resumable ones after a month."""
        for pattern, days in (("*.small", 1), ("*.part", 30), ("*.done", 30)):
            for path in self.partial.glob(pattern):
                with suppress(OSError):  # somebody else was faster, or still writes to it
                    if time.time() - path.stat().st_mtime > days * 86400:
                        path.unlink()

    def usage(self) -> tuple[int, int, int]:
        """Count sessions with files, files, and bytes."""
        filled = [entry.files for entry in self.entries() if entry.files]
        return len(filled), sum(map(len, filled)), sum(kept.size for files in filled for kept in files.values())

    # ---- inside ---------------------------------------------------------------------------------------------------

    def _index_path(self, eid: str) -> Path:
        plain = _PLAIN.fullmatch(eid)
        return self._sessions / f"{eid if plain else hashlib.sha256(eid.encode()).hexdigest()}.json"

    def _read(self, path: Path) -> Entry | None:
        try:
            stat = path.stat()
        except FileNotFoundError:
            return None
        stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        remembered = self._memory.get(path.name)
        if remembered and remembered[0] == stamp:
            return remembered[1]
        entry = _decode(read_json(path))
        if entry is not None:
            self._memory[path.name] = (stamp, entry)
        return entry

    @contextmanager
    def _locked(self, eid: str) -> Iterator[None]:
        from filelock import FileLock

        path = self._index_path(eid).with_suffix(".lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path, timeout=_LOCK_SECONDS):
            yield

    def _write(self, entry: Entry) -> Entry:
        body = {
            "version": _VERSION,
            "eid": entry.listing.eid,
            "place": str(entry.listing.place),
            "details": entry.listing.details,
            "etag": entry.listing.etag,
            "datasets": [asdict(dataset) for dataset in entry.listing.datasets],
            "fetched_at": entry.fetched_at,
            "files": {path: asdict(kept) for path, kept in entry.files.items()},
        }
        write_atomically(self._index_path(entry.listing.eid), json.dumps(body, default=str).encode())
        return entry

    def _prune(self, folder: Path) -> None:
        """Remove folders that became empty, up to the root."""
        while folder != self.root and folder.is_relative_to(self.root):
            try:
                folder.rmdir()
            except OSError:  # not empty: somebody else's files, or siblings
                return
            folder = folder.parent


def _decode(body: Any) -> Entry | None:
    """Read an index; one of another version or shape counts as absent and is fetched again."""
    if not isinstance(body, dict) or body.get("version") != _VERSION:
        return None
    listing = SessionListing(
        body["eid"],
        parse_session_path(body["place"]),
        body["details"],
        tuple(Dataset.from_dict(values) for values in body["datasets"]),
        body["etag"],
    )
    return Entry(listing, body["fetched_at"], {path: Kept(**values) for path, values in body["files"].items()})


def _adopt(path: Path, stat: os.stat_result, dataset: Dataset) -> Kept | None:
    """Hash a file of which the index knows nothing certain; None if it is not what the dataset stands for."""
    name = "sha256" if dataset.sha256 else "md5" if dataset.md5 else ""
    if not name or dataset.size not in (None, stat.st_size):
        return None
    found = hash_file(path, name)
    kept = Kept(stat.st_size, stat.st_mtime_ns, found.get("md5", ""), found.get("sha256", ""))
    return kept if kept.is_of(dataset) else None


def _judge(path: Path, kept: Kept, dataset: Dataset | None) -> Literal["good", "changed", "missing"]:
    name = "sha256" if kept.sha256 else "md5"
    try:
        found = hash_file(path, name)[name]
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    same = found == getattr(kept, name)
    return "good" if same and (dataset is None or kept.is_of(dataset)) else "changed"
