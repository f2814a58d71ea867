"""`bregma decompress`: the codecs' own command."""

from bregma_codecs.cli import decompress as command

__all__ = ["command"]
