"""A movie as it lies in a file: opened, asked what it is, and decoded from its first picture to its last, none left out unnoticed."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bregma_codecs.errors import BadInput, Damaged, extra

if TYPE_CHECKING:
    from av import VideoFrame

USUAL_RATE = Fraction(25)
"""Pictures per second (Hz) of a stream that does not say, as ffmpeg takes it."""
_LATE = Fraction(3, 2)
"""Pictures that may be missing at the end: the last one's own duration, and rounding."""
_MAY_LAST = Fraction(1, 10)
"""What the last picture may last (s) where nothing but a duration is known."""
_NOTE = "picture of {} x {}"


@dataclass(frozen=True)
class Film:
    """An open movie with one stream of pictures and at most one of sound; ``others`` names what else is in the file."""

    path: Path
    container: Any
    video: Any
    sound: Any
    others: tuple[str, ...]
    width: int
    height: int

    @property
    def rate(self) -> Fraction:
        """Pictures per second (Hz), on average, by the file's head."""
        return Fraction(self.video.average_rate or self.video.guessed_rate or USUAL_RATE)

    @property
    def bits(self) -> int:
        """Bits of a pixel, of the colour that has most."""
        form = self.video.codec_context.format
        return max(one.bits for one in form.components) if form else 0

    @property
    def grey(self) -> bool:
        """Whether the form of its pixels has no colour."""
        return str(self.video.codec_context.pix_fmt).startswith(("gray", "mono"))

    def frames(self, heard: Callable[[Any], object] = lambda _packet: None) -> Iterator["VideoFrame"]:
        """Give each picture in the order of time, and hand each packet of sound to ``heard`` where it lies among them.

        Each picture has a time, later than that of the one before it.

        Raises
        ------
        Damaged
            If a picture does not decode, or there are fewer than were stored or than the file's head says.
        BadInput
            If two pictures have one time.
        """
        import av

        stored = number = 0
        last: Fraction | None = None
        try:
            for packet in self.container.demux(*filter(None, (self.video, self.sound))):
                if packet.stream is self.sound:
                    if packet.size:
                        heard(packet)
                    continue
                stored += bool(packet.size)
                for frame in packet.decode():
                    self._time(frame, number)
                    last = self._check(frame, number, last)
                    number += 1
                    yield frame
        except av.FFmpegError as error:
            raise Damaged(f"{self.path}: picture {number} does not decode ({_reason(error)})") from None
        if last is None:
            raise BadInput(f"{self.path}: there are no pictures in it")
        if number < stored:
            raise Damaged(f"{self.path}: {number:,} pictures decode of the {stored:,} that are stored")
        end = self._end(number)
        if end is not None and end - last > max(_LATE / self.rate, 0 if self.video.frames else _MAY_LAST):
            raise Damaged(
                f"{self.path}: its pictures end at {float(last):.3f} s and shall go on to {float(end):.3f} s; was it cut off, is it "
                "still being written?"
            )

    def _end(self, number: int) -> Fraction | None:
        """Return until when (s) there are pictures by the file's head, if that says so.

        Their number may be smaller than the head says: a camera writes pictures it lost as empty ones into an avi.
        """
        base = Fraction(self.video.time_base)
        begin = Fraction(self.video.start_time or 0) * base
        if self.video.frames:
            return begin + Fraction(self.video.frames) / self.rate if number < self.video.frames else None
        told = re.fullmatch(r"(\d+):(\d\d):(\d\d\.\d+)", self.video.metadata.get("DURATION", ""))
        if told:
            return int(told[1]) * 3600 + int(told[2]) * 60 + Fraction(told[3])
        if self.video.duration is None:
            return None
        return begin + Fraction(self.video.duration) * base

    def _time(self, frame: "VideoFrame", number: int) -> None:
        """Number the pictures of a bare stream, which has no times."""
        if frame.pts is None:
            base = Fraction(self.video.time_base)
            frame.pts, frame.time_base = round(number / (self.rate * base)), base

    def _check(self, frame: "VideoFrame", number: int, last: Fraction | None) -> Fraction:
        if frame.is_corrupt:
            raise Damaged(f"{self.path}: picture {number} is damaged")
        if (frame.width, frame.height) != (self.width, self.height):
            raise BadInput(
                f"{self.path}: picture {number} is {frame.width} x {frame.height}, those before it {self.width} x {self.height}"
            )
        time = time_of(frame)
        if last is not None and time <= last:
            raise BadInput(
                f"{self.path}: pictures {number - 1} and {number} have the times {float(last):.6f} and {float(time):.6f} s; "
                "times must grow"
            )
        return time


def time_of(frame: "VideoFrame") -> Fraction:
    """Return the time of a picture in seconds, exactly."""
    assert frame.pts is not None
    assert frame.time_base is not None
    return Fraction(frame.pts) * Fraction(frame.time_base)


@contextmanager
def opened(path: Path, *, kind: str | None = None) -> Iterator[Film]:
    """Open a movie; the content, not the name, says of what kind it is, unless ``kind`` does.

    Raises
    ------
    BadInput
        If it is missing, empty, no movie, or has no or several streams of pictures.
    MissingExtra
        If the library is not installed.
    """
    film = open_film(path, kind=kind)
    try:
        yield film
    finally:
        film.container.close()


def open_film(path: Path, *, kind: str | None = None) -> Film:
    """Open a movie that the caller closes; see :func:`opened`."""
    av = extra("av", "video")
    try:
        with path.open("rb"):
            pass
        container = av.open(str(path), format=kind, options={"err_detect": "explode"}, metadata_errors="replace")
    except av.FFmpegError as error:
        raise BadInput(f"{path}: this is no movie that can be read, or its head is lost ({_reason(error)})") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    try:
        return _film(path, container)
    except BaseException:
        container.close()
        raise


def _film(path: Path, container: Any) -> Film:
    videos, sounds = list(container.streams.video), list(container.streams.audio)
    if len(videos) != 1:
        raise BadInput(f"{path}: a movie has one stream of pictures, this file has {len(videos) or 'none'}")
    context = videos[0].codec_context
    if context is None:
        raise BadInput(f"{path}: its pictures are encoded in a way that is not known here, or the file is damaged")
    if not (context.width and context.height and context.pix_fmt):
        raise BadInput(f"{path}: the file does not say how large its pictures are; was it cut off?")
    context.options = {"err_detect": "explode"}
    context.thread_type = "AUTO"
    used = {videos[0].index, *(one.index for one in sounds[:1])}
    others = tuple(f"{one.type} stream {one.index}" for one in container.streams if one.index not in used)
    return Film(path, container, videos[0], sounds[0] if sounds else None, others, context.width, context.height)


def _reason(error: Any) -> str:
    return str(error.strerror or error)


def note(width: int, height: int) -> str:
    """Return what a file says of the size of its pictures where the encoder needed even ones."""
    return _NOTE.format(width, height)


def noted(film: Film) -> tuple[int, int]:
    """Return columns and rows that belong to the picture; what lies beyond was added for the encoder."""
    for width in (film.width, film.width - 1):
        for height in (film.height, film.height - 1):
            if film.container.metadata.get("comment") == note(width, height):
                return width, height
    return film.width, film.height
