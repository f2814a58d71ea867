"""Find an array, read a part of it in a thread, and write that down: what no signed URL can do for a program."""

import io
from collections import OrderedDict
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import anyio
import numpy as np
import orjson
import structlog
from bregma_codecs import BadHeader, BadInput, CodecError, Header, parse_header
from bregma_files import api as files
from bregma_kit.auth import Principal
from bregma_kit.db import Database
from bregma_kit.errors import BregmaError, Invalid, NotFound, Unavailable
from bregma_kit.objects import ObjectStore

from bregma_compression.slices.arrays import Array, CannotSlice, Compressed, Flat, Npy, Sliceable, Stored
from bregma_compression.slices.domain import Ask, Part, part_of
from bregma_compression.work.domain import CannotCompress, Names, names_of, parse_meta

log = structlog.get_logger("slices")
_AT_ONCE, _WAITING = 2, 32
_LARGEST_TABLE, _LARGEST_META, _TABLES = 32 * 2**20, 2**20, 3
LARGEST_PICTURE = 96 * 2**20
"""Bytes of samples; drawing takes some ten times that."""
_T = TypeVar("_T")


class StoredDamaged(BregmaError):
    """The stored bytes are not what was verified."""

    status = 500
    code = "stored_damaged"
    hint = "tell your data manager, who can compare the stored copy's hash"


@dataclass
class Reading:
    """What a process lends to all who read parts: few threads, because each of them decompresses, and tables of chunks."""

    threads: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(_AT_ONCE))
    tables: OrderedDict[str, Header] = field(default_factory=OrderedDict)

    async def run(self, work: Callable[[], _T], name: str) -> _T:
        """Do something in a thread, when it is its turn."""
        if self.threads.statistics().tasks_waiting >= _WAITING:
            raise Unavailable("Many parts of recordings are being read; try again in a moment.")
        try:
            return await anyio.to_thread.run_sync(work, limiter=self.threads)
        except (BadHeader, BadInput) as error:
            raise CannotSlice(f"{name}: {error}") from None
        except CodecError as error:
            log.warning("stored_damaged", name=name, error=str(error))
            raise StoredDamaged(f"{name}: {error}") from None

    def keep(self, key: str, header: Header) -> None:
        """Keep a table of chunks; the one that was not used for longest goes."""
        self.tables[key] = header
        self.tables.move_to_end(key)
        while len(self.tables) > _TABLES:
            self.tables.popitem(last=False)


def reading_of(extras: MutableMapping[str, Any]) -> Reading:
    """Return the process's, made when it is first needed."""
    if "slices" not in extras:
        extras["slices"] = Reading()
    found: Reading = extras["slices"]
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request reads."""

    database: Database
    objects: ObjectStore
    reading: Reading
    principal: Principal


# answers


async def slice_of(place: Place, dataset: UUID, ask: Ask) -> tuple[bytes, str]:
    """Return a part of an array as bytes of npy or JSON, and a name for it."""
    source, opened = await _open(place, dataset)

    def work() -> bytes:
        array = opened()
        part = None if ask.nothing else part_of(ask, array.whole)
        values = None if part is None else _plain(array.part(part))
        if ask.form == "npy" and values is not None:
            out = io.BytesIO()
            np.save(out, values, allow_pickle=False)
            return out.getvalue()
        return orjson.dumps(_described(source, array, part, values), option=orjson.OPT_SERIALIZE_NUMPY)

    return await place.reading.run(work, source.name), source.name


async def picture_of(place: Place, dataset: UUID, start: float | None, seconds: float, form: str) -> bytes:
    """Return a quick look at a recording as an image."""
    source, opened = await _open(place, dataset)

    def work() -> bytes:
        from bregma_codecs.picture import draw, look

        array = opened()
        if not isinstance(array, Compressed | Flat):
            raise CannotSlice(f"{source.name} is no recording; only .cbin and .bin are drawn.")
        read = min(seconds * (array.whole.rate or 0), array.whole.rows) * array.whole.columns * array.whole.itemsize
        if read > LARGEST_PICTURE:
            raise Invalid({"seconds": [f"That is {read / 2**20:,.0f} MiB of this recording; ask for less."]})
        try:
            seen = look(array.reader if isinstance(array, Compressed) else array, start, seconds)
        except BadInput as error:
            raise Invalid({"t0": [f"{error}."]}) from None
        return draw(seen, f"{source.name}\n{seen.start:g} to {seen.start + seconds:g} s", form)

    return await place.reading.run(work, source.name)


def _plain(values: Array) -> Array:
    """Return values as every program reads them: beside each other, in the machine's order of bytes."""
    if values.dtype.itemsize > 8:
        values = values.astype("f8")
    return np.ascontiguousarray(values, values.dtype.newbyteorder("="))


