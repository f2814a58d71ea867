"""Filters that follow from a field alone: equal to what it shows. Alyx has one for nearly every field of a record."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Float, Integer, Text, Uuid, exists, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from bregma_kit.fields import Choice, Field, SelfUrl, Slug, SlugList
from bregma_kit.filters import Filter, boolean, choice, day, exact, integer, moment, number, relation, uuid

_BY_TYPE: tuple[tuple[type[TypeEngine[Any]], Callable[[str, Any], Filter]], ...] = (
    (Boolean, boolean),
    (Integer, integer),
    (Float, number),
    (Uuid, uuid),
    (DateTime, moment),
    (Date, day),
    (Text, exact),
)


def filter_of(one: Field) -> Filter | None:
    """Return the filter of a field; None for what is no plain value, such as JSON and computed fields."""
    if isinstance(one, SlugList):
        return _among(one)
    if one.column is None or isinstance(one, SelfUrl):
        return None
    if isinstance(one, Slug):
        return relation(one.name, one.column, one.to, f"its {one.to.key}")
    if isinstance(one, Choice):
        return choice(one.name, one.column, one.vocabulary)
    kind = one.column.type
    if isinstance(kind, JSONB):
        return None
    return next((make(one.name, one.column) for known, make in _BY_TYPE if isinstance(kind, known)), None)


def _among(one: SlugList) -> Filter:
    """Related to the record of this name."""
    far = one.to.class_

    def condition(value: Any) -> Any:
        linked = select(one.own).select_from(one.link).join(far, far.id == one.other)
        return exists(linked.where(one.own == one.parent, one.to == value).correlate(one.parent.class_))

    return Filter(one.name, str, Text, condition, f"{one.to.key} of one of them", known=one.to)


def filters_of(fields: Iterable[Field]) -> dict[str, Filter]:
    """Return a filter for every field that can have one."""
    return {one.name: made for one in fields if (made := filter_of(one)) is not None}
