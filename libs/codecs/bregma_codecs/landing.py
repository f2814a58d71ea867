"""Files that appear whole or not at all: written beside their name, flushed to the disk, renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bregma_codecs.errors import CodecError

PART = ".part"


class Landing:
    """A file on its way to ``path``; :meth:`land` gives it the name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = path.with_name(path.name + PART)
        self._handle = os.open(self.part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o666)

    def write(self, data: Any) -> None:
        """Append bytes."""
        rest = memoryview(data).cast("B")
        while rest:
            rest = rest[os.write(self._handle, rest) :]

    def land(self) -> None:
        """Flush what was written to the disk, and only then give it its name."""
        os.fsync(self._handle)
        self.part.replace(self.path)
        flush_folder(self.path.parent)

    def close(self) -> None:
        """Let go of the file; what has not landed vanishes."""
        os.close(self._handle)
        with suppress(FileNotFoundError):
            self.part.unlink()


@contextmanager
def landing(path: Path) -> Iterator[Landing]:
    """Open a file that lands only when the caller says so.

    Raises
    ------
    CodecError
        If the disk is full or refuses to write; nothing is left behind.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        one = Landing(path)
        try:
            yield one
        finally:
            one.close()
    except OSError as error:
        raise CodecError(f"{path}: cannot be written ({error.strerror or error}); nothing is left behind") from error


def flush_folder(folder: Path) -> None:
    """Make renames in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
