"""`bregma compress`: the codecs' own command."""

from bregma_codecs.cli import compress as command

__all__ = ["command"]
