"""Each room's role can write its own schema and the short list of doors to its neighbours, nothing more."""

import psycopg
import pytest

ROOMS = ("metadata", "files", "transfer", "compression")
SHARED_READ = "catalog"
SHARED_WORK = "jobs"
# role → table elsewhere → what it may do there; each is one line of a room's api.py
DOORS = {
    ("bregma_metadata", "files.lab_repositories"): {"SELECT", "INSERT", "DELETE"},  # a lab says where its files go
    ("bregma_files", "metadata.session_users"): {"SELECT", "INSERT"},  # who registers files took part
    ("bregma_files", "metadata.sessions"): {"SELECT", "UPDATE"},  # move, merge, withdraw
    ("bregma_files", "metadata.former_places"): {"SELECT", "INSERT", "UPDATE"},  # old paths redirect
    ("bregma_files", "metadata.labs"): {"SELECT"},
    ("bregma_files", "metadata.subjects"): {"SELECT"},
    # what was made of a file is registered in the transaction that ends its job
    ("bregma_compression", "files.datasets"): {"SELECT", "INSERT", "UPDATE"},
    ("bregma_compression", "files.file_records"): {"SELECT", "INSERT"},
    ("bregma_compression", "files.revisions"): {"SELECT", "INSERT"},
    ("bregma_compression", "files.repositories"): {"SELECT"},
    ("bregma_compression", "files.dataset_types"): {"SELECT"},
    ("bregma_compression", "files.data_formats"): {"SELECT"},
    # a copy that arrived is registered in the transaction that ends its movement
    ("bregma_transfer", "files.datasets"): {"SELECT", "UPDATE"},
    ("bregma_transfer", "files.file_records"): {"SELECT", "INSERT", "UPDATE"},
    ("bregma_transfer", "files.revisions"): {"SELECT"},
    ("bregma_transfer", "files.repositories"): {"SELECT"},
    ("bregma_transfer", "files.dataset_types"): {"SELECT"},
    # what stands for a raw file that went, when a rig asks whether it may delete its own
    ("bregma_transfer", "files.retirements"): {"SELECT"},
}
_PRIVILEGES = """
select r.rolname, n.nspname, c.relname, array_agg(p)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join pg_roles r
cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
where r.rolname = any(%s) and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
  and has_any_column_privilege(r.oid, c.oid, case when p in ('DELETE', 'TRUNCATE', 'TRIGGER') then 'SELECT' else p end)
  and (p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') or has_table_privilege(r.oid, c.oid, p))
group by 1, 2, 3
"""


@pytest.fixture
def connection(database_url):
    with psycopg.connect(database_url) as one:
        yield one


def granted(connection) -> dict[tuple[str, str, str], set[str]]:
    """What each role may do with each table and view, or with any column of it."""
    roles = [f"bregma_{room}" for room in ROOMS]
    return {(role, schema, table): set(what) for role, schema, table, what in connection.execute(_PRIVILEGES, [roles])}


def test_the_list_of_doors_is_exact(connection):
    found = {
        (role, f"{schema}.{table}"): what
        for (role, schema, table), what in granted(connection).items()
        if schema not in (role.removeprefix("bregma_"), SHARED_READ, SHARED_WORK)
    }
    assert found == DOORS


def test_a_role_writes_every_table_of_its_room(connection):
    may = granted(connection)
    tables = connection.execute(
        "select schemaname, tablename from pg_tables where schemaname = any(%s)", [list(ROOMS)]
    ).fetchall()
    assert {schema for schema, _ in tables} >= {"metadata", "files"}
    for schema, table in tables:
        missing = {"SELECT", "INSERT", "UPDATE", "DELETE"} - may.get((f"bregma_{schema}", schema, table), set())
        assert not missing, f"bregma_{schema} lacks {missing} on {schema}.{table}"


def test_the_catalog_is_read_by_all_and_written_by_none(connection):
    may = granted(connection)
    views = [name for (name,) in connection.execute("select viewname from pg_views where schemaname = 'catalog'")]
    assert views
    for room in ROOMS:
        for view in views:
            assert may[f"bregma_{room}", "catalog", view] == {"SELECT"}


def test_roles_make_nothing_and_are_no_logins(connection):
    rows = connection.execute(
        """select r.rolname, n.nspname from pg_roles r cross join pg_namespace n
           where r.rolname = any(%s) and has_schema_privilege(r.oid, n.oid, 'CREATE')""",
        [[f"bregma_{room}" for room in ROOMS]],
    ).fetchall()
    assert rows == []
    powers = connection.execute(
        """select rolname from pg_roles
           where rolname = any(%s) and (rolsuper or rolcanlogin or rolcreaterole or rolcreatedb or rolbypassrls)""",
        [[f"bregma_{room}" for room in ROOMS]],
    ).fetchall()
    assert powers == []


def test_the_database_refuses_a_write_next_door(connection):
    connection.execute("set role bregma_files")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("update metadata.subjects set nickname = 'x'")
    connection.rollback()
    connection.execute("set role bregma_metadata")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("delete from files.datasets")
    connection.rollback()
    connection.execute("set role bregma_transfer")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select * from metadata.users")
