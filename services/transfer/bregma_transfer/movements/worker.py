"""What a process needs to carry files, and what reads files that lie outside of the house."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from bregma_files import api as files
from bregma_kit.db import Database
from bregma_kit.stores import Stores

from bregma_transfer.movements.attempt import Attempt
from bregma_transfer.movements.carriers import Hands, Place, Readable
from bregma_transfer.movements.desk import Desk
from bregma_transfer.movements.domain import Content
from bregma_transfer.movements.settling import ForeignWay, Way, adopt, note, register


class OutsideFile(Readable, Protocol):
    """A file at a source, as it was when it was looked at."""

    @property
    def size(self) -> int:
        """Its bytes."""
        ...

    @property
    def version(self) -> str:
        """What the source says its version is: another text means other bytes, perhaps."""
        ...

    async def content(self) -> Content | None:
        """Read it whole, once more, and hash it; None if it is gone."""
        ...


class Outside(Protocol):
    """Reads the files of sources of one kind."""

    async def look(self, source: Mapping[str, Any], foreign: files.Foreign) -> OutsideFile:
        """Return a file of a source (a row of ``transfer.sources``).

        Raises CannotMove where it is gone, refused or misconfigured; Unavailable where another try may help.
        """
        ...


@dataclass(slots=True)
class Worker:
    """What a process needs to carry files."""

    database: Database
    stores: Stores
    hands: Hands
    lease: timedelta
    outside: Mapping[str, "Outside"] = field(default_factory=dict)
    """Who reads files that lie outside of the house, by the carrier's name."""
    sendings: "Desk[tuple[Attempt, dict[str, Any]]]" = field(init=False)
    arrivals: "Desk[tuple[Attempt, Way]]" = field(init=False)

    adoptions: "Desk[tuple[Attempt, ForeignWay, files.Reading]]" = field(init=False)

    def __post_init__(self) -> None:
        self.sendings, self.arrivals = Desk(self.database, note), Desk(self.database, register)
        self.adoptions = Desk(self.database, adopt)

    def place(self, store: str, bucket: str, key: str) -> Place:
        """Return where an object lies. Raises StoreUnknown."""
        return Place(self.stores.store(store), bucket, key)