def _described(source: files.Source, array: Sliceable, part: Part | None, values: Array | None) -> dict[str, Any]:
    whole = array.whole
    columns = None
    if part is not None and whole.columns:
        columns = list(range(*part.columns.indices(whole.columns))) if isinstance(part.columns, slice) else part.columns
    return {
        "dataset": str(source.dataset), "name": source.name,
        "shape": [whole.rows, whole.columns] if whole.columns else [whole.rows],
        "dtype": array.dtype.name, "sample_rate": whole.rate,
        "start": None if part is None else part.start, "stop": None if part is None else part.stop,
        "channels": columns, "values": values,
    }  # fmt: skip


# arrays


async def _open(place: Place, dataset: UUID) -> tuple[files.Source, Callable[[], Sliceable]]:
    """Return a file and how to open it, which blocks; its companions are read here."""
    async with place.database.read() as tx:
        source = (await files.find_verified(tx, [dataset])).get(dataset)
        if source is None or not place.principal.may_see(source.lab_id):
            raise NotFound("Dataset")
        names = _companions(source.name)
        wanted = None if names is None else names.ch if source.name == names.cbin else names.meta
        beside = None if wanted is None else await files.find_beside(tx, source, wanted)
    stored = Stored(place.objects, source.bucket, source.key, source.name, source.size)
    if names is None:
        return source, lambda: Npy(stored)
    if beside is None:
        raise CannotSlice(f"No verified {wanted} lies beside {source.name}.", hint="ask the lab to upload it")
    if source.name == names.cbin:
        header = await _table(place, beside)
        return source, lambda: Compressed(stored, header)
    content = await _content(place, beside, _LARGEST_META)
    try:
        shape = parse_meta(content.decode("utf-8", "replace"), beside.name)
    except CannotCompress as error:
        raise CannotSlice(str(error)) from None
    return source, lambda: Flat(stored, shape.sample_rate, shape.n_channels)


def _companions(name: str) -> Names | None:
    """Return the names of a recording's files; None for an npy file, which needs none."""
    if name.endswith(".npy"):
        return None
    if name.endswith((".cbin", ".bin")):
        return names_of(name.removesuffix("cbin") + "bin" if name.endswith(".cbin") else name)
    raise CannotSlice(
        f"{name} is no array that is read in parts: only .cbin, .bin and .npy are.",
        hint="download it by its signed URL",
    )


async def _table(place: Place, source: files.Source) -> Header:
    found = place.reading.tables.get(source.sha256)
    if found is None:
        content = await _content(place, source, _LARGEST_TABLE)
        try:
            found = await place.reading.run(lambda: parse_header(orjson.loads(content), source.name), source.name)
        except orjson.JSONDecodeError as error:
            raise CannotSlice(f"{source.name} is no table of chunks: {error}") from None
    place.reading.keep(source.sha256, found)
    return found


async def _content(place: Place, source: files.Source, most: int) -> bytes:
    if source.size > most:
        raise CannotSlice(f"{source.name} has {source.size:,} bytes, which is too much for what it should be.")
    return b"".join([bytes(piece) async for piece in place.objects.read(source.bucket, source.key, source.size)])
