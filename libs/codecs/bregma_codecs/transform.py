"""Differences along time and channels, and back, in tiles that stay in the processor's cache.

A chunk is (samples, channels), as the recording lies in its file. What is deflated is the chunk's differences, for order "F"
with all samples of the first channel before those of the second. Integers wrap, so that every value comes back exactly.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_TILE = 256
"""Rows that are worked on at once: 256 samples of 385 channels of int16 are 197 kB, which the second-level cache holds."""
_BACK = 128


def encode(chunk: Array, *, time: bool, spatial: bool, order: str, out: Array | None = None) -> Array:
    """Return the differences of a chunk in the order in which they are deflated.

    Parameters
    ----------
    chunk : ndarray of shape (samples, channels), C-contiguous
        The recording.
    time, spatial : bool
        Take differences along time and then along channels; the first row and the first column are kept.
    order : {"F", "C"}
        "F" puts the samples of one channel together.
    out : ndarray, optional
        Where to put them: (channels, samples) for "F", (samples, channels) for "C".

    Returns
    -------
    ndarray
        C-contiguous, of the chunk's type.
    """
    samples, channels = chunk.shape
    if out is None:
        out = np.empty((channels, samples) if order == "F" else (samples, channels), chunk.dtype)
    tile, side = (np.empty((min(_TILE, samples), channels), chunk.dtype) for _ in range(2))
    for start in range(0, samples, _TILE):
        stop = min(start + _TILE, samples)
        rows = chunk[start:stop]
        if time:
            rows = _time_difference(chunk, start, stop, tile[: stop - start])
        if spatial:
            rows = _spatial_difference(rows, side[: stop - start])
        if order == "F":
            out[:, start:stop] = rows.T
        else:
            out[start:stop] = rows
    return out


def _time_difference(chunk: Array, start: int, stop: int, tile: Array) -> Array:
    if start:
        return np.subtract(chunk[start:stop], chunk[start - 1 : stop - 1], out=tile)
    np.subtract(chunk[1:stop], chunk[: stop - 1], out=tile[1:])
    tile[0] = chunk[0]
    return tile


def _spatial_difference(rows: Array, tile: Array) -> Array:
    np.subtract(rows[:, 1:], rows[:, :-1], out=tile[:, 1:])
    tile[:, 0] = rows[:, 0]
    return tile


def decode(
    differences: Array, *, time: bool, spatial: bool, order: str, start: int = 0, stop: int | None = None
) -> Array:
    """Return samples of a chunk from its differences.

    Parameters
    ----------
    differences : ndarray
        (channels, samples) for order "F", (samples, channels) for "C"; it is written over where that saves memory.
    time, spatial, order
        As for :func:`encode`.
    start, stop : int, optional
        The samples that are wanted; nothing after them is computed.

    Returns
    -------
    ndarray of shape (stop - start, channels)
        C-contiguous, and nobody else's.
    """
    samples = differences.shape[1 if order == "F" else 0]
    stop = samples if stop is None else stop
    if not differences.dtype.isnative:
        native = differences.astype(differences.dtype.newbyteorder("="))
        back = decode(native, time=time, spatial=spatial, order=order, start=start, stop=stop)
        return back.astype(differences.dtype)
    if differences.dtype.kind == "f":
        return _decode_floats(differences, time=time, spatial=spatial, order=order)[start:stop].copy()
    if spatial:
        differences = differences if differences.flags.writeable else differences.copy()
        _undo_spatial(differences, 0 if order == "F" else 1)
    if order == "F":
        return _from_channels(differences, start, stop, time=time)
    if not time:
        return differences[start:stop].copy()
    return _from_samples(differences, start, stop)


def decode_channels(differences: Array, *, time: bool, start: int, stop: int) -> Array:
    """Return (stop - start, channels) samples of a few channels, each of which is a contiguous row of ``differences``."""
    dtype = differences.dtype
    if time:
        whole = np.cumsum(differences[:, :stop], axis=1, dtype=dtype.newbyteorder("="))
        return np.ascontiguousarray(whole[:, start:].T, dtype)
    return np.ascontiguousarray(differences[:, start:stop].T)


def _decode_floats(differences: Array, *, time: bool, spatial: bool, order: str) -> Array:
    """Sum up as mtscomp does: sums of floats depend on their order, and the same file must give the same numbers."""
    chunk = differences.T if order == "F" else differences
    if spatial:
        chunk = np.cumsum(chunk, axis=1, dtype=chunk.dtype)
    if time:
        chunk = np.cumsum(chunk, axis=0, dtype=chunk.dtype)
    return np.ascontiguousarray(chunk)


def _undo_spatial(differences: Array, axis: int) -> None:
    if axis:
        np.cumsum(differences, axis=1, dtype=differences.dtype, out=differences)
        return
    for channel in range(1, differences.shape[0]):
        differences[channel] += differences[channel - 1]


def _from_channels(differences: Array, start: int, stop: int, *, time: bool) -> Array:
    channels = differences.shape[0]
    out = np.empty((stop - start, channels), differences.dtype)
    if not time:
        for row in range(start, stop, _BACK):
            end = min(row + _BACK, stop)
            out[row - start : end - start] = differences[:, row:end].T
        return out
    carry = differences[:, :start].sum(axis=1, dtype=differences.dtype)
    spare = np.empty((_BACK, channels), differences.dtype), np.empty((_BACK, channels), differences.dtype)
    for row in range(start, stop, _BACK):
        end = min(row + _BACK, stop)
        into = out[row - start : end - start]
        tile = spare[0][: end - row]
        tile[...] = differences[:, row:end].T
        tile[0] += carry
        _sum_up(tile, spare[1][: end - row], into)
        carry = into[-1]
    return out


def _from_samples(differences: Array, start: int, stop: int) -> Array:
    channels = differences.shape[1]
    out = np.empty((stop - start, channels), differences.dtype)
    carry = differences[:start].sum(axis=0, dtype=differences.dtype)
    spare = np.empty((_BACK, channels), differences.dtype), np.empty((_BACK, channels), differences.dtype)
    for row in range(start, stop, _BACK):
        end = min(row + _BACK, stop)
        into = out[row - start : end - start]
        tile = spare[0][: end - row]
        tile[...] = differences[row:end]
        tile[0] += carry
        _sum_up(tile, spare[1][: end - row], into)
        carry = into[-1]
    return out


def _sum_up(tile: Array, other: Array, into: Array) -> None:
    """Write running sums along axis 0 to ``into``: in step k each row gets the sum of 2**k rows, so log2 passes suffice."""
    rows, step = len(tile), 1
    while step < rows:
        last = step * 2 >= rows
        target = into if last else other
        np.add(tile[step:], tile[:-step], out=target[step:])
        target[:step] = tile[:step]
        tile, other, step = target, tile, step * 2
    if rows == 1:
        into[...] = tile
