"""Rows of projects and the roles in them."""

from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from bregma_metadata.labs.tables import SCHEMA
from bregma_metadata.people.tables import UserRow


class ProjectRow(Base):
    """A project across labs."""

    __tablename__ = "projects"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[str] = mapped_column(Text, server_default="")


class ProjectUserRow(Base):
    """A user listed on a project, as Alyx's record shows it; it grants nothing."""

    __tablename__ = "project_users"
    __table_args__ = ({"schema": SCHEMA},)
    project_id: Mapped[UUID] = mapped_column(ForeignKey(ProjectRow.id, ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(UserRow.id, ondelete="CASCADE"), primary_key=True, index=True)


class ProjectRoleRow(Base):
    """What an account is in a project."""

    __tablename__ = "project_roles"
    __table_args__ = (
        CheckConstraint("role in ('owner', 'contributor', 'viewer', 'reviewer')", name="role"),
        {"schema": SCHEMA},
    )
    project_id: Mapped[UUID] = mapped_column(ForeignKey(ProjectRow.id, ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(UserRow.id, ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(Text, primary_key=True)
