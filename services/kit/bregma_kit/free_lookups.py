"""Alyx's parameter ``django``: look-ups along the graph of models, compiled to SQL.

``django=session__id,<uuid>,dataset_type__name__in,['spikes.times','spikes.clusters'],~qc,50``: a name is a path of
relations, a column, parts of dates or keys of JSON, and an operator; ``~`` excludes what matches. Each pair is one
``exists`` over a path of its own, so nothing is joined twice and no row comes twice (docs/design/0004-look-ups.md).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Exists,
    Text,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from bregma_kit.filters import Filter, parse_boolean
from bregma_kit.graph import GRAPH, Graph, Leaf, Node, Relation
from bregma_kit.lookup_text import split_pairs
from bregma_kit.operators import (
    DOCUMENT,
    OPERATORS,
    TRANSFORMS,
    Kind,
    compare,
    document_is_null,
    kind_of,
    operators_of,
    read_entries,
    transformed,
)
from bregma_kit.scope import VISIBLE_LABS

if TYPE_CHECKING:
    from bregma_kit.resource import Resource

MOST_STEPS, MOST_STEPS_IN_ALL, MOST_KEYS = 6, 40, 8


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a pair changes the statement's text: all but its values."""

    steps: tuple[str, ...]
    leaf: str
    transforms: tuple[str, ...]
    keyed: bool
    operator: str
    negated: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """One pair, understood."""

    shape: Shape
    entries: tuple[Any, ...]


@dataclass(slots=True)
class _Name:
    """A look-up's name, resolved."""

    steps: list[str] = field(default_factory=list)
    leaf: str = ""
    transforms: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    operator: str = "exact"
    kind: Kind | None = None


