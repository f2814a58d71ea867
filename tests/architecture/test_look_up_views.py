"""The views that look-ups walk have what the models declare: a contract between rooms."""

import psycopg
import pytest
from bregma_app.main import ROOMS
from bregma_kit.db import compiled
from bregma_kit.free_lookups import free_lookups
from bregma_kit.graph import GRAPH
from sqlalchemy import select

_COLUMNS = """
select a.attname, format_type(a.atttypid, null) from pg_attribute a
where a.attrelid = to_regclass(%s) and a.attnum > 0 and not a.attisdropped
"""


@pytest.fixture
def connection(database_url):
    with psycopg.connect(database_url) as one:
        yield one


def columns(connection, name):
    return dict(connection.execute(_COLUMNS, [name]).fetchall())


def test_views_have_the_columns_of_their_tables(connection):
    """Names and types; a column that no model asks for is none of the other rooms' business."""
    for node in GRAPH.nodes():
        if node.model is None:
            continue
        view = node.view()
        found, table = columns(connection, view.fullname), columns(connection, node.resource.table.__table__.fullname)
        wanted = {one.name for one in view.columns}
        assert set(found) == wanted, (
            f"{view.fullname}: a migration must publish {sorted(wanted)} (see bregma_kit.graph)"
        )
        for name, kind in found.items():
            assert kind == table[name], f"{view.fullname}.{name}"


def test_links_have_both_ends(connection):
    links = [one.link for node in GRAPH.nodes() for one in node.relations.values() if one.link is not None]
    assert links
    for link in links:
        wanted = {one.name for one in link.columns}
        assert wanted <= set(columns(connection, link.fullname)), f"a migration must publish {link.fullname} {wanted}"


def test_every_room_knows_every_model():
    known = {node.resource.path for node in GRAPH.nodes()}
    assert len(ROOMS) > 1
    assert {"sessions", "datasets", "files", "subjects"} <= known


def test_every_step_and_column_runs(connection):
    """PostgreSQL accepts the statement of each name, one and two steps away, for callers of any scope."""
    statements = set()
    for node in GRAPH.nodes():
        names = [
            *node.leaves,
            *(f"{name}__{leaf}" for name, one in node.relations.items() for leaf in one.target.leaves),
        ]
        names += [f"{name}__{other}" for name, one in node.relations.items() for other in one.target.relations]
        for name in names:
            for scoped in (False, True):
                statements.add(_explained(node.resource, f"{name}__isnull,True,~{name}__isnull,False", scoped=scoped))
    for statement in statements:
        connection.execute(statement)


def _explained(resource, text, *, scoped):
    lookups = free_lookups().of(resource)
    shape = lookups.shape(lookups.read(text))
    ready = compiled(select(resource.table.id).where(lookups.where(shape, scoped=scoped)))
    text = ready.sql
    for place in reversed(range(len(ready.names))):
        text = text.replace(f"${place + 1}", "'{}'")
    return f"explain {text}"
