"""The header of a data file: what it says about its values before any of them is read."""

import io
from dataclasses import dataclass
from functools import reduce
from operator import mul
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy_format

_ENOUGH = 1 << 20
"""Bytes from a file's start that hold the header of any array that we accept."""

SEPARATORS = {"csv": ",", "tsv": "\t", "htsv": "\t", "ssv": " "}
"""Formats of text tables; all but ``ssv`` begin with a line of column names."""


class BadHeader(ValueError):
    """The first bytes are not what the extension promises; the message says what is wrong."""


class IncompleteHeader(BadHeader):
    """More bytes are needed to read the header."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says about itself.

    Attributes
    ----------
    dtype : numpy.dtype or None
        Type of the values, None for what is no array.
    shape : tuple of int or None
        Size of each dimension, None for what is no array.
    rows : int or None
        Rows, where the header tells.
    fields : tuple of str or None
        Names of columns or of fields of a structured array.
    fortran : bool
        Whether values are stored column after column.
    data_offset : int or None
        Bytes before the first value.
    """

    dtype: np.dtype | None = None
    shape: tuple[int, ...] | None = None
    rows: int | None = None
    fields: tuple[str, ...] | None = None
    fortran: bool = False
    data_offset: int | None = None

    @property
    def data_bytes(self) -> int | None:
        """Bytes that the values take, None for what is no array."""
        if self.dtype is None or self.shape is None:
            return None
        return int(reduce(mul, self.shape, 1)) * self.dtype.itemsize


def read_header(source: Path | str | bytes, extension: str | None = None) -> Header:
    """Read the header of a file.

    Parameters
    ----------
    source : path or bytes
        A file, or its first bytes; for ``pqt`` the file or all its bytes.
    extension : str, optional
        Format without dot; by default that of the path.

    Returns
    -------
    Header
        Without facts for formats whose header is not read.

    Raises
    ------
    BadHeader
        If the bytes are not of that format.
    IncompleteHeader
        If bytes were given and they end within the header.
    """
    if extension is None:
        if isinstance(source, bytes):
            raise TypeError("bytes carry no name: give the extension as well")
        extension = Path(source).suffix.removeprefix(".")
    extension = extension.lower().removeprefix(".")
    if extension in {"pqt", "parquet"}:
        return _parquet_header(io.BytesIO(source) if isinstance(source, bytes) else Path(source))
    if extension != "npy" and extension not in SEPARATORS:
        return Header()
    first = source if isinstance(source, bytes) else _first_bytes(Path(source))
    return _npy_header(first) if extension == "npy" else _table_header(first, SEPARATORS[extension], extension != "ssv")


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_ENOUGH)


def _npy_header(first: bytes) -> Header:
    magic = npy_format.MAGIC_PREFIX
    if not first.startswith(magic[: len(first)]):
        raise BadHeader("The file is not in NumPy's npy format although its name says so; save it with numpy.save")
    file = io.BytesIO(first)
    try:
        version = npy_format.read_magic(file)
        length_bytes = 2 if version == (1, 0) else 4
        start = file.tell() + length_bytes
        needed = start + int.from_bytes(first[file.tell() : start], "little")
        if len(first) >= start and needed > _ENOUGH:
            raise BadHeader(f"The npy header says that it is {needed} bytes long; the file is damaged")
        if len(first) < max(needed, start):
            raise IncompleteHeader("The file ends within its npy header; it was cut off")
        shape, fortran, dtype = _read_array_header(file, version)
    except ValueError as error:
        if isinstance(error, BadHeader):
            raise
        if len(first) < len(magic) + 2:
            raise IncompleteHeader("The file ends within its npy header; it was cut off") from error
        raise BadHeader(f"The npy header cannot be read ({error}); save the array again with numpy.save") from error
    if any(size < 0 for size in shape):
        raise BadHeader(f"The npy header names the impossible shape {shape}; the file is damaged")
    return Header(
        dtype=dtype,
        shape=shape,
        rows=shape[0] if shape else 1,
        fields=dtype.names,
        fortran=bool(fortran),
        data_offset=file.tell(),
    )


def _read_array_header(file: BinaryIO, version: tuple[int, int]) -> tuple[tuple[int, ...], bool, np.dtype]:
    if version == (1, 0):
        return npy_format.read_array_header_1_0(file)
    if version in {(2, 0), (3, 0)}:
        # version 3 differs from 2 only in that names of fields are UTF-8
        shape, fortran, dtype = npy_format.read_array_header_2_0(file)
        if version == (3, 0) and dtype.names:
            dtype.names = tuple(name.encode("latin1").decode("utf-8") for name in dtype.names)
        return shape, fortran, dtype
    raise BadHeader(f"The npy format version {version} is not known; save the array again with numpy.save")


def _table_header(first: bytes, separator: str, has_names: bool) -> Header:
    line = first.split(b"\n", 1)[0].decode("utf-8", errors="replace").rstrip("\r")
    columns = [column.strip().strip('"') for column in line.rstrip(" ").split(separator)]
    if not has_names:
        columns = [str(number) for number in range(len(columns))]
    return Header(fields=tuple(columns))


def _parquet_header(source: Path | io.BytesIO) -> Header:
    """Read a parquet footer; without pyarrow nothing is known."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        return Header()
    try:
        metadata = parquet.read_metadata(source)
    except (pa.ArrowException, OSError) as error:
        raise BadHeader(f"The parquet table cannot be read ({error}); write it again") from error
    return Header(rows=metadata.num_rows, fields=tuple(metadata.schema.to_arrow_schema().names))
