"""The views of other rooms that this room reads, and its own as SQL expressions."""

from typing import Any

from bregma_kit.fields import BASE_URL
from bregma_kit.scope import VISIBLE_LABS
from sqlalchemy import Boolean, DateTime, Integer, Text, Uuid, case, column, exists, func, select, table, true

sessions = table(
    "sessions", column("id", Uuid), column("lab_id", Uuid), column("lab", Text), column("timezone", Text),
    column("subject_id", Uuid), column("subject", Text), column("start_time", DateTime), column("date", Text),
    column("number", Integer), column("task_protocol", Text), column("withdrawn_at", DateTime(timezone=True)),
    schema="catalog",
)  # fmt: skip
users = table("users", column("id", Uuid), column("username", Text), column("is_active", Boolean), schema="catalog")
labs = table("labs", column("id", Uuid), column("name", Text), column("timezone", Text), schema="catalog")
projects = table("lookup_projects", column("id", Uuid), column("name", Text), schema="catalog")
insertions = table(
    "lookup_probe_insertions", column("id", Uuid), column("session_id", Uuid), column("name", Text), schema="catalog"
)
subjects = table("subjects", column("id", Uuid), column("nickname", Text), column("lab_id", Uuid), schema="catalog")
session_users = table("session_users", column("session_id", Uuid), column("user_id", Uuid), schema="catalog")
records = table(
    "file_records", column("id", Uuid), column("dataset_id", Uuid), column("repository", Text), column("managed", Boolean),
    column("personal", Boolean), column("exists", Boolean), column("root", Text), column("path", Text),
    column("relative_path", Text), column("globus_path", Text), schema="catalog",
)  # fmt: skip


def username(column_: Any) -> Any:
    """Show a user's id as the user's name."""
    return select(users.c.username).where(users.c.id == column_).scalar_subquery()


def record_url() -> Any:
    """Return the address of the file record at hand, or null where its repository has none."""
    root = case((records.c.root == "", BASE_URL), else_=records.c.root)
    return root.concat(records.c.path)


def visible(dataset: Any) -> Any:
    """Restrict to datasets whose session, or other record that they belong to, is of a visible lab."""
    return case((dataset.session_id.is_(None), object_visible(dataset)), else_=_seen(sessions, dataset.session_id))


def object_visible(dataset: Any) -> Any:
    """Restrict data of no session; what belongs to no lab is everybody's who is signed in."""
    return case(
        (dataset.content_type == "subject", _seen(subjects, dataset.object_id)),
        (dataset.content_type == "session", _seen(sessions, dataset.object_id)),
        (dataset.content_type == "lab", dataset.object_id == func.any(VISIBLE_LABS)),
        else_=true(),
    )


def _seen(view: Any, wanted: Any) -> Any:
    # an alias: the statement around may have the view among its own tables
    other = view.alias()
    return exists(select(other.c.id).where(other.c.id == wanted, other.c.lab_id == func.any(VISIBLE_LABS)))


def not_withdrawn(session_id: Any) -> Any:
    """Hide data of withdrawn sessions."""
    hidden = select(sessions.c.id).where(sessions.c.id == session_id, sessions.c.withdrawn_at.is_not(None))
    return ~exists(hidden)
