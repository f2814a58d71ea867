"""What in a repository's settings is a key to its bucket, and which repositories are mirrors. Pure."""

from typing import Any

MIRROR = "aws"
"""Alyx's clients look into a bucket for files of which a repository of such a name has a copy; so its keys are Alyx's paths."""
_TELLING = ("key", "secret", "token", "password")


def is_secret(name: str) -> bool:
    """Whether an entry of this name lets its holder into the bucket, such as Alyx's ``Secret access key``."""
    return any(word in name.lower() for word in _TELLING)


def split_settings(given: Any) -> tuple[Any, dict[str, Any]]:
    """Divide a repository's JSON into what everybody may read and the keys; only an object has keys, at its top level."""
    if not isinstance(given, dict):
        return given, {}
    keys = {name: value for name, value in given.items() if is_secret(name)}
    return {name: value for name, value in given.items() if name not in keys}, keys
