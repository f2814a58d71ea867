"""ONE light: a folder of ALF sessions, read where they lie. The eID is the session's path below the folder."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from dataset_types.path import BadPath, SessionPath, parse_session_path

from one_client.errors import NotRecorded, NotServable, SessionNotFound
from one_client.records import Dataset, Found, Location, SessionListing, safe_relative
from one_client.selection import parts
from one_client.terms import Query

_DEPTH = 5  # lab/Subjects/subject/date/number
_MAYBE_SESSION = re.compile(r"(?:^|/)\d{4}-\d{2}-\d{2}/\d{1,3}$")
_UNKNOWN = {"users": "users", "projects": "projects", "task_protocol": "task protocols"}


class FolderBackend:
    """A plain folder with sessions at ``[lab/Subjects/]subject/date/number``.

    Parameters
    ----------
    root : path
        The folder.
    edition : str, optional
        Which edition of the standard its units follow, ``paper-2020`` or ``ibl-current``; needed to convert units.

    Raises
    ------
    SessionNotFound
        If the folder does not exist.
    """

    local = True

    def __init__(self, root: str | Path, *, edition: str = "") -> None:
        self.root = Path(root).expanduser().resolve()
        self.edition_of_all = edition
        if not self.root.is_dir():
            hint = "Give the folder that holds the labs or subjects; a server's address begins with https://."
            raise SessionNotFound(f"There is no folder {self.root}.", hint)

    @property
    def name(self) -> str:
        """The folder's path."""
        return str(self.root)

    def search(self, query: Query) -> Found:
        """Sessions that fit; what a folder cannot know (users, projects) is an error, not an empty answer."""
        for term, what in _UNKNOWN.items():
            if getattr(query, term):
                raise NotRecorded(f"A folder does not record {what}.", "Leave the term out, or ask a server.")
        if query.others:
            raise NotRecorded(f"A folder does not record {', '.join(query.others)}.", "Leave the term out.")
        fitting = [(eid, place) for eid, place in self._sessions() if place_fits(place, query)]
        fitting.sort(key=lambda pair: (pair[1].date, pair[1].subject, pair[1].number), reverse=True)
        holding = ((eid, place) for eid, place in fitting if self._has(eid, query))
        return Found([_details(eid, place) for eid, place in islice(holding, query.limit)])

    def resolve(self, place: SessionPath) -> str | None:
        """The eID of a session; a place without a lab is found in any lab."""
        if (self.root / str(place)).is_dir():
            return str(place)
        wanted = (place.subject, place.date, place.number)
        for eid, found in self._sessions():
            if (found.subject, found.date, found.number) == wanted and place.lab in (None, found.lab):
                return eid
        return None

    def listing(self, eid: str, known: SessionListing | None = None) -> SessionListing | None:
        """A session with its files that follow the ONE naming rules."""
        try:
            place = parse_session_path(eid)
        except BadPath:
            place = None
        folder = self.root / safe_relative(eid)
        if place is None or not folder.is_dir():
            raise SessionNotFound(f"{self.root} has no session {eid!r}.", "one.search() lists the sessions there are.")
        return SessionListing(eid, place, _details(eid, place), tuple(self._datasets(folder, eid)))

    def locate(self, listing: SessionListing, datasets: Sequence[Dataset]) -> list[Location]:
        """The files themselves."""
        found = []
        for dataset in datasets:
            path = self.root / safe_relative(listing.eid) / safe_relative(dataset.path)
            if not path.is_file():
                raise NotServable(f"{dataset.path} is no longer in {listing.eid}.", "Somebody moved or removed it.")
            found.append(Location(dataset, path=path))
        return found

    def edition(self, dataset: Dataset) -> str:
        """The edition said for the whole folder, or that of the dataset."""
        return dataset.edition or self.edition_of_all

    def close(self) -> None:
        """Nothing to give back."""

    def _sessions(self) -> Iterator[tuple[str, SessionPath]]:
        for relative in _folders(self.root, "", _DEPTH):
            if _MAYBE_SESSION.search(relative):
                try:
                    yield relative, parse_session_path(relative)
                except BadPath:
                    continue  # a folder that only looks like one

    def _datasets(self, folder: Path, eid: str) -> Iterator[Dataset]:
        files = [d for d in _files(folder, "") if parts(d[0].rpartition("/")[2]) is not None]
        datasets = sorted(
            (Dataset(f"{eid}/{path}", path, _type_of(path), size, edition=self.edition_of_all) for path, size in files),
            key=lambda d: (d.collection, d.name, d.revision),
        )
        for _, revisions in groupby(datasets, key=lambda d: (d.collection, d.name)):
            *older, newest = revisions
            for dataset in older:
                values = dataset.as_dict() | {"default": False}
                yield Dataset.from_dict(values)
            yield newest

    def _has(self, eid: str, query: Query) -> bool:
        folder = self.root / safe_relative(eid)
        if query.dataset_types or query.datasets:
            return datasets_fit(self._datasets(folder, eid), query)
        # the first file that fits is enough: a session of a year's recordings is not walked for it
        return not query.servable_only or any(parts(path.rpartition("/")[2]) for path, _ in _files(folder, ""))


