"""File names of the Open Neurophysiology Environment (ONE): parse and print.

A name says what a file holds::

    _ibl_trials.goCue_times_bpod.probe00.npy
     |   |      |           |    |       extension
     |   |      |           |    extra parts, any number of them
     |   |      |           timescale: the clock that times are measured with
     |   |      attribute
     |   object
     namespace: the provider who defines the type; none for standard types

Source: International Brain Laboratory, "Data architecture for a large-scale neuroscience collaboration", Appendix 1,
and the names that its laboratories have used since.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from dataset_types.portable import portability_problem

EXAMPLE = "spikes.times.npy"

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")
_LETTERS_DIGITS = re.compile(r"[A-Za-z0-9]+")
_TIME_WORDS = frozenset({"times", "intervals", "timestamps"})


class BadName(ValueError):
    """A file name that does not follow the ONE naming rules; the message says what to change."""


@dataclass(frozen=True, slots=True)
class DatasetName:
    """The parts of a ONE file name.

    Attributes
    ----------
    namespace : str or None
        Provider without underscores (``'ibl'``); None for a standard type.
    object : str
        What the rows are (``'trials'``).
    attribute : str
        What is told about each row (``'goCue_times'``, ``'_phy_annotation'``).
    timescale : str or None
        Clock of the times (``'bpod'``), None when they are relative to the session's start.
    extra : tuple of str
        Further parts between attribute and extension.
    extension : str
        Format of the file, without dot.
    """

    namespace: str | None
    object: str
    attribute: str
    timescale: str | None
    extra: tuple[str, ...]
    extension: str

    @property
    def object_attribute(self) -> str:
        """Object and attribute without namespace and timescale, ``'trials.goCue_times'``."""
        return f"{self.object}.{self.attribute}"

    @property
    def full_object(self) -> str:
        """Object with its namespace, ``'_ibl_trials'``."""
        return f"_{self.namespace}_{self.object}" if self.namespace else self.object

    @property
    def type_name(self) -> str:
        """Object and attribute with the namespace, ``'_ibl_trials.goCue_times'``."""
        return f"{self.full_object}.{self.attribute}"

    @property
    def time_kind(self) -> str | None:
        """The promise of the attribute: ``'times'``, ``'intervals'``, ``'timestamps'`` or None.

        ``times`` and ``*_times`` are seconds of events, ``intervals`` two columns of start and end, ``timestamps`` the
        seconds of samples.
        """
        last = self.attribute.rpartition("_")[2]
        return last if last in _TIME_WORDS else None

    def print(self) -> str:
        """File name; parsing it gives an equal object."""
        attribute = f"{self.attribute}_{self.timescale}" if self.timescale else self.attribute
        return ".".join((self.full_object, attribute, *self.extra, self.extension))

    def __str__(self) -> str:
        return self.print()


@lru_cache(maxsize=16384)
def parse_name(filename: str) -> DatasetName:
    """Take a file name apart.

    Parameters
    ----------
    filename : str
        Name without folders, ``'_ibl_trials.goCue_times_bpod.npy'``.

    Returns
    -------
    DatasetName
        Its parts.

    Raises
    ------
    BadName
        If the name breaks a rule or would not survive on every system.
    """
    problem = portability_problem(filename)
    if problem:
        raise BadName(f"The file name {filename!r} {problem}. An example of a good name: {EXAMPLE}")
    owner, *rest = filename.split(".")
    if len(rest) < 2 or not owner:
        raise BadName(
            f"The file name {filename!r} must have an object, an attribute and an extension, separated by dots, "
            f"such as {EXAMPLE}"
        )
    if "" in rest:
        raise BadName(f"The file name {filename!r} has two dots in a row; remove one, as in {EXAMPLE}")
    namespace, entity = _split_namespace(filename, owner)
    attribute, timescale = _split_timescale(filename, rest[0])
    extension = rest[-1]
    if not _WORD.fullmatch(extension):
        raise BadName(f"The file name {filename!r} must end with an extension of letters and digits, as in {EXAMPLE}")
    return DatasetName(namespace, entity, attribute, timescale, tuple(rest[1:-1]), extension)


def _split_namespace(filename: str, owner: str) -> tuple[str | None, str]:
    """Split ``'_ibl_trials'`` into ``('ibl', 'trials')``."""
    namespace: str | None = None
    entity = owner
    if owner.startswith("_"):
        namespace, underscore, entity = owner[1:].partition("_")
        if not underscore or not _LETTERS_DIGITS.fullmatch(namespace):
            raise BadName(
                f"The file name {filename!r} begins with an underscore, so it needs a namespace of letters and digits "
                "between two underscores, such as _ibl_trials.choice.npy"
            )
    if not _WORD.fullmatch(entity):
        raise BadName(
            f"The object {entity!r} in the file name {filename!r} must begin with a letter or digit and hold only "
            f"letters, digits and '_', as in {EXAMPLE}"
        )
    return namespace, entity


def _split_timescale(filename: str, text: str) -> tuple[str, str | None]:
    """Split ``'goCue_times_bpod'`` into ``('goCue_times', 'bpod')``; ``'_phy_ids'`` stays whole."""
    prefix = ""
    body = text
    if text.startswith("_"):
        owner, _, body = text[1:].partition("_")
        prefix = f"_{owner}_"
        if not _LETTERS_DIGITS.fullmatch(owner):
            body = ""
    words = body.split("_")
    if not all(_LETTERS_DIGITS.fullmatch(word) for word in words):
        raise BadName(
            f"The attribute {text!r} in the file name {filename!r} must be words of letters and digits joined by "
            f"single underscores, as in {EXAMPLE} or clusters._phy_annotation.npy"
        )
    length = 2 if len(words) > 1 and words[1] in _TIME_WORDS else 1
    return prefix + "_".join(words[:length]), "_".join(words[length:]) or None
