"""The seek index: where in each chunk's stream each group of channels lies.

It is kept in the ``.ch`` under a key of its own, which other readers pass over. mtschop and IBL's Streamer copy unknown keys while
they cut the list of chunks, so the index names the offsets it belongs to by their hash and is ignored beside any others.
"""

import base64
import hashlib
import itertools
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bregma_codecs.deflating import _HEAD as STREAM_HEAD
from bregma_codecs.header import Header

KEY = "bregma_index"
_VERSION = 1
_MOST = 1 << 28


@dataclass(frozen=True)
class Index:
    """``groups``: first channel of each group, and the end; ``lengths`` (bytes) and ``checks`` (CRC-32): (chunks, groups)."""

    groups: Sequence[int]
    lengths: Any
    checks: Any

    def group_of(self, channel: int) -> int:
        """Return the group in which a channel lies."""
        return int(np.searchsorted(np.asarray(self.groups), channel, side="right")) - 1

    def place(self, header: Header, chunk: int, group: int) -> tuple[int, int]:
        """Return (offset, length) of a group in the ``.cbin``, in bytes."""
        before = int(self.lengths[chunk, :group].sum(dtype=np.int64))
        return header.chunk_offsets[chunk] + STREAM_HEAD + before, int(self.lengths[chunk, group])


def _tie(header: Header) -> str:
    return hashlib.sha1(repr((header.chunk_offsets, header.chunk_bounds)).encode(), usedforsecurity=False).hexdigest()


def as_key(index: Index, header: Header) -> dict[str, Any]:
    """Return what stands in the header."""
    numbers = np.stack([index.lengths, index.checks]).astype("<u4")
    return {
        "version": _VERSION,
        "of": _tie(header),
        "groups": list(index.groups),
        "table": base64.b85encode(zlib.compress(numbers.tobytes())).decode(),
    }


def from_header(header: Header) -> Index | None:
    """Return the index of a header, or None if it has none that belongs to these chunks; a spoiled one is none."""
    value = header.extra.get(KEY)
    if not isinstance(value, dict) or value.get("version") != _VERSION or value.get("of") != _tie(header):
        return None
    groups, table = value.get("groups"), value.get("table")
    if not (isinstance(groups, list) and isinstance(table, str) and _cover(groups, header.n_channels)):
        return None
    size = 2 * header.n_chunks * (len(groups) - 1) * 4
    try:
        plain = zlib.decompressobj().decompress(base64.b85decode(table), min(size, _MOST) + 1)
    except (ValueError, zlib.error):
        return None
    if len(plain) != size or header.chunk_order != "F" or header.dtype.kind == "f":
        return None
    lengths, checks = np.frombuffer(plain, "<u4").reshape(2, header.n_chunks, -1)
    room = np.diff(np.asarray(header.chunk_offsets, np.int64)) - STREAM_HEAD
    return Index(groups, lengths, checks) if (lengths.sum(axis=1, dtype=np.int64) <= room).all() else None


def _cover(groups: list[Any], n_channels: int) -> bool:
    whole = len(groups) > 1 and all(type(one) is int for one in groups)
    return whole and groups[0] == 0 and groups[-1] == n_channels and all(a < b for a, b in itertools.pairwise(groups))
