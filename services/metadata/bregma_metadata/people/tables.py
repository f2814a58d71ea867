"""Rows of accounts, roles and tokens."""

from datetime import datetime
from uuid import UUID

from bregma_kit.db import Base, new_id
from sqlalchemy import CheckConstraint, DateTime, ForeignKey, LargeBinary, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from bregma_metadata.labs.tables import SCHEMA, LabRow


class UserRow(Base):
    """An account. ``password`` is an argon2 hash; without one only tokens open it."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(r"username ~ '^[\w.@+-]+$'", name="username_form"),
        CheckConstraint("kind in ('normal', 'public', 'rig')", name="kind"),
        {"schema": SCHEMA},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(Text, unique=True)
    email: Mapped[str] = mapped_column(Text, server_default="")
    password: Mapped[str | None] = mapped_column(Text)
    is_admin: Mapped[bool] = mapped_column(server_default="false")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    is_stock_manager: Mapped[bool] = mapped_column(server_default="false")
    kind: Mapped[str] = mapped_column(Text, server_default="normal")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class LabRoleRow(Base):
    """What an account is in a lab."""

    __tablename__ = "lab_roles"
    __table_args__ = (
        CheckConstraint("role in ('manager', 'member', 'technician', 'rig')", name="role"),
        {"schema": SCHEMA},
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey(UserRow.id, ondelete="CASCADE"), primary_key=True)
    lab_id: Mapped[UUID] = mapped_column(ForeignKey(LabRow.id, ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(Text, primary_key=True)


class TokenRow(Base):
    """A token, kept as its SHA-256; ``lab_id`` limits what a rig's token may write."""

    __tablename__ = "tokens"
    __table_args__ = ({"schema": SCHEMA},)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(UserRow.id, ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    name: Mapped[str] = mapped_column(Text, server_default="")
    lab_id: Mapped[UUID | None] = mapped_column(ForeignKey(LabRow.id, ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class InvitationRow(Base):
    """The key with which somebody may set the own password once; a newer one replaces it."""

    __tablename__ = "invitations"
    __table_args__ = ({"schema": SCHEMA},)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(UserRow.id, ondelete="CASCADE"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
