"""The fields a resource is declared from: each knows its wire form, how SQL reads it and how it is written."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    String,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bregma_kit.db import ReadTx
from bregma_kit.lookups import Vocabulary

Column = InstrumentedAttribute[Any]
BASE_URL = bindparam("base_url", type_=Text)


def key(name: str) -> ColumnElement[str]:
    """Return a JSON key as a literal; names come from declarations only."""
    if not name.replace("_", "").isalnum():
        raise ValueError(f"not a field name: {name!r}")
    return literal_column(f"'{name}'")


def json_object(pairs: dict[str, Any]) -> ColumnElement[Any]:
    """Build ``json_build_object`` from names and expressions."""
    return func.json_build_object(*(part for name, value in pairs.items() for part in (key(name), value)), type_=JSON)


def json_list(expression: Any, *order: Any) -> ColumnElement[Any]:
    """Aggregate an expression to a JSON list, empty rather than null."""
    argument = aggregate_order_by(expression, *order) if order else expression
    return func.coalesce(func.json_agg(argument), literal_column("'[]'::json"), type_=JSON)


def naive(moment: Any) -> ColumnElement[str]:
    """Print a timestamp without zone in Alyx's form."""
    return func.kit.naive(moment, type_=Text)


def _short(value: Any) -> str:
    """Return a value as an error tells it: whoever sent a megabyte knows what it was."""
    text = str(value)
    return text if len(text) <= _TOLD else f"{text[:_TOLD]}..."


_TOLD = 200


class Unknown(ValueError):
    """A relation names a row that does not exist; the message is Alyx's."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of the wire record. ``type`` is the Pydantic annotation of what a caller may send."""

    name: str
    type: Any = str
    required: bool = False
    nullable: bool = False
    least: int | None = None
    """Smallest whole number that makes sense."""
    read_only: bool = False
    create_only: bool = False
    in_list: bool = True
    in_detail: bool = True
    doc: str = ""
    example: Any = None
    column: Column | None = None

    links: ClassVar[bool] = False

    @property
    def target(self) -> str | None:
        """Name of the table column this field writes, or None."""
        return None if self.column is None or self.read_only else str(self.column.key)

    def read(self) -> Any:
        """Return the SQL expression of the wire value."""
        return self.column

    async def resolve(self, tx: ReadTx, value: Any) -> Any:
        """Turn a validated wire value into what the column keeps."""
        return value


@dataclass(frozen=True, kw_only=True)
class Moment(Field):
    """Lab time: naive on the wire and in the database."""

    def read(self) -> Any:
        """Print it as Alyx does."""
        return naive(self.column)


@dataclass(frozen=True, kw_only=True)
class SystemMoment(Field):
    """System time: ``timestamptz`` shown in Alyx's naive form, in UTC."""

    def read(self) -> Any:
        """Print it as Alyx does."""
        assert self.column is not None
        return naive(func.timezone(literal_column("'UTC'"), self.column))

    async def resolve(self, tx: ReadTx, value: Any) -> Any:
        """Take a time without offset for UTC, as it is shown."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """A named integer."""

    vocabulary: Vocabulary
    type: Any = str | int

    def read(self) -> Any:
        """Show the name."""
        assert self.column is not None
        return case({number: name for name, number in self.vocabulary.members.items()}, value=self.column)

    async def resolve(self, tx: ReadTx, value: Any) -> Any:
        """Keep the integer."""
        return None if value is None else self.vocabulary.number(value)


@dataclass(frozen=True, kw_only=True)
class Slug(Field):
    """A relation shown and given by a unique name of the other row."""

    to: Column

    def read(self) -> Any:
        """Look the name up by the foreign key."""
        other = aliased(self.to.class_)
        return select(getattr(other, self.to.key)).where(other.id == self.column).scalar_subquery()

    async def resolve(self, tx: ReadTx, value: Any) -> Any:
        """Find the id behind the name."""
        if value is None:
            return None
        found = await tx.value(select(self.to.class_.id).where(self.to == value))
        if found is None:
            raise Unknown(f"Object with {self.to.key}={_short(value)} does not exist.")
        return found


@dataclass(frozen=True, kw_only=True)
class SlugList(Field):
    """A many-to-many relation shown and given as a list of names."""

    to: Column
    link: FromClause
    own: ColumnElement[Any]
    other: ColumnElement[Any]
    parent: Column
    type: Any = list[str]

    links: ClassVar[bool] = True

    def read(self) -> Any:
        """List the names in alphabetical order."""
        far = aliased(self.to.class_)
        shown = getattr(far, self.to.key)
        return (
            select(json_list(shown, shown)).select_from(self.link).join(far, far.id == self.other)
            .where(self.own == self.parent).correlate(self.parent.class_).scalar_subquery()
        )  # fmt: skip

    async def resolve(self, tx: ReadTx, value: Any) -> Any:
        """Find the ids behind the names, in one statement."""
        names = list(dict.fromkeys(value or []))
        rows = await tx.rows(
            select(self.to.class_.id, self.to).where(self.to == func.any(bindparam("names", names, type_=ARRAY(Text))))
        )
        found = {row[1]: row[0] for row in rows}
        for name in names:
            if name not in found:
                raise Unknown(f"Object with {self.to.key}={_short(name)} does not exist.")
        return [found[name] for name in names]


def many(name: str, to: Column, link: Any, parent: Column, **more: Any) -> SlugList:
    """Declare a many-to-many relation through a link table that has one foreign key to either side."""
    table: FromClause = link.__table__
    own = next(c for c in table.columns if c.references(parent.class_.__table__.c[parent.key]))
    other = next(c for c in table.columns if c is not own and c.name.endswith("_id"))
    return SlugList(name=name, to=to, link=table, own=own, other=other, parent=parent, **more)


@dataclass(frozen=True, kw_only=True)
class SelfUrl(Field):
    """The record's own address."""

    path: str
    read_only: bool = True

    def read(self) -> Any:
        """Join base address, path and look-up value."""
        return BASE_URL + f"/{self.path}/" + cast(self.column, String)


@dataclass(frozen=True, kw_only=True)
class UrlRef(Field):
    """A relation shown and given as the other record's address (or its bare id)."""

    path: str

    def read(self) -> Any:
        """Join base address, path and id; null stays null."""
        return BASE_URL + f"/{self.path}/" + cast(self.column, String)

    async def resolve(self, tx: ReadTx, value: Any) -> Any:
        """Take the id from the end of the address; the foreign key proves that it exists."""
        if value in (None, ""):
            return None
        try:
            return UUID(str(value).rstrip("/")[-36:])
        except ValueError:
            raise Unknown("Invalid hyperlink - No URL match.") from None


@dataclass(frozen=True, kw_only=True)
class Computed(Field):
    """A read-only value from any SQL expression."""

    expression: Any
    read_only: bool = True

    def read(self) -> Any:
        """Return the expression."""
        return self.expression
