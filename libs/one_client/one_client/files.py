"""Small file operations that must behave the same on Linux, macOS and Windows."""

import errno
import hashlib
import json
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from one_client.errors import DiskFull

CHUNK = 1 << 20
_PATIENCE = 3.0


def replace(source: Path, target: Path) -> None:
    """Move a finished file to its place in one step.

    Windows refuses while somebody reads the target (a virus scanner does, for a moment), so it is tried for seconds.
    """
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            os.replace(source, target)  # noqa: PTH105 - Path.replace is the same; this is the name the house rule uses
            return
        except PermissionError:
            if os.name != "nt" or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def write_atomically(target: Path, data: bytes, *, private: bool = False) -> None:
    """Write a small file so that readers see the old or the new content, never a part.

    ``private`` makes it readable for its owner only (mode 0600), from its first moment on.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.{uuid.uuid4().hex[:8]}")
    with disk_errors(target):
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
            replace(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def read_json(path: Path) -> Any:
    """Read a JSON file of ours; None if it is not there or not readable as JSON (then it is as good as absent)."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def hash_file(path: Path, *names: str) -> dict[str, str]:
    """Hash a file once with several algorithms, in constant memory.

    Returns
    -------
    dict of str
        Algorithm name to lower-case hex.
    """
    hashes = {name: new_hash(name) for name in names}
    for chunk in chunks(path):
        for value in hashes.values():
            value.update(chunk)
    return {name: value.hexdigest() for name, value in hashes.items()}


def new_hash(name: str) -> Any:
    """Start a hash; MD5 serves comparison here, not security (also where a security policy forbids it otherwise)."""
    return hashlib.new(name, usedforsecurity=False)


def chunks(path: Path, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """Read part of a file in pieces of 1 MiB."""
    with path.open("rb") as stream:
        stream.seek(start)
        left = stop - start if stop is not None else None
        while left is None or left > 0:
            piece = stream.read(CHUNK if left is None else min(CHUNK, left))
            if not piece:
                return
            if left is not None:
                left -= len(piece)
            yield piece


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Say "the disk is full" in words when that is what happened."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            hint = "Free some space, or choose another cache folder with BREGMA_ONE_CACHE; what arrived so far is kept."
            raise DiskFull(f"The disk of {path.parent} has no space left.", hint) from error
        raise
