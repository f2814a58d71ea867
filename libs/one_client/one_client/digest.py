"""Hashing what will be sent: everything in one pass, and proof that nobody wrote to the file meanwhile."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from one_client.files import new_hash
from one_client.outgoing import FileChanged, FileUnreadable, OutgoingFile

MIB = 1 << 20
SINGLE_PUT = 16 * MIB
"""Largest file that goes in one piece."""

_PART = 16 * MIB
_MOST_PARTS = 10_000
_PIECE = 4 * MIB
_FINISH = "Close the program that writes it, then run `one put` again."


@dataclass(frozen=True, slots=True)
class Digests:
    """Hashes of a file, lower-case hex, and of each of its parts."""

    md5: str
    sha256: str
    part_md5: list[str]


def part_size(size: int) -> int | None:
    """Bytes per part that the server will ask for; None for a file that goes in one piece.

    An S3 upload has at most 10,000 parts, so parts grow above 156 GiB.
    """
    if size <= SINGLE_PUT:
        return None
    smallest = -(-size // _MOST_PARTS)
    return max(_PART, -(-smallest // MIB) * MIB)


def is_changed(one: OutgoingFile) -> bool:
    """Whether a file is no longer as it was noted: gone, of another size, or written to."""
    try:
        stat = Path(one.source).stat()
    except OSError:
        return True
    return (stat.st_size, stat.st_mtime_ns) != (one.size, one.mtime_ns)


def changed(one: OutgoingFile, when: str) -> FileChanged:
    """Make the error for a file that somebody wrote to."""
    if not Path(one.source).exists():
        return FileChanged(f"{one.path} disappeared while it was {when}.", "Put it back, then run `one put` again.")
    return FileChanged(f"{one.path} was changed while it was {when}; nothing of it was kept.", _FINISH)


def read(one: OutgoingFile, stream: BinaryIO, count: int) -> bytes:
    """Read the next bytes of a file.

    Raises
    ------
    FileUnreadable
        If the disk or the system refuses.
    """
    try:
        return stream.read(count)
    except OSError as error:
        raise _unreadable(one, error) from error


def _unreadable(one: OutgoingFile, error: OSError) -> FileUnreadable:
    detail = f"{one.path} cannot be read ({error.strerror or error})."
    return FileUnreadable(detail, "Is another program using it, or is its disk failing? Then run `one put` again.")


@contextmanager
def unchanged(one: OutgoingFile, when: str) -> "Iterator[BinaryIO]":
    """Open a file that must be as noted, now and when the block ends.

    Raises
    ------
    FileChanged
        If its size or modification time differ, or another file took its name.
    """
    path = Path(one.source)
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise changed(one, when) from None
    except OSError as error:
        raise _unreadable(one, error) from error
    with stream:
        before = os.fstat(stream.fileno())
        if (before.st_size, before.st_mtime_ns) != (one.size, one.mtime_ns):
            raise changed(one, when)
        yield stream
        after = os.fstat(stream.fileno())
    try:
        named = path.stat()
    except FileNotFoundError:
        raise changed(one, when) from None
    # the name may lead to another file by now, as when an editor saves; ids are compared at once, since some disks
    # (FAT, network shares) give a file another one after each start
    same_file = (named.st_ino, named.st_dev) == (before.st_ino, before.st_dev)
    for stat in (after, named):
        if (stat.st_size, stat.st_mtime_ns) != (one.size, one.mtime_ns) or not same_file:
            raise changed(one, when)


def digest(
    one: OutgoingFile,
    of_part: int | None = None,
    *,
    progress: Callable[[int], object] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Digests:
    """Read a file once and hash it as a whole and part by part.

    Parameters
    ----------
    one : OutgoingFile
        The file; its size and time must be those on disk.
    of_part : int, optional
        Bytes per part.
    progress : callable, optional
        Called with the number of bytes read.
    stopped : callable
        Asked between pieces; True raises `InterruptedError`.

    Raises
    ------
    FileChanged
        If somebody writes to it meanwhile.
    """
    with unchanged(one, "hashed") as stream:
        hashing = _Hashing(of_part)
        with ThreadPoolExecutor(2, "one-hash") if one.size > _PIECE else _nothing() as pool:
            left = one.size
            while left > 0:
                if stopped():
                    raise InterruptedError
                piece = read(one, stream, min(_PIECE, left, hashing.room))
                if not piece:
                    raise changed(one, "hashed")
                hashing.update(piece, pool)
                left -= len(piece)
                if progress:
                    progress(len(piece))
    return hashing.result()


class _Hashing:
    """MD5 and SHA-256 of all that came, and MD5 of each part; two threads help, since hashing lets others run."""

    def __init__(self, of_part: int | None) -> None:
        self._md5, self._sha256 = new_hash("md5"), new_hash("sha256")
        self._of_part = of_part
        self._part: Any = new_hash("md5") if of_part else None
        self._parts: list[str] = []
        self.room = of_part or _PIECE

    def update(self, piece: bytes, pool: "ThreadPoolExecutor | None") -> None:
        hashes = [self._md5, self._sha256, *([self._part] if self._of_part else [])]
        if pool is None:
            for one in hashes:
                one.update(piece)
        else:
            for future in [pool.submit(one.update, piece) for one in hashes]:
                future.result()
        if self._of_part:
            self.room -= len(piece)
            if self.room == 0:
                self._close_part(self._of_part)

    def _close_part(self, of_part: int) -> None:
        self._parts.append(self._part.hexdigest())
        self._part, self.room = new_hash("md5"), of_part

    def result(self) -> Digests:
        if self._of_part and self.room < self._of_part:
            self._close_part(self._of_part)
        return Digests(self._md5.hexdigest(), self._sha256.hexdigest(), self._parts)


@contextmanager
def _nothing() -> Iterator[None]:
    yield None


def fill_in(one: OutgoingFile, **options: Any) -> None:
    """Hash a file and note the result in it; see `digest`."""
    of_part = part_size(one.size)
    found = digest(one, of_part, **options)
    one.md5, one.sha256, one.part_size, one.part_md5 = found.md5, found.sha256, of_part, found.part_md5


def recheck(one: OutgoingFile) -> None:
    """Look at a file that was hashed earlier, perhaps before a restart.

    A file that was only touched, or whose disk counts time otherwise now, is hashed again and goes on if
    it is the same.

    Raises
    ------
    FileChanged
        If its content is another one.
    """
    if not is_changed(one):
        return
    try:
        stat = Path(one.source).stat()
    except OSError:
        raise changed(one, "waiting in the spool") from None
    touched = OutgoingFile(one.path, one.source, stat.st_size, stat.st_mtime_ns)
    if stat.st_size != one.size or digest(touched).md5 != one.md5:
        raise changed(one, "waiting in the spool")
    one.mtime_ns = stat.st_mtime_ns
