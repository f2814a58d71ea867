"""The one place where a principal becomes an SQL condition, and the rules about who may write."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, bindparam, func, or_

from bregma_kit.auth import WRITERS, Principal
from bregma_kit.errors import NotAllowed

VISIBLE_LABS = bindparam("visible_labs", type_=ARRAY(Uuid))
OWN_LABS = bindparam("own_labs", type_=ARRAY(Uuid))
CALLER = bindparam("caller", type_=Uuid)
"""The caller's account, for records that are a person's own."""
SECRET_LABS = bindparam("secret_labs", type_=ARRAY(Uuid))
"""Labs whose secrets the caller may see; null means every lab."""


def in_visible_labs(lab_id: Any, *, nullable: bool = False) -> ColumnElement[bool]:
    """Restrict rows to the labs whose records the caller may see; rows of no lab only where that is said."""
    seen: ColumnElement[bool] = lab_id == func.any(VISIBLE_LABS)
    return or_(lab_id.is_(None), seen) if nullable else seen


def scope_values(principal: Principal) -> dict[str, Any]:
    """Return what a statement may ask about the caller: the labs that are seen (null for all), and the own ones."""
    seen = None if principal.visible_labs is None else list(principal.visible_labs)
    own = list(principal.lab_roles)
    # a read-only account reads what its labs show, and holds no key to anything
    secret = None if principal.administers else [] if principal.read_only else own
    return {"own_labs": own, "visible_labs": seen, "secret_labs": secret, "caller": principal.user_id}


@dataclass(frozen=True)
class WriteRule:
    """Who may write a record. ``lab`` names the column that holds the record's lab."""

    admin_only: bool = False
    lab: str | None = None
    roles: frozenset[str] = WRITERS
    by_service: bool = False
    """The lab is that of another record: the resource's hooks look it up and check."""

    def check(self, principal: Principal, values: Mapping[str, Any], current: Mapping[str, Any] | None = None) -> None:
        """Raise NotAllowed unless the caller may write here, both where the record is and where it goes."""
        if principal.read_only or (self.admin_only and not principal.administers):
            raise NotAllowed
        if self.admin_only or self.by_service:
            return
        for place in (current, values):
            if place is None or (self.lab is not None and self.lab not in place):
                continue
            lab_id: UUID | None = place[self.lab] if self.lab else None
            if not principal.may_write(lab_id, self.roles):
                raise NotAllowed(hint="writing needs a role in the record's lab; ask one of its managers")


ADMIN_ONLY = WriteRule(admin_only=True)
ANY_WRITER = WriteRule()
BY_SERVICE = WriteRule(by_service=True)
