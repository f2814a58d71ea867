"""Alyx's parameter ``django``: look-ups by the names of a record's own fields, as pairs of name and value.

``django=session__id,<uuid>,dataset_type__name__in,['spikes.times','spikes.clusters'],~qc,50``: names may end in an
operator, ``~`` excludes what matches, each pair is a condition of its own.
"""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    func,
    not_,
    select,
)

from bregma_kit.fields import Field, Moment, Slug, SlugList, SystemMoment, UrlRef
from bregma_kit.filters import Filter, like, parse_boolean, parse_date, parse_number, parse_uuid

MOST_PAIRS, LONGEST_LIST = 20, 1000
Wrap = Callable[[ColumnElement[bool]], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Target:
    """What a name means: an expression, and what goes around a condition on it (``exists`` for a far table)."""

    expression: Any
    wrap: Wrap = lambda condition: condition


@dataclass(frozen=True, slots=True)
class Condition:
    """One pair, understood: the statement's shape is all but the value."""

    target: str
    operator: str
    negated: bool
    value: Any

    @property
    def shape(self) -> "Shape":
        """What of it changes the statement's text."""
        return self.target, self.operator, self.negated, self.value is None


Shape = tuple[str, str, bool, bool]
_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "exact": lambda e, v: e == v,
    "gt": lambda e, v: e > v,
    "gte": lambda e, v: e >= v,
    "lt": lambda e, v: e < v,
    "lte": lambda e, v: e <= v,
    "iexact": lambda e, v: func.lower(e) == func.lower(v),
}
_PATTERNS: Mapping[str, tuple[str, bool]] = {
    "contains": ("%{}%", True), "icontains": ("%{}%", False), "startswith": ("{}%", True), "istartswith": ("{}%", False),
    "endswith": ("%{}", True), "iendswith": ("%{}", False),
}  # fmt: skip
OPERATORS = (*_COMPARED, *_PATTERNS, "in", "range", "isnull")


def split_pairs(text: str) -> list[tuple[str, str]]:
    """Split at commas outside of brackets, two by two."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[(") - (character in "])")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    if len(parts) % 2:
        raise ValueError("Enter pairs of a name and a value, with commas between them.")
    pairs = [(parts[place].strip(), parts[place + 1].strip()) for place in range(0, len(parts), 2)]
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("Enter each name once.")
    if len(pairs) > MOST_PAIRS:
        raise ValueError(f"Enter at most {MOST_PAIRS} pairs.")
    return pairs


def read_list(text: str) -> list[str]:
    """Read ``['a', 'b']`` or ``('a', 'b')`` into texts; only a flat list of literals is one."""
    inner = text[1:-1]
    if text[:1] + text[-1:] not in ("[]", "()") or len(text) < 2 or any(bracket in inner for bracket in "[]()"):
        raise ValueError("Enter a list of values in brackets.")
    try:
        values = ast.literal_eval(f"[{inner}]")
    except (ValueError, SyntaxError, MemoryError):
        raise ValueError("Enter a list of values in brackets, texts in quotes.") from None
    if len(values) > LONGEST_LIST or not all(isinstance(one, str | int | float) for one in values):
        raise ValueError(f"Enter a list of at most {LONGEST_LIST} texts or numbers.")
    return [str(one) for one in values]


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("Enter a valid date/time.") from None


def _reader(expression: Any) -> tuple[Callable[[str], Any], Any]:
    """Return how a value for an expression is read, and as which type it is sent."""
    kind = expression.type
    if isinstance(kind, DateTime):
        if kind.timezone:
            return lambda text: _moment(text).replace(tzinfo=UTC), kind
        return lambda text: _moment(text).replace(tzinfo=None), kind
    for known, parse, sent in (
        (Uuid, parse_uuid, Uuid()), (Boolean, parse_boolean, Boolean()), (Integer, parse_number, Double()),
        (Float, parse_number, Double()), (Date, parse_date, Date()), (String, str, Text()),
    ):  # fmt: skip
        if isinstance(kind, known):
            return parse, sent
    raise ValueError("This field cannot be looked up here.")


@dataclass(frozen=True)
class FreeLookups(Filter):
    """The parameter, for the names that one kind of record knows."""

    targets: Mapping[str, Target] = field(default_factory=dict)

    def read(self, text: str) -> list[Condition]:
        """Understand every pair, or raise ValueError with a sentence for the caller."""
        return [self._condition(name, value) for name, value in split_pairs(text)]

    def _condition(self, name: str, text: str) -> Condition:
        bare, negated = name.removeprefix("~"), name.startswith("~")
        target, operator = bare, "exact"
        if bare not in self.targets:
            target, _, operator = bare.rpartition("__")
        if target not in self.targets or operator not in OPERATORS:
            raise ValueError(f"Cannot look up '{bare[:80]}' here; known are {', '.join(sorted(self.targets))}.")
        parse, sent = _reader(self.targets[target].expression)
        if operator == "isnull":
            return Condition(target, "exact", negated == parse_boolean(text), None)
        if operator in _PATTERNS:
            if not isinstance(sent, Text):
                raise ValueError(f"'{operator}' looks into texts only.")
            return Condition(target, operator, negated, _PATTERNS[operator][0].format(like(text)))
        if operator in ("in", "range"):
            values = [parse(one) for one in read_list(text)]
            if operator == "range" and len(values) != 2:
                raise ValueError("Enter two values for a range.")
            return Condition(target, operator, negated, values)
        return Condition(target, operator, negated, None if text == "None" else parse(text))

    def entries(self, value: Sequence[Condition]) -> list[Any]:
        """Return what goes into the parameters; a null is part of the statement."""
        found: list[Any] = []
        for one in value:
            if one.operator == "range":
                found += one.value
            elif one.value is not None:
                found.append(one.value)
        return found

    def shape(self, value: Sequence[Condition]) -> Any:
        """Return what of the conditions changes the statement's text."""
        return tuple(one.shape for one in value)

    def where(self, shape: Any) -> ColumnElement[bool]:
        """Return the condition on the parameters that carry the values."""
        places = count()
        return and_(*(self._where(one, places) for one in shape))

    def _where(self, one: Shape, places: Iterator[int]) -> ColumnElement[bool]:
        name, operator, negated, null = one
        target = self.targets[name]
        _, sent = _reader(target.expression)

        def value(kind: Any = sent) -> Any:
            return bindparam(f"f_{self.name}_{next(places)}", type_=kind)

        condition = target.expression.is_(None) if null else _compare(operator, target.expression, value, sent)
        whole = target.wrap(condition)
        return not_(func.coalesce(whole, False)) if negated else whole


