"""The raw recording that is compressed: a flat binary file, or an array of ``numpy.save``."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from bregma_codecs.errors import BadInput
from bregma_codecs.header import KINDS

Identity = tuple[int, int]


@dataclass(frozen=True)
class Recording:
    """An open recording of ``n_samples`` x ``n_channels``; ``shape`` is what its file says, ``offset`` where its data begin."""

    path: Path
    stream: BinaryIO
    dtype: np.dtype[Any]
    n_channels: int
    n_samples: int
    offset: int
    shape: list[int]
    identity: Identity

    @property
    def sample_size(self) -> int:
        """Bytes of one sample of all channels."""
        return self.n_channels * self.dtype.itemsize

    @property
    def n_bytes(self) -> int:
        """Bytes of all samples."""
        return self.n_samples * self.sample_size

    def read(self, start: int, stop: int, chunk: int) -> np.ndarray[Any, Any]:
        """Return samples ``start`` to ``stop``, of shape (stop - start, channels); by several threads at once.

        Raises
        ------
        BadInput
            If the file has become shorter.
        """
        rows = np.empty((stop - start, self.n_channels), self.dtype)
        rest, place = rows.data.cast("B"), self.offset + start * self.sample_size
        while rest:
            done = os.preadv(self.stream.fileno(), [rest], place)
            if not done:
                raise BadInput(
                    f"{self.path}: the file became shorter while chunk {chunk} was read; is it still being written?"
                )
            rest, place = rest[done:], place + done
        return rows

    def check_unchanged(self) -> None:
        """Raise :class:`BadInput` if the file was written to since it was opened."""
        if _identity(self.stream) != self.identity:
            raise BadInput(f"{self.path}: the file was changed while it was compressed; wait until it is complete")


def _identity(stream: BinaryIO) -> Identity:
    state = os.fstat(stream.fileno())
    return state.st_size, state.st_mtime_ns


@contextmanager
def opened(
    path: Path, *, n_channels: int | None, dtype: Any, offset: int = 0, lossy: bool = False
) -> Iterator[Recording]:
    """Open a recording.

    Parameters
    ----------
    path : Path
        A flat binary file, samples of all channels one after the other, or a ``.npy`` of two dimensions or more.
    n_channels, dtype
        Needed for a flat file; a ``.npy`` says them itself.
    offset : int
        Bytes before the first sample of a flat file.
    lossy : bool
        Whether the differences that were asked for do not bring floats back exactly.

    Raises
    ------
    BadInput
        If the file is missing, empty, ragged or of a type that cannot be kept exactly.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    with stream:
        identity = _identity(stream)
        if path.suffix == ".npy":
            shape, kind, offset = _of_npy(path, stream)
        else:
            shape, kind = _of_flat(path, identity[0] - offset, n_channels, dtype)
        channels = shape[-1]
        samples = int(np.prod(shape[:-1], dtype=np.int64))
        _check_kind(path, kind)
        if kind.kind == "f" and lossy:
            raise BadInput(
                f"{path}: differences of floats do not come back exactly; turn them off (do_time_diff=False, --no-time-diff), "
                "or keep the integers that the amplifier gave"
            )
        if not samples:
            raise BadInput(f"{path}: there are no samples in it")
        if identity[0] - offset < samples * channels * kind.itemsize:
            raise BadInput(f"{path}: the file is shorter than its header says")
        yield Recording(path, stream, kind, channels, samples, offset, shape, identity)


def _of_flat(path: Path, size: int, n_channels: int | None, dtype: Any) -> tuple[list[int], np.dtype[Any]]:
    if not n_channels or n_channels < 1:
        raise BadInput(f"{path}: say how many channels it has (n_channels, -n)")
    if dtype is None:
        raise BadInput(f"{path}: say of which type its samples are, such as int16 (dtype, -d)")
    try:
        kind: np.dtype[Any] = np.dtype(dtype)
    except (TypeError, ValueError, SyntaxError):
        raise BadInput(f"{path}: {dtype!r} is no type; int16 is usual") from None
    _check_kind(path, kind)
    sample = n_channels * kind.itemsize
    if size < 0 or size % sample:
        raise BadInput(
            f"{path}: {size:,} bytes are no whole number of samples of {n_channels} channels of {kind} ({sample} bytes each); "
            "is the number of channels right, was the recording cut off?"
        )
    return [size // sample, n_channels], kind


def _check_kind(path: Path, kind: np.dtype[Any]) -> None:
    if kind.kind not in KINDS or kind.itemsize > np.dtype(np.int64).itemsize:
        raise BadInput(f"{path}: {kind} is no type of a recording; int16 is usual")


def _of_npy(path: Path, stream: BinaryIO) -> tuple[list[int], np.dtype[Any], int]:
    try:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, kind = read(stream)
    except ValueError as error:
        raise BadInput(f"{path}: this is no .npy file ({error})") from None
    if len(shape) < 2 or not shape[-1] or fortran:
        raise BadInput(
            f"{path}: an array of samples x channels in C order is needed, this is {shape}{' in Fortran order' * fortran}"
        )
    return list(shape), kind, stream.tell()
