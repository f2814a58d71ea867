"""Microphones: ``.wav`` to FLAC without loss, each sample compared before the file gets its name, back again, and read in parts.

FLAC is written and read by libsndfile (``soundfile``), the extra ``sound``; the samples of the wav are read by this package itself, so
that the comparison does not rest on one library's idea of the file.
"""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from bregma_codecs import riff
from bregma_codecs.errors import BadInput, CodecError, Damaged, extra
from bregma_codecs.landing import landing
from bregma_codecs.pipeline import Progress, nothing
from bregma_codecs.selection import select
from bregma_codecs.transform import Array

if TYPE_CHECKING:
    from soundfile import SoundFile

MOST_CHANNELS, HIGHEST_RATE = 8, 655_350
_KINDS = {1: "PCM_S8", 2: "PCM_16", 3: "PCM_24", 4: "PCM_24"}
_WIDTHS = {"PCM_S8": 1, "PCM_16": 2, "PCM_24": 3}
_BACK = {1: "PCM_U8", 2: "PCM_16", 3: "PCM_24", 4: "PCM_32"}
_NOTE = "{} bits a sample in the wav"
_MD5 = slice(26, 42)  # where a FLAC file keeps the hash of its samples: STREAMINFO is always its first block
_LEAST_FRAME, _LONGEST_FRAME = (
    10,
    65_535,
)  # bytes, samples: a file cannot hold more than so many, whatever its head says
_LARGEST_WAV = 2**32 - 2**16
_GAP = 1 << 16


@dataclass(frozen=True)
class Encoded:
    """What came of it; ``left_out`` names what else the source held and the result does not."""

    path: Path
    raw_bytes: int
    bytes: int
    left_out: tuple[str, ...] = ()


def compress_sound(
    path: str | Path, out: str | Path | None = None, *, overwrite: bool = False, progress: Progress = nothing
) -> Encoded:
    """Write a ``.wav`` as FLAC; it gets its name when each sample was read back and found equal.

    Parameters
    ----------
    path : path
        Samples of 8, 16 or 24 bits, or of 32 bits whose lowest 8 are not used; at most 8 channels and 655,350 Hz.
    out : path, optional
        x.wav becomes x.flac beside it unless said.
    overwrite : bool
        Replace a file that is there already.
    progress : callable
        Told of each block's bytes when they are written.

    Raises
    ------
    BadInput
        If the recording is cut off, empty or nothing that FLAC holds exactly; nothing was written.
    Damaged
        If a sample did not come back as it was; nothing is left behind.
    CodecError
        If the disk does not take it, or the extra is missing.
    """
    source = Path(path)
    target = free(source, Path(out) if out else source.with_suffix(".flac"), overwrite=overwrite)
    with riff.opened(source) as wave, landing(target) as flac:
        _check_fits(wave)
        with _writing(target):
            _write_flac(wave, flac.part, progress)
        _compare(wave, flac.part)
        size = flac.part.stat().st_size
        flac.land()
    return Encoded(target, wave.n_bytes, size, wave.others)


def free(source: Path, target: Path, *, overwrite: bool) -> Path:
    """Return where to write, or raise :class:`BadInput` if something is there that may not go."""
    if target.exists() and (not overwrite or (source.exists() and target.samefile(source))):
        raise BadInput(
            f"{target} is there already; choose another name, or allow it to be replaced (overwrite, --force)"
        )
    return target


