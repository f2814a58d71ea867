"""Rules for the numbers of an array, applied to a stream of its bytes."""

import tempfile
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dataset_types.header import Header
from dataset_types.problem import Problem
from dataset_types.spec import DatasetType

_SPOOL = 8 << 20
"""Start times of an array stored column after column wait in memory up to this size, then on disk."""

_BLOCK = 4 << 20
"""Bytes looked at in one go, so that a caller's large chunk costs no more memory than a small one."""

Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Smallest and largest value seen, NaN aside."""

    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class ValueRules:
    """The rules of a type in the form that the loop over chunks needs."""

    name: str
    sorted: bool
    nan: bool
    paired: bool
    minimum: float | None
    maximum: float | None
    references: str | None
    timed: bool

    @classmethod
    def of(cls, dataset_type: DatasetType) -> "ValueRules":
        """Take the rules of a type, with the attribute's defaults."""
        rules = dataset_type.content_rules
        return cls(
            name=dataset_type.name,
            sorted=bool(rules.sorted),
            nan=bool(rules.nan),
            paired=bool(rules.paired),
            minimum=rules.minimum,
            maximum=rules.maximum,
            references=dataset_type.references or None,
            timed=dataset_type.is_timed,
        )


_ORDER = ("not_finite", "below_minimum", "above_maximum", "not_sorted", "ends_before_start")


