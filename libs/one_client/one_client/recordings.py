"""Compressed recordings of a session: which one is meant, where its bytes are, and the methods of `ONE` for them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from one_client.download import UrlBook
from one_client.errors import BadRequest, CorruptFile, DatasetNotFound, NotServable
from one_client.library import Library
from one_client.records import Dataset, SessionListing
from one_client.selection import Filename, Patterns, the_one

if TYPE_CHECKING:
    import numpy as np

    from one_client.one import Eid
    from one_client.recording import Recording

CONNECTIONS = 4
_DATA, _TABLE = ".cbin", ".ch"


class Recordings:
    """The part of `ONE` that reads compressed recordings without downloading them."""

    library: Library

    if TYPE_CHECKING:

        def _listing(self, eid: Eid, *, refresh: bool = False) -> SessionListing: ...

    def open_recording(
        self,
        eid: "Eid",
        recording: Filename,
        collection: Patterns = None,
        revision: str | None = None,
        *,
        connections: int = CONNECTIONS,
    ) -> "Recording":
        """Open a compressed recording as an array whose bytes come when they are looked at.

        The table of chunks (``.ch``) is fetched once and cached. Of the ``.cbin`` only those byte ranges travel that an
        index needs, straight from the object store; a copy that is on this computer already is read instead.

        Parameters
        ----------
        eid : eID
            See `ONE.to_eid`.
        recording : str or dict
            ``'ephysData.raw.ap'``, ``'ephysData.raw.lf'``, ``'ephysData.raw.nidq'``, or a file name, path or pattern.
        collection : str, optional
            Which probe, if there are several: ``'raw_ephys_data/probe00'``; patterns allowed.
        revision : str, optional
            As for `ONE.load_dataset`.
        connections : int
            Ranges on their way at once.

        Returns
        -------
        Recording
            Of shape (samples, channels); values as the acquisition wrote them, not volts.

        Raises
        ------
        AmbiguousDataset
            If several recordings fit; the hint lists their collections.
        DatasetNotFound
            If there is none, or its ``.ch`` is missing.
        CorruptFile
            If its ``.ch`` is none, or belongs to another file.

        Examples
        --------
        >>> with one.open_recording(eid, 'ephysData.raw.ap', 'raw_ephys_data/probe00') as ap:  # doctest: +SKIP
        ...     second = ap.read(10, 11)       # from 10 s to 11 s, all channels
        ...     trace = ap[:90_000, 20]        # 3 s of one channel at 30 kHz
        """
        listing = self._listing(eid)
        try:
            pair = _pair(listing.datasets, recording, collection, revision)
        except DatasetNotFound:
            if self.library.mode == "offline":
                raise
            listing = self._listing(eid, refresh=True)
            pair = _pair(listing.datasets, recording, collection, revision)
        return _opened(self.library, listing, *pair, connections)

    def load_slice(
        self,
        eid: "Eid",
        recording: Filename,
        start: int,
        stop: int,
        channels: "int | slice | Sequence[int] | None" = None,
        collection: Patterns = None,
        revision: str | None = None,
    ) -> "np.ndarray[Any, Any]":
        """Load some samples of a compressed recording without downloading it.

        Parameters
        ----------
        eid, recording, collection, revision
            As for `open_recording`, which is better for several slices: it keeps what it has read.
        start, stop : int
            First sample, and the one after the last.
        channels : int, slice or list of int, optional
            Which channels, counted from 0; by default all.

        Returns
        -------
        numpy.ndarray
            (stop - start, channels), or (stop - start,) for a single number; values as the acquisition wrote them.

        Raises
        ------
        BadRequest
            If samples or channels lie outside of the recording.
        OneError
            As `open_recording`, and if the bytes cannot be had or are damaged.

        Examples
        --------
        >>> one.load_slice(eid, 'ephysData.raw.ap', 30_000, 60_000, channels=[0, 4])  # doctest: +SKIP
        """
        with self.open_recording(eid, recording, collection, revision) as opened:
            return opened.slice(start, stop, channels)


class Remote:
    """A ``.cbin`` in the object store, read by ranges through its signed URL; a `bregma_codecs.Source`."""

    def __init__(self, library: Library, listing: SessionListing, dataset: Dataset) -> None:
        self._downloader = library.downloader
        (location,) = library.backend.locate(listing, [dataset])
        self._dataset = location.dataset
        self.name = dataset.path
        self.size = location.dataset.size or 0
        self.moved = 0

        def sign(_ids: Sequence[str]) -> Mapping[str, str]:
            (again,) = library.backend.locate(listing, [dataset])
            return {dataset.id: again.url}

        self._book = UrlBook(sign, {dataset.id: location.url})

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset``; tries again after cuts and refusals."""
        data = self._downloader.read(self._dataset, self._book, offset, offset + length)
        self.moved += len(data)
        return data

    def close(self) -> None:
        """Nothing to give back: the connections are the library's."""