def _folders(root: Path, relative: str, depth: int) -> Iterator[str]:
    with os.scandir(root / relative) as entries:
        names = sorted(e.name for e in entries if not e.name.startswith(".") and e.is_dir())
    for name in names:
        below = f"{relative}/{name}" if relative else name
        yield below
        if depth > 1 and not _MAYBE_SESSION.search(below):
            yield from _folders(root, below, depth - 1)


def _files(folder: Path, relative: str) -> Iterator[tuple[str, int]]:
    with os.scandir(folder / relative) as found:
        entries = sorted((e for e in found if not e.name.startswith(".")), key=lambda e: e.name)
    for entry in entries:
        below = f"{relative}/{entry.name}" if relative else entry.name
        if entry.is_dir():
            yield from _files(folder, below)
        elif entry.is_file():
            yield below, entry.stat().st_size


def _type_of(path: str) -> str:
    name = parts(path.rpartition("/")[2])
    return name.type_name if name else ""


def place_fits(place: SessionPath, query: Query) -> bool:
    """Whether a session's place satisfies the terms about it."""
    return (
        (not query.subject or place.subject.casefold() in map(str.casefold, query.subject))
        and (not query.lab or (place.lab or "").casefold() in map(str.casefold, query.lab))
        and (not query.number or place.number in query.number)
        and (query.first is None or place.date >= query.first)
        and (query.last is None or place.date <= query.last)
    )


def datasets_fit(datasets: Iterable[Dataset], query: Query) -> bool:
    """Whether all dataset types and file names asked for are there; without any, whether something can be loaded."""
    if not (query.dataset_types or query.datasets):
        return not query.servable_only or any(True for _ in datasets)
    datasets = tuple(datasets)
    types = {d.dataset_type for d in datasets}
    names = {d.name for d in datasets}
    return types.issuperset(query.dataset_types) and names.issuperset(query.datasets)


def details_fit(listing: SessionListing, query: Query) -> bool:
    """Whether the fields of a session known from a server satisfy the terms about them.

    Raises
    ------
    NotRecorded
        If a term needs the server.
    """
    if query.others:
        raise NotRecorded(f"Only the server can search by {', '.join(query.others)}.", "Search with mode='online'.")
    details = listing.details
    users = {str(user).casefold() for user in details.get("users") or ()}
    projects = [str(project).casefold() for project in details.get("projects") or ()]
    protocol = str(details.get("task_protocol") or "").casefold()
    return (
        users.issuperset(map(str.casefold, query.users))
        and (not query.projects or any(word.casefold() in project for word in query.projects for project in projects))
        and (not query.task_protocol or any(word.casefold() in protocol for word in query.task_protocol))
        and datasets_fit(listing.datasets, query)
    )


def _details(eid: str, place: SessionPath) -> dict[str, Any]:
    return {
        "id": eid,
        "subject": place.subject,
        "start_time": None,
        "date": place.date.isoformat(),
        "number": place.number,
        "lab": place.lab or "",
        "projects": [],
        "task_protocol": "",
    }
