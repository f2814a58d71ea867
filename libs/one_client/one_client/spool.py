"""The spool: sessions on their way, on the rig's own disk, where a power cut or a lost network loses nothing.

::

    <spool>/<entry>.json         a session that is being sent, with all its files and how far each one is
    <spool>/<entry>.lock         held by the process that works on it
    <spool>/done/<entry>.json    receipts of sessions that were sent

An entry is on the disk, flushed, before anything is sent. It changes by replacing the whole file and flushing again, so
a crash leaves the old or the new one. All that it says about progress the server knows as well: an entry that is older
than the truth costs a question, never data.
"""

import errno
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from one_client.errors import BadRequest, Conflict, CorruptFile, DiskFull, NotFound
from one_client.files import replace
from one_client.outgoing import Outgoing, OutgoingFile, same_place

if TYPE_CHECKING:
    from filelock import FileLock

_VERSION = 1
_APP = "bregma-one"
_ADD_SECONDS = 60
_OLD_SECONDS = 3600
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_LONG_BETWEEN = 20  # an entry of 100,000 files is large: writing it takes at most a twentieth of the time


class SpoolBusy(Conflict):
    """Another process is working on this entry."""

    code = "spool_busy"


def default_spool() -> Path:
    """Where the spool is: ``BREGMA_ONE_SPOOL``, or a folder of the user."""
    if named := os.environ.get("BREGMA_ONE_SPOOL"):
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path(_APP, appauthor=False) / "spool"


