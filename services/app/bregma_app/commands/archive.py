"""`bregma archive`: the codecs' own command."""

from bregma_codecs.cli import archive as command

__all__ = ["command"]
