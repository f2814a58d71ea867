"""What look-ups can ask of a column, by its kind: how values are read, and what is said in SQL."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    Boolean,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    Numeric,
    String,
    Text,
    Time,
    Uuid,
    and_,
    cast,
    extract,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB

from bregma_kit.filters import like, parse_boolean, parse_date, parse_number, parse_uuid
from bregma_kit.lookup_text import is_list, read_list, read_values
from bregma_kit.lookups import Vocabulary

LONGEST_PATTERN = 200
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]*)?")
Bind = Callable[[Any], Any]
"""Makes the next parameter of a type."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a value of some column type is read, and as which type it is sent."""

    name: str
    parse: Callable[[str], Any]
    sent: Any


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("Enter a valid date/time.") from None


def _wall_clock(text: str) -> datetime:
    moment = _moment(text)
    if moment.tzinfo is not None:
        raise ValueError("Enter a time without offset, as the lab's clock showed it.")
    return moment


def _system_time(text: str) -> datetime:
    moment = _moment(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise ValueError("Enter a valid time.") from None


def read_json(text: str) -> Any:
    """Read a value as Alyx does; braces are JSON."""
    if text == "None":
        return None
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if _PLAIN_NUMBER.fullmatch(text) and len(text) <= 300:
        return float(text) if "." in text or len(text) > 15 else int(text)
    if is_list(text):
        return read_values(text)
    if text[:1] == "{":
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            raise ValueError("Enter valid JSON in the braces.") from None
    return text


TEXT = Kind("text", str, Text())
UUID = Kind("id", parse_uuid, Uuid())
NUMBER = Kind("number", parse_number, Double())
BOOLEAN = Kind("boolean", parse_boolean, Boolean())
DAY = Kind("date", parse_date, Date())
WALL_CLOCK = Kind("time of a lab", _wall_clock, DateTime())
SYSTEM_TIME = Kind("date/time", _system_time, DateTime(timezone=True))
CLOCK = Kind("time of day", _clock, Time())
DOCUMENT = Kind("JSON", read_json, JSONB())


def kind_of(type_: Any, vocabulary: Vocabulary | None = None) -> Kind:
    """Return the kind of a column's type; named integers go by name or number."""
    if vocabulary is not None:
        return Kind("number", lambda text: _named(text, vocabulary), Double())
    if isinstance(type_, DateTime):
        return SYSTEM_TIME if type_.timezone else WALL_CLOCK
    for known, kind in (
        (Uuid, UUID), (Boolean, BOOLEAN), (Integer, NUMBER), (Float, NUMBER), (Numeric, NUMBER), (Date, DAY), (Time, CLOCK),
        (JSON, DOCUMENT), (String, TEXT),
    ):  # fmt: skip
        if isinstance(type_, known):
            return kind
    raise ValueError("This field cannot be looked up.")


def _named(text: str, vocabulary: Vocabulary) -> float:
    # any number may be compared with: qc__lt,45 is between two of them
    return parse_number(text) if _PLAIN_NUMBER.fullmatch(text) else float(vocabulary.number(text))


def _part(unit: str) -> Callable[[Any], Any]:
    return lambda e: func.floor(extract(unit, e))


_DATED, _TIMED = (WALL_CLOCK, SYSTEM_TIME, DAY), (WALL_CLOCK, SYSTEM_TIME, CLOCK)
TRANSFORMS: Mapping[str, tuple[tuple[Kind, ...], Callable[[Any], Any], Kind]] = {
    "date": (_DATED, lambda e: cast(e, Date), DAY),
    "time": ((WALL_CLOCK, SYSTEM_TIME), lambda e: cast(e, Time), CLOCK),
    # as Django counts: Sunday is 1
    "week_day": (_DATED, lambda e: extract("dow", e) + 1, NUMBER),
    "iso_week_day": (_DATED, _part("isodow"), NUMBER),
    "iso_year": (_DATED, _part("isoyear"), NUMBER),
    **{unit: (_DATED, _part(unit), NUMBER) for unit in ("year", "month", "day", "week", "quarter")},
    **{unit: (_TIMED, _part(unit), NUMBER) for unit in ("hour", "minute", "second")},
}


def transformed(name: str, expression: Any, kind: Kind) -> tuple[Any, Kind]:
    """Apply a part of dates; system times are told in UTC."""
    _, say, result = TRANSFORMS[name]
    return say(func.timezone(literal_column("'UTC'"), expression) if kind is SYSTEM_TIME else expression), result


_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "exact": lambda e, v: e == v,
    "gt": lambda e, v: e > v,
    "gte": lambda e, v: e >= v,
    "lt": lambda e, v: e < v,
    "lte": lambda e, v: e <= v,
}
_PATTERNS: Mapping[str, tuple[str, bool]] = {
    "contains": ("%{}%", True), "icontains": ("%{}%", False), "startswith": ("{}%", True), "istartswith": ("{}%", False),
    "endswith": ("%{}", True), "iendswith": ("%{}", False),
}  # fmt: skip
_REGEX = {"regex": "~", "iregex": "~*"}
_KEYS = {"has_key": "?", "has_keys": "?&", "has_any_keys": "?|"}
_HELD = {"contains": "@>", "contained_by": "<@"}
OPERATORS = (*_COMPARED, "iexact", *_PATTERNS, *_REGEX, "in", "range", "isnull", *_KEYS, "contained_by")


