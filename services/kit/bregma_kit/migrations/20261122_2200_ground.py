"""Ground: extensions, schemas, roles and the functions every room uses."""

from collections.abc import Sequence

from alembic import op

revision: str = "kit_0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = ("kit",)
depends_on: str | Sequence[str] | None = None

ROOMS = ("metadata", "files", "transfer", "compression")

# Alyx prints microseconds only when there are any, and then all six digits
NAIVE = """
create function kit.naive(moment timestamp) returns text language sql immutable parallel safe as $$
  select to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS')
      || case when moment = date_trunc('second', moment) then '' else to_char(moment, '.US') end
$$
"""
# roles belong to the whole cluster: another installation in it may have made them a moment ago
ROLE = """
do $$ begin create role bregma_{room} nologin; exception when duplicate_object or unique_violation then null; end $$
"""


def upgrade() -> None:
    op.execute("create extension if not exists pg_trgm")
    op.execute("create extension if not exists btree_gist")
    op.execute(NAIVE)
    op.execute("create schema if not exists catalog")
    for room in ROOMS:
        op.execute(ROLE.format(room=room))
        # a process of one room logs in as the owner and becomes that room's role
        op.execute(f"grant bregma_{room} to current_user")
        op.execute(f"create schema if not exists {room}")
        op.execute(f"grant usage on schema {room} to bregma_{room}")
        op.execute(f"grant usage on schema kit, catalog to bregma_{room}")
        op.execute(f"alter default privileges in schema {room} grant all on tables to bregma_{room}")
        op.execute(f"alter default privileges in schema catalog grant select on tables to bregma_{room}")


def downgrade() -> None:
    for room in ROOMS:
        op.execute(f"alter default privileges in schema {room} revoke all on tables from bregma_{room}")
        op.execute(f"alter default privileges in schema catalog revoke select on tables from bregma_{room}")
        op.execute(f"revoke all on schema kit, catalog, {room} from bregma_{room}")
        op.execute(f"drop schema {room}")
    op.execute("drop schema catalog")
    op.execute("drop function kit.naive(timestamp)")
