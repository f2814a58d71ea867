"""From a raw recording to ``.cbin`` and ``.ch``: read, difference, deflate, inflate again by another library, compare, write."""

import hashlib
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bregma_codecs import deflating, index
from bregma_codecs.deflating import DEFAULT_PROFILE, Profile, Stream
from bregma_codecs.errors import BadInput, Damaged
from bregma_codecs.header import ORDERS, Header, chunk_bounds
from bregma_codecs.landing import Landing, landing
from bregma_codecs.pipeline import Progress, in_order, nothing
from bregma_codecs.recording import Recording, opened
from bregma_codecs.transform import Array, decode, encode


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to compress; mtscomp's names and defaults.

    ``chunk_duration`` is in seconds. ``n_threads`` defaults to all processors. ``check_after_compress`` inflates each chunk again, by
    another library than the one that wrote it, and compares it with the recording before the files get their names.
    """

    profile: str = DEFAULT_PROFILE
    comp_level: int | None = None
    chunk_duration: float = 1.0
    chunk_order: str = "F"
    do_time_diff: bool = True
    do_spatial_diff: bool = False
    n_threads: int | None = None
    check_after_compress: bool = True

    def checked(self) -> "Options":
        """Return these options, or raise :class:`BadInput` for what makes no sense."""
        if not 0 < self.chunk_duration < float("inf"):
            raise BadInput(f"chunk_duration is {self.chunk_duration}, and must be some seconds; 1 is usual")
        if self.chunk_order not in ORDERS:
            raise BadInput(f"chunk_order is {self.chunk_order!r}, and must be F or C")
        if self.n_threads is not None and self.n_threads < 1:
            raise BadInput(f"n_threads is {self.n_threads}, and must be 1 or more")
        return self


@dataclass(frozen=True)
class Compressed:
    """What came of it; ``ratio`` is how many times smaller it became."""

    cbin: Path
    ch: Path
    header: Header
    raw_bytes: int
    bytes: int

    @property
    def ratio(self) -> float:
        """Size of the recording by that of the compressed one."""
        return self.raw_bytes / self.bytes


def threads_of(n_threads: int | None) -> int:
    """Return how many threads to use: as said, or as many as this process may run at once."""
    return n_threads or len(os.sched_getaffinity(0))


def names_of(path: Path, out: str | Path | None, outmeta: str | Path | None) -> tuple[Path, Path]:
    """Return where the ``.cbin`` and the ``.ch`` go: x.bin becomes x.cbin and x.ch beside it unless said."""
    cbin = Path(out) if out else path.with_suffix(f".c{path.suffix[1:]}")
    return cbin, Path(outmeta) if outmeta else path.with_suffix(".ch")


def compress_file(
    path: str | Path, out: str | Path | None = None, outmeta: str | Path | None = None, *, sample_rate: float | None,
    n_channels: int | None = None, dtype: Any = None, offset: int = 0, options: Options | None = None,
    overwrite: bool = False, progress: Progress = nothing,
) -> Compressed:  # fmt: skip
    """Compress a recording; nothing appears under the final names before all of it is written, verified and on the disk.

    Parameters
    ----------
    path : path
        Flat binary file of samples x channels, or a ``.npy`` of that shape.
    out, outmeta : path, optional
        The ``.cbin`` and the ``.ch``; beside the recording unless said.
    sample_rate : float
        Samples per second (Hz).
    n_channels, dtype
        Of a flat file.
    offset : int
        Bytes before its first sample.
    options : Options
        How to compress.
    overwrite : bool
        Replace files that are there already.
    progress : callable
        Told of each chunk's bytes when they are written.

    Raises
    ------
    BadInput
        If the recording or the options make no sense; nothing was written.
    Damaged
        If a chunk did not come back as it was; nothing is left behind.
    CodecError
        If the disk does not take it; nothing is left behind.
    """
    source, options = Path(path), (options or Options()).checked()
    how = deflating.profile(options.profile, options.comp_level)
    rate = _positive(sample_rate)
    cbin, ch = names_of(source, out, outmeta)
    for target in (cbin, ch):
        if target.exists() and (not overwrite or (source.exists() and target.samefile(source))):
            raise BadInput(
                f"{target} is there already; choose another name, or allow it to be replaced (overwrite, --force)"
            )
    lossy = options.do_time_diff or options.do_spatial_diff
    with (
        opened(source, n_channels=n_channels, dtype=dtype, offset=offset, lossy=lossy) as recording,
        landing(cbin) as data, landing(ch) as meta,
    ):  # fmt: skip
        header = _Work(recording, options, how, rate).write(data, progress)
        meta.write(header.to_json().encode())
        recording.check_unchanged()
        if overwrite:
            ch.unlink(missing_ok=True)  # a kill between the two renames leaves no header beside another file's data
        data.land()
        meta.land()
    return Compressed(cbin, ch, header, recording.n_bytes, header.chunk_offsets[-1])


def _positive(sample_rate: float | None) -> float:
    if sample_rate is None:
        raise BadInput("say how many samples per second there are (sample_rate, -s)")
    if not 0 < sample_rate < float("inf"):
        raise BadInput(f"sample_rate is {sample_rate}, and must be a positive number (Hz)")
    return float(sample_rate)


class _Work:
    """One recording on its way through the threads."""

    def __init__(self, recording: Recording, options: Options, how: Profile, sample_rate: float) -> None:
        self._recording, self._options, self._how, self._rate = recording, options, how, sample_rate
        self._bounds = chunk_bounds(recording.n_samples, options.chunk_duration, sample_rate)
        self._mine = threading.local()
        indexed = how.indexed and options.chunk_order == "F" and recording.dtype.kind != "f"
        self._groups = deflating.groups_of(recording.n_channels) if indexed else None
        self._steps: dict[str, Any] = {
            "time": options.do_time_diff, "spatial": options.do_spatial_diff, "order": options.chunk_order,
        }  # fmt: skip

    def write(self, data: Landing, progress: Progress) -> Header:
        """Write all chunks and return the header that belongs to them."""
        raw, packed = (hashlib.sha1(usedforsecurity=False) for _ in range(2))
        offsets, lengths, checks = [0], [], []
        with in_order(self._chunk, len(self._bounds) - 1, threads_of(self._options.n_threads)) as chunks:
            for rows, stream in chunks:
                raw.update(rows.data)
                packed.update(stream.data)
                data.write(stream.data)
                offsets.append(offsets[-1] + len(stream.data))
                lengths.append(stream.lengths)
                checks.append(stream.checks)
                progress(rows.nbytes)
        header = self._header(offsets, raw.hexdigest(), packed.hexdigest())
        if self._groups is not None:
            table = index.Index(self._groups, np.array(lengths, "<u4"), np.array(checks, "<u4"))
            header.extra[index.KEY] = index.as_key(table, header)
        return header

    def _chunk(self, number: int) -> tuple[Array, Stream]:
        start, stop = self._bounds[number], self._bounds[number + 1]
        rows = self._recording.read(start, stop, number)
        differences = encode(rows, **self._steps, out=self._buffer(stop - start))
        stream = deflating.compress(differences, self._how, self._groups)
        if self._options.check_after_compress:
            self._compare(rows, stream, differences.shape, number)
        return rows, stream

    def _compare(self, rows: Array, stream: Stream, shape: Sequence[int], number: int) -> None:
        """Bring the recording back from what was written; it must be the same to the last bit."""
        where = f"{self._recording.path}: chunk {number}, as it was deflated,"
        back = deflating.inflate_otherwise(stream, self._how, rows.dtype, (shape[0], shape[1]), where)
        again = decode(back, **self._steps)
        bits = np.dtype(f"u{rows.dtype.itemsize}")  # NaN is not equal to itself
        if not np.array_equal(again.view(bits), rows.view(bits)):
            raise Damaged(f"{self._recording.path}: chunk {number} does not come back as it was; nothing was written")

    def _buffer(self, samples: int) -> Array | None:
        """Lend this thread's own buffer: fresh memory for each chunk costs more than the differences do."""
        channels = self._recording.n_channels
        shape = (channels, samples) if self._options.chunk_order == "F" else (samples, channels)
        known: Array | None = getattr(self._mine, "buffer", None)
        if known is None or known.shape != shape:
            known = self._mine.buffer = np.empty(shape, self._recording.dtype)
        return known

    def _header(self, offsets: list[int], raw: str, packed: str) -> Header:
        recording, options = self._recording, self._options
        return Header(
            dtype=recording.dtype, n_channels=recording.n_channels, sample_rate=self._rate, chunk_bounds=self._bounds,
            chunk_offsets=offsets, chunk_order=options.chunk_order, do_time_diff=options.do_time_diff,
            do_spatial_diff=options.do_spatial_diff, comp_level=self._how.level, sha1_compressed=packed,
            sha1_uncompressed=raw, shape=recording.shape, extra=dict(written_by()),
        )  # fmt: skip


def written_by() -> dict[str, str]:
    """Return the key that names the software in a header."""
    from importlib.metadata import version

    return {"written_by": f"bregma-codecs {version('bregma-codecs')}"}