class Values:
    """Checks the values of one array as its bytes arrive.

    Parameters
    ----------
    rules : ValueRules
    header : Header
        Of an array of numbers whose shape fits the type.
    """

    def __init__(self, rules: ValueRules, header: Header) -> None:
        if header.dtype is None or header.shape is None:
            raise TypeError("values can be checked for arrays only")
        self._rules = rules
        self._dtype = header.dtype
        self._rows = header.shape[0] if header.shape else 1
        total = header.data_bytes or 0
        self._columns = total // self._dtype.itemsize // self._rows if self._rows else 1
        self._by_column = header.fortran and self._columns > 1
        whole_rows = (rules.sorted or rules.paired) and not self._by_column
        self._unit = self._dtype.itemsize * (self._columns if whole_rows else 1)
        self._carry = b""
        self._position = 0
        self._found: dict[str, Problem] = {}
        self._previous: Numbers | None = None
        self._starts = tempfile.SpooledTemporaryFile(_SPOOL) if rules.paired and self._by_column else None  # noqa: SIM115
        self._low: float | None = None
        self._high: float | None = None

    @property
    def bounds(self) -> Bounds | None:
        """Smallest and largest value, None if there was none or no rule asks for them."""
        return None if self._low is None or self._high is None else Bounds(self._low, self._high)

    def feed(self, data: memoryview) -> None:
        """Take the next bytes; what does not fill a value (or a row, where rows matter) waits for the rest."""
        if not (self._unit and len(data)):
            return
        if self._carry:
            missing = self._unit - len(self._carry)
            self._carry += bytes(data[:missing])
            data = data[missing:]
            if len(self._carry) < self._unit:
                return
            self._check(np.frombuffer(self._carry, self._dtype))
            self._carry = b""
        whole = len(data) - len(data) % self._unit
        block = max(self._unit, _BLOCK - _BLOCK % self._unit)
        for start in range(0, whole, block):
            self._check(np.frombuffer(data[start : min(whole, start + block)], self._dtype))
        self._carry = bytes(data[whole:])

    def finish(self) -> list[Problem]:
        """Problems found, each kind once, at the first place where it occurs; in an order that no chunk decides."""
        if self._starts is not None:
            self._starts.close()
        return sorted(self._found.values(), key=lambda problem: _ORDER.index(problem.code))

    def _check(self, values: Numbers) -> None:
        start = self._position
        self._position += values.size
        if values.dtype.kind == "f":
            self._check_finite(values, start)
        if self._rules.minimum is not None or self._rules.maximum is not None or self._rules.references:
            self._check_limits(values, start)
        if self._by_column:
            self._check_columns(values, start)
            return
        if self._rules.sorted:
            self._check_sorted(values.reshape(-1, self._columns), start // self._columns)
        if self._rules.paired:
            rows = values.reshape(-1, self._columns)
            self._check_pairs(rows[:, 0], rows[:, 1], start // self._columns)

    def _row(self, position: int) -> int:
        return position % self._rows if self._by_column else position // self._columns

    def _add(self, code: str, message: str, hint: str) -> None:
        self._found.setdefault(code, Problem(code, message, hint))

    def _check_finite(self, values: Numbers, start: int) -> None:
        finite = np.isfinite(values)
        if finite.all():
            return
        if not self._rules.nan:
            row = self._row(start + int(np.argmin(finite)))
            self._add(
                "not_finite",
                f"{self._rules.name} has a missing or infinite value in row {row}; each must be a number.",
                "Remove these rows from all files of the object, or fill them in, and send the files again.",
            )
        elif self._rules.timed:
            infinite = np.isinf(values)
            if infinite.any():
                row = self._row(start + int(np.argmax(infinite)))
                hint = "Write NaN for what did not happen."
                self._add("not_finite", f"{self._rules.name} has an infinite time in row {row}.", hint)

    def _check_limits(self, values: Numbers, start: int) -> None:
        known = values[~np.isnan(values)] if values.dtype.kind == "f" else values
        if not known.size:
            return
        low, high = known.min().item(), known.max().item()
        self._low = low if self._low is None else min(self._low, low)
        self._high = high if self._high is None else max(self._high, high)
        if self._rules.minimum is not None and low < self._rules.minimum:
            self._report_limit("below_minimum", values, start, values < self._rules.minimum, self._rules.minimum)
        if self._rules.maximum is not None and high > self._rules.maximum:
            self._report_limit("above_maximum", values, start, values > self._rules.maximum, self._rules.maximum)

    def _report_limit(self, code: str, values: Numbers, start: int, wrong: Numbers, limit: float) -> None:
        index = int(np.argmax(wrong))
        word = "least" if code == "below_minimum" else "most"
        hint = "Look how the values were computed, and send the file again."
        if self._rules.references:
            hint = f"They number the rows of {self._rules.references}, counted from 0; remove rows that belong to none."
        self._add(
            code,
            f"{self._rules.name} has {values[index].item()} in row {self._row(start + index)}; "
            f"the {word} allowed is {limit:g}.",
            hint,
        )

    def _check_sorted(self, rows: Numbers, first_row: int) -> None:
        """Each column must not decrease; NaN is skipped, so what follows it is compared with what was before it."""
        if self._previous is None:
            self._previous = rows[0].copy()
        lead = self._previous
        if rows.dtype.kind == "f":
            filled = np.vstack([lead[None], rows])
            filled = np.where(np.isnan(filled), -np.inf, filled)
            running = np.maximum.accumulate(filled, axis=0)
            back = (filled[1:] < running[:-1]) & ~np.isnan(rows)
            self._previous = running[-1]
        else:
            running = np.maximum.accumulate(np.vstack([lead[None], rows]), axis=0)
            back = rows < running[:-1]
            self._previous = running[-1]
        if back.any():
            offset = int(np.argmax(back.any(axis=1)))
            column = int(np.argmax(back[offset]))
            self._report_unsorted(first_row + offset, running[offset, column].item(), rows[offset, column].item())

    def _report_unsorted(self, row: int, before: float, value: float) -> None:
        self._add(
            "not_sorted",
            f"{self._rules.name} goes back in row {row}: {value} comes after {before}.",
            "Sort all files of the object by time together (numpy.argsort of the times), and send them again.",
        )

    def _check_pairs(self, starts: Numbers, ends: Numbers, first_row: int) -> None:
        wrong = starts > ends
        if wrong.any():
            row = int(np.argmax(wrong))
            self._add(
                "ends_before_start",
                f"{self._rules.name} ends before it starts in row {first_row + row}: {starts[row]} to {ends[row]}.",
                "The first column is the start and the second the end; check their order, and send the file again.",
            )

    def _check_columns(self, values: Numbers, start: int) -> None:
        """Check values that lie column after column: cut them where a column ends."""
        done = 0
        while done < values.size:
            column, row = divmod(start + done, self._rows)
            part = values[done : done + self._rows - row]
            if self._rules.sorted:
                if row == 0:
                    self._previous = None
                self._check_sorted(part[:, None], row)
            if self._starts is not None:
                self._compare_with_starts(part, column, row)
            done += part.size

    def _compare_with_starts(self, part: Numbers, column: int, row: int) -> None:
        if self._starts is None:
            return
        if column == 0:
            self._starts.write(part.tobytes())
        elif column == 1:
            self._starts.seek(row * self._dtype.itemsize)
            starts = np.frombuffer(self._starts.read(part.nbytes), self._dtype)
            self._check_pairs(starts, part, row)