def _compare(operator: str, expression: Any, value: Callable[..., Any], sent: Any) -> Any:
    if operator == "in":
        return expression == func.any(value(ARRAY(sent)))
    if operator == "range":
        return expression.between(value(), value())
    if operator in _PATTERNS:
        return expression.like(value()) if _PATTERNS[operator][1] else expression.ilike(value())
    return _COMPARED[operator](expression, value())


def free_lookups(row_id: Any, fields: Sequence[Field], extra: Mapping[str, Any]) -> FreeLookups:
    """Make the parameter of a resource: its fields' names, the names of related rows, and what it declares itself."""
    targets = {"id": Target(row_id), "pk": Target(row_id)}
    for one in fields:
        targets |= _targets(one)
    targets |= {name: one if isinstance(one, Target) else Target(one) for name, one in extra.items()}
    return FreeLookups(
        "django", str, Text, lambda p: p.is_not(None), "look-ups by field: name,value[,name,value]", targets=targets
    )


def _targets(one: Field) -> dict[str, Target]:
    if isinstance(one, SlugList):
        return _of_many(one)
    if one.column is None:
        return {}
    targets = {one.name: Target(one.column)}
    if isinstance(one, Slug | UrlRef):
        targets |= {f"{one.name}__id": Target(one.column), f"{one.name}__pk": Target(one.column)}
    if isinstance(one, Slug):
        targets[f"{one.name}__{one.to.key}"] = Target(one.read())
    if isinstance(one, Moment):
        targets[f"{one.name}__date"] = Target(cast(one.column, Date))
    if isinstance(one, SystemMoment):
        targets[f"{one.name}__date"] = Target(cast(func.timezone("UTC", one.column), Date))
    return targets


def _of_many(one: SlugList) -> dict[str, Target]:
    far = one.to.class_

    def wrap(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        linked = select(one.own).join(far, far.id == one.other).where(one.own == one.parent, condition)
        return exists(linked.correlate(one.parent.class_))

    return {one.name: Target(far.id, wrap), f"{one.name}__{one.to.key}": Target(one.to, wrap)}
