"""Raw movies become H.264, microphones' recordings FLAC: compared with their source before they get their names."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bregma_codecs.errors import BadInput
from bregma_codecs.film import opened
from bregma_codecs.sound import compress_sound
from bregma_codecs.video import MovieOptions, compress_movie
from bregma_files import api as files

from bregma_compression.work.attempt import Work
from bregma_compression.work.domain import CRF, PRESET, CannotCompress

MOST_PIXELS = 4096 * 4096
"""The encoder keeps dozens of pictures, and a worker that runs out of memory takes others with it."""


class _Media:
    """What both have in common: the comparison was made when they were made, so what came back need only be the same bytes."""

    def prove(self, work: Work, back: Sequence[Path], source: files.Source) -> None:
        """Nothing more: size and hashes of what the store gave back are those of what was compared."""


class Video(_Media):
    """Makes ``.mp4``."""

    async def prepare(self, work: Work, source: files.Source) -> dict[str, Any]:
        """Return how to encode."""
        said = work.row["parameters"]
        return {"codec": "h264", "crf": said.get("crf", CRF), "preset": said.get("preset", PRESET)}

    def make(self, work: Work, raw: Path, name: str, parameters: Mapping[str, Any]) -> dict[str, Path]:
        """Encode, then decode both side by side: the same number of pictures, the same times, the same looks."""
        _check_begin(raw)
        with opened(raw) as film:
            # each picture is counted twice: encoded, and compared; an mkv says only how long it is
            pictures = film.video.frames or int((film.container.duration or 0) / 1e6 * film.rate)
            if film.width * film.height > MOST_PIXELS:
                raise CannotCompress(
                    f"{name} has pictures of {film.width} x {film.height}; those of more than {MOST_PIXELS:,} pixels are left alone."
                )
            if film.others:
                raise _more_than(name, "pictures and one sound", film.others, "the mp4")
        work.attempt.begin("compressing", 2 * int(pictures))
        options = MovieOptions(
            crf=parameters["crf"], preset=parameters["preset"], n_threads=work.settings.compression_threads or None
        )
        made = f"{Path(name).stem}.mp4"
        done = compress_movie(raw, raw.with_name(f"made-{made}"), options=options, progress=work.attempt.advance)
        return {made: done.path}


class Sound(_Media):
    """Makes ``.flac``."""

    async def prepare(self, work: Work, source: files.Source) -> dict[str, Any]:
        """There is one way to do it without loss."""
        return {"codec": "flac"}

    def make(self, work: Work, raw: Path, name: str, parameters: Mapping[str, Any]) -> dict[str, Path]:
        """Write it, then read each sample back."""
        made = f"{Path(name).stem}.flac"
        done = compress_sound(raw, raw.with_name(f"made-{made}"), progress=work.attempt.advance)
        if done.left_out:
            raise _more_than(name, "sound", done.left_out, "FLAC")
        return {made: done.path}


def _more_than(name: str, usual: str, others: Sequence[str], made: str) -> CannotCompress:
    """Say what would be lost; the raw file could retire otherwise, and be the only one that has it."""
    return CannotCompress(
        f"{name} holds more than {usual} ({', '.join(others)}), which {made} would not keep; it stays as it is."
    )


def _check_begin(path: Path) -> None:
    """Open only what begins as a movie: of a list of files ffmpeg would read others than the one that was verified."""
    with path.open("rb") as file:
        begin = file.read(12)
    avi = begin[:4] == b"RIFF" and begin[8:] == b"AVI "
    mp4 = begin[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}
    if not (avi or mp4 or begin[:4] == b"\x1aE\xdf\xa3"):
        raise BadInput(f"{path}: this is no movie: it begins as neither avi, mp4, mov nor mkv does")
