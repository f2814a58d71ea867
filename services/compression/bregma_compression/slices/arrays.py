"""Arrays that lie in the object store: compressed recordings, flat ones, and npy files, read by ranges."""

import io
import itertools
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from bregma_codecs import Header, Reader
from bregma_kit.errors import BregmaError
from bregma_kit.objects import ObjectStore

from bregma_compression.slices.domain import LARGEST_CHUNK, Part, Whole, is_number

Array = np.ndarray[Any, Any]
_NPY_HEADER = 2**16


class CannotSlice(BregmaError):
    """The file is no array of numbers of which a part can be read."""

    code = "cannot_slice"


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as a source of bytes; read in threads."""

    store: ObjectStore
    bucket: str
    key: str
    name: str
    size: int

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset``, or fewer where it ends."""
        return self.store.piece(self.bucket, self.key, offset, min(offset + length, self.size))

    def close(self) -> None:
        """Nothing to let go of."""


class Sliceable(Protocol):
    """What the service reads parts of."""

    dtype: np.dtype[Any]
    whole: Whole

    def part(self, part: Part) -> Array:
        """Return the part, (samples, channels) or one-dimensional."""


class Compressed:
    """A ``.cbin`` with its header."""

    def __init__(self, source: Stored, header: Header) -> None:
        rows = max(end - begin for begin, end in itertools.pairwise(header.chunk_bounds))
        if rows * header.n_channels * header.dtype.itemsize > LARGEST_CHUNK:
            raise CannotSlice(
                f"{source.name} has chunks of {rows:,} samples, more than are opened here.",
                hint="download it by its signed URL",
            )
        self.reader = Reader.at(source, header, cache_size=1, n_threads=1, quiet=True)
        self.dtype = self.reader.dtype
        self.whole = Whole(self.reader.n_samples, self.reader.n_channels, self.dtype.itemsize, self.reader.sample_rate)

    def part(self, part: Part) -> Array:
        """Return the part."""
        found: Array = self.reader[part.start : part.stop, part.columns]
        return found


class Flat:
    """A flat recording: samples of 16 bits, all channels of a moment beside each other. Also what pictures are made of."""

    dtype = np.dtype("<i2")

    def __init__(self, source: Stored, sample_rate: float, n_channels: int) -> None:
        row = self.dtype.itemsize * n_channels
        if source.size % row:
            raise CannotSlice(f"{source.name} has {source.size:,} bytes, which is no whole number of samples.")
        self._source, self._row = source, row
        self.name, self.sample_rate = source.name, sample_rate
        self.whole = Whole(source.size // row, n_channels, self.dtype.itemsize, sample_rate)

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.whole.rows / self.sample_rate

    def __getitem__(self, rows: slice) -> Array:
        start, stop, _ = rows.indices(self.whole.rows)
        return self.part(Part(start, stop, slice(None)))

    def part(self, part: Part) -> Array:
        """Return the part."""
        data = self._source.read(part.start * self._row, max(part.stop - part.start, 0) * self._row)
        return np.frombuffer(data, self.dtype).reshape(-1, self.whole.columns)[:, part.columns]


class Npy:
    """An npy file of one or two dimensions; columns are the channels."""

    def __init__(self, source: Stored) -> None:
        head = io.BytesIO(source.read(0, min(_NPY_HEADER, source.size)))
        try:
            version = np.lib.format.read_magic(head)
            read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
            shape, fortran, self.dtype = read(head)
        except (ValueError, KeyError):
            raise CannotSlice(f"{source.name} does not begin as an npy file does.") from None
        if not is_number(self.dtype) or len(shape) not in (1, 2) or 0 in shape[1:] or (fortran and len(shape) == 2):
            raise CannotSlice(
                f"{source.name} holds {self.dtype} of shape {shape}: only numbers in one or two dimensions, row by row.",
                hint="download it by its signed URL",
            )
        self._source, self._offset = source, head.tell()
        self._columns = shape[1] if len(shape) == 2 else 0
        self._row = self.dtype.itemsize * (self._columns if len(shape) == 2 else 1)
        if self._offset + shape[0] * self._row != source.size:
            raise CannotSlice(f"{source.name} says shape {shape}, which its {source.size:,} bytes do not have.")
        self.whole = Whole(shape[0], self._columns, self.dtype.itemsize, None)

    def part(self, part: Part) -> Array:
        """Return the part."""
        data = self._source.read(self._offset + part.start * self._row, (part.stop - part.start) * self._row)
        values = np.frombuffer(data, self.dtype)
        return values.reshape(-1, self._columns)[:, part.columns] if self._columns else values
