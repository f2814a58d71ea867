"""Who made a record: a user of the metadata room, shown and given by name."""

from dataclasses import dataclass
from typing import Any, ClassVar

from bregma_kit.db import ReadTx
from bregma_kit.fields import Field, Unknown
from sqlalchemy import select

from bregma_files import catalog


@dataclass(frozen=True, kw_only=True)
class Author(Field):
    """The user who made the record; the caller unless a name is given."""

    to: ClassVar[Any] = catalog.users.c.username
    nullable: bool = True
    create_only: bool = True

    def read(self) -> Any:
        """Look the name up."""
        return catalog.username(self.column)

    async def resolve(self, tx: ReadTx, value: Any) -> Any:
        """Find the id behind the name."""
        if value is None:
            return None
        found = await tx.value(select(catalog.users.c.id).where(catalog.users.c.username == value))
        if found is None:
            raise Unknown(f"Object with username={value} does not exist.")
        return found
