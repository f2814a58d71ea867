"""Read an object once: size, both hashes and the checks of its content in the same pass."""

import asyncio
import hashlib

import structlog
from bregma_kit.objects import CHUNK, ObjectMissing, ObjectStore
from dataset_types import ContentCheck, DatasetType, content_check

from bregma_files.verification.domain import Announced, Reading, different_bytes

log = structlog.get_logger("verification")
INLINE = 64 * 1024
"""Bytes that are hashed sooner than a thread is woken for them."""


class _Pass:
    """The state of one pass over an object's bytes."""

    def __init__(self, name: str, dataset_type: DatasetType | None) -> None:
        self.name = name
        self.size = 0
        self.md5 = hashlib.md5(usedforsecurity=False)
        self.sha256 = hashlib.sha256()
        self.check: ContentCheck | None = content_check(dataset_type, name) if dataset_type is not None else None
        self.problems: tuple[str, ...] = ()

    def feed(self, piece: memoryview) -> None:
        """Take the next bytes; runs in a thread, since hashing lets the event loop go on."""
        self.size += len(piece)
        self.md5.update(piece)
        self.sha256.update(piece)
        if self.check is not None:
            try:
                self.check.feed(piece)
            except Exception as error:  # noqa: BLE001  our check broke: the file must not be lost over it, nor be seen
                self._broke(error)

    def finish(self) -> Reading:
        """Conclude."""
        rows: int | None = None
        largest: int | None = None
        if self.check is not None:
            try:
                self.problems = tuple(str(one) for one in self.check.finish())
                rows = self.check.rows
                largest = max(self.check.largest_reference.values(), default=None)
            except Exception as error:  # noqa: BLE001  as above
                self._broke(error)
        return Reading(self.size, self.md5.hexdigest(), self.sha256.hexdigest(), self.problems, rows, largest)

    def _broke(self, error: Exception) -> None:
        log.error("content_check_failed", name=self.name, exc_info=error)
        self.check = None
        fault = "This is a fault of the server, which kept the bytes; tell an administrator."
        self.problems = (f"The content of {self.name} could not be checked ({type(error).__name__}). {fault}",)


async def read_object(
    store: ObjectStore, bucket: str, key: str, announced: Announced, name: str, dataset_type: DatasetType | None
) -> Reading | None:
    """Read an object; None if the store does not have it. Bytes that are not the announced ones are read twice.

    A bit that flips between the store and us must not condemn a file; one that flipped on a disk is still flipped.
    """
    reading = await _read_once(store, bucket, key, name, dataset_type, announced.size)
    if reading is not None and different_bytes(announced, reading) is not None:
        log.warning("read_again", key=key)
        reading = await _read_once(store, bucket, key, name, dataset_type, announced.size)
    return reading


async def _read_once(
    store: ObjectStore, bucket: str, key: str, name: str, dataset_type: DatasetType | None, likely: int | None
) -> Reading | None:
    one = _Pass(name, dataset_type)
    try:
        async for piece in store.read(bucket, key, CHUNK + 1 if likely is None else likely):
            if len(piece) <= INLINE:
                one.feed(piece)
            else:
                await asyncio.to_thread(one.feed, piece)
    except ObjectMissing:
        return None
    if one.size <= INLINE:
        return one.finish()
    return await asyncio.to_thread(one.finish)
