"""Raw or weakly compressed movies to H.264: each picture decoded again and compared before the file gets its name.

Encoding is libx264's, through PyAV (the extra ``video``) or, when asked, the ``ffmpeg`` program; the comparison is the same.
"""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bregma_codecs.errors import BadInput, CodecError, Damaged
from bregma_codecs.film import Film, note, opened, time_of
from bregma_codecs.landing import landing
from bregma_codecs.pipeline import Progress, nothing
from bregma_codecs.sound import Encoded, free
from bregma_codecs.transform import Array

if TYPE_CHECKING:
    from av import VideoFrame

PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
_GRID, _FIELD = 16, 8  # fields along a side, and the least side of one
_STRANGE, _COARSEST, _STRANGER = 24, 40, 64
"""Mean difference (grey levels of 256) of coarse pictures above which they are not the same, and what holds above CRF 40."""
_MOST_BITS = 8


@dataclass(frozen=True, kw_only=True)
class MovieOptions:
    """How to encode: ``crf`` from 0 (best) to 51, 29 as in the paper of the International Brain Laboratory; ``preset`` of libx264.

    ``n_threads`` defaults to all processors. ``with_ffmpeg`` has the ``ffmpeg`` program encode.
    """

    crf: float = 29
    preset: str = "slow"
    n_threads: int | None = None
    with_ffmpeg: bool = False

    def checked(self) -> "MovieOptions":
        """Return these options, or raise :class:`BadInput` for what makes no sense."""
        if not 0 <= self.crf <= 51:
            raise BadInput(f"crf is {self.crf:g}, and must be from 0 (best) to 51; 29 is usual")
        if self.preset not in PRESETS:
            raise BadInput(f"preset is {self.preset!r}, and must be one of {', '.join(PRESETS)}")
        return self


def compress_movie(
    path: str | Path, out: str | Path | None = None, *, options: MovieOptions | None = None, overwrite: bool = False,
    progress: Progress = nothing,
) -> Encoded:  # fmt: skip
    """Encode a movie as H.264 in an mp4; it gets its name when each picture was decoded and compared with the source.

    Pictures keep their number, order and exact times; sound is copied as it is. Grey and colour become yuv420p, which every player
    shows; odd widths and heights are made even for the encoder, and :class:`bregma_codecs.movie.Movie` cuts them again.

    Parameters
    ----------
    path : path
        A movie with 8 bits per colour.
    out : path, optional
        x.avi becomes x.mp4 beside it unless said.
    options : MovieOptions
        How to encode.
    overwrite : bool
        Replace a file that is there already.
    progress : callable
        Called with 1 for each picture that was encoded, and again when it was compared.

    Raises
    ------
    BadInput
        If there is no movie, it is empty, or holds what the mp4 would not; nothing was written.
    Damaged
        If the source does not decode to its end, or what was written is not what it shows; nothing is left behind.
    CodecError
        If the disk does not take it, or the extra or the program is missing.
    """
    how = (options or MovieOptions()).checked()
    source = Path(path)
    target = free(source, Path(out) if out else source.with_suffix(".mp4"), overwrite=overwrite)
    with opened(source) as film:
        _check_fits(film)
        others = film.others
        before = source.stat()
        with landing(target) as mp4:
            if how.with_ffmpeg:
                _by_program(film, mp4.part, how, progress)
            else:
                _by_library(film, mp4.part, how, progress)
            _compare(source, mp4.part, _STRANGE if how.crf <= _COARSEST else _STRANGER, progress)
            after = source.stat()
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                raise BadInput(f"{source}: the file was changed while it was compressed; wait until it is complete")
            size = mp4.part.stat().st_size
            mp4.land()
    return Encoded(target, before.st_size, size, others)


def _check_fits(film: Film) -> None:
    if film.bits > _MOST_BITS:
        raise BadInput(
            f"{film.path}: its pixels have {film.bits} bits, and the mp4 would keep {_MOST_BITS} of them; the file stays as it is"
        )


def _even(length: int) -> int:
    return length + length % 2


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    import av

    try:
        yield
    except av.FFmpegError as error:
        raise CodecError(f"{target}: cannot be written ({error.strerror}); nothing is left behind") from error


def _by_library(film: Film, part: Path, how: MovieOptions, progress: Progress) -> None:
    import av

    # the beginning is told in units of the whole movie, which shall be as fine as those of the pictures
    settings = {"movflags": "+faststart", "movie_timescale": str(film.video.time_base.denominator)}
    with (
        _writing(part.with_suffix("")),
        av.open(str(part), "w", format="mp4", options=settings) as container,
    ):
        video: Any = container.add_stream(
            "libx264", rate=film.rate, options={"crf": f"{how.crf:g}", "preset": how.preset}
        )
        video.width, video.height, video.pix_fmt = _even(film.width), _even(film.height), "yuv420p"
        video.codec_context.thread_count = how.n_threads or 0
        sound = _sound_of(film, container)
        container.metadata["comment"] = note(film.width, film.height)

        def heard(packet: Any) -> None:
            packet.stream = sound
            container.mux(packet)

        video.codec_context.time_base = film.video.time_base
        for frame in film.frames(heard):
            container.mux(video.encode(_prepared(frame, video.width, video.height)))
            progress(1)
        container.mux(video.encode(None))


def _sound_of(film: Film, container: Any) -> Any:
    """Return the stream that the sound is copied to, if there is any."""
    if film.sound is None:
        return None
    try:
        return container.add_stream_from_template(film.sound)
    except ValueError:
        context = film.sound.codec_context
        kind = context.name if context else "of an unknown kind"
        raise BadInput(
            f"{film.path}: its sound ({kind}) has no place in an mp4; the file stays as it is. Take the sound to a file of its own, "
            "and compress the pictures without it"
        ) from None