class Spool:
    """Sessions on their way, below one folder; safe for several processes.

    Parameters
    ----------
    root : path, optional
        The folder, made when first needed; see `default_spool`.
    """

    def __init__(self, root: str | Path | None = None) -> None:
        self.root = Path(root).expanduser().absolute() if root else default_spool()
        self._done = self.root / "done"

    def entries(self) -> list[Outgoing]:
        """Sessions that wait or are being sent, oldest first; what cannot be read is passed over (see `damaged`)."""
        found = (_read(path) for path in self._paths())
        return sorted((one for one in found if one), key=lambda one: one.created_at)

    def damaged(self) -> list[Path]:
        """Entries that cannot be read: a disk failed, or a newer version of this program wrote them."""
        return [path for path in self._paths() if _read(path) is None and path.exists()]

    def receipts(self) -> list[Outgoing]:
        """Sessions that were sent, oldest first."""
        found = (_read(path) for path in self._done.glob("*.json"))
        return sorted((one for one in found if one), key=lambda one: one.created_at)

    def is_busy(self, entry: str) -> bool:
        """Whether some process works on an entry now."""
        lock = self._try_lock(entry)
        if lock is None:
            return True
        lock.release()
        return False

    def claim(self, entry: str) -> "Claim":
        """Take an entry to work on it.

        Raises
        ------
        SpoolBusy
            If another process has it.
        NotFound
            If there is none of that name; perhaps it was sent meanwhile.
        """
        lock = self._try_lock(entry)
        if lock is None:
            raise SpoolBusy(f"Another process is sending {entry}.", "`one spool list` shows how far it is.")
        found = _read(self._path(entry))
        if found is None:
            _let_go(lock)
            if self._path(entry).exists():
                raise CorruptFile(
                    f"The spool entry {self._path(entry)} cannot be read.", "`one spool forget` drops it."
                )
            raise NotFound(f"There is no entry {entry} in {self.root}.", "`one spool list` shows what there is.")
        return Claim(self, found, lock)

    def begin(self, draft: Outgoing) -> "Claim":
        """Write a session to the spool, or go on with the entry that this folder has already.

        Files that are as they were keep their hashes and their progress; refused ones get another chance.

        Raises
        ------
        SpoolBusy
            If another process is sending this folder.
        Conflict
            If part of the folder was sent as another session already.
        DiskFull
            If there is no room even for this.
        """
        from filelock import FileLock

        _make(self.root)
        with FileLock(self.root / ".adding.lock", timeout=_ADD_SECONDS):
            self._sweep()
            claim = self._same_folder(draft)
            try:
                if claim is not None and not claim.entry.eid and _is_other(claim.entry, draft):
                    claim = self._renamed(claim, draft)
                elif claim is not None:
                    _merge(claim.entry, draft)
                else:
                    claim = self._new(draft)
                claim.save(now=True)
            except BaseException:
                if claim is not None:
                    claim.release()
                raise
            return claim

    def _new(self, draft: Outgoing) -> "Claim":
        lock = self._try_lock(draft.id)
        assert lock is not None, "a new name is free"
        return Claim(self, draft, lock)

    def _renamed(self, old: "Claim", draft: Outgoing) -> "Claim":
        """Put an entry of another session in the place of one of which nothing was sent; its hashes stay."""
        draft.files = _known(old.entry.files, draft.files)
        new = self._new(draft)
        try:
            new.instead_of = old.entry.place
            new.save(now=True)
            self._path(old.entry.id).unlink(missing_ok=True)
        except BaseException:
            new.release()
            raise
        old.release()
        return new

    def _same_folder(self, draft: Outgoing) -> "Claim | None":
        for old in self.entries():
            if (old.server, old.folder) == (draft.server, draft.folder):
                with suppress(NotFound):  # sent to its end since we looked
                    return self.claim(old.id)
        return None

    def _sweep(self) -> None:
        """Remove what a crash left half written."""
        for path in self.root.glob(".*.new"):
            with suppress(OSError):  # another process removes it as well, or Windows holds it
                if time.time() - path.stat().st_mtime > _OLD_SECONDS:
                    path.unlink()

    def has(self, entry: str) -> bool:
        """Whether there is an entry, or a receipt, of this name."""
        return self._path(entry).exists() or (self._done / f"{entry}.json").exists()

    def forget(self, entry: str) -> bool:
        """Drop an entry that will not be sent, or a receipt; False if there is neither. The session's files stay.

        Raises
        ------
        SpoolBusy
            If a process is sending it.
        """
        lock = self._try_lock(entry)
        if lock is None:
            raise SpoolBusy(f"{entry} is being sent now.", "Stop that process first (Ctrl-C is safe).")
        try:
            found = [path for path in (self._path(entry), self._done / f"{entry}.json") if path.exists()]
            for path in found:
                path.unlink()
            return bool(found)
        finally:
            _let_go(lock)

    def _write(self, entry: Outgoing) -> None:
        write_durably(self._path(entry.id), {"version": _VERSION, **entry.as_dict()})

    def _finish(self, entry: Outgoing) -> None:
        """Write the receipt, then drop the entry; between the two, the next run finds that all was sent."""
        _make(self._done)
        receipt = {"version": _VERSION, **entry.as_dict(), "finished_at": time.time()}
        for one in receipt["files"]:
            one.pop("part_md5", None)
        write_durably(self._done / f"{entry.id}.json", receipt)
        self._path(entry.id).unlink(missing_ok=True)
        _flush_folder(self.root)

    def _paths(self) -> list[Path]:
        return sorted(self.root.glob("*.json"))

    def _path(self, entry: str) -> Path:
        if not entry or {"/", "\\", ":"} & set(entry) or entry.startswith("."):
            raise BadRequest(f"{entry!r} is no name of a spool entry.", "`one spool list` shows them.")
        return self.root / f"{entry}.json"

    def _try_lock(self, entry: str) -> "FileLock | None":
        from filelock import FileLock, Timeout

        path = self._path(entry).with_suffix(".lock")
        _make(self.root)
        # thread_local=False: whoever holds the claim may give it back from another thread
        lock = FileLock(path, timeout=0, thread_local=False)
        try:
            with _words_for_full_disk(path):
                lock.acquire()
        except Timeout:
            return None
        return lock


