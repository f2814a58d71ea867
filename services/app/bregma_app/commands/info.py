"""`bregma info`: the codecs' own command."""

from bregma_codecs.cli import info as command

__all__ = ["command"]
