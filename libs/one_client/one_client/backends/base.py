"""What every backend can do; `one_client.testing.BackendContract` is the same in tests."""

from collections.abc import Sequence
from typing import Protocol

from dataset_types.path import SessionPath

from one_client.records import Dataset, Found, Location, SessionListing
from one_client.terms import Query


class Backend(Protocol):
    """A source of sessions and datasets."""

    @property
    def name(self) -> str:
        """What it is, in a few words, for messages."""

    @property
    def local(self) -> bool:
        """True if the files are read where they lie; then nothing is cached."""

    def search(self, query: Query) -> Found:
        """Sessions that fit, newest first (by date, then subject and number, descending)."""

    def resolve(self, place: SessionPath) -> str | None:
        """The eID of the session at a place of the ALF tree; None if there is none."""

    def listing(self, eid: str, known: SessionListing | None = None) -> SessionListing | None:
        """A session with its loadable datasets; None if nothing changed since ``known``.

        Raises
        ------
        SessionNotFound
            If there is no such session.
        """

    def locate(self, listing: SessionListing, datasets: Sequence[Dataset]) -> list[Location]:
        """Where the bytes of these datasets are, in the order asked, with sizes and hashes as far as they are known.

        Raises
        ------
        NotServable
            If one of them cannot be read now.
        """

    def edition(self, dataset: Dataset) -> str:
        """The edition of the standard that a dataset's units follow; empty if nobody said."""

    def close(self) -> None:
        """Give back connections."""
