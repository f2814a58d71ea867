"""numpy's indexing of (samples, channels), taken apart: which rows and channels to read, and what to pick from them."""

import operator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bregma_codecs.transform import Array


@dataclass(frozen=True)
class Selection:
    """``rows`` and ``channels`` are what must be read, ascending and each once; ``item`` indexes the array of just these."""

    rows: range | Array
    channels: Array
    item: tuple[Any, Any]
    channel_item: Any

    def pick(self, part: Array, channels: Array | None) -> Any:
        """Return what was asked for from the rows that were read, of all channels or only of ``self.channels``."""
        found = part[self.item[0], self.channel_item if channels is None else self.item[1]]
        # a selection of everything is the part itself, which is nobody else's; anything less shall not keep all of it alive
        return (
            found
            if not isinstance(found, np.ndarray) or found.base is None or found.nbytes == part.nbytes
            else found.copy()
        )


def select(item: Any, n_samples: int, n_channels: int) -> Selection:
    """Take an index apart.

    Raises
    ------
    IndexError
        As numpy: out of bounds, too many indices, or no index at all.
    """
    time, channel = _two(item, n_samples, n_channels)
    rows, row_item = axis(time, n_samples, 0)
    columns, column_item = axis(channel, n_channels, 1)
    return Selection(rows, np.asarray(columns, np.intp), (row_item, column_item), _plain(channel, n_channels))


def _two(item: Any, n_samples: int, n_channels: int) -> tuple[Any, Any]:
    parts = item if isinstance(item, tuple) else (item,)
    if any(one is None for one in parts):
        raise IndexError("new axes are added to what was read, as in reader[...][:, None]")
    dots = [place for place, one in enumerate(parts) if one is Ellipsis]
    if len(dots) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    if dots:
        parts = (*parts[: dots[0]], *[slice(None)] * (3 - len(parts)), *parts[dots[0] + 1 :])
    if len(parts) == 1:
        mask = np.asarray(parts[0]) if not isinstance(parts[0], slice) else None
        if mask is not None and mask.dtype == bool and mask.ndim == 2:
            if mask.shape != (n_samples, n_channels):
                raise IndexError(f"the mask is of shape {mask.shape}, the recording of {(n_samples, n_channels)}")
            first, second = mask.nonzero()
            return first, second
    if len(parts) > 2:
        raise IndexError(f"too many indices: the recording has 2 dimensions, and {len(parts)} were given")
    return (*parts, *[slice(None)] * (2 - len(parts)))


def axis(item: Any, length: int, axis: int) -> tuple[Any, Any]:
    """Return (what to read along an axis, ascending and each once; the index into that)."""
    if isinstance(item, slice):
        wanted = range(*item.indices(length))
        if wanted.step < 0:
            return wanted[::-1], slice(None, None, -1)
        return wanted, slice(None)
    places = _plain(item, length, axis)
    if not isinstance(places, np.ndarray):
        return range(places, places + 1), 0
    read, index = np.unique(places, return_inverse=True)
    return read, index.reshape(places.shape)


def _plain(item: Any, length: int, axis: int = 1) -> Any:
    """Return a slice as it is, a whole number from 0, or an array of such."""
    if isinstance(item, slice):
        return item
    if isinstance(item, np.ndarray | list | tuple) or hasattr(item, "__array__"):
        places = np.asarray(item)
        if places.ndim or not np.issubdtype(places.dtype, np.integer):
            return _places(places, length, axis)
    if isinstance(item, bool | np.bool_):
        raise IndexError("True and False choose nothing; give a mask of each sample or channel")
    try:
        place = operator.index(item)
    except TypeError:
        raise IndexError(
            f"only whole numbers, slices and arrays of them can be indices, not {type(item).__name__}"
        ) from None
    return int(_places(np.array([place]), length, axis)[0])


def _places(places: Array, length: int, axis: int) -> Array:
    if places.dtype == bool and places.ndim == 1:
        if len(places) != length:
            raise IndexError(f"the mask has {len(places)} values, axis {axis} has {length}")
        return places.nonzero()[0]
    if places.size == 0:
        return places.astype(np.intp)
    if not np.issubdtype(places.dtype, np.integer):
        raise IndexError(f"arrays of {places.dtype} cannot be indices")
    wrong = (places >= length) | (places < -length) if places.dtype.kind == "i" else places >= length
    if wrong.any():
        raise IndexError(f"index {places[wrong][0]} is out of bounds for axis {axis} with size {length}")
    whole = places.astype(np.intp)
    return np.where(whole < 0, whole + length, whole)
