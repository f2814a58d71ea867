"""What can go wrong with recordings; each message names the file and, where there is one, the chunk."""


class CodecError(Exception):
    """A recording cannot be compressed, read or verified; the message says which and why."""


class BadInput(CodecError):
    """What was handed over cannot be compressed, or the options do not fit it."""


class BadHeader(CodecError):
    """A ``.ch`` is no header of this format, or does not belong to its ``.cbin``."""


class Damaged(CodecError):
    """Compressed bytes do not give what was compressed."""