class Claim:
    """An entry that this process works on.

    Parameters
    ----------
    spool : Spool
        Where it lies.
    entry : Outgoing
        What is to be sent; change it, then `save`.
    lock : FileLock
        Held until `release`.
    """

    def __init__(self, spool: Spool, entry: Outgoing, lock: "FileLock") -> None:
        self.entry = entry
        self._spool = spool
        self.instead_of = ""
        """The place of the session as which this folder waited before; empty if it did not."""
        self._lock = lock
        self._next = 0.0

    def save(self, *, now: bool = False) -> None:
        """Bring the entry on the disk up to date, at most every two seconds unless it must be now.

        Raises
        ------
        DiskFull
            If there is no room; the old state stays.
        """
        started = time.monotonic()
        if not now and started < self._next:
            return
        self._spool._write(self.entry)
        ended = time.monotonic()
        self._next = ended + max(2.0, _LONG_BETWEEN * (ended - started))

    def finish(self) -> None:
        """Everything was sent or refused: the entry becomes a receipt."""
        self._spool._finish(self.entry)

    def release(self) -> None:
        """Let others work on it. May be called again."""
        if self._lock.is_locked:
            if self._spool._path(self.entry.id).exists():
                self._lock.release()
            else:
                _let_go(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def write_durably(target: Path, body: Any) -> None:
    """Write a JSON file so that it is on the disk, whole, when this returns; readers see the old or the new one.

    Raises
    ------
    DiskFull
        If there is no room; the old file stays.
    """
    data = json.dumps(body, ensure_ascii=False).encode()
    temporary = target.with_name(f".{target.name}.{os.getpid()}.new")
    with _words_for_full_disk(target):
        try:
            with temporary.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            replace(temporary, target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        _flush_folder(target.parent)


def _merge(old: Outgoing, draft: Outgoing) -> None:
    """Bring an entry of the same folder up to what is asked for now."""
    if old.eid and (draft.eid not in ("", old.eid) or _is_other(old, draft)):
        raise _other_session(old)
    if old.session and draft.session:
        draft.session["id"] = old.session["id"]  # perhaps the server has it under this id already
    old.place, old.session, old.options, old.reason = draft.place, draft.session, draft.options, ""
    old.refused = False
    old.eid = old.eid or draft.eid
    old.files = _known(old.files, draft.files)


def _known(before: list[OutgoingFile], now: list[OutgoingFile]) -> list[OutgoingFile]:
    """The files as they are now, with the hashes and the progress of those that stayed the same."""
    by_path = {one.path: one for one in before}
    merged = []
    for one in now:
        known = by_path.get(one.path)
        if known is not None and known.same_as(one) and known.state in ("waiting", "received", "verified"):
            merged.append(known)
        else:
            merged.append(one)
    return merged


def _is_other(old: Outgoing, draft: Outgoing) -> bool:
    """Whether the same folder is now meant as another session."""
    return not same_place(old.place, draft.place)


def _other_session(old: Outgoing) -> Conflict:
    return Conflict(
        f"Files of {old.folder} were sent as {old.place} already.",
        f"If that is wrong, correct it with `one session move {old.eid}`, and `one spool forget {old.id}`.",
    )


def _read(path: Path) -> Outgoing | None:
    try:
        body = json.loads(path.read_bytes())
        return Outgoing.from_dict(body) if body["version"] == _VERSION else None
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return None


def _make(folder: Path) -> None:
    with _words_for_full_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)


def _flush_folder(folder: Path) -> None:
    """Put the names in a folder on the disk; Windows does that by itself and cannot open folders."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _let_go(lock: "FileLock") -> None:
    """Release the lock of an entry that is no more, and its file; whoever waits for it finds no entry and leaves."""
    path = Path(lock.lock_file)
    lock.release()
    with suppress(OSError):  # Windows refuses while somebody looks at it
        path.unlink(missing_ok=True)


@contextmanager
def _words_for_full_disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            hint = "Free some space, or choose a folder on another disk: --spool FOLDER or BREGMA_ONE_SPOOL."
            raise DiskFull(f"There is no room for the spool in {path.parent}.", hint) from error
        raise
