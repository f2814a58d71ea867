"""`bregma chop`: the codecs' own command."""

from bregma_codecs.cli import chop as command

__all__ = ["command"]