def _pair(
    datasets: Sequence[Dataset], recording: Filename, collection: Patterns, revision: str | None
) -> tuple[Dataset, Dataset]:
    """Choose the ``.cbin`` that is meant, and the ``.ch`` beside it."""
    pool = [dataset for dataset in datasets if dataset.name.endswith(_DATA)]
    try:
        data = the_one(pool, _pattern_of(recording, pool), collection, revision)
    except DatasetNotFound as error:
        there = ", ".join(sorted({dataset.path for dataset in pool})[:8])
        hint = f"It has {there}." if there else "It has no compressed recording (.cbin) that can be loaded now."
        raise DatasetNotFound(error.detail, hint) from None
    beside = data.path.removesuffix(_DATA) + _TABLE
    for dataset in datasets:
        if dataset.path == beside:
            return data, dataset
    raise DatasetNotFound(
        f"{data.path} has no table of chunks: {beside} is not among what can be loaded.",
        "Ask the lab to register the .ch that was written with it; or fetch the whole file with one.download.",
    )


def _pattern_of(recording: Filename, pool: Sequence[Dataset]) -> Filename:
    """A dataset type of recordings is told by a pattern of file names, which a plain folder does not know."""
    if not isinstance(recording, str) or any(dataset.dataset_type == recording for dataset in pool):
        return recording
    from dataset_types.registry import default_registry

    for one in default_registry():
        if one.name == recording and one.filename_pattern.endswith(_DATA):
            return one.filename_pattern
    return recording


def _opened(library: Library, listing: SessionListing, data: Dataset, table: Dataset, connections: int) -> "Recording":
    from bregma_codecs import BadHeader, parse_header

    from one_client.recording import Recording, opening

    if connections < 1:
        raise BadRequest(f"{connections} connections read nothing.", "Give at least 1.")
    (path,) = library.paths(listing, [table])
    try:
        header = parse_header(json.loads(path.read_bytes()), table.path)
    except (BadHeader, ValueError, RecursionError) as error:
        raise CorruptFile(f"{table.path} is no table of chunks: {error}", "Tell the lab that recorded it.") from error
    here = _local(library, listing, data)
    with opening(data.path):
        if here is not None:
            return Recording(here, header, data.path, connections)
        remote = Remote(library, listing, replace(data, size=data.size or header.chunk_offsets[-1]))
        return Recording(remote, header, data.path, connections)


def _local(library: Library, listing: SessionListing, data: Dataset) -> Path | None:
    """The file on this computer, if it is here."""
    if library.cache is None:
        (path,) = library.paths(listing, [data])
        return path
    if data.id in library.cache.present(listing.eid, [data]):
        return library.cache.place(listing.place, data)
    if library.mode == "offline":
        raise NotServable(f"{data.path} is not in the cache.", "Its samples are read from the server: mode='online'.")
    return None
