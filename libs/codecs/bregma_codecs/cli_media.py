"""What the commands do with microphone recordings: no header lies beside them, and their own says what they hold."""

from pathlib import Path
from typing import Any

import click

WAVES, FLACS = {".wav", ".wave"}, {".flac"}


def is_media(path: Path) -> bool:
    """Return whether a file is compressed as sound, by its ending."""
    return path.suffix.lower() in WAVES


def is_packed(path: Path) -> bool:
    """Return whether a file holds compressed sound, by its ending."""
    return path.suffix.lower() in FLACS


def compress(
    path: Path, out: Path | None, others: dict[str, Any], *, overwrite: bool, remove_original: bool, quiet: bool
) -> str:
    """Compress, and return the sentence about it."""
    from bregma_codecs.pipeline import shown
    from bregma_codecs.sound import compress_sound, verify_sound

    _refuse(path, others)
    with shown(_size(path), "Compressing", quiet=quiet) as progress:
        done = compress_sound(path, out, overwrite=overwrite, progress=progress)
    text = f"{done.path}: {done.raw_bytes / done.bytes:.3f} times smaller, every sample compared"
    if done.left_out:
        return f"{text}. FLAC keeps the samples and not these parts: {', '.join(done.left_out)}. {path.name} stays."
    if remove_original:
        verify_sound(done.path)
        path.unlink()
    return text


def _size(path: Path) -> float:
    return path.stat().st_size if path.exists() else 0


def _refuse(path: Path, others: dict[str, Any]) -> None:
    """Refuse options that are about raw recordings; ``n_threads`` does no harm."""
    told = sorted(
        name for name, value in others.items() if value not in (None, False) and value != 0 and name != "n_threads"
    )
    if told:
        raise click.UsageError(
            f"{', '.join(told)}: said of flat binary recordings; {path.name} says itself what it holds."
        )


def decompress(path: Path, out: Path | None, *, overwrite: bool, quiet: bool) -> str:
    """Write the wav again, and return the sentence about it."""
    from bregma_codecs.pipeline import shown
    from bregma_codecs.sound import decompress_sound

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

    with shown(_raw_size(path), "Verifying", quiet=quiet) as progress:
        hashed = verify_sound(path, progress=progress)
    return f"{path}: whole ({'the hash holds' if hashed else 'every sample decodes; the file names no hash of them'})"


def facts(path: Path) -> dict[str, Any]:
    """Return what a compressed file holds."""
    from bregma_codecs.sound import Sound

    with Sound.at(path) as one:
        raw, size = one.n_samples * one.n_channels * one.bits // 8, path.stat().st_size
        return {
            "dtype": str(one.dtype), "sample_rate": one.sample_rate, "n_channels": one.n_channels,
            "n_samples": one.n_samples, "duration": one.duration, "bits": one.bits, "raw_bytes": raw, "bytes": size,
            "ratio": round(raw / size, 3), "written_by": one.written_by or "not said",
        }  # fmt: skip
