"""Query parameters of list routes: each declares how its text is read and what it means in SQL."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Text,
    Uuid,
    and_,
    bindparam,
    false,
    func,
    select,
    true,
)

from bregma_kit.errors import Invalid
from bregma_kit.lookups import Vocabulary

LONGEST_LIST = 40
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,4000}")
Parser = Callable[[str], Any]
Condition = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True)
class Filter:
    """One query parameter. ``parse`` may raise ValueError with a message for the caller."""

    name: str
    parse: Parser
    sql_type: Any
    condition: Condition
    doc: str = ""
    known: Any = None
    """Column of another table that must hold the value: a name that does not exist is a mistake, not an empty list."""
    named: Callable[[Any], Any] = lambda entry: entry
    """What of an entry is that value, where it says more."""
    each: bool = False
    """The condition holds for every entry of a list; the statement's shape then depends on how many there are."""
    pair: bool = False
    """The value has two ends, and the condition takes both."""

    def read(self, text: str) -> Any:
        """Understand the parameter's text, or raise ValueError with a sentence for the caller."""
        return self.parse(text)

    def shape(self, value: Any) -> Any:
        """Return what of a value changes the statement's text: here, how many entries it has."""
        return len(self.entries(value))

    def of(self, _resource: Any) -> "Filter":
        """Return this filter as the one of a resource."""
        return self

    def where(self, shape: Any, *, scoped: bool = False) -> ColumnElement[bool]:  # only look-ups leave the table
        """Return the condition on the parameters that carry this filter's value."""
        values = [bindparam(f"f_{self.name}_{place}", type_=self.sql_type) for place in range(shape)]
        if self.pair:
            return self.condition(values)
        return and_(*(self.condition(value) for value in values))

    def entries(self, value: Any) -> list[Any]:
        """Return what goes into each parameter."""
        return list(value) if self.each or self.pair else [value]


class Flag(Filter):
    """Yes or no. Both answers are statements of their own, so that an index of the rarer one serves its own."""

    def shape(self, value: Any) -> Any:
        """Return the answer itself."""
        return value

    def entries(self, value: Any) -> list[Any]:  # the value is in the statement
        """Nothing is a parameter."""
        return []

    def where(self, shape: Any, *, scoped: bool = False) -> ColumnElement[bool]:  # only look-ups leave the table
        """Return the condition with the answer written out."""
        return self.condition(true() if shape else false())


def parse_filters(filters: Mapping[str, Filter], query: Mapping[str, str]) -> dict[str, Any]:
    """Read the known parameters of a query; empty ones do not filter, unknown ones are ignored as on Alyx."""
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, text in query.items():
        chosen = filters.get(name)
        if chosen is None or text == "":
            continue
        try:
            values[name] = chosen.read(text)
        except ValueError as error:
            errors[name] = [str(error)]
    if errors:
        raise Invalid(errors)
    return values


def like(text: str) -> str:
    """Escape a text for use inside LIKE."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def parse_number(text: str) -> float:
    """Read a number; leading zeros are fine (clients send ``001``)."""
    value = float(text) if _NUMBER.fullmatch(text) else math.inf
    if math.isinf(value):
        raise ValueError("Enter a number.")
    return value


def parse_integer(text: str) -> int:
    """Read a whole number that PostgreSQL can keep; leading zeros are fine."""
    if not _WHOLE.fullmatch(text) or not -(2**63) <= int(text) < 2**63:
        raise ValueError("Enter a whole number.")
    return int(text)


def parse_boolean(text: str) -> bool:
    """Read true or false in the spellings of Python, JSON and forms."""
    known = {"true": True, "1": True, "false": False, "0": False}
    if text.lower() not in known:
        raise ValueError("Enter True or False.")
    return known[text.lower()]


def parse_date(text: str) -> date:
    """Read ``YYYY-MM-DD`` (a time after it is cut off)."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError("Enter a valid date.") from None


def parse_uuid(text: str) -> UUID:
    """Read a UUID, or the address of a record that ends in one."""
    try:
        return UUID(text.rstrip("/")[-36:])
    except ValueError:
        raise ValueError("Enter a valid UUID.") from None


def parse_list(text: str) -> list[str]:
    """Read a comma list without empty entries."""
    return [part.strip() for part in text.split(",") if part.strip()]


