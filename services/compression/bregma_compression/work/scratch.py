"""Folders of attempts on a worker's own disk: made for one, and removed with it, or by whoever comes after a kill."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import structlog

from bregma_compression.work.domain import NotNow

log = structlog.get_logger("compression")
_PREFIX = "compression-"
_ROOM = 64 * 2**20


@contextmanager
def folder(base: Path, job: UUID, needed: int) -> Iterator[Path]:
    """Lend a folder with room for so many bytes."""
    base.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(base).free
    if free < needed + _ROOM:
        raise NotNow(
            f"The worker {os.uname().nodename} has {free:,} bytes free for its work, and this recording takes {needed:,}.",
            counts=False,
        )
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{job}-", dir=base, ignore_cleanup_errors=True) as name:
        yield Path(name)


def sweep(base: Path, running: AbstractSet[UUID], job: UUID) -> None:
    """Remove the folders of attempts that ended without a word: those of this job, and of jobs that nobody works on."""
    for one in base.glob(f"{_PREFIX}*"):
        try:
            owner = UUID(one.name.removeprefix(_PREFIX)[:36])
        except ValueError:
            continue
        if owner == job or owner not in running:
            shutil.rmtree(one, ignore_errors=True)
            log.info("scratch_removed", job=str(owner))