def _prepared(frame: "VideoFrame", width: int, height: int) -> "VideoFrame":
    """Return a picture as the encoder takes it: even sides, the edge repeated; no wish which picture shall be a key."""
    import av
    from av.video.reformatter import ColorRange

    pts, base = frame.pts, frame.time_base
    if (frame.width, frame.height) != (width, height):
        grey = frame.format.name.startswith("gray")
        values: Any = frame.to_ndarray(format="gray" if grey else "rgb24")
        sides = ((0, height - frame.height), (0, width - frame.width), (0, 0))[: values.ndim]
        frame = av.VideoFrame.from_ndarray(np.pad(values, sides, mode="edge"), format="gray" if grey else "rgb24")
    frame = frame.reformat(format="yuv420p", dst_color_range=ColorRange.MPEG)
    frame.pts, frame.time_base = pts, base
    frame.pict_type = 0
    return frame


def _by_program(film: Film, part: Path, how: MovieOptions, progress: Progress) -> None:
    """Have ``ffmpeg`` encode; what it makes of the movie is compared like what the library makes."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise CodecError("there is no program ffmpeg on PATH; install it, or leave it out: PyAV encodes the same")
    base = Fraction(film.video.time_base)
    words = [
        program, "-nostdin", "-y", "-v", "error", "-progress", "pipe:1",
        "-copyts", "-i", f"file:{film.path}", "-map", "0:v:0", "-map", "0:a:0?",
        "-c:v", "libx264", "-preset", how.preset, "-crf", f"{how.crf:g}", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough",
        "-enc_time_base", f"{base.numerator}:{base.denominator}", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2",
        "-threads", str(how.n_threads or 0), "-c:a", "copy", "-movflags", "+faststart", "-movie_timescale", str(base.denominator),
        "-metadata", f"comment={note(film.width, film.height)}", "-f", "mp4", f"file:{part}",
    ]  # fmt: skip
    status, said = _run(words, progress)
    if status:
        raise CodecError(f"{film.path}: ffmpeg ended with status {status}: {said}; nothing is left behind")


def _run(words: list[str], progress: Progress) -> tuple[int, str]:
    """Run ffmpeg and tell of its pictures; return its status and its last words."""
    done = 0
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=errors, text=True) as ffmpeg,  # noqa: S603 - no shell
    ):
        try:
            for line in ffmpeg.stdout or ():
                name, _, value = line.strip().partition("=")
                if name == "frame":
                    progress(int(value) - done)
                    done = int(value)
        except BaseException:
            ffmpeg.kill()
            raise
        ffmpeg.wait()
        errors.seek(0)
        return ffmpeg.returncode, (errors.read().strip().splitlines() or ["it said nothing"])[-1]


class _Heard:
    """The bytes of a stream of sound, as a hash, and when it begins (s)."""

    def __init__(self) -> None:
        self.hash, self.start = hashlib.sha1(usedforsecurity=False), None

    start: Fraction | None

    def __call__(self, packet: Any) -> None:
        if self.start is None:
            self.start = Fraction(packet.pts or 0) * Fraction(packet.time_base)
        self.hash.update(bytes(packet))


_SHIFT = Fraction(1, 1000)
"""By how much sound may begin earlier or later (s): an mp4 counts it in samples."""


def _compare(source: Path, part: Path, most: float, progress: Progress) -> None:
    """Decode both movies side by side: the same number of pictures at the same times, each looking the same; the same sound."""
    sounds = _Heard(), _Heard()
    with opened(source) as one, opened(part, kind="mp4") as two:
        for number, (before, after) in enumerate(zip_longest(one.frames(sounds[0]), two.frames(sounds[1]))):
            if before is None or after is None:
                raise Damaged(f"{source}: picture {number} is in one movie only; nothing was written")
            if time_of(before) != time_of(after):
                raise Damaged(
                    f"{source}: picture {number} is at {float(time_of(before)):.6f} s and would be at "
                    f"{float(time_of(after)):.6f} s; nothing was written"
                )
            difference = np.abs(_coarse(before, one.width, one.height) - _coarse(after, one.width, one.height)).mean()
            if difference > most:
                raise Damaged(f"{source}: picture {number} does not look as it did; nothing was written")
            progress(1)
    if sounds[0].hash.digest() != sounds[1].hash.digest():
        raise Damaged(f"{source}: the sound is not what it was; nothing was written")
    if sounds[0].start is not None and abs(sounds[0].start - (sounds[1].start or 0)) > _SHIFT:
        raise Damaged(f"{source}: the sound would begin at another time; nothing was written")


def _coarse(frame: "VideoFrame", width: int, height: int) -> Array:
    """Return the mean grey of each field of a picture, without what was added at its edges."""
    grey = frame.to_ndarray(format="gray")[:height, :width]
    rows, columns = (np.arange(0, length, max(_FIELD, length // _GRID)) for length in (height, width))
    sums = np.add.reduceat(np.add.reduceat(grey, rows, axis=0, dtype=np.int32), columns, axis=1)
    sizes = np.outer(np.diff(rows, append=height), np.diff(columns, append=width))
    means: Array = sums / sizes
    return means


def verify_movie(path: str | Path, *, progress: Progress = nothing) -> int:
    """Decode each picture of a movie, and return how many there are.

    Raises
    ------
    BadInput, Damaged
        If it is none, or does not decode to its end.
    """
    number = 0
    with opened(Path(path)) as film:
        for _ in film.frames():
            number += 1
            progress(1)
    return number