def _check_fits(wave: riff.Wave) -> None:
    if wave.n_channels > MOST_CHANNELS:
        raise BadInput(f"{wave.path}: {wave.n_channels} channels, and FLAC holds at most {MOST_CHANNELS}")
    if wave.sample_rate > HIGHEST_RATE:
        raise BadInput(f"{wave.path}: {wave.sample_rate:,} Hz, and FLAC holds at most {HIGHEST_RATE:,}")


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Turn what libsndfile says about a file that it cannot write into a sentence."""
    sf = extra("soundfile", "sound")
    try:
        yield
    except sf.SoundFileError as error:
        raise CodecError(f"{target}: cannot be written ({error}); nothing is left behind") from error


def _write_flac(wave: riff.Wave, part: Path, progress: Progress) -> None:
    from bregma_codecs.compressing import written_by

    sf = extra("soundfile", "sound")
    with sf.SoundFile(part, "w", wave.sample_rate, wave.n_channels, _KINDS[wave.width], format="FLAC") as flac:
        flac.comment = _NOTE.format(8 * wave.width)
        flac.software = written_by()["written_by"]
        for block in wave.blocks():
            if wave.width == 4 and block[..., 0].any():
                raise BadInput(
                    f"{wave.path}: the samples use all of their 32 bits, and FLAC holds 24 of them; the file stays as it is"
                )
            flac.write(riff.full_scale(block))
            progress(block.nbytes)


def _compare(wave: riff.Wave, part: Path) -> None:
    """Decode what was written and read the source once more; each sample must be the same, and the hash in the file theirs."""
    digest = hashlib.md5(usedforsecurity=False)
    with _decoded(part) as flac:
        width, start = _WIDTHS[flac.subtype], 0
        for block in wave.blocks():
            values = riff.full_scale(block)
            digest.update(riff.of_width(values, width).tobytes())
            if not np.array_equal(_read(flac, len(block), str(part)), values):
                raise Damaged(
                    f"{wave.path}: samples {start:,} and following do not come back as they were; nothing was written"
                )
            start += len(block)
        whole = (flac.frames, flac.channels, flac.samplerate) == (wave.n_samples, wave.n_channels, wave.sample_rate)
    if not whole or _md5(part) != digest.digest():
        raise Damaged(f"{wave.path}: what was written is not what is in it; nothing was written")


def _md5(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_MD5.stop)[_MD5]


def _decoded(path: Path) -> "SoundFile":
    """Open a FLAC file."""
    sf = extra("soundfile", "sound")
    try:
        with path.open("rb") as stream:
            if stream.read(4) != b"fLaC":
                raise BadInput(f"{path}: this is no FLAC file")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    try:
        flac: SoundFile = sf.SoundFile(path)
    except sf.SoundFileError:
        raise Damaged(f"{path}: the head of the recording is damaged, or there are no samples in it") from None
    if flac.subtype not in _WIDTHS or not 0 < flac.frames * _LEAST_FRAME <= path.stat().st_size * _LONGEST_FRAME:
        flac.close()
        raise Damaged(f"{path}: the head of the recording is damaged, or does not say how many samples there are")
    return flac


def _read(flac: "SoundFile", samples: int, name: str, dtype: str = "int32", start: int | None = None) -> Array:
    """Return the next samples, or those from ``start``.

    Raises
    ------
    Damaged
        If there are fewer, or they do not decode.
    """
    sf = extra("soundfile", "sound")
    try:
        start = flac.tell() if start is None else flac.seek(start)
        values: Array = flac.read(samples, dtype=dtype, always_2d=True)
    except sf.SoundFileError:
        values = np.empty((0, flac.channels), dtype)
    if len(values) != samples:
        raise Damaged(f"{name}: damaged or cut off, among the {samples:,} samples from {start or 0:,} on")
    return values


def _blocks(flac: "SoundFile", path: Path, progress: Progress) -> Iterator[Array]:
    """Give all samples in blocks of int32 (samples, channels), and in the end compare the hash that the file keeps of them."""
    digest, width = hashlib.md5(usedforsecurity=False), _WIDTHS[flac.subtype]
    for start in range(0, flac.frames, riff.BLOCK):
        values = _read(flac, min(riff.BLOCK, flac.frames - start), str(path))
        digest.update(riff.of_width(values, width).tobytes())
        yield values
        progress(values.size * width)
    told = _md5(path)
    if any(told) and told != digest.digest():
        raise Damaged(f"{path}: the MD5 of its samples is {digest.hexdigest()}, the file says {told.hex()}")


def _width(flac: "SoundFile") -> int:
    """Return the bytes of a sample in the wav that it came from, or else of one in the FLAC file."""
    noted = re.fullmatch(_NOTE.format(r"(8|16|24|32)"), flac.comment)
    width = int(noted[1]) // 8 if noted else 0
    return width if _KINDS.get(width) == flac.subtype else _WIDTHS[flac.subtype]


def decompress_sound(
    path: str | Path, out: str | Path | None = None, *, overwrite: bool = False, progress: Progress = nothing
) -> Path:
    """Write the ``.wav`` again: the samples, their rate, channels and width are those that were compressed.

    The file appears only when all samples decode, their MD5 is the one in the FLAC file, and the wav was read back and is the same.
    More than 4 GiB become an RF64 file. Parameters and errors are those of :func:`compress_sound`.
    """
    source = Path(path)
    target = free(source, Path(out) if out else source.with_suffix(".wav"), overwrite=overwrite)
    sf = extra("soundfile", "sound")
    with _decoded(source) as flac, landing(target) as wav:
        width = _width(flac)
        kind = "WAV" if flac.frames * flac.channels * width < _LARGEST_WAV else "RF64"
        with (
            _writing(target),
            sf.SoundFile(wav.part, "w", flac.samplerate, flac.channels, _BACK[width], format=kind) as again,
        ):
            for values in _blocks(flac, source, progress):
                again.write(values)
        with riff.opened(wav.part) as wave:
            _compare(wave, source)
        wav.land()
    return target


def verify_sound(path: str | Path, *, progress: Progress = nothing) -> bool:
    """Decode all of a FLAC file; return whether it keeps a hash of its samples, which then is theirs.

    Raises
    ------
    BadInput, Damaged
        If there is none, or it does not decode to what was compressed.
    """
    source = Path(path)
    with _decoded(source) as flac:
        for _ in _blocks(flac, source, progress):
            pass
    return any(_md5(source))


class Sound:
    """An array of (samples, channels) that lies in a FLAC file.

    What indexing gives is what numpy would give of all samples, as ``int16``, or ``int32`` where the microphone gave more than 16 bits.
    Samples of 8 or 24 bits fill the type from its highest bit, as ``soundfile`` and ``scipy`` read them. Several threads may read.

    Examples
    --------
    >>> with Sound.at("_iblrig_micData.raw.flac") as sound:  # doctest: +SKIP
    ...     sound[: sound.sample_rate, 0]
    """

    ndim = 2

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._flac = _decoded(self.path)
        self._lock = threading.Lock()
        self.sample_rate: int = self._flac.samplerate
        """Samples per second (Hz)."""
        self.bits: int = 8 * _width(self._flac)
        self.written_by: str = self._flac.software
        self.n_samples, self.n_channels = int(self._flac.frames), int(self._flac.channels)
        self.shape = (self.n_samples, self.n_channels)
        self.dtype = np.dtype(np.int16 if _WIDTHS[self._flac.subtype] < 3 else np.int32)

    @classmethod
    def at(cls, path: str | Path) -> "Sound":
        """Open a recording.

        Raises
        ------
        BadInput, Damaged
            If the file is none.
        CodecError
            If the extra is missing.
        """
        return cls(path)

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.n_samples / self.sample_rate

    def __len__(self) -> int:
        return self.n_samples

    def __getitem__(self, item: Any) -> Any:
        """Return samples as numpy would.

        Raises
        ------
        Damaged
            If they do not decode.
        """
        wanted = select(item, *self.shape)
        return wanted.pick(self._rows(wanted.rows), None)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if copy is False:
            raise ValueError("samples are decoded, which makes a new array each time")
        values: Array = self[:]
        return values if dtype is None else values.astype(dtype, copy=False)

    def _rows(self, rows: range | Array) -> Array:
        """Return rows in ascending order, read together where they lie near each other."""
        if not len(rows):
            return np.empty((0, self.n_channels), self.dtype)
        if isinstance(rows, range) and rows.step <= _GAP:
            return self._read(rows[0], rows[-1] + 1)[:: rows.step]
        places = np.asarray(rows)
        runs = np.split(places, np.flatnonzero(np.diff(places) > _GAP) + 1)
        return np.concatenate([self._read(run[0], run[-1] + 1)[run - run[0]] for run in runs])

    def _read(self, start: int, stop: int) -> Array:
        with self._lock:
            return _read(self._flac, int(stop - start), str(self.path), self.dtype.name, int(start))

    def close(self) -> None:
        """Close the file."""
        self._flac.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Sound {self.path.name}: {self.n_samples:,} samples x {self.n_channels} channels at {self.sample_rate:,} Hz>"
