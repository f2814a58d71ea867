"""The graph of models that look-ups walk: ``django=session__subject__sex,M`` on datasets, across rooms.

How to declare a model
----------------------
A resource becomes a model of the graph with one argument, ``model=Model(view="insertions", ...)``, and one migration::

    create view catalog.lookup_insertions as select id, session_id, model_id, name, serial, json from metadata.insertions

The view has the columns of the resource's fields by their names in the table (``id`` among them), of visible rows only
(``where withdrawn_at is null``); a view this plain costs nothing, PostgreSQL looks through it. Many-to-many tables get
a view of their own: ``catalog.lookup_<table>`` with both columns. A test compares views and declarations.

Names come from the fields: a column is a name; a column with a foreign key is a relation to the resource of that table;
``many`` is one too. Each relation has a way back: ``reverse`` names it, else it is the noun in lower case, as in Django
(``procedures`` → ``session``). ``within="session"`` says that who sees the session sees this row; ``lab="lab_id"`` that
the column holds the lab; without either everybody who is signed in sees the rows. What no field shows but look-ups
should know goes into ``extra`` (a column of the table, or a ``Link``), what they should not know into ``hidden``.

The rooms' resources are composed to one graph by ``bregma_app``; so a path goes uphill (session → datasets) although
no room imports the other: SQL meets the other room's rows in the schema ``catalog`` only.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, TableClause, Uuid, column, table

from bregma_kit.fields import Choice, Field, SelfUrl, SlugList
from bregma_kit.lookups import Vocabulary

if TYPE_CHECKING:
    from bregma_kit.resource import Resource

CATALOG = "catalog"


@dataclass(frozen=True, kw_only=True)
class Link:
    """A many-to-many relation that no field declares: ``table`` has the columns ``own`` and ``other``."""

    to: str
    """Path of the other resource."""
    table: str
    own: str
    other: str


@dataclass(frozen=True, kw_only=True)
class Model:
    """What of a resource look-ups need to know beside its fields."""

    view: str
    reverse: Mapping[str, str] = field(default_factory=dict)
    """Field → the relation's name as seen from the other side."""
    lab: str | None = None
    lab_optional: bool = False
    within: str | None = None
    visible: Callable[[Any], Any] | None = None
    """A condition on the view's columns, asked for callers who see some labs only of rows that were not reached from
    the record that they lie within."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A column that can be compared."""

    key: str
    type: Any
    vocabulary: Vocabulary | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A step from one model to another: ``key`` here equals ``far_key`` there, or both meet in a link table."""

    target: "Node"
    key: str
    far_key: str
    link: TableClause | None = None
    own: str = ""
    other: str = ""
    back: str | None = None
    """Of a way back: the name of the relation that it is the way back of."""

    @property
    def forward(self) -> bool:
        """Whether this side's column holds the other's id."""
        return self.back is None and self.link is None


@dataclass(eq=False)
class Node:
    """A model with its names."""

    resource: "Resource"
    leaves: dict[str, Leaf] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)

    @property
    def model(self) -> Model | None:
        """What the resource declares."""
        return self.resource.model

    @property
    def names(self) -> list[str]:
        """What may be said here."""
        return sorted({*self.leaves, *self.relations, "pk"})

    def leaf(self, name: str) -> Leaf | None:
        """Return a column by name; ``pk`` is the id."""
        return self.leaves.get("id" if name == "pk" else name)

    def view(self) -> TableClause:
        """Return the view that other rooms see the rows through, with every column that look-ups use."""
        assert self.model is not None
        columns = {leaf.key: leaf.type for leaf in self.leaves.values()}
        keys = {one.key for one in self.relations.values() if one.forward} - set(columns)
        columns |= {key: getattr(self.resource.table, key).type for key in sorted(keys)}
        return table(_view_name(self.model.view), *(column(key, kind) for key, kind in columns.items()), schema=CATALOG)


def _view_name(name: str) -> str:
    return f"lookup_{name}"


def _link_view(name: str, own: str, other: str) -> TableClause:
    return table(_view_name(name), column(own, Uuid), column(other, Uuid), schema=CATALOG)


def _table_name(row: Any) -> str:
    return str(row.__table__.fullname)


class Graph:
    """All models of a process, or of a test."""

    def __init__(self) -> None:
        self._resources: dict[str, Resource] = {}
        self._nodes: dict[str, Node] = {}

    def compose(self, resources: Iterable["Resource"]) -> None:
        """Take resources in; one path is one resource."""
        self._resources |= {one.path: one for one in resources}
        self._nodes.clear()

    def node(self, resource: "Resource") -> Node:
        """Return the model of a resource; one that was never composed is taken in."""
        if self._resources.get(resource.path) is not resource:
            self.compose([resource])
        if not self._nodes:
            self._nodes = self._build()
        return self._nodes[resource.path]

    def nodes(self) -> list[Node]:
        """Return every model."""
        self._nodes = self._nodes or self._build()
        return list(self._nodes.values())

    def _build(self) -> dict[str, Node]:
        nodes = {path: Node(one) for path, one in self._resources.items()}
        # two resources may show one table; the one with a model is what a foreign key leads to
        by_table = {_table_name(one.resource.table): one for one in nodes.values() if one.model is not None}
        for node in nodes.values():
            node.leaves["id"] = Leaf("id", node.resource.table.id.type)
            for name, declared in _declared(node.resource).items():
                _add(node, name, declared, nodes, by_table)
        for node in nodes.values():
            for name, one in list(node.relations.items()):
                if one.back is None and node.model is not None:
                    _add_way_back(node, name, one)
        return nodes


def _declared(resource: "Resource") -> dict[str, Any]:
    """Return what names a resource has: fields with columns, many-to-many fields, and what its model adds."""
    model = resource.model
    hidden = model.hidden if model else frozenset()
    shown = {
        one.name: one
        for one in resource.fields
        if (isinstance(one, SlugList) or (one.column is not None and not isinstance(one, SelfUrl)))
        and not (one.column is not None and isinstance(one.column.type, ARRAY))
        and one.name not in hidden
    }
    return {**shown, **(model.extra if model else {})}


def _add(node: Node, name: str, declared: Any, nodes: Mapping[str, Node], by_table: Mapping[str, Node]) -> None:
    if isinstance(declared, SlugList):
        target = by_table.get(_table_name(declared.to.class_))
        link = (str(declared.link.name), str(declared.own.name), str(declared.other.name))  # type: ignore[attr-defined]
        _add_many(node, name, target, *link)
        return
    if isinstance(declared, Link):
        _add_many(node, name, nodes.get(declared.to), declared.table, declared.own, declared.other)
        return
    attribute = declared.column if isinstance(declared, Field) else declared
    assert attribute is not None
    [source] = attribute.property.columns
    foreign = [key.target_fullname.rpartition(".")[0] for key in source.foreign_keys]
    target = by_table.get(foreign[0]) if foreign else None
    if target is not None and target.model is not None:
        node.relations[name] = Relation(target, attribute.key, "id")
        return
    vocabulary = declared.vocabulary if isinstance(declared, Choice) else None
    node.leaves[name] = Leaf(attribute.key, source.type, vocabulary)


def _add_many(node: Node, name: str, target: Node | None, link: str, own: str, other: str) -> None:
    if target is not None and target.model is not None:
        node.relations[name] = Relation(target, "id", "id", _link_view(link, own, other), own, other)


def _add_way_back(node: Node, name: str, one: Relation) -> None:
    assert node.model is not None
    back = node.model.reverse.get(name, node.resource.noun.lower())
    if back in one.target.leaves or back in one.target.relations:
        if name in node.model.reverse:
            raise ValueError(f"{one.target.resource.path} has two meanings of {back!r}")
        return
    if one.link is None:
        one.target.relations[back] = Relation(node, "id", one.key, back=name)
    else:
        one.target.relations[back] = Relation(node, "id", "id", one.link, one.other, one.own, back=name)


GRAPH = Graph()
"""The graph of this process; ``bregma_app`` composes it from every room's resources."""
