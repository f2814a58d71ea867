"""Bring a file's bytes from one place to another. Whatever ends it, the next call goes on where the store's list of parts ends."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from bregma_kit.errors import Unavailable
from bregma_kit.object_copies import CopyingStore
from bregma_kit.objects import ObjectMissing
from bregma_kit.objects import Part as SentPart

from bregma_transfer.movements.domain import Content, Part, parts_of

INLINE = 64 * 1024
"""Bytes that are hashed sooner than a thread is woken for them."""


class Readable(Protocol):
    """Bytes that can be read from anywhere."""

    async def read(self, start: int, end: int) -> memoryview:
        """Return the bytes from ``start`` up to ``end``. Raises ObjectMissing, or Unavailable where fewer come."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """An object in a store."""

    store: CopyingStore
    bucket: str
    key: str

    async def read(self, start: int, end: int) -> memoryview:
        """Return some of its bytes. Raises ObjectMissing, or Unavailable where fewer come."""
        if start == end:
            if await self.store.size(self.bucket, self.key) is None:
                raise ObjectMissing
            return memoryview(b"")
        return await self.store.read_range(self.bucket, self.key, start, end)


@dataclass(slots=True)
class Hands:
    """What one process holds at the same time: so many parts, whatever the number and the size of the files."""

    parts: asyncio.Semaphore


@dataclass(slots=True)
class Load:
    """A file to bring from a place to another."""

    source: Readable
    target: Place
    size: int
    metadata: dict[str, str]
    advance: Callable[[int], None]
    """Called with the bytes of each part that was sent."""
    there: Callable[[int], None]
    """Called with the bytes that lie there already."""
    hands: Hands
    pace: Callable[[int], Awaitable[None]]
    """Called before bytes are asked for; waits where a repository takes so many a second."""
    _parts: dict[int, SentPart] = field(default_factory=dict)

    @property
    def beside(self) -> Place | None:
        """The source, where the store itself can copy it."""
        return self.source if isinstance(self.source, Place) and self.source.store is self.target.store else None


async def send_whole(load: Load) -> None:
    """Send a file that fits into a part."""
    beside, target = load.beside, load.target
    await load.pace(load.size)
    async with load.hands.parts:
        if beside is not None:
            await target.store.copy((beside.bucket, beside.key), target.bucket, target.key, load.metadata)
        else:
            data = await load.source.read(0, load.size)
            md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
            await target.store.send_small(target.bucket, target.key, data, md5, load.metadata)
    load.advance(load.size)


async def begin(load: Load) -> str:
    """Begin to send a large file; the id must be noted before the first part."""
    return await load.target.store.create_multipart(load.target.bucket, load.target.key, load.metadata)


async def resume(load: Load, multipart: str) -> bool:
    """Send the parts that are not there, several at a time, and join all; False if the store does not know the upload any more."""
    target = load.target
    listed = await target.store.list_parts(target.bucket, target.key, multipart)
    if listed is None:
        return False
    wanted = {one.number: one for one in parts_of(load.size)}
    load._parts = {one.number: one for one in listed if one.number in wanted and one.size == wanted[one.number].size}
    load.there(sum(one.size for one in load._parts.values()))
    try:
        async with asyncio.TaskGroup() as group:
            for number, part in wanted.items():
                if number not in load._parts:
                    group.create_task(_send_part(load, multipart, part))
    except ExceptionGroup as group_error:
        raise group_error.exceptions[0] from None
    joined = [load._parts[number] for number in sorted(load._parts)]
    return await target.store.complete_multipart(target.bucket, target.key, multipart, joined)


async def _send_part(load: Load, multipart: str, part: Part) -> None:
    beside, target = load.beside, load.target
    await load.pace(part.size)
    async with load.hands.parts:
        if beside is not None:
            sent = await target.store.copy_part(
                (beside.bucket, beside.key), target.bucket, target.key, multipart, part.number, (part.start, part.end)
            )
        else:
            data = await load.source.read(part.start, part.end)
            digest = await asyncio.to_thread(hashlib.md5, data, usedforsecurity=False)
            sent = await target.store.send_part(
                target.bucket, target.key, multipart, part.number, data, digest.hexdigest()
            )
    if sent is None:
        raise Unavailable("The store forgot the upload while parts were sent.")
    load._parts[part.number] = sent
    load.advance(part.size)


async def read_back(place: Place, likely: int) -> Content | None:
    """Read an object and hash it; None if the store does not have it."""
    md5, sha256, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0

    def take(piece: memoryview) -> None:
        md5.update(piece)
        sha256.update(piece)

    try:
        async for piece in place.store.read(place.bucket, place.key, likely):
            size += len(piece)
            if len(piece) <= INLINE:
                take(piece)
            else:
                await asyncio.to_thread(take, piece)
    except ObjectMissing:
        return None
    return Content(size, md5.hexdigest(), sha256.hexdigest())
