"""What other rooms may read of people, labs and sessions."""

from collections.abc import Sequence

from alembic import op

revision: str = "metadata_0002"
down_revision: str | None = "metadata_0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SESSIONS = """
create view catalog.sessions as
select s.id, s.lab_id, l.name as lab, l.timezone, s.subject_id, u.nickname as subject, s.start_time,
       to_char(s.start_time, 'YYYY-MM-DD') as date, s.number, s.task_protocol, s.withdrawn_at
from metadata.sessions s
join metadata.labs l on l.id = s.lab_id
join metadata.subjects u on u.id = s.subject_id
"""
USERS = "create view catalog.users as select id, username, is_active from metadata.users"
LABS = "create view catalog.labs as select id, name, timezone, visibility from metadata.labs"
SUBJECTS = "create view catalog.subjects as select id, nickname, lab_id from metadata.subjects"
SESSION_USERS = "create view catalog.session_users as select session_id, user_id from metadata.session_users"
FORMER = """
create view catalog.former_places as
select session_id, lab, subject, date, number, moved_at from metadata.former_places
"""
# what a token or a user name stands for; any room's process signs its own callers in
PRINCIPALS = """
create view catalog.principals as
select u.id as user_id, u.username, u.password, u.is_admin, u.kind,
       coalesce((select json_agg(json_build_array(r.lab_id, r.role)) from metadata.lab_roles r where r.user_id = u.id),
                '[]'::json)::text as lab_roles,
       case when u.is_admin or not exists (
              select 1 from metadata.labs l where l.visibility = 'closed'
              and not exists (select 1 from metadata.lab_roles r where r.user_id = u.id and r.lab_id = l.id)
            ) and exists (select 1 from metadata.lab_roles r where r.user_id = u.id)
         then null
         else array(
           select l.id from metadata.labs l
           where exists (select 1 from metadata.lab_roles r where r.user_id = u.id and r.lab_id = l.id)
              or (l.visibility = 'open' and exists (select 1 from metadata.lab_roles r where r.user_id = u.id))
         )
       end as visible_labs
from metadata.users u where u.is_active
"""
TOKENS = "create view catalog.tokens as select id, user_id, digest, lab_id, expires_at from metadata.tokens"
# a token's last use is noted by whichever process saw it; no room but this one may write the table
TOUCH = """
create function catalog.token_used(token uuid) returns void language sql security definer set search_path = pg_catalog as $$
  update metadata.tokens set last_used_at = now()
  where id = token and (last_used_at is null or last_used_at < now() - interval '5 minutes')
$$
"""
VIEWS = ("sessions", "users", "labs", "subjects", "session_users", "former_places", "principals", "tokens")


def upgrade() -> None:
    for view in (SESSIONS, USERS, LABS, SUBJECTS, SESSION_USERS, FORMER, PRINCIPALS, TOKENS, TOUCH):
        op.execute(view)


def downgrade() -> None:
    op.execute("drop function catalog.token_used(uuid)")
    for view in reversed(VIEWS):
        op.execute(f"drop view catalog.{view}")