def _unknown(part: str, name: str, valid: Sequence[str]) -> ValueError:
    near = get_close_matches(part[:60], valid, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return ValueError(f"Cannot look up '{part[:60]}' in '{name[:80]}'.{hint} Valid here: {', '.join(valid)}.")


def resolve(start: Node, name: str) -> _Name:
    """Understand a name from a model on, or raise ValueError with the nearest valid ones."""
    found, node, parts = _Name(), start, name.split("__")
    relation: Relation | None = None
    while parts and not found.leaf:
        part = parts[0]
        relation = node.relations.get(part) or node.relations.get(part.removesuffix("_id"))
        if node.leaf(part) is not None:
            found.leaf = part
            parts.pop(0)
        elif relation is not None and (relation.forward or part in node.relations):
            found.steps.append(part if part in node.relations else part.removesuffix("_id"))
            node = relation.target
            parts.pop(0)
        elif found.steps and part in OPERATORS:
            break
        else:
            raise _unknown(part, name, node.names + (["isnull", "in"] if found.steps else []))
    found.leaf = found.leaf or "id"
    if len(found.steps) > MOST_STEPS:
        raise ValueError(f"'{name[:80]}' takes more than {MOST_STEPS} steps.")
    leaf = node.leaf(found.leaf)
    assert leaf is not None
    _resolve_rest(found, kind_of(leaf.type, leaf.vocabulary), parts, name)
    return found


def _resolve_rest(found: _Name, kind: Kind, parts: list[str], name: str) -> None:
    """Understand what follows the column: parts of dates, keys of JSON, an operator."""
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        valid = operators_of(kind)
        if part in TRANSFORMS and part in valid:
            found.transforms.append(part)
            kind = TRANSFORMS[part][2]
        elif last and part in valid:
            found.operator = part
        elif kind is DOCUMENT and part:
            found.keys.append(part)
        else:
            raise _unknown(part, name, valid)
    if len(found.keys) > MOST_KEYS or len(found.transforms) > 3:
        raise ValueError(f"'{name[:80]}' goes too deep.")
    found.kind = kind


@dataclass(frozen=True)
class FreeLookups(Filter):
    """The parameter, for one kind of record; with a prefix it looks into one of its columns only."""

    resource: Any = None
    graph: Graph = GRAPH
    prefix: str = ""
    free: bool = True
    """The caller chooses the path, so the statement has a time limit."""

    def of(self, resource: "Resource") -> Filter:
        """Return this parameter as the one of a resource."""
        return replace(self, resource=resource)

    @property
    def node(self) -> Node:
        """The model that look-ups start from."""
        return self.graph.node(self.resource)

    def read(self, text: str) -> list[Condition]:
        """Understand every pair, or raise ValueError with a sentence for the caller."""
        if "\0" in text:
            raise ValueError("Null characters are not allowed.")
        conditions = [self.understood(name, value) for name, value in split_pairs(text)]
        if sum(len(one.shape.steps) for one in conditions) > MOST_STEPS_IN_ALL:
            raise ValueError(f"These look-ups take more than {MOST_STEPS_IN_ALL} steps together.")
        return conditions

    def understood(self, name: str, text: str) -> Condition:
        """Understand one pair."""
        bare, negated = self.prefix + name.removeprefix("~"), name.startswith("~")
        found = resolve(self.node, bare)
        assert found.kind is not None
        operator = found.operator
        entries: list[Any] = []
        if operator in ("exact", "iexact") and text == "None":
            # a key that is there and holds nothing is another thing than no key
            operator, entries = ("exact", [[None]]) if found.keys else ("null", [])
        elif operator == "isnull":
            operator = "null" if parse_boolean(text) else "filled"
        else:
            try:
                entries = read_entries(operator, text, found.kind)
            except ValueError as error:
                raise ValueError(f"'{bare[:80]}': {error}") from None
        keys = [found.keys] if found.keys else []
        shape = Shape(tuple(found.steps), found.leaf, tuple(found.transforms), bool(keys), operator, negated)
        return Condition(shape, (*keys, *entries))

    def entries(self, value: Sequence[Condition]) -> list[Any]:
        """Return what goes into the parameters."""
        return [entry for one in value for entry in one.entries]

    def shape(self, value: Sequence[Condition]) -> Any:
        """Return what of the conditions changes the statement's text."""
        return tuple(one.shape for one in value)

    def where(self, shape: Any, *, scoped: bool = False) -> ColumnElement[bool]:
        """Return the condition on the parameters that carry the values."""
        places = count()
        return and_(true(), *(self._where(one, scoped, places) for one in shape))

    def _where(self, one: Shape, scoped: bool, places: Iterator[int]) -> ColumnElement[bool]:
        def bind(kind: Any) -> Any:
            return bindparam(f"f_{self.name}_{next(places)}", type_=kind)

        walk = _Walk(one, scoped, bind)
        source = self.resource.table
        whole = (
            walk.null(self.node, source, one.steps)
            if one.operator == "null"
            else walk.match(self.node, source, one.steps)
        )
        if not one.negated:
            return and_(whole)
        # what is null does not match, so excluding what matches keeps it; around `exists` it would hide it from the planner
        kept: ColumnElement[bool] = not_(whole if isinstance(whole, Exists) else func.coalesce(whole, false()))
        return kept


@dataclass(frozen=True)
class _Walk:
    """One pair on its way through the graph to SQL."""

    shape: Shape
    scoped: bool
    bind: Callable[[Any], Any]

    def match(self, node: Node, source: Any, steps: Sequence[str]) -> Any:
        """Say that some row at the end of the path meets the comparison."""
        own = self._own_key(node, steps)
        if not steps or own is not None:
            return self._compare(node, source, own)
        relation = node.relations[steps[0]]
        return step(relation, source, lambda far: self.match(relation.target, far, steps[1:]), scoped=self.scoped)

    def null(self, node: Node, source: Any, steps: Sequence[str]) -> Any:
        """Say that the path breaks off somewhere, or ends in nothing: the outer joins of Django."""
        own = self._own_key(node, steps)
        if not steps or own is not None:
            return self._is_null(node, source, own)
        relation = node.relations[steps[0]]
        broken = not_(step(relation, source, None, scoped=self.scoped))
        if self.shape.leaf in ("id", "pk") and len(steps) == 1:
            return broken
        return or_(
            broken,
            step(relation, source, lambda far: self.null(relation.target, far, steps[1:]), scoped=self.scoped),
        )

    def _own_key(self, node: Node, steps: Sequence[str]) -> str | None:
        """Return the column that holds the other's id, where only the id is asked for: no step is needed then."""
        if len(steps) == 1 and self.shape.leaf in ("id", "pk") and node.relations[steps[0]].forward:
            return node.relations[steps[0]].key
        return None

    def _expression(self, node: Node, source: Any, own: str | None) -> tuple[Any, Kind]:
        leaf = node.leaf(self.shape.leaf) if own is None else Leaf(own, column_of(source, own).type)
        assert leaf is not None
        expression, kind = column_of(source, leaf.key), kind_of(leaf.type, leaf.vocabulary)
        for one in self.shape.transforms:
            expression, kind = transformed(one, expression, kind)
        return expression, kind

    def _compare(self, node: Node, source: Any, own: str | None) -> Any:
        expression, kind = self._expression(node, source, own)
        if kind is DOCUMENT:
            return self._compare_document(expression)
        if self.shape.operator == "filled":
            return expression.is_not(None)
        return compare(self.shape.operator, expression, kind, self.bind)

    def _compare_document(self, expression: Any) -> Any:
        operator = self.shape.operator
        keys = self.bind(ARRAY(Text())) if self.shape.keyed else None
        inside = expression if keys is None else expression.op("#>", return_type=expression.type)(keys)
        if operator == "filled":
            return inside.is_not(None) if self.shape.keyed else not_(document_is_null(expression))
        if operator in OPERATORS_ON_TEXT:
            empty = literal_column("'{}'::text[]") if keys is None else keys
            words = expression.op("#>>", return_type=Text())(empty)
            return compare(operator, words, kind_of(Text()), self.bind)
        return compare(operator, inside, DOCUMENT, self.bind)

    def _is_null(self, node: Node, source: Any, own: str | None) -> Any:
        expression, kind = self._expression(node, source, own)
        if kind is not DOCUMENT:
            return expression.is_(None)
        if not self.shape.keyed:
            return document_is_null(expression)
        return expression.op("#>", return_type=expression.type)(self.bind(ARRAY(Text()))).is_(None)


OPERATORS_ON_TEXT = frozenset(
    {"iexact", "icontains", "startswith", "istartswith", "endswith", "iendswith", "regex", "iregex"}
)


def column_of(source: Any, key: str) -> Any:
    """Return a column of a resource's own table or of a view."""
    return getattr(source, key) if hasattr(source, "__table__") else source.c[key]


def step(relation: Relation, source: Any, condition: Callable[[Any], Any] | None, *, scoped: bool) -> Any:
    """Say that a relation leads to some row that the caller may see, and that meets a condition."""
    far = relation.target.view().alias()
    tables = [far]
    if relation.link is None:
        where = [column_of(far, relation.far_key) == column_of(source, relation.key)]
    else:
        link = relation.link.alias()
        tables.append(link)
        where = [link.c[relation.own] == column_of(source, "id"), link.c[relation.other] == far.c.id]
    where += seen(relation.target, far, scoped=scoped, back=relation.back)
    if condition is not None:
        where.append(condition(far))
    return exists(select(literal_column("1")).select_from(*tables).where(*where).correlate_except(*tables))


def seen(node: Node, source: Any, *, scoped: bool, back: str | None = None) -> list[Any]:
    """Return the conditions under which a row may influence an answer; who comes from its owner has met the owner's."""
    model = node.model
    assert model is not None
    conditions = []
    if model.within is not None and back != model.within:
        owner = node.relations[model.within]
        held = step(owner, source, None, scoped=scoped)
        conditions.append(or_(column_of(source, owner.key).is_(None), held))
    if scoped and model.lab is not None:
        lab = column_of(source, model.lab)
        allowed = lab == func.any(VISIBLE_LABS)
        conditions.append(or_(lab.is_(None), allowed) if model.lab_optional else allowed)
    if scoped and model.visible is not None and back != model.within:
        conditions.append(model.visible(source.c))
    return conditions


@dataclass(frozen=True)
class WhetherPath(FreeLookups):
    """True or False: whether a path of the graph leads to a value."""

    path: str = ""
    value: str = ""

    def read(self, text: str) -> list[Condition]:
        """Understand True or False."""
        return [self.understood(self.path if parse_boolean(text) else f"~{self.path}", self.value)]


@dataclass(frozen=True)
class AlongPath(FreeLookups):
    """A parameter whose value is compared at the end of one path of the graph."""

    path: str = ""

    def read(self, text: str) -> list[Condition]:
        """Understand the value; the path is ours, so a mistake does not name it."""
        found = resolve(self.node, self.path)
        assert found.kind is not None
        shape = Shape(tuple(found.steps), found.leaf, tuple(found.transforms), False, found.operator, False)
        return [Condition(shape, tuple(read_entries(found.operator, text, found.kind)))]


def _never(value: Any) -> Any:
    return value.is_not(None)


def free_lookups(name: str = "django", prefix: str = "", *, graph: Graph = GRAPH) -> FreeLookups:
    """Make the parameter ``django``, or one of the same language inside of one JSON column."""
    doc = f"inside of {name}: key,value[,key,value]" if prefix else "look-ups along relations: name,value[,name,value]"
    return FreeLookups(name, str, Text, _never, doc, graph=graph, prefix=prefix)


def whether(name: str, path: str, value: str, doc: str = "") -> WhetherPath:
    """Make a parameter that is true where a path of the graph leads to a value."""
    return WhetherPath(name, str, Text, _never, doc, path=path, value=value, free=False)


def along(name: str, path: str, doc: str = "") -> AlongPath:
    """Make a parameter that is a short name for one look-up."""
    return AlongPath(name, str, Text, _never, doc, path=path, free=False)
