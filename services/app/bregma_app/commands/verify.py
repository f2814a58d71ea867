"""`bregma verify`: the codecs' own command."""

from bregma_codecs.cli import verify as command

__all__ = ["command"]