def parse_short_list(text: str) -> list[str]:
    """Read a comma list whose every entry becomes a condition of its own."""
    entries = list(dict.fromkeys(parse_list(text)))
    if len(entries) > LONGEST_LIST:
        raise ValueError(f"Enter at most {LONGEST_LIST} entries.")
    return entries


def parse_dates(text: str) -> list[date]:
    """Read ``first,last``."""
    parts = text.split(",")
    if len(parts) != 2:
        raise ValueError("Enter two dates: YYYY-MM-DD,YYYY-MM-DD.")
    return [parse_date(part.strip()) for part in parts]


def exact(name: str, column: Any, *, parse: Parser = str, sql_type: Any = Text, doc: str = "") -> Filter:
    """Equal values only."""
    return Filter(name, parse, sql_type, lambda p: column == p, doc)


def number(name: str, column: Any, doc: str = "") -> Filter:
    """Equal numbers only."""
    return Filter(name, parse_number, Double, lambda p: column == p, doc)


def integer(name: str, column: Any, doc: str = "") -> Filter:
    """Equal whole numbers only."""
    return Filter(name, parse_integer, BigInteger, lambda p: column == p, doc)


def boolean(name: str, column: Any, doc: str = "") -> Filter:
    """True or False."""
    return Flag(name, parse_boolean, Boolean, lambda p: column == p, doc)


def uuid(name: str, column: Any, doc: str = "", *, known: Any = None) -> Filter:
    """An id, bare or at the end of an address; ``known`` is the column that must hold it."""
    return Filter(name, parse_uuid, Uuid, lambda p: column == p, doc, known=known)


def iexact(name: str, column: Any, doc: str = "") -> Filter:
    """Equal, whatever the case."""
    return Filter(name, str, Text, lambda p: func.lower(column) == func.lower(p), doc)


def icontains(name: str, column: Any, doc: str = "") -> Filter:
    """Contains the text, whatever the case."""
    return containing(name, column.ilike, doc)


def containing(name: str, condition: Condition, doc: str = "") -> Filter:
    """Apply a condition on a LIKE pattern that finds the text anywhere."""
    return Filter(name, _anywhere, Text, condition, doc)


def _anywhere(text: str) -> str:
    return f"%{like(text)}%"


def day_range(name: str, column: Any, doc: str = "") -> Filter:
    """Between two dates, both included."""
    return Filter(name, parse_dates, Date, lambda ends: column.between(*ends), doc, pair=True)


def choice(name: str, column: Any, vocabulary: Vocabulary, doc: str = "") -> Filter:
    """Equal to a named value."""
    return Filter(name, vocabulary.number, BigInteger, lambda p: column == p, doc)


def named(name: str, condition: Condition, doc: str = "") -> Filter:
    """Apply a condition on a text."""
    return Filter(name, str, Text, condition, doc)


def relation(name: str, column: Any, to: Any, doc: str = "") -> Filter:
    """Refer to a row by its unique name through a foreign key; the name must exist."""
    return Filter(name, str, Text, lambda p: column == _id_of(to, p), doc, known=to)


def _id_of(to: Any, name: Any) -> Any:
    return select(to.class_.id).where(to == name).scalar_subquery()


def every(name: str, condition: Condition, doc: str = "") -> Filter:
    """All entries of a comma list must meet the condition."""
    return Filter(name, parse_short_list, Text, condition, doc, each=True)


def parse_wall_clock(text: str) -> datetime:
    """Read a naive date and time; a date alone is its midnight."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("Enter a valid date/time.") from None
    if moment.tzinfo is not None:
        raise ValueError("Enter a time without offset, as the lab's clock showed it.")
    return moment


def moment(name: str, column: Any, doc: str = "exactly") -> Filter:
    """Equal to a time as the wire shows it: lab time naive, system time in UTC."""
    if getattr(column.type, "timezone", False):
        # the value is turned into the column's type, not the column: its index serves
        return Filter(
            name,
            lambda text: parse_wall_clock(text).replace(tzinfo=UTC),
            DateTime(timezone=True),
            lambda p: column == p,
            doc,
        )
    return Filter(name, parse_wall_clock, DateTime(), lambda p: column == p, doc)


def day(name: str, column: Any, doc: str = "") -> Filter:
    """Equal dates only."""
    return Filter(name, parse_date, Date, lambda p: column == p, doc)
