"""What the commands do with sound and movies: no header lies beside them, and their own says what they hold."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

WAVES, FLACS = frozenset({".wav", ".wave"}), frozenset({".flac"})
MOVIES = frozenset(
    {".avi", ".mp4", ".mov", ".mkv", ".m4v", ".mjpeg", ".mjpg", ".h264", ".264", ".mpg", ".mpeg", ".wmv", ".webm"}
)


@dataclass(frozen=True, kw_only=True)
class _How:
    overwrite: bool
    remove_original: bool
    quiet: bool


@dataclass(frozen=True)
class Call(_How):
    """What ``compress`` was told whatever the file is."""

    path: Path
    out: Path | None


def is_packed(path: Path) -> bool:
    """Return whether a file holds compressed sound or a movie, by its ending."""
    return path.suffix.lower() in FLACS | MOVIES


def compress(call: Call, of_movies: dict[str, Any], of_recordings: dict[str, Any]) -> str | None:
    """Compress sound or a movie, and return the sentence about it; None if the file is neither."""
    ending = call.path.suffix.lower()
    if ending in MOVIES:
        _refuse(call.path, of_recordings, "raw recordings")
        return _movie(
            call, {name: value for name, value in of_movies.items() if value is not None}, of_recordings["n_threads"]
        )
    _refuse(call.path, of_movies, "movies")
    if ending in WAVES:
        _refuse(call.path, of_recordings, "raw recordings")
        return _sound(call)
    return None


def _refuse(path: Path, given: dict[str, Any], of: str) -> None:
    """Refuse options that are about other files; a number of threads does no harm."""
    told = sorted(
        name for name, value in given.items() if value is not None and value is not False and name != "n_threads"
    )
    if told:
        raise click.UsageError(f"{', '.join(told)}: an option of {of}, and {path.name} is none.")


def _sound(call: Call) -> str:
    from bregma_codecs.pipeline import shown
    from bregma_codecs.sound import compress_sound, verify_sound

    size = call.path.stat().st_size if call.path.exists() else 0
    with shown(size, "Compressing", quiet=call.quiet) as progress:
        done = compress_sound(call.path, call.out, overwrite=call.overwrite, progress=progress)
    if call.remove_original and not done.left_out:
        verify_sound(done.path)
        call.path.unlink()
    return _said(done, call, "every sample compared")


def _movie(call: Call, options: dict[str, Any], n_threads: int | None) -> str:
    from bregma_codecs.film import opened
    from bregma_codecs.pipeline import shown
    from bregma_codecs.video import MovieOptions, compress_movie

    how = MovieOptions(**options, n_threads=n_threads).checked()
    with opened(call.path) as film:
        total = 2 * film.video.frames or None
    with shown(total, "Encoding and comparing", quiet=call.quiet, unit=" pictures") as progress:
        done = compress_movie(call.path, call.out, options=how, overwrite=call.overwrite, progress=progress)
    if call.remove_original and not done.left_out:
        call.path.unlink()
    return _said(done, call, "every picture decoded and compared")


def _said(done: Any, call: Call, how: str) -> str:
    text = f"{done.path}: {done.raw_bytes / done.bytes:.3f} times smaller, {how}"
    if done.left_out:
        return f"{text}. Not these parts: {', '.join(done.left_out)}; {call.path.name} stays."
    return text


def decompress(path: Path, out: Path | None, *, overwrite: bool, quiet: bool) -> str:
    """Write the wav again, and return the sentence about it."""
    from bregma_codecs.errors import BadInput
    from bregma_codecs.pipeline import shown
    from bregma_codecs.sound import decompress_sound

    if path.suffix.lower() in MOVIES:
        raise BadInput(
            f"{path}: a movie is encoded with loss, and the raw one does not come back; players show it as it is"
        )
    with shown(_raw_size(path), "Decompressing", quiet=quiet) as progress:
        target = decompress_sound(path, out, overwrite=overwrite, progress=progress)
    return f"{target}: {target.stat().st_size:,} bytes"


def _raw_size(path: Path) -> float:
    from bregma_codecs.sound import Sound

    with Sound.at(path) as one:
        return one.n_samples * one.n_channels * one.bits / 8


def verify(path: Path, *, quiet: bool) -> str:
    """Decode all of it, and return the sentence about it."""
    from bregma_codecs.pipeline import shown
    from bregma_codecs.sound import verify_sound
    from bregma_codecs.video import verify_movie

    if path.suffix.lower() in MOVIES:
        with shown(None, "Decoding", quiet=quiet, unit=" pictures") as progress:
            return f"{path}: {verify_movie(path, progress=progress):,} pictures, each decodes"
    with shown(_raw_size(path), "Verifying", quiet=quiet) as progress:
        hashed = verify_sound(path, progress=progress)
    return f"{path}: whole ({'the hash holds' if hashed else 'every sample decodes; the file names no hash of them'})"


def facts(path: Path) -> dict[str, Any]:
    """Return what a compressed file holds."""
    from bregma_codecs.movie import Movie
    from bregma_codecs.sound import Sound

    size = path.stat().st_size if path.exists() else 0
    if path.suffix.lower() in MOVIES:
        with Movie.at(path) as movie:
            return {
                "frames": len(movie), "height": movie.shape[1], "width": movie.shape[2], "colour": movie.colour,
                "frame_rate": movie.rate, "duration": round(float(movie.times[-1] - movie.times[0]) + 1 / movie.rate, 6),
                "codec": movie.codec, "bytes": size,
            }  # fmt: skip
    with Sound.at(path) as one:
        raw = one.n_samples * one.n_channels * one.bits // 8
        return {
            "dtype": str(one.dtype), "sample_rate": one.sample_rate, "n_channels": one.n_channels,
            "n_samples": one.n_samples, "duration": one.duration, "bits": one.bits, "raw_bytes": raw, "bytes": size,
            "ratio": round(raw / size, 3), "written_by": one.written_by or "not said",
        }  # fmt: skip
