"""A resource as a declaration: from it the kit derives its routes, its SQL and its place in the document."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    UnaryExpression,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.sql.expression import Select

from bregma_kit.auth import Principal
from bregma_kit.db import Compiled, ReadTx, WriteTx, compiled
from bregma_kit.errors import Conflict, Invalid, NotFound
from bregma_kit.field_filters import filters_of
from bregma_kit.fields import Column, Field, json_object
from bregma_kit.filters import Filter, parse_filters
from bregma_kit.free_lookups import FreeLookups, free_lookups
from bregma_kit.graph import Model
from bregma_kit.scope import WriteRule, scope_values

DEFAULT_PAGE, LARGEST_PAGE = 250, 1000
MOST_SHAPES = 1000
LONGEST_LOOKUP = 10.0
"""Seconds that a statement of freely composed conditions may run."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


LIMIT, OFFSET = bindparam("limit", type_=BigInteger), bindparam("offset", type_=BigInteger)


def _bare(order: Any) -> Any:
    """Return the expression that an order is by."""
    return order.element if isinstance(order, UnaryExpression) else order


def _like(order: Any, column: Any) -> Any:
    """Order by a column as another order does."""
    return column.desc() if isinstance(order, UnaryExpression) else column


def _json_text(record: Any) -> Any:
    return func.coalesce(func.json_agg(record), literal_column("'[]'::json"), type_=JSON)


@dataclass(slots=True)
class Change:
    """A write under way, as hooks see it. ``values`` are the columns about to be written; hooks may alter them."""

    tx: WriteTx
    principal: Principal
    values: dict[str, Any]
    links: dict[str, list[UUID]]
    given: Mapping[str, Any]
    current: Mapping[str, Any] | None = None
    """The row as it is, locked; None when it is being created."""
    carried: Mapping[str, Any] = field(default_factory=dict)
    """Columns that no caller may send and that a new record brings along from elsewhere."""

    @property
    def imported(self) -> bool:
        """Whether a record of another server comes with the id it has there: it is taken as it is, not as it should be."""
        return "id" in self.carried

    @property
    def creating(self) -> bool:
        """Whether the row does not exist yet."""
        return self.current is None

    def after(self, name: str) -> Any:
        """Return what a column will hold once the change is done."""
        if name in self.values:
            return self.values[name]
        return None if self.current is None else self.current[name]


