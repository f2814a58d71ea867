"""Checks of a file's values while its bytes stream by, in constant memory.

::

    check = content_check(registry.match(name), name, siblings={"clusters": 289})
    for chunk in stream:
        check.feed(chunk)
    problems = check.finish()

The answer does not depend on where the chunks are cut.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dataset_types.check import check_header, check_references, check_rows, comparable_rows, row_group
from dataset_types.header import SEPARATORS, BadHeader, Header, IncompleteHeader, read_header
from dataset_types.problem import Problem
from dataset_types.spec import DatasetType
from dataset_types.values import Bounds, ValueRules, Values

_TAIL = 1 << 20


@dataclass(slots=True)
class _Reader:
    """What every format's reader offers; this one counts nothing, for formats without rows that a stream shows."""

    rows: int | None = None
    bounds: Bounds | None = None
    header: Header | None = None

    def feed(self, data: bytes | memoryview) -> None:
        """Take the next bytes."""

    def finish(self) -> list[Problem]:
        """Say what is wrong, now that all bytes were fed."""
        return []


class ContentCheck:
    """A check in progress; made by `content_check`.

    Attributes
    ----------
    bytes_seen : int
        Bytes fed so far.
    """

    def __init__(self, dataset_type: DatasetType, filename: str, siblings: Mapping[str, int | None]) -> None:
        self.dataset_type = dataset_type
        self.filename = filename
        self.bytes_seen = 0
        self._siblings = siblings
        self._reader = _reader_for(dataset_type, filename.rpartition(".")[2].lower())

    @property
    def rows(self) -> int | None:
        """Rows; known after `finish` at the latest, None for formats without them."""
        return self._reader.rows

    @property
    def header(self) -> Header | None:
        """Header of the array, as soon as it was read."""
        return self._reader.header

    @property
    def bounds(self) -> Bounds | None:
        """Smallest and largest integer seen, for types that refer to rows or have limits; else None."""
        return self._reader.bounds

    @property
    def largest_reference(self) -> dict[str, int]:
        """Largest row number that the values point at, in the form that `check_references` takes."""
        target = self.dataset_type.references
        if not target or self.bounds is None:
            return {}
        return {f"{self.dataset_type.name}->{target}": int(self.bounds.maximum)}

    @property
    def row_group(self) -> str | None:
        """Set of files that must have as many rows; see `dataset_types.check.row_group`."""
        return row_group(self.dataset_type, self.filename)

    def feed(self, data: bytes | memoryview) -> None:
        """Take the next bytes of the file, any number of them."""
        self.bytes_seen += len(data)
        self._reader.feed(data)

    def finish(self) -> list[Problem]:
        """End the check.

        Returns
        -------
        list of Problem
            Empty if the file keeps its type's promise.
        """
        if self.bytes_seen == 0:
            hint = "Look whether the program that wrote it has failed, and send it again."
            return [Problem("empty_file", f"{self.filename} has no content.", hint)]
        problems = self._reader.finish()
        group = self.row_group
        if group is not None and not problems:
            problems.extend(check_rows(group, {self.filename: self.rows, f"{group}.*": self._siblings.get(group)}))
        problems.extend(check_references(self.largest_reference, self._siblings))
        return problems


def content_check(
    dataset_type: DatasetType, filename: str, siblings: Mapping[str, int | None] | None = None
) -> ContentCheck:
    """Begin a check.

    Parameters
    ----------
    dataset_type : DatasetType
    filename : str
        Without folders and id; its extension decides how the bytes are read.
    siblings : mapping, optional
        Rows of the objects that are already verified, ``{'spikes': 124905, 'clusters': 289}``: the file's own (its
        `row_group`) and the one that its values point at. Unknown ones are checked later with `check_rows` and
        `check_references`.

    Returns
    -------
    ContentCheck
    """
    return ContentCheck(dataset_type, filename, siblings or {})


def _reader_for(dataset_type: DatasetType, extension: str) -> "_Reader":
    if extension == "npy":
        return _Npy(dataset_type)
    if extension in SEPARATORS:
        return _Lines(has_names=extension != "ssv")
    if extension == "jsonable":
        return _Lines(has_names=False, quoted=False)
    if extension in {"pqt", "parquet"}:
        return _Parquet()
    return _Reader()


