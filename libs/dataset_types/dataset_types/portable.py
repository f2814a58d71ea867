"""Which texts are safe as a file or folder name on every system that a lab uses.

Rig computers run Windows, servers run Linux, laptops run macOS, and object keys travel in URLs. A name that one of them
changes, hides or refuses is a file that somebody will not find again, so such a name is refused before it is used.
"""

import re
from functools import lru_cache

MAX_NAME = 180
"""Longest file or folder name, in characters: most disks allow 255, and two ids of 37 may be added to a stem."""

_ALLOWED = re.compile(r"[A-Za-z0-9._-]+")
_WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "clock$", "conin$", "conout$"]
    + [f"{device}{digit}" for device in ("com", "lpt") for digit in range(10)]
)


@lru_cache(maxsize=16384)
def portability_problem(part: str) -> str | None:
    """Say why a text is no portable file or folder name.

    Parameters
    ----------
    part : str
        One component of a path, without separators.

    Returns
    -------
    str or None
        The end of a sentence that begins with the name (``"contains a colon"``); None if the name is fine everywhere.
    """
    if not part:
        return "is empty"
    if part in {".", ".."}:
        return "leads to another folder; write the real folder's name"
    if not _ALLOWED.fullmatch(part):
        return _describe_first_bad_character(part)
    if len(part) > MAX_NAME:
        return f"is {len(part)} characters long; the limit is {MAX_NAME}"
    if part.endswith("."):
        return "ends with a dot, which Windows removes"
    if part.startswith("-"):
        return "begins with a hyphen, which commands take for an option"
    if part.split(".", 1)[0].lower() in _WINDOWS_DEVICES:
        return "is the name of a device on Windows; choose another word before the first dot"
    return None


def _describe_first_bad_character(part: str) -> str:
    bad = next(character for character in part if not _ALLOWED.fullmatch(character))
    described = {
        " ": "a space",
        "\\": "a backslash (separate folders with '/')",
        "/": "a slash",
        ":": "a colon",
        "#": "a '#', which marks revision folders only",
    }.get(bad)
    if described is None:
        if ord(bad) < 32 or ord(bad) == 127:
            described = f"the control character U+{ord(bad):04X}"
        elif bad.isascii():
            described = f"the character {bad!r}"
        else:
            described = f"the character {bad!a} (U+{ord(bad):04X}), which not every system stores alike"
    return f"contains {described}; use only letters A-Z a-z, digits, '.', '_' and '-'"
