"""mtscomp's functions under their names, so that a script changes its import and nothing else."""

import json
import math
from pathlib import Path
from typing import Any

from bregma_codecs.compressing import Options, compress_file
from bregma_codecs.errors import BadInput
from bregma_codecs.pipeline import shown
from bregma_codecs.reader import Reader

_OPTIONS = (
    "profile", "comp_level", "chunk_duration", "chunk_order", "do_time_diff", "do_spatial_diff", "n_threads", "check_after_compress",
)  # fmt: skip
_RECORDING = ("sample_rate", "n_channels", "dtype")
_READING = ("cache_size", "check_after_decompress")


def defaults_file() -> Path:
    """Return where mtscomp keeps a user's defaults."""
    return Path.home() / ".mtscomp"


def defaults() -> dict[str, Any]:
    """Return a user's defaults, by mtscomp's names.

    Raises
    ------
    BadInput
        If the file is none of theirs.
    """
    path = defaults_file()
    try:
        known = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise BadInput(f"{path}: this is no JSON ({error}); mend it or delete it") from None
    if not isinstance(known, dict):
        raise BadInput(f"{path}: a JSON object of defaults is expected; mend it or delete it")
    known.pop("algorithm", None)
    unknown = set(known) - {*_OPTIONS, *_RECORDING, *_READING}
    if unknown:
        raise BadInput(f"{path}: there is no option {', '.join(sorted(unknown))}; mend it or delete it")
    return known


def set_defaults(chosen: dict[str, Any]) -> None:
    """Keep a user's defaults beside those that are there."""
    defaults_file().write_text(json.dumps({**defaults(), **chosen}, indent=2, sort_keys=True))


def chosen(given: dict[str, Any]) -> dict[str, Any]:
    """Return the options that were given, or else the user's defaults."""
    return {**defaults(), **{name: value for name, value in given.items() if value is not None}}


class Writer:
    """Compresses one recording: ``open`` it, ``write`` it, ``close``. Options are those of :class:`Options`."""

    def __init__(
        self, *, quiet: bool = False, before_check: Any = None, algorithm: str = "zlib", **options: Any
    ) -> None:
        if algorithm != "zlib":
            raise BadInput(f"algorithm is {algorithm!r}, and must be 'zlib'")
        self.quiet, self.before_check = quiet, before_check
        known = chosen(options)
        unknown = set(known) - {*_OPTIONS, *_RECORDING, *_READING}
        if unknown:
            raise BadInput(f"there is no option {', '.join(sorted(unknown))}")
        self._defaults = {name: known.get(name) for name in _RECORDING}
        self._options = Options(**{name: known[name] for name in _OPTIONS if name in known})

    def open(
        self, data_path: str | Path, sample_rate: float | None = None, n_channels: int | None = None, dtype: Any = None,
        offset: int | None = None, mmap: bool = True,
    ) -> None:  # fmt: skip
        """Say which recording; see :func:`compress_file` for its parameters. It is never mapped, whatever ``mmap`` says."""
        given = {"sample_rate": sample_rate, "n_channels": n_channels, "dtype": dtype}
        self._recording = {name: self._defaults[name] if value is None else value for name, value in given.items()}
        self.data_path, self._offset = Path(data_path), offset or 0

    def write(
        self, out: str | Path | None = None, outmeta: str | Path | None = None, *, overwrite: bool = True
    ) -> float:
        """Write the pair and return its size by that of the recording; mtscomp replaces what is there, and so does this."""
        size = self.data_path.stat().st_size if self.data_path.exists() else math.nan
        with shown(size, "Compressing", quiet=self.quiet) as progress:
            done = compress_file(
                self.data_path, out, outmeta, **self._recording, offset=self._offset, options=self._options,
                overwrite=overwrite, progress=progress,
            )  # fmt: skip
        if self.before_check is not None:
            self.before_check(self)
        return done.bytes / done.raw_bytes

    def close(self) -> None:
        """Do nothing: no file stays open."""


def compress(
    path: str | Path, out: str | Path | None = None, outmeta: str | Path | None = None, sample_rate: float | None = None,
    n_channels: int | None = None, dtype: Any = None, **options: Any,
) -> float:  # fmt: skip
    """Compress a recording and return the compressed size by the raw one, as ``mtscomp.compress`` does."""
    writer = Writer(**options)
    writer.open(path, sample_rate=sample_rate, n_channels=n_channels, dtype=dtype)
    return writer.write(out, outmeta)


def decompress(
    cdata: str | Path, cmeta: Any = None, out: str | Path | None = None, *, write_output: bool = False,
    overwrite: bool = False, **options: Any,
) -> Reader:  # fmt: skip
    """Open a compressed recording and return its reader, after writing the raw one if ``out`` or ``write_output`` says so."""
    known = {name: value for name, value in chosen(options).items() if name in {*_READING, "n_threads", "quiet"}}
    reader = Reader.at(cdata, cmeta, **known)
    if out or write_output:
        reader.tofile(out, overwrite=overwrite)
    return reader
