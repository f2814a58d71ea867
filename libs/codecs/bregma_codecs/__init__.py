"""Lossless compression of electrophysiology in mtscomp's format: written several times faster, checked, read by every mtscomp reader.

>>> from bregma_codecs import compress_file, Reader  # doctest: +SKIP
>>> compress_file("probe00.ap.bin", sample_rate=30_000, n_channels=385, dtype="int16")  # doctest: +SKIP
>>> Reader.at("probe00.ap.cbin")[30_000:33_000, :10]  # doctest: +SKIP
"""

from bregma_codecs.compressing import Compressed, Options, compress_file
from bregma_codecs.decompressing import Source, Verified, decompress_file, verify_file
from bregma_codecs.errors import BadHeader, BadInput, CodecError, Damaged
from bregma_codecs.header import Header, parse_header, read_header
from bregma_codecs.mtscomp import Writer, compress, decompress
from bregma_codecs.reader import Reader

__all__ = [
    "BadHeader", "BadInput", "CodecError", "Compressed", "Damaged", "Header", "Options", "Reader", "Source", "Verified", "Writer",
    "compress", "compress_file", "decompress", "decompress_file", "parse_header", "read_header", "verify_file",
]  # fmt: skip