class _Npy(_Reader):
    """NumPy arrays: the header first, then the values by their rules."""

    def __init__(self, dataset_type: DatasetType) -> None:
        super().__init__()
        self._type = dataset_type
        self._start = bytearray()
        self._problems: list[Problem] = []
        self._values: Values | None = None
        self._promised = 0
        self._seen = 0

    def feed(self, data: bytes | memoryview) -> None:
        """Take the next bytes."""
        if self.header is not None:
            self._feed_values(memoryview(data))
            return
        if self._problems:
            return
        self._start += data
        try:
            header = read_header(bytes(self._start), "npy")
        except IncompleteHeader:
            return
        except BadHeader as error:
            self._problems.append(Problem("bad_header", f"{error}.", "Then send the file again."))
            return
        self._begin(header)
        rest = bytes(self._start[header.data_offset :])
        self._start.clear()
        self._feed_values(memoryview(rest))

    def _begin(self, header: Header) -> None:
        self.header, self.rows = header, comparable_rows(self._type, header)
        self._promised = header.data_bytes or 0
        self._problems.extend(check_header(self._type, header))
        if not self._problems and header.dtype is not None and header.dtype.kind in "biuf":
            self._values = Values(ValueRules.of(self._type), header)

    def _feed_values(self, data: memoryview) -> None:
        usable = data[: max(0, self._promised - self._seen)]
        self._seen += len(data)
        if self._values is not None and usable:
            self._values.feed(usable)

    def finish(self) -> list[Problem]:
        """Say what is wrong."""
        if self.header is None:
            return self._problems or [
                Problem("truncated", "The file ends within its npy header.", "It was cut off; copy and send it again.")
            ]
        if self._seen != self._promised and not (self.header.dtype and self.header.dtype.hasobject):
            self._problems.append(_wrong_length(self._seen, self._promised, self.header))
        if self._values is not None:
            self._problems.extend(self._values.finish())
            self.bounds = self._values.bounds
        return self._problems


def _wrong_length(seen: int, promised: int, header: Header) -> Problem:
    shape = f"its header promises {promised} bytes of values (shape {list(header.shape or ())}, type {header.dtype})"
    if seen < promised:
        hint = "It was cut off, perhaps while it was still being written; copy and send it again."
        return Problem("truncated", f"The file is too short: {shape}, but there are {seen}.", hint)
    hint = "Something was appended to it; save the array again with numpy.save."
    return Problem("trailing_bytes", f"The file is too long: {shape}, but there are {seen}.", hint)


class _Lines(_Reader):
    """Text tables and line-wise JSON: counts lines that are not empty; a quoted line break does not end a row."""

    def __init__(self, *, has_names: bool, quoted: bool = True) -> None:
        super().__init__()
        self._names = 1 if has_names else 0
        self._quoted = quoted
        self._inside = False
        self._open = False
        self._lines = 0

    def feed(self, data: bytes | memoryview) -> None:
        """Take the next bytes."""
        text = bytes(data).replace(b"\r", b"")
        pieces = text.split(b'"') if self._quoted else [text]
        for number, piece in enumerate(pieces):
            if number:
                self._inside = not self._inside
                self._open = True
            if self._inside:
                continue
            lines = piece.split(b"\n")
            self._open = self._open or bool(lines[0])
            if len(lines) > 1:
                self._lines += self._open + sum(1 for line in lines[1:-1] if line)
                self._open = bool(lines[-1])

    def finish(self) -> list[Problem]:
        """Say what is wrong."""
        # with a stray quotation mark nobody can say which line breaks count, which makes the file no worse
        self.rows = None if self._inside else max(0, self._lines + self._open - self._names)
        return []


class _Parquet(_Reader):
    """Parquet tables: the frame is checked; rows come from the footer, if pyarrow is at hand."""

    def __init__(self) -> None:
        super().__init__()
        self._first = b""
        self._tail = b""

    def feed(self, data: bytes | memoryview) -> None:
        """Take the next bytes."""
        if len(self._first) < 4:
            self._first += bytes(data[: 4 - len(self._first)])
        self._tail = (self._tail + bytes(data[-_TAIL:]))[-_TAIL:]

    def finish(self) -> list[Problem]:
        """Say what is wrong."""
        if self._first != b"PAR1" or self._tail[-4:] != b"PAR1" or len(self._tail) < 12:
            hint = "It was cut off or is of another format; write the table again."
            return [Problem("bad_header", "The file is not a whole parquet table.", hint)]
        if int.from_bytes(self._tail[-8:-4], "little") + 8 > len(self._tail):
            return []
        try:
            self.header = read_header(self._tail, "pqt")
        except BadHeader as error:
            return [Problem("bad_header", f"{error}.", "Then send the file again.")]
        self.rows = self.header.rows
        return []
