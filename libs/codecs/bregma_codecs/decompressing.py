"""From ``.cbin`` and ``.ch`` back to the raw recording, and whether it would come back."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bregma_codecs import deflating
from bregma_codecs.compressing import threads_of
from bregma_codecs.errors import BadHeader, BadInput, Damaged
from bregma_codecs.header import Header, parse_header, read_header
from bregma_codecs.landing import landing
from bregma_codecs.pipeline import Progress, in_order, nothing
from bregma_codecs.transform import Array, decode

Meta = str | Path | Mapping[str, Any] | None


class Source(Protocol):
    """Bytes that are read by range: a local file, or an object in a bucket. Several threads may read at once."""

    @property
    def name(self) -> str:
        """What to call it in messages."""

    @property
    def size(self) -> int:
        """Its length in bytes."""

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset``, or fewer where it ends."""

    def close(self) -> None:
        """Let go of it."""


class File:
    """A local file as a :class:`Source`."""

    def __init__(self, path: Path) -> None:
        try:
            self._stream = path.open("rb")
        except OSError as error:
            raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
        self.name = str(path)
        self.size = os.fstat(self._stream.fileno()).st_size

    def read(self, offset: int, length: int) -> bytes:
        """Return bytes; a system call gives at most 2 GiB, which is more than a chunk."""
        return os.pread(self._stream.fileno(), length, offset)

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


@dataclass(frozen=True)
class Pair:
    """An open ``.cbin`` with the header that belongs to it."""

    source: Source
    header: Header

    def read(self, offset: int, length: int, chunk: int) -> bytes:
        """Return bytes of the ``.cbin``.

        Raises
        ------
        Damaged
            If there are fewer.
        """
        data = self.source.read(offset, length)
        if len(data) != length:
            raise Damaged(
                f"{self.name(chunk)}: {len(data):,} bytes came instead of {length:,}; is the file being changed?"
            )
        return data

    def name(self, chunk: int) -> str:
        """Return what to call a chunk in messages."""
        return f"{self.source.name}: chunk {chunk}"

    def shape(self, chunk: int) -> tuple[int, int]:
        """Return the shape of a chunk's differences."""
        rows, channels = self.header.rows(chunk), self.header.n_channels
        return (channels, rows) if self.header.chunk_order == "F" else (rows, channels)

    def differences(self, chunk: int, packed: bytes | None = None) -> Array:
        """Return what was deflated; the result is the caller's to write to."""
        data = self.read(*self.header.place(chunk), chunk) if packed is None else packed
        return deflating.inflate(data, self.header.dtype, self.shape(chunk), self.name(chunk))

    def rows(self, chunk: int, start: int = 0, stop: int | None = None, packed: bytes | None = None) -> Array:
        """Return samples of a chunk, (stop - start, channels)."""
        header = self.header
        return decode(
            self.differences(chunk, packed), time=header.do_time_diff, spatial=header.do_spatial_diff,
            order=header.chunk_order, start=start, stop=stop,
        )  # fmt: skip


def header_of(cbin: Path, meta: Meta) -> Header:
    """Return the header that was handed over, or the one beside the ``.cbin``."""
    if isinstance(meta, Mapping):
        return parse_header(meta, f"header of {cbin}")
    return read_header(Path(meta) if meta else cbin.with_suffix(".ch"))


@contextmanager
def pair(cbin: str | Path, meta: Meta = None) -> Iterator[Pair]:
    """Open a compressed recording.

    Raises
    ------
    BadHeader
        If the header is unsound, or names another size than the ``.cbin`` has.
    BadInput
        If there is no such ``.cbin``.
    """
    path = Path(cbin)
    header = header_of(path, meta)
    one = matched(File(path), header)
    try:
        yield one
    finally:
        one.source.close()


def matched(source: Source, header: Header) -> Pair:
    """Return a source with its header, or close it and raise :class:`BadHeader` if they do not belong together."""
    wanted = header.chunk_offsets[-1]
    if source.size != wanted:
        source.close()
        kind = "truncated" if source.size < wanted else "longer than it was written"
        raise BadHeader(
            f"{source.name}: {source.size:,} bytes, but its header names {wanted:,}; it is {kind}, or this is another file's header"
        )
    return Pair(source, header)


@dataclass(frozen=True)
class Verified:
    """What was read and found whole; ``hashes`` says whether the header had both to compare with."""

    header: Header
    hashes: bool


def verify_file(
    cbin: str | Path, meta: Meta = None, *, n_threads: int | None = None, progress: Progress = nothing
) -> Verified:
    """Read and inflate all of a compressed recording, and compare both hashes of its header.

    Raises
    ------
    Damaged
        If a chunk does not inflate, or a hash differs.
    BadHeader, BadInput
        As :func:`pair`.
    """
    with pair(cbin, meta) as one:
        _pass(one, threads_of(n_threads), lambda _rows: None, progress)
        return Verified(one.header, bool(one.header.sha1_compressed and one.header.sha1_uncompressed))


def decompress_file(
    cbin: str | Path, meta: Meta = None, out: str | Path | None = None, *, overwrite: bool = False,
    check: bool = True, n_threads: int | None = None, progress: Progress = nothing,
) -> Path:  # fmt: skip
    """Write the raw recording; its file appears only when all of it came back as it was.

    Parameters
    ----------
    cbin : path
        The compressed recording.
    meta : path or mapping, optional
        Its header; the ``.ch`` beside it unless said.
    out : path, optional
        x.cbin becomes x.bin beside it unless said.
    overwrite : bool
        Replace a file that is there already.
    check : bool
        Compare the hashes of the header. Each chunk's own checksum is compared in any case.

    Returns
    -------
    Path
        The raw recording.

    Raises
    ------
    Damaged
        If a chunk does not inflate or a hash differs; no file is left behind.
    BadInput
        If the file is there already.
    CodecError
        If the disk does not take it; no file is left behind.
    """
    path = Path(cbin)
    target = Path(out) if out else path.with_suffix(".bin")
    with pair(path, meta) as one:
        if target.exists() and (not overwrite or target.samefile(path)):
            raise BadInput(
                f"{target} is there already; choose another name (-o), or allow it to be replaced (overwrite, --force)"
            )
        with landing(target) as file:
            _pass(one, threads_of(n_threads), file.write, progress, check=check)
            file.land()
    return target


def _pass(one: Pair, threads: int, take: Any, progress: Progress, *, check: bool = True) -> None:
    """Hand the chunks on in order, and compare the hashes at the end."""
    raw, packed = (hashlib.sha1(usedforsecurity=False) for _ in range(2))

    def chunk(number: int) -> tuple[bytes, Array]:
        data = one.read(*one.header.place(number), number)
        return data, one.rows(number, packed=data)

    with in_order(chunk, one.header.n_chunks, threads) as chunks:
        for data, rows in chunks:
            if check:
                packed.update(data)
                raw.update(rows.data)
            take(rows)
            progress(rows.nbytes)
    if check:
        for told, found, what in (
            (one.header.sha1_compressed, packed, "compressed"), (one.header.sha1_uncompressed, raw, "decompressed"),
        ):  # fmt: skip
            if told is not None and told != found.hexdigest():
                raise Damaged(
                    f"{one.source.name}: the SHA-1 of the {what} recording is {found.hexdigest()}, its header says {told}"
                )
