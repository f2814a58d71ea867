"""Flat recordings become ``.cbin`` and ``.ch``, without loss."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bregma_codecs import CodecError, Options, Reader, compress_file
from bregma_files import api as files

from bregma_compression.work.attempt import Attempt, Work
from bregma_compression.work.domain import CannotCompress, Names, NotNow, Shape, names_of, parse_meta

LARGEST_META = 2**20


class Ephys:
    """Makes them."""

    async def prepare(self, work: Work, source: files.Source) -> dict[str, Any]:
        """Return what the recording's shape is, and who said so."""
        shape, found_in = await _shape(work, source, names_of(source.name))
        return {
            "sample_rate": shape.sample_rate, "n_channels": shape.n_channels, "dtype": "int16", "said_by": found_in,
        }  # fmt: skip

    def make(self, work: Work, raw: Path, name: str, parameters: Mapping[str, Any]) -> dict[str, Path]:
        """Compress; each chunk is inflated again and compared."""
        names = names_of(name)
        options = Options(
            profile=work.row["parameters"]["profile"], n_threads=work.settings.compression_threads or None
        )
        done = compress_file(
            raw, raw.with_name(names.cbin), raw.with_name(names.ch), sample_rate=parameters["sample_rate"],
            n_channels=parameters["n_channels"], dtype="int16", options=options, progress=work.attempt.advance,
        )  # fmt: skip
        return {names.cbin: done.cbin, names.ch: done.ch}

    def prove(self, work: Work, back: Sequence[Path], source: files.Source) -> None:
        """Get every sample out of what the store gave back."""
        cbin, ch = back
        size, sha256 = _decompressed(cbin, ch, work.attempt)
        if (size, sha256) != (source.size, source.sha256):
            raise NotNow(f"What comes out of {cbin.name} is not {source.name}; nothing was registered.")


async def _shape(work: Work, source: files.Source, names: Names) -> tuple[Shape, str]:
    """Find out rate and channels: the acquisition's own file knows best, else whoever asked."""
    async with work.database.read() as tx:
        meta = await files.find_beside(tx, source, names.meta)
    if meta is not None:
        if meta.size > LARGEST_META:
            raise CannotCompress(f"{names.meta} has {meta.size:,} bytes, which no settings have.")
        content = b"".join([bytes(piece) async for piece in work.objects.read(meta.bucket, meta.key, meta.size)])
        return parse_meta(content.decode("utf-8", "replace"), names.meta), names.meta
    said = work.row["parameters"]
    if said.get("sample_rate") and said.get("n_channels"):
        return Shape(said["sample_rate"], said["n_channels"]), "whoever asked"
    raise NotNow(
        f"Nobody says the sampling rate and the number of channels: no verified {names.meta} lies beside the recording, "
        "and neither rule nor request names them."
    )


def _decompressed(cbin: Path, ch: Path, attempt: Attempt) -> tuple[int, str]:
    """Return size and SHA-256 of the recording that a compressed one holds, chunk by chunk."""
    sha256, size = hashlib.sha256(), 0
    try:
        with Reader.at(cbin, ch, cache_size=1, n_threads=1, quiet=True) as reader:
            for begin, end in zip(reader.chunk_bounds, reader.chunk_bounds[1:], strict=False):
                rows = reader[begin:end]
                sha256.update(rows.data)
                size += rows.nbytes
                attempt.advance(rows.nbytes)
    except CodecError as error:
        raise NotNow(f"{cbin.name} cannot be decompressed: {error}".replace(f"{cbin.parent}/", "")) from None
    return size, sha256.hexdigest()
