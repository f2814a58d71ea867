"""Fields that name an animal: two labs may have one of the same name, so only a hook, which knows the caller, decides."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bregma_kit.db import ReadTx
from bregma_kit.errors import Invalid
from bregma_kit.fields import Slug
from bregma_kit.resource import Change
from bregma_kit.scope import WriteRule
from sqlalchemy import select

from bregma_metadata.subjects.tables import SubjectRow

STAFF = frozenset({"manager", "member", "technician"})
"""Roles that write about animals."""


@dataclass(frozen=True, kw_only=True)
class Animal(Slug):
    """An animal, shown by its nickname and given by nickname or id; ``choose`` turns what was given into a row."""

    to: Any = field(default_factory=lambda: SubjectRow.nickname)

    async def resolve(self, tx: ReadTx, value: Any) -> Any:
        """Leave the choice to the hook, which knows whose animals are meant."""
        return value


async def choose(change: Change, name: str, column: str) -> dict[str, Any] | None:
    """Replace a given name by the animal's id and return the animal; of several the one in the caller's labs is meant."""
    given = change.values.get(column)
    if given is None:
        return None
    if isinstance(given, UUID):
        condition = SubjectRow.id == given
    else:
        condition = SubjectRow.nickname == given
        with suppress(ValueError):
            condition |= SubjectRow.id == UUID(given)
    rows = await change.tx.rows(select(*SubjectRow.__table__.columns).where(condition))
    seen = [row for row in rows if change.principal.may_see(row["lab_id"])]
    own = [row for row in seen if row["lab_id"] in change.principal.lab_roles]
    meant = seen if len(seen) == 1 else own
    if not seen:
        raise Invalid({name: [f"Object with nickname={given} does not exist."]})
    if len(meant) != 1:
        raise Invalid({name: [f"Several labs have an animal named {given}; give the id of the one that is meant."]})
    change.values[column] = meant[0]["id"]
    return dict(meant[0].items())


async def choose_own(change: Change, name: str = "subject", column: str = "subject_id") -> dict[str, Any]:
    """Find the animal that a record is about, old or new; the caller needs a role in its lab."""
    if change.current is not None:
        row = await change.tx.row(
            select(*SubjectRow.__table__.columns)
            .where(SubjectRow.id == change.current[column])
            .with_for_update(key_share=True)
        )
        assert row is not None
        check_role(change, row["lab_id"])
        if column not in change.values:
            return dict(row.items())
    chosen = await choose(change, name, column)
    if chosen is None:
        raise Invalid({name: ["This field is required."]})
    check_role(change, chosen["lab_id"])
    return chosen


def check_role(change: Change, lab_id: UUID) -> None:
    """Raise NotAllowed unless the caller writes about animals of this lab."""
    WriteRule(lab="lab_id", roles=STAFF).check(change.principal, {"lab_id": lab_id})
