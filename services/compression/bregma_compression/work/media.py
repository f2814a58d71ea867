"""Raw movies become H.264, microphones' recordings FLAC: compared with their source before they get their names."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bregma_codecs.film import opened
from bregma_codecs.sound import compress_sound
from bregma_codecs.video import MovieOptions, compress_movie
from bregma_files import api as files

from bregma_compression.work.attempt import Work
from bregma_compression.work.domain import CannotCompress

CRF, PRESET = 29.0, "slow"
"""What the paper of the International Brain Laboratory says, and what is worth a night's time."""


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
        with opened(raw) as film:
            # each picture is counted twice: encoded, and compared
            work.attempt.begin("compressing", 2 * int(film.video.frames or 0))
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
            raise CannotCompress(
                f"{name} holds more than sound ({', '.join(done.left_out)}), which FLAC would not keep; it stays as it is."
            )
        return {made: done.path}
