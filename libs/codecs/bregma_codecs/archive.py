"""Archives: a recording as a Zarr array with PCodec, about a third smaller than a ``.cbin``, read by whatever reads Zarr.

A plain Zarr v2 array of (samples, channels) in chunks of a second and 64 channels, order "F", with ``numcodecs.PCodec``. The
``.cbin`` stays what recordings are exchanged as; an archive is made from it.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from bregma_codecs.compressing import threads_of
from bregma_codecs.decompressing import Meta
from bregma_codecs.errors import BadInput, CodecError, Damaged
from bregma_codecs.landing import PART, flush_folder
from bregma_codecs.pipeline import Progress, in_order, nothing
from bregma_codecs.reader import Reader
from bregma_codecs.transform import Array

CHANNELS = 64
"""Channels of an archive's chunk: PCodec gains nothing from more, and who wants one channel reads 64."""
LEVEL = 8


def export_zarr(
    cbin: str | Path, folder: str | Path, meta: Meta = None, *, n_threads: int | None = None, progress: Progress = nothing
) -> Path:  # fmt: skip
    """Write a compressed recording as a Zarr array; the folder appears only when all of it was read back and is the same.

    Parameters
    ----------
    cbin : path
        The ``.cbin``.
    folder : path
        The array to make, such as ``probe00.ap.zarr``.
    meta : path or mapping, optional
        The header; the ``.ch`` beside the ``.cbin`` unless said.

    Returns
    -------
    Path
        The folder: an array of (samples, channels) whose attributes hold ``sample_rate`` (Hz) and ``sha1`` of the raw recording.

    Raises
    ------
    BadInput
        If the folder is there already, the recording is of bytes, or zarr is not installed.
    Damaged
        If the recording is damaged, or the archive does not come back as it was.
    CodecError
        If the disk does not take it. In each case no folder is left behind.
    """
    target = Path(folder)
    if target.exists():
        raise BadInput(f"{target} is there already; choose another name")
    part = target.with_name(target.name + PART)
    with Reader.at(cbin, meta, n_threads=1, cache_size=1) as reader:
        if reader.dtype.itemsize == 1:
            raise BadInput(f"{cbin}: PCodec keeps no samples of one byte ({reader.dtype}); keep the .cbin")
        shutil.rmtree(part, ignore_errors=True)  # what a killed run left
        try:
            array = _create(part, reader)
            sha1 = _write(array, reader, threads_of(n_threads), progress)
            if reader.header.sha1_uncompressed not in (None, sha1):
                raise Damaged(f"{cbin}: the SHA-1 of the decompressed recording is {sha1}, its header says another")
            array.attrs.update(sample_rate=reader.sample_rate, sha1=sha1)
            _compare(array, sha1, part)
            part.replace(target)
        except OSError as error:
            raise CodecError(
                f"{target}: cannot be written ({error.strerror or error}); nothing is left behind"
            ) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
    flush_folder(target.parent)
    return target


def _create(part: Path, reader: Reader) -> Any:
    try:
        import zarr
        from numcodecs.pcodec import PCodec
    except ImportError:
        raise BadInput("archives need zarr and PCodec: pip install 'bregma-codecs[archive]'") from None
    rows = max(reader.header.rows(chunk) for chunk in range(reader.n_chunks))
    return zarr.open(
        str(part), mode="w", shape=reader.shape, chunks=(rows, min(CHANNELS, reader.n_channels)), dtype=reader.dtype, order="F",
        compressor=PCodec(level=LEVEL), fill_value=0,
    )  # fmt: skip


def _write(array: Any, reader: Reader, threads: int, progress: Progress) -> str:
    """Write chunk by chunk and return the hash of the recording."""
    sha1 = hashlib.sha1(usedforsecurity=False)

    def chunk(number: int) -> Array:
        start, stop = reader.chunk_bounds[number], reader.chunk_bounds[number + 1]
        rows: Array = reader[start:stop]
        array[start:stop] = rows
        return rows

    # chunks of the recording and of the archive begin together only if all have one length; else two threads would meet in one
    even = len(set(np.diff(reader.chunk_bounds[:-1]).tolist())) <= 1
    with in_order(chunk, reader.n_chunks, threads if even else 1) as done:
        for rows in done:
            sha1.update(rows.data)
            progress(rows.nbytes)
    return sha1.hexdigest()


def _compare(array: Any, wanted: str, part: Path) -> None:
    found = hashlib.sha1(usedforsecurity=False)
    step = array.chunks[0]
    for start in range(0, array.shape[0], step):
        found.update(np.ascontiguousarray(array[start : start + step]).data)
    if found.hexdigest() != wanted:
        raise Damaged(f"{part}: the archive does not come back as the recording was")
