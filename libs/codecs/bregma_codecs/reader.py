"""A compressed recording as an array: numpy's indexing, mtscomp's names, copies only."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from bregma_codecs import deflating, index
from bregma_codecs.compressing import threads_of
from bregma_codecs.decompressing import File, Meta, Pair, Source, decompress_file, header_of, matched
from bregma_codecs.errors import BadInput
from bregma_codecs.header import Header
from bregma_codecs.landing import landing
from bregma_codecs.pipeline import in_order, shown
from bregma_codecs.selection import Selection, select
from bregma_codecs.transform import Array, decode_channels

if TYPE_CHECKING:
    from multiprocessing.pool import ThreadPool

CACHE_BYTES = 256 << 20
_FEW = 4
"""Fewer than one group in so many is worth reading by the index, or summing up alone."""


class Keys(dict[str, Any]):
    """The keys of a header, also as attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Chunks:
    """Decoded chunks, the longest unused of which go first; they may be read only."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._kept: OrderedDict[int, Array] = OrderedDict()
        self._seen: int | None = None
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, chunk: int) -> Array | None:
        """Return a chunk if it is here."""
        with self._lock:
            found = self._kept.get(chunk)
            if found is not None:
                self._kept.move_to_end(chunk)
            return found

    def again(self, chunk: int) -> bool:
        """Whether this chunk is the one that was asked for last: then all of it is worth keeping."""
        with self._lock:
            before, self._seen = self._seen, chunk
            return before == chunk

    def put(self, chunk: int, rows: Array) -> None:
        """Keep a chunk if there is room for it."""
        with self._lock:
            if chunk in self._kept or rows.nbytes > self.most_bytes:
                return
            self._kept[chunk] = rows
            self._bytes += rows.nbytes
            while self._bytes > self.most_bytes:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes


class Reader:
    """An array of (samples, channels) that lies compressed in a file or a bucket.

    It has the methods and attributes of ``mtscomp.Reader``; what indexing gives is what numpy would give of the whole recording,
    and is always a copy. With a seek index (profile balanced) a few channels are read without the others. Several threads may read.

    Parameters
    ----------
    cache_size : int
        How many decoded chunks to keep; at most 256 MB of them.
    n_threads : int, optional
        Threads for reads of several chunks; all processors unless said.
    quiet : bool
        Show no progress.
    check_after_decompress : bool
        Whether :meth:`tofile` compares the hashes of the header.

    Examples
    --------
    >>> with Reader.at("probe00.ap.cbin") as recording:  # doctest: +SKIP
    ...     recording[30_000:33_000, -1]
    """

    ndim = 2

    def __init__(
        self, cache_size: int = 10, n_threads: int | None = None, *, quiet: bool = False,
        check_after_decompress: bool = True, **_others: Any,
    ) -> None:  # fmt: skip
        self.cache_size, self.quiet, self.check_after_decompress = cache_size, quiet, check_after_decompress
        self.batch_size = threads_of(n_threads)
        self.pool: ThreadPool | None = None
        self._pair: Pair | None = None

    @classmethod
    def at(cls, cdata: "str | Path | Source", cmeta: Meta | Header = None, **options: Any) -> "Reader":
        """Return an open reader."""
        reader = cls(**options)
        reader.open(cdata, cmeta)
        return reader

    def open(self, cdata: "str | Path | Source", cmeta: Meta | Header = None) -> None:
        """Open a recording: a path (its header lies beside it unless said), or a source of bytes with its header.

        Raises
        ------
        BadHeader, BadInput
            If header and bytes do not belong together, or there are none.
        """
        source = File(Path(cdata)) if isinstance(cdata, str | Path) else cdata
        try:
            header = cmeta if isinstance(cmeta, Header) else header_of(Path(source.name), cmeta)
        except BaseException:
            source.close()
            raise
        self.close()
        self._pair = matched(source, header)
        self._index = index.from_header(header)
        self.header = header
        self.cmeta = Keys(header.as_dict())
        self.name = source.name
        self.n_channels, self.sample_rate, self.dtype = header.n_channels, header.sample_rate, header.dtype
        self.chunk_bounds, self.chunk_offsets, self.chunk_order = (
            header.chunk_bounds,
            header.chunk_offsets,
            header.chunk_order,
        )
        self.n_samples, self.n_chunks = header.n_samples, header.n_chunks
        self.shape = (self.n_samples, self.n_channels)
        self.n_batches = -(-self.n_chunks // self.batch_size)
        self.set_cache_size(self.cache_size)

    def close(self) -> None:
        """Let go of the file."""
        if self._pair is not None:
            self._pair.source.close()
            self._pair = None
        if self.pool is not None:
            self.stop_thread_pool()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Reader of {self.name}: {self.n_samples:,} samples x {self.n_channels} channels, {self.dtype}, {self.sample_rate:g} Hz>"

    def __len__(self) -> int:
        return self.n_samples

    @property
    def size(self) -> int:
        """Number of values."""
        return self.n_samples * self.n_channels

    @property
    def duration(self) -> float:
        """Duration of the recording (s)."""
        return self.n_samples / self.sample_rate

    @property
    def indexed(self) -> bool:
        """Whether single channels can be read without the others."""
        return self._index is not None

    @property
    def cdata(self) -> Source:
        """The compressed bytes; phylib asks for their ``name``."""
        return self._open.source

    @property
    def _open(self) -> Pair:
        if self._pair is None:
            raise BadInput("no recording is open here")
        return self._pair

    def set_cache_size(self, cache_size: int | None = None) -> None:
        """Say how many decoded chunks to keep."""
        self.cache_size = cache_size or self.cache_size
        largest = max(self.header.rows(chunk) for chunk in range(self.n_chunks)) * self.header.sample_size
        self._chunks = Chunks(min(CACHE_BYTES, self.cache_size * largest))

    # ------------------------------------------------------------------------------------------- as an array

    def __getitem__(self, item: Any) -> Any:
        return self._take(select(item, self.n_samples, self.n_channels))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if copy is False:
            raise ValueError("a compressed recording cannot become an array without a copy")
        whole: Array = self[:]
        return whole if dtype is None else whole.astype(dtype)

    def __iter__(self) -> Iterator[Array]:
        for chunk in range(self.n_chunks):
            yield from self._whole(chunk).copy()

    def read(self, t0: float, t1: float, channels: Any = slice(None)) -> Array:
        """Return the samples from ``t0`` to before ``t1`` (s), (samples, channels).

        Raises
        ------
        IndexError
            If the times lie outside of the recording.
        """
        if not 0 <= t0 <= t1 <= self.duration:
            raise IndexError(f"{t0} to {t1} s lie outside of the recording, which lasts {self.duration} s")
        # half a sample off is not the sample: 0.1 * 3 s at 30 kHz is sample 9000
        first, last = (round(time * self.sample_rate) for time in (t0, t1))
        found: Array = self[first:last, channels]
        return found

    def _take(self, wanted: Selection) -> Any:
        """Read the rows and channels that a selection touches, and let numpy pick from them."""
        _ = self._open  # what is still in the cache is not read through a closed reader
        channels = self._few(wanted.channels)
        rows = self._rows_at(wanted.rows, channels)
        return wanted.pick(rows, channels)

    def _few(self, wanted: Array) -> Array | None:
        """Return the channels if they are worth reading alone; differences between channels need all of them."""
        header = self.header
        alone = header.chunk_order == "F" and not header.do_spatial_diff and header.dtype.kind != "f"
        return wanted if alone and len(wanted) * _FEW <= self.n_channels else None

    def _rows_at(self, wanted: range | Array, channels: Array | None) -> Array:
        """Return the rows (ascending, each once) of shape (rows, channels)."""
        width = self.n_channels if channels is None else len(channels)
        out = np.empty((len(wanted), width), self.dtype)
        pieces = list(self._pieces(wanted))

        def one(number: int) -> None:
            chunk, place, inside = pieces[number]
            out[place] = self._piece(chunk, inside, channels)

        with in_order(one, len(pieces), min(self.batch_size, len(pieces)) or 1) as done:
            for _ in done:
                pass
        return out

    def _pieces(self, wanted: range | Array) -> Iterator[tuple[int, slice, slice | Array]]:
        """Cut wanted rows by chunks: (chunk, where they go, which rows of the chunk)."""
        if not len(wanted):
            return
        rows = np.asarray(wanted) if not isinstance(wanted, range) else wanted
        chunk, done = int(np.searchsorted(self.chunk_bounds, rows[0], side="right")) - 1, 0
        while done < len(rows):
            start, stop = self.chunk_bounds[chunk], self.chunk_bounds[chunk + 1]
            if isinstance(rows, range):
                end = min(len(rows), max(done, -(-(stop - rows.start) // rows.step)))
                inside: slice | Array = (
                    slice(rows[done] - start, rows[end - 1] - start + 1, rows.step) if end > done else slice(0)
                )
            else:
                end = int(np.searchsorted(rows, stop))
                inside = rows[done:end] - start
            if end > done:
                yield chunk, slice(done, end), inside
            chunk, done = chunk + 1, end

    def _piece(self, chunk: int, inside: slice | Array, channels: Array | None) -> Array:
        kept = self._chunks.get(chunk)
        if kept is not None:
            found: Array = kept[inside] if channels is None else kept[inside][:, channels]
            return found
        first, last = (
            (inside.start, inside.stop) if isinstance(inside, slice) else (int(inside[0]), int(inside[-1]) + 1)
        )
        if channels is not None:
            rows = self._channels(chunk, channels, first, last)
        elif last - first == self.header.rows(chunk) or self._chunks.again(chunk):
            rows = self._whole(chunk)[first:last]
        else:
            rows = self._open.rows(chunk, first, last)
        return rows[:: inside.step] if isinstance(inside, slice) else rows[inside - first]

    def _channels(self, chunk: int, channels: Array, first: int, last: int) -> Array:
        """Return (last - first, channels) of a few channels: by the index, or else inflated whole and summed up alone."""
        if self._index is None:
            return decode_channels(
                self._open.differences(chunk)[channels], time=self.header.do_time_diff, start=first, stop=last
            )
        out = np.empty((last - first, len(channels)), self.dtype)
        groups = np.array([self._index.group_of(channel) for channel in channels])
        wanted = np.unique(groups)
        # neighbours lie beside each other: one read for each run of them, which in a bucket is one request
        for run in np.split(wanted, np.flatnonzero(np.diff(wanted) > 1) + 1) if len(wanted) else ():
            offset = self._index.place(self.header, chunk, run[0])[0]
            end = sum(self._index.place(self.header, chunk, run[-1]))
            data = memoryview(self._open.read(offset, end - offset, chunk))
            for group in run:
                begin, length = self._index.place(self.header, chunk, group)
                start, stop = self._index.groups[group], self._index.groups[group + 1]
                differences = deflating.inflate_group(
                    bytes(data[begin - offset : begin - offset + length]),
                    int(self._index.checks[chunk, group]),
                    self.dtype,
                    (stop - start, self.header.rows(chunk)),
                    self._open.name(chunk),
                )
                mine = np.flatnonzero(groups == group)
                out[:, mine] = decode_channels(
                    differences[channels[mine] - start], time=self.header.do_time_diff, start=first, stop=last
                )
        return out

    def _whole(self, chunk: int) -> Array:
        """Return a decoded chunk, kept for the next reader; it may be read only."""
        kept = self._chunks.get(chunk)
        if kept is None:
            kept = self._open.rows(chunk)
            kept.flags.writeable = False
            self._chunks.put(chunk, kept)
        return kept

    # ------------------------------------------------------------------------------------------- as mtscomp

    def iter_chunks(self, first_chunk: int = 0, last_chunk: int | None = None) -> Iterator[tuple[int, int, int]]:
        """Yield (chunk, offset, length) of each compressed chunk, the last one included."""
        end = self.n_chunks if last_chunk is None else min(last_chunk + 1, self.n_chunks)
        for chunk in range(first_chunk, end):
            yield chunk, *self.header.place(chunk)

    def read_chunk(self, chunk_idx: int, chunk_start: int | None = None, chunk_length: int | None = None) -> Array:
        """Return a decoded chunk, (samples, channels); place and length are known and need not be said."""
        return self._whole(int(chunk_idx)).copy()

    def decompress_chunks(self, chunk_ids: Iterable[int], pool: Any = None) -> dict[int, Array]:
        """Return chunks by number, decoded by the threads of a pool."""
        ids = [int(one) for one in chunk_ids]
        every = pool.map if pool is not None else lambda work, some: [work(one) for one in some]
        return dict(zip(ids, every(self.read_chunk, ids), strict=True))

    def start_thread_pool(self) -> "ThreadPool":
        """Return a pool of threads; :meth:`stop_thread_pool` ends it."""
        if self.pool is None:
            from multiprocessing.pool import ThreadPool

            self.pool = ThreadPool(self.batch_size)
        return self.pool

    def stop_thread_pool(self) -> None:
        """End the pool."""
        if self.pool is not None:
            self.pool.close()
            self.pool.join()
            self.pool = None

    def tofile(self, out: str | Path | None = None, *, overwrite: bool = False) -> Path:
        """Write the raw recording, as :func:`~bregma_codecs.decompressing.decompress_file` does."""
        with shown(self.header.n_bytes, "Decompressing", quiet=self.quiet) as progress:
            return decompress_file(
                self._open.source.name, self.header.as_dict(), out, overwrite=overwrite,
                check=self.check_after_decompress, n_threads=self.batch_size, progress=progress,
            )  # fmt: skip

    def chop(self, n_chunks: int, out: str | Path | None = None) -> tuple[Path, Path]:
        """Copy the first chunks to a ``.cbin`` and ``.ch`` of their own, still compressed; return both.

        Raises
        ------
        BadInput
            If there are not more chunks than that, or the files are there already.
        """
        if not 0 < n_chunks < self.n_chunks:
            raise BadInput(f"{self.name} has {self.n_chunks} chunks; between 1 and {self.n_chunks - 1} can be cut off")
        own = Path(self.name)
        cbin = Path(out) if out else own.with_name(f"{own.stem}.chopped{own.suffix}")
        ch = cbin.with_suffix(".ch")
        for target in (cbin, ch):
            if target.exists():
                raise BadInput(f"{target} is there already; choose another name")
        header: Mapping[str, Any] = {
            **{key: value for key, value in self.cmeta.items() if key != index.KEY},
            "chunk_bounds": self.chunk_bounds[: n_chunks + 1], "chunk_offsets": self.chunk_offsets[: n_chunks + 1],
            "shape": [self.chunk_bounds[n_chunks], self.n_channels],
            "sha1_compressed": None, "sha1_uncompressed": None, "chopped": True,
        }  # fmt: skip
        with landing(cbin) as data, landing(ch) as meta:
            for chunk, offset, length in self.iter_chunks(0, n_chunks - 1):
                data.write(self._open.read(offset, length, chunk))
            meta.write(_json(header))
            data.land()
            meta.land()
        return cbin, ch


def _json(value: Mapping[str, Any]) -> bytes:
    import json

    return json.dumps(value, indent=2, sort_keys=True).encode()
