"""A movie as an array whose rows are its pictures: only those that are asked for are decoded, and they are exactly these."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from bregma_codecs.errors import BadInput, Damaged
from bregma_codecs.film import Film, noted, open_film, opened
from bregma_codecs.selection import axis
from bregma_codecs.transform import Array

if TYPE_CHECKING:
    from av import VideoFrame

MOST_BYTES = 64 << 20
"""Decoded pictures that are kept, in bytes."""
_NEUTRAL = 2

_INDEXED = frozenset({"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "avi"})


class Movie:
    """An array of shape (frames, height, width) or (frames, height, width, 3), red, green, blue, of ``uint8``, that lies in a file.

    Indexing gives what numpy would give of all pictures, always as a copy: a whole number, a slice or an array for the pictures, then
    rows and columns. A read seeks to the key picture before it and decodes forward; the latest pictures are kept. Several threads
    may read, one after the other.

    Parameters
    ----------
    path : path
        An mp4, avi, mkv or what else FFmpeg reads.
    colour : bool, optional
        Whether pictures have three colours. Unless said, they do if any of the first, middle and last key picture is not grey.

    Examples
    --------
    >>> with Movie.at("_iblrig_leftCamera.raw.mp4") as movie:  # doctest: +SKIP
    ...     movie[1000:1010, :200, :200].mean(axis=(1, 2))
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, path: str | Path, *, colour: bool | None = None) -> None:
        self.path = Path(path)
        self._film: Film = open_film(self.path)
        self._lock = threading.RLock()
        self._kept: OrderedDict[int, VideoFrame] = OrderedDict()
        self._pictures: Iterator[VideoFrame] | None = None
        self._next = 0
        self._said = ""
        try:
            self._pts, self._keys = self._table()
            self._width, self._height = noted(self._film)
            size = self._film.width * self._film.height * 3 // 2
            self._most = max(2, MOST_BYTES // size)
            self.colour = self._has_colour() if colour is None else colour
        except BaseException:
            self.close()
            raise
        self.shape: tuple[int, ...] = (len(self._pts), self._height, self._width, *((3,) * self.colour))

    @classmethod
    def at(cls, path: str | Path, *, colour: bool | None = None) -> Self:
        """Open a movie.

        Raises
        ------
        BadInput
            If the file is missing or no movie.
        MissingExtra
            If the library for movies is not installed.
        """
        return cls(path, colour=colour)

    @property
    def ndim(self) -> int:
        """Number of dimensions: 3 in grey, 4 in colour."""
        return len(self.shape)

    @property
    def times(self) -> Array:
        """Times of the pictures (s), by the movie's own clock, of shape (frames,)."""
        base = Fraction(self._film.video.time_base)
        seconds: Array = self._pts * base.numerator / base.denominator
        return seconds

    @property
    def rate(self) -> float:
        """Pictures per second (Hz), on average."""
        return float(self._film.rate)

    @property
    def codec(self) -> str:
        """What the pictures are encoded with, such as h264."""
        return str(self._film.video.codec_context.name)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, item: Any) -> Any:
        """Return pictures, or parts of them.

        Raises
        ------
        IndexError
            As numpy; also for two arrays of indices at once, one of them for the pictures.
        Damaged
            If a picture does not decode.
        """
        first, rest = self._taken_apart(item)
        rows, picked = axis(first, len(self), 0)
        parts: Array | None = None
        for place, row in enumerate(rows):
            part = self._picture(int(row))[rest]
            if parts is None:
                parts = np.empty((len(rows), *np.shape(part)), self.dtype)
            parts[place] = part
        if parts is None:
            parts = np.empty((0, *np.empty(self.shape[1:], self.dtype)[rest].shape), self.dtype)
        return parts[picked]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if copy is False:
            raise ValueError("pictures are decoded, which makes a new array each time")
        values: Array = self[:]
        return values if dtype is None else values.astype(dtype, copy=False)

    def close(self) -> None:
        """Close the file."""
        self._kept.clear()
        self._pictures = None
        self._film.container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        kind = "colour" if self.colour else "grey"
        return f"<Movie {self.path.name}: {len(self):,} pictures of {self._width} x {self._height} in {kind} at {self.rate:g} Hz>"

    def _taken_apart(self, item: Any) -> tuple[Any, tuple[Any, ...]]:
        """Return the index of the pictures and that of what is in each."""
        parts = item if isinstance(item, tuple) else (item,)
        if any(one is None for one in parts):
            raise IndexError("new axes are added to what was read, as in movie[...][:, None]")
        dots = [place for place, one in enumerate(parts) if one is Ellipsis]
        if len(dots) > 1 or len(parts) - len(dots) > self.ndim:
            raise IndexError(f"the movie has {self.ndim} dimensions, and {len(parts)} indices were given")
        if dots:
            spread = [slice(None)] * (self.ndim + 1 - len(parts))
            parts = (*parts[: dots[0]], *spread, *parts[dots[0] + 1 :])
        first, *rest = parts or (slice(None),)
        if _lists(first) and any(_lists(one) for one in rest):
            raise IndexError("choose the pictures first, then what is in them: movie[pictures][:, rows, columns]")
        return first, tuple(rest)

    def _picture(self, number: int) -> Array:
        """Return a picture as an array of its own."""
        with self._lock:
            frame = self._kept.get(number)
            if frame is None:
                frame = self._decoded(number)
            else:
                self._kept.move_to_end(number)
            values: Array = frame.to_ndarray(format="rgb24" if self.colour else "gray")
        return values[: self._height, : self._width]

    def _decoded(self, number: int) -> "VideoFrame":
        """Decode until a picture comes; from the key picture before it unless the decoder is there already."""
        key = int(np.searchsorted(self._keys, number, side="right")) - 1
        if self._pictures is None or not self._keys[max(key, 0)] <= self._next <= number:
            self._seek(key)
        for earlier in (key - 1, 0, None):
            found = self._forward(number)
            if found is not None:
                return found
            # a picture may lean on pictures before its key picture ("open" groups), which the decoder then misses
            self._pictures = None
            if earlier is not None:
                self._seek(earlier)
        raise Damaged(f"{self.path}: picture {number}, or one that it is made from, does not decode{self._said}")

    def _seek(self, key: int) -> None:
        import av

        self._pictures = None
        self._next = len(self._pts)
        try:
            self._film.container.seek(int(self._pts[self._keys[max(key, 0)]]), stream=self._film.video, backward=True)
        except av.FFmpegError as error:
            raise Damaged(f"{self.path}: the place of a picture cannot be reached ({error.strerror})") from None
        self._pictures = self._film.container.decode(self._film.video)

    def _forward(self, number: int) -> "VideoFrame | None":
        """Return a picture if it comes before any later one."""
        import av

        assert self._pictures is not None
        try:
            for frame in self._pictures:
                place = int(np.searchsorted(self._pts, -1 if frame.pts is None else frame.pts))
                if place == len(self._pts) or self._pts[place] != frame.pts or frame.is_corrupt:
                    raise Damaged(
                        f"{self.path}: a picture near {number} is damaged, or its time is not in the file's index"
                    )
                self._keep(place, frame)
                if place >= number:
                    return frame if place == number else None
        except av.FFmpegError as error:
            self._said = f" ({error.strerror})"
        return None

    def _keep(self, place: int, frame: "VideoFrame") -> None:
        self._kept[place] = frame
        self._next = place + 1
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def _has_colour(self) -> bool:
        """Look at three key pictures, for many cameras store grey as colour."""
        if self._film.grey:
            return False
        self.colour = True
        return any(self._coloured(int(one)) for one in self._keys[[0, len(self._keys) // 2, -1]])

    def _coloured(self, number: int) -> bool:
        try:
            return int(np.ptp(self._picture(number), axis=2).max()) > _NEUTRAL
        except Damaged:
            return False  # whoever reads this picture is told

    def _table(self) -> tuple[Array, Array]:
        """Return the times of all pictures, ascending, in the stream's unit, and which of them are key pictures.

        The file's index tells both, or else its packets do: what is wrong about the first picture is not believed.
        """
        film = self._film
        if film.container.format.name not in _INDEXED or (
            film.container.format.name == "avi" and film.video.codec_context.has_b_frames
        ):
            raise BadInput(
                f"{film.path}: a file of this kind has no index to find each picture by; put it into an mp4 (bregma compress)"
            )
        with opened(self.path) as other:
            first = next(other.frames()).pts
        for way in (_by_index, _by_packets):
            with opened(self.path) as other:
                found = way(other)
            if found is not None and found[0][0] == first:
                return found
        raise BadInput(
            f"{film.path}: the times of its pictures are not those in its index; write it anew (bregma compress)"
        )


def _lists(item: Any) -> bool:
    return isinstance(item, list) or np.ndim(item) > 0


def _by_index(film: Film) -> tuple[Array, Array] | None:
    """Return times and key pictures by the index of the file; None unless pictures follow each other evenly."""
    entries = [(one.timestamp, one.is_keyframe) for one in film.video.index_entries]
    stamps, keys = np.array([one for one, _ in entries], np.int64), np.array([key for _, key in entries], bool)
    steps = np.diff(stamps)
    even = len(steps) and len(stamps) == film.video.frames and steps[0] > 0 and (steps == steps[0]).all()
    if not even or film.video.start_time is None:
        return None
    # the index counts in order of decoding; where a key picture's place differs by a few, a read begins one key picture earlier
    return stamps - stamps[0] + film.video.start_time, np.flatnonzero(keys)


def _by_packets(film: Film) -> tuple[Array, Array] | None:
    """Return times and key pictures by what is stored, read once to its end; None if not each has a time of its own."""
    import av

    try:
        found = [(one.pts, one.is_keyframe) for one in film.container.demux(film.video) if one.size]
    except av.FFmpegError as error:
        raise Damaged(f"{film.path}: the file cannot be read to its end ({error.strerror})") from None
    return None if any(pts is None for pts, _ in found) else _sorted(film, found)


def _sorted(film: Film, found: list[tuple[Any, bool]]) -> tuple[Array, Array]:
    found.sort()
    pts = np.array([one for one, _ in found], np.int64)
    if (np.diff(pts) <= 0).any():
        raise BadInput(f"{film.path}: two pictures have one time")
    return pts, np.flatnonzero([key for _, key in found])