def operators_of(kind: Kind) -> list[str]:
    """Return what may follow a name of this kind."""
    named = [one for one in OPERATORS if kind is DOCUMENT or (one not in _KEYS and one != "contained_by")]
    return named + [name for name, (kinds, _, _) in TRANSFORMS.items() if kind in kinds]


def read_entries(operator: str, text: str, kind: Kind) -> list[Any]:
    """Read the value of a pair into the parameters of its statement, or raise ValueError with a sentence."""
    if kind is DOCUMENT and operator in (*_KEYS, *_HELD, *_COMPARED, "in", "range"):
        return _document_entries(operator, text)
    if operator in _PATTERNS:
        return [_PATTERNS[operator][0].format(like(text))]
    if operator in _REGEX:
        if len(text) > LONGEST_PATTERN:
            raise ValueError(f"Enter an expression of at most {LONGEST_PATTERN} characters.")
        return [text]
    if operator == "iexact":
        return [text]
    if operator in ("in", "range"):
        values = [kind.parse(one) for one in read_list(text)]
        return [values] if operator == "in" else _two(values)
    return [kind.parse(text)]


def _two(values: list[Any]) -> list[Any]:
    if len(values) != 2:
        raise ValueError("Enter two values for a range.")
    return values


def _document_entries(operator: str, text: str) -> list[Any]:
    if operator == "has_key":
        return [text]
    if operator in _KEYS:
        return [read_list(text)]
    value = read_json(text)
    if operator == "exact":
        # 19051 may be kept as a number or as a text; nobody can say which in this language
        return [[value, text] if isinstance(value, int | float) and not isinstance(value, bool) else [value]]
    if operator == "in":
        values = value if isinstance(value, list) else read_values(text)
        return [values]
    return _two(read_values(text)) if operator == "range" else [value]


def compare(operator: str, expression: Any, kind: Kind, bind: Bind) -> Any:
    """Say a comparison in SQL; null where the column is."""
    if kind is DOCUMENT and operator in (*_KEYS, *_HELD, *_COMPARED, "in", "range"):
        return _compare_document(operator, expression, bind)
    words = expression if kind is TEXT else cast(expression, Text)
    if operator in _PATTERNS:
        return words.like(bind(Text())) if _PATTERNS[operator][1] else words.ilike(bind(Text()))
    if operator in _REGEX:
        return words.op(_REGEX[operator], is_comparison=True)(bind(Text()))
    if operator == "iexact":
        return func.lower(words) == func.lower(bind(Text()))
    if operator == "in":
        return expression == func.any(bind(ARRAY(kind.sent)))
    if operator == "range":
        return expression.between(bind(kind.sent), bind(kind.sent))
    return _COMPARED[operator](expression, bind(kind.sent))


def _compare_document(operator: str, expression: Any, bind: Bind) -> Any:
    if operator in _KEYS:
        keys = bind(Text() if operator == "has_key" else ARRAY(Text()))
        return expression.op(_KEYS[operator], is_comparison=True)(keys)
    if operator in _HELD:
        return expression.op(_HELD[operator], is_comparison=True)(bind(JSONB()))
    if operator in ("exact", "in"):
        values = select(func.jsonb_array_elements(bind(JSONB()))).scalar_subquery()
        return expression == func.any(func.array(values))
    if operator == "range":
        return and_(_ordered("gte", expression, bind(JSONB())), _ordered("lte", expression, bind(JSONB())))
    return _ordered(operator, expression, bind(JSONB()))


def _ordered(operator: str, expression: Any, value: Any) -> Any:
    # PostgreSQL orders values of any types (a list is greater than each number); only like is compared with like here
    alike = func.jsonb_typeof(expression) == func.jsonb_typeof(value)
    return and_(alike, _COMPARED[operator](expression, value))


def document_is_null(expression: Any) -> Any:
    """Whether a JSON column holds nothing, in either way that there is."""
    return or_(expression.is_(None), expression == cast(literal_column("'null'"), JSONB))
