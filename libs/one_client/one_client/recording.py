"""A compressed recording as a lazy array; needs numpy and the codecs, so it is imported when one is opened."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from bregma_codecs import BadHeader, BadInput, CodecError, Damaged, Header, Reader, Source

from one_client.errors import BadRequest, CorruptFile, OneError

Array = np.ndarray[Any, Any]
_TRIES = 3
_DAMAGED = "The stored copy may be damaged: tell your data manager, who can compare its hash."


@contextmanager
def opening(name: str) -> Iterator[None]:
    """Say in this library's errors what the codecs complain of."""
    try:
        yield
    except BadHeader as error:
        raise CorruptFile(f"{name}: {error}", "The .ch and the .cbin must be of one compression.") from error
    except CodecError as error:
        raise CorruptFile(f"{name}: {error}", _DAMAGED) from error


class _Chunked(Reader):
    """The reader for bytes that are dear: a chunk that came is kept, and asked for again if it is not what was written."""

    def _piece(self, chunk: int, inside: Any, channels: Array | None) -> Array:
        for _ in range(_TRIES - 1):
            try:
                return self._kept_piece(chunk, inside, channels)
            except Damaged:
                continue  # bytes may have been spoilt on their way; a stored copy that is damaged stays so
        return self._kept_piece(chunk, inside, channels)

    def _kept_piece(self, chunk: int, inside: Any, channels: Array | None) -> Array:
        try:
            if channels is None or not self.indexed:
                self._whole(chunk)
            return super()._piece(chunk, inside, channels)
        except OneError as error:
            detail = f"{error.detail} This was chunk {chunk} of {self.name}."
            raise type(error)(detail, error.hint, code=error.code, status=error.status) from error


class Recording:
    """Samples of a compressed recording, read when they are looked at; made by `ONE.open_recording`.

    Indexing is numpy's, ``recording[start:stop, channels]``, and gives copies. Several threads may read. Chunks that came
    are kept (at most ten, and 256 MB).

    Attributes
    ----------
    name : str
        Path within the session.
    shape : tuple of int
        (samples, channels).
    dtype : numpy.dtype
        Of the values, which are as the acquisition wrote them.
    sample_rate : float
        Samples per second (Hz).
    duration : float
        Seconds.
    """

    ndim = 2

    def __init__(self, source: "Path | Source", header: Header, name: str, connections: int) -> None:
        kind = Reader if isinstance(source, Path) else _Chunked
        self._source = source
        self._reader = kind.at(source, header, n_threads=connections, quiet=True)
        self.name = name
        self.shape = self._reader.shape
        self.dtype = self._reader.dtype
        self.sample_rate = self._reader.sample_rate
        self.duration = self._reader.duration
        self.header = header

    @property
    def n_samples(self) -> int:
        """Samples of each channel."""
        return self.shape[0]

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return self.shape[1]

    @property
    def size(self) -> int:
        """Number of values."""
        return self.n_samples * self.n_channels

    @property
    def moved(self) -> int:
        """Bytes of the recording that came over the network so far."""
        return int(getattr(self._source, "moved", 0))

    def __len__(self) -> int:
        return self.n_samples

    def __repr__(self) -> str:
        return (
            f"<Recording {self.name}: {self.n_samples:,} samples x {self.n_channels} channels, "
            f"{self.dtype}, {self.sample_rate:g} Hz>"
        )

    def __getitem__(self, item: Any) -> Any:
        """Read as numpy would index the whole; raises IndexError as numpy, CorruptFile for damaged bytes."""
        with self._told():
            return self._reader[item]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        with self._told():
            return self._reader.__array__(dtype, copy)

    def read(self, t0: float, t1: float, channels: Any = slice(None)) -> Array:
        """Read by time.

        Parameters
        ----------
        t0, t1 : float
            From ``t0`` to before ``t1``, in seconds of the recording's own clock; sample n is at n / sample_rate.
        channels : int, slice or list of int
            By default all.

        Returns
        -------
        numpy.ndarray
            (samples, channels).

        Raises
        ------
        IndexError
            If times or channels lie outside of the recording.
        CorruptFile
            If its bytes are damaged; the message names file and chunk.
        """
        with self._told():
            return self._reader.read(t0, t1, channels)

    def slice(self, start: int, stop: int, channels: "int | slice | Sequence[int] | None" = None) -> Array:
        """Read samples ``start`` to ``stop``; unlike indexing it refuses what lies outside of the recording.

        Returns
        -------
        numpy.ndarray
            (stop - start, channels).

        Raises
        ------
        BadRequest
            If samples or channels lie outside.
        """
        if not 0 <= start <= stop <= self.n_samples:
            raise BadRequest(
                f"Samples {start} to {stop} lie outside of {self.name}.", f"It has samples 0 to {self.n_samples}."
            )
        try:
            found: Array = self[start:stop, slice(None) if channels is None else channels]
        except IndexError as error:
            raise BadRequest(f"{self.name}: {error}.", f"It has channels 0 to {self.n_channels - 1}.") from None
        return found

    def close(self) -> None:
        """Let go of it; the chunks that were kept go as well."""
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except BadInput as error:
            raise BadRequest(f"{self.name}: {error}.", "It was closed; open it again.") from error
        except CodecError as error:
            raise CorruptFile(str(error), _DAMAGED) from error
