"""What can go wrong with recordings; each message names the file and, where there is one, the chunk."""

from importlib import import_module
from typing import Any


class CodecError(Exception):
    """A recording cannot be compressed, read or verified; the message says which and why."""


class BadInput(CodecError):
    """What was handed over cannot be compressed, or the options do not fit it."""


class BadHeader(CodecError):
    """A ``.ch`` is no header of this format, or does not belong to its ``.cbin``."""


class Damaged(CodecError):
    """Compressed bytes do not give what was compressed."""


class MissingExtra(CodecError, ImportError):
    """A library of an extra is not installed; the message says which."""


def extra(library: str, name: str) -> Any:
    """Return a library that an extra of this package brings.

    Raises
    ------
    MissingExtra
        If it is not installed.
    """
    try:
        return import_module(library)
    except ImportError as error:
        if error.name != library:
            raise
        raise MissingExtra(
            f"this needs the library {library!r}; install it: pip install 'bregma-codecs[{name}]'", name=library
        ) from None
