"""Which revision a file gets that a program made of another. Pure."""

from collections.abc import Collection
from datetime import date
from string import ascii_lowercase


def next_revision(taken: Collection[str], day: date) -> str:
    """Return the day's revision, with a letter if the day or a later one is taken: the newest must come last by name.

    >>> next_revision([], date(2026, 11, 23))
    '2026-11-23'
    >>> next_revision(["2026-11-23", "2026-11-23a"], date(2026, 11, 23))
    '2026-11-23b'
    """
    name, last = day.isoformat(), max(taken, default="")
    if last < name:
        return name
    for letter in ascii_lowercase:
        if f"{name}{letter}" > last:
            return f"{name}{letter}"
    return f"{last}a"