Hook = Callable[[Change], Awaitable[None]]
RowHook = Callable[[Change, UUID], Awaitable[None]]
Finish = Callable[[ReadTx, list[dict[str, Any]]], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Resource:
    """Everything that is particular about one kind of record."""

    path: str
    noun: str
    table: Any
    lookup: Column
    fields: tuple[Field, ...]
    filters: tuple[Filter, ...] = ()
    """Beside those that follow from the fields; one of a field's name stands in for the field's own."""
    look_ups: bool = True
    """Whether lists take `django=`; where Alyx's do not, it is a parameter like any other that nobody knows."""
    unfiltered: tuple[str, ...] = ()
    """Fields that no list can be narrowed by: nobody asks for them, and an index would have to be kept."""
    model: Model | None = None
    """How look-ups from other records reach this one (`bregma_kit.graph` says how to declare it)."""
    order: tuple[Any, ...]
    methods: str = "LCRUPD"
    write: WriteRule
    visible: ColumnElement[bool] | None = None
    shown: ColumnElement[bool] | None = None
    """Rows that exist for nobody unless this holds (withdrawn ones do not)."""
    retired: Column | None = None
    """Time at which a record was deleted that others still refer to: it is no longer shown, and comes back by its name."""
    constraints: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What a violated database constraint means: its name → (field, message)."""
    before: Hook | None = None
    after: RowHook | None = None
    before_delete: RowHook | None = None
    after_delete: RowHook | None = None
    tag: str = ""
    doc: str = ""
    put_requires: tuple[str, ...] | None = None
    preferred: ColumnElement[bool] | None = None
    """The look-up value is no unique one: of several rows the one that this holds for is meant. An id may be given too."""
    parse_lookup: Callable[[str], Any] = str
    finish: Finish | None = None
    """Fills in what records show and SQL does not work out, for all records of an answer at once."""
    _shapes: dict[Any, Compiled] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by their wire name."""
        return {one.name: one for one in self.fields}

    @cached_property
    def filter_map(self) -> dict[str, Filter]:
        """Filters by their parameter's name."""
        free = (free_lookups(),) if self.look_ups else ()
        special = {one.name: one.of(self) for one in (*self.filters, *free)}
        derived = filters_of(one for one in self.fields if one.name not in self.unfiltered)
        return {**special, **{name: one for name, one in derived.items() if name not in special}}

    def record(self, *, detail: bool) -> Any:
        """Return the SQL expression of one wire record."""
        return json_object({f.name: f.read() for f in self.fields if (f.in_detail if detail else f.in_list)})

    def _restrict(self, statement: Select[Any], *, scoped: bool) -> Select[Any]:
        if self.shown is not None:
            statement = statement.where(self.shown)
        if scoped and self.visible is not None:
            statement = statement.where(self.visible)
        return statement

    def page_statement(self, names: tuple[tuple[str, Any], ...], *, scoped: bool) -> Compiled:
        """Return the statement of one list page: (number of matches, rows on the page, JSON of the page)."""
        shape = ("page", names, scoped)
        if shape not in self._shapes:
            conditions = [self.filter_map[name].where(form, scoped=scoped) for name, form in names]
            build = self._filtered_page if conditions else self._whole_page
            if len(self._shapes) >= MOST_SHAPES:
                # callers choose combinations of filters; they do not choose how much memory this takes
                self._shapes.clear()
            self._shapes[shape] = compiled(build(conditions, scoped=scoped))
        return self._shapes[shape]

    def _filtered_page(self, conditions: list[ColumnElement[bool]], *, scoped: bool) -> Select[Any]:
        """Find all matches once, narrow; count them, sort them, and make records of one page only.

        With LIMIT beside the conditions PostgreSQL hopes to meet enough matches early in the order's index, and for
        an animal of 80 sessions walks through all sessions there are.
        """
        keys = [_bare(one).label(f"key{place}") for place, one in enumerate(self.order)]
        hits = self._restrict(select(self.table.id, *keys), scoped=scoped).where(*conditions).cte("hits")
        order = [_like(one, hits.c[f"key{place}"]) for place, one in enumerate(self.order)]
        page = select(hits).order_by(*order).limit(LIMIT).offset(OFFSET).subquery("page")
        order = [_like(one, page.c[f"key{place}"]) for place, one in enumerate(self.order)]
        records = (
            select(self.record(detail=False).label("record"))
            .join(page, page.c.id == self.table.id).order_by(*order).subquery("records")
        )  # fmt: skip
        total = select(func.count()).select_from(hits).scalar_subquery()
        return select(total, func.count(), _json_text(records.c.record)).select_from(records)

    def _whole_page(self, conditions: list[ColumnElement[bool]], *, scoped: bool) -> Select[Any]:
        """Read one page of everything in the order of its index; counted only when the page does not say it.

        Only the index is walked up to a deep offset: records are made of the page's rows, not of those before it.
        """
        keys = [_bare(one).label(f"key{place}") for place, one in enumerate(self.order)]
        narrow = (
            self._restrict(select(self.table.id, *keys), scoped=scoped)
            .where(*conditions).order_by(*self.order).limit(LIMIT).offset(OFFSET).subquery("narrow")
        )  # fmt: skip
        order = [_like(one, narrow.c[f"key{place}"]) for place, one in enumerate(self.order)]
        page = (
            select(self.record(detail=False).label("record"))
            .join(narrow, narrow.c.id == self.table.id).order_by(*order).subquery("page")
        )  # fmt: skip
        everything = self._restrict(select(func.count()).select_from(self.table), scoped=scoped).scalar_subquery()
        rows = func.count()
        total = case(((rows < LIMIT) & ((rows > 0) | (OFFSET == 0)), OFFSET + rows), else_=everything)
        return select(total, rows, _json_text(page.c.record)).select_from(page)

    def detail_statement(self, wanted: Any, *, scoped: bool) -> Compiled:
        """Return the statement of full records, by their look-up value or id, each with whether it is preferred."""
        column = self.lookup_column(wanted)
        shape = ("detail", column.key, scoped)
        if shape not in self._shapes:
            statement = self._restrict(select(self.record(detail=True), self.preference), scoped=scoped)
            self._shapes[shape] = compiled(statement.where(column == bindparam("wanted", type_=column.type)))
        return self._shapes[shape]

    def lookup_column(self, wanted: Any) -> Column:
        """Return the column that a look-up value is a value of."""
        column: Column = self.table.id if isinstance(wanted, UUID) else self.lookup
        return column

    @property
    def preference(self) -> ColumnElement[bool]:
        """Return whether a row is the one that is meant among several of its name."""
        return (literal_column("true", Boolean) if self.preferred is None else self.preferred).label("preferred")

    def only(self, rows: Sequence[Any], wanted: Any) -> Any:
        """Return the one row that is meant; an unclear name is nobody's to guess."""
        meant = [row for row in rows if row["preferred"]] or rows
        if not meant:
            raise NotFound(self.noun)
        if len(meant) > 1:
            raise Conflict(
                f"{len(meant)} {self.path} are named {wanted}.",
                hint=f"GET /{self.path}?{self.lookup.key}={wanted} lists them; use the id of the one that is meant",
            )
        return meant[0]

    def parse_id(self, text: str) -> Any:
        """Read the look-up value of an address; what cannot be one does not exist."""
        try:
            if "\0" in text:
                raise NotFound(self.noun)
            if self.preferred is not None and _UUID.fullmatch(text):
                return UUID(text)
            return self.parse_lookup(text)
        except ValueError:
            raise NotFound(self.noun) from None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: JSON text of its records, and how many match in all."""

    count: int
    rows: int
    results: str


def is_scoped(principal: Principal) -> bool:
    """Whether the caller sees only some labs."""
    return principal.visible_labs is not None


async def read_page(
    resource: Resource,
    tx: ReadTx,
    principal: Principal,
    query: Mapping[str, str],
    *,
    base_url: str,
    limit: int,
    offset: int,
) -> Page:
    """Run a list query: one statement, with its exact count."""
    values = parse_filters(resource.filter_map, query)
    chosen = {name: resource.filter_map[name] for name in sorted(values)}
    shape = tuple((name, one.shape(values[name])) for name, one in chosen.items())
    statement = resource.page_statement(shape, scoped=is_scoped(principal))
    bound = {
        f"f_{name}_{place}": entry
        for name, one in chosen.items()
        for place, entry in enumerate(one.entries(values[name]))
    }
    given = {**bound, **scope_values(principal), "base_url": base_url, "limit": limit, "offset": offset}
    row = await _bounded(
        tx, statement, given, [name for name, one in chosen.items() if isinstance(one, FreeLookups) and one.free]
    )
    assert row is not None
    if row[0] == 0:
        await _check_relations(resource, tx, values, principal)
    if resource.finish is not None and row[1]:
        records = orjson.loads(row[2])
        await resource.finish(tx, records)
        return Page(row[0], row[1], orjson.dumps(records).decode())
    return Page(*row)


async def _bounded(tx: ReadTx, statement: Compiled, values: Mapping[str, Any], free: Sequence[str]) -> Any:
    """Run a list's statement; what a caller composed freely has a time limit, and its faults are the caller's."""
    if not free:
        return await tx.row(statement, values)
    try:
        return await tx.row(statement, values, timeout=LONGEST_LOOKUP)
    except TimeoutError:
        text = f"This takes longer than {LONGEST_LOOKUP:.0f} seconds; narrow it with another condition."
        raise Invalid({name: [text] for name in free}) from None
    except asyncpg.DataError as error:
        # an expression that PostgreSQL cannot read, a number out of a column's range
        raise Invalid({name: [f"{error.args[0]}."] for name in free}) from None


async def _is_there(tx: ReadTx, condition: Any) -> bool:
    try:
        return bool(await tx.value(select(func.count()).where(condition)))
    except asyncpg.DataError:  # a number that no column of its kind holds
        return False


def _seen(known: Any, principal: Principal) -> list[Any]:
    """Return what a row of a lab must fulfil to exist for this caller."""
    table = getattr(known, "expression", known).table
    lab_id = table.c.id if table.name == "labs" else table.c.get("lab_id")
    if lab_id is None:
        return []
    visible = bindparam("seen", list(principal.visible_labs or ()), type_=ARRAY(Uuid))
    return [or_(lab_id.is_(None), lab_id == func.any(visible))]


async def _check_relations(resource: Resource, tx: ReadTx, values: Mapping[str, Any], principal: Principal) -> None:
    """Tell a name that does not exist from one that merely matches nothing; asked only when nothing matched."""
    for name, value in values.items():
        one = resource.filter_map[name]
        for wanted in map(one.named, one.entries(value)) if one.known is not None else ():
            seen = _seen(one.known, principal) if is_scoped(principal) else []
            if not await _is_there(tx, and_(one.known == wanted, *seen)):
                text = "Select a valid choice. That choice is not one of the available choices."
                raise Invalid({name: [text]}, hint=f"'{wanted}' does not exist")


async def read_one(resource: Resource, tx: ReadTx, principal: Principal, wanted: Any, *, base_url: str) -> str:
    """Return one full record as JSON text, by its look-up value or its id, or raise NotFound."""
    statement = resource.detail_statement(wanted, scoped=is_scoped(principal))
    rows = await tx.rows(statement, {**scope_values(principal), "base_url": base_url, "wanted": wanted})
    text = str(resource.only(rows, wanted)[0])
    if resource.finish is None:
        return text
    record = orjson.loads(text)
    await resource.finish(tx, [record])
    return orjson.dumps(record).decode()
