"""What registered files belong to, and which repositories get a record of each."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg
from bregma_kit.auth import Principal
from bregma_kit.db import ReadTx

from bregma_files.datasets import service as datasets
from bregma_files.registration import store
from bregma_files.registration.domain import BadRegistration, NoSession, ObjectPlace, Registration, SessionPlace


@dataclass(frozen=True, slots=True)
class Owner:
    """A session, or another record that has files of its own (an aggregate's subject, for one)."""

    id: UUID
    lab_id: UUID | None
    folder: str
    session: asyncpg.Record | None = None
    content_type: str | None = None
    subject: str | None = None
    """The animal's name, where the files belong to one or to its session."""


@dataclass(frozen=True, slots=True)
class Home:
    """A repository that gets records, and whether the files are said to exist there."""

    id: UUID
    managed: bool
    personal: bool
    exists: bool

    @property
    def holds(self) -> bool:
        """Whether we say that the files exist here; of a managed repository only our own verification says so."""
        return self.exists and not self.managed


async def find_owner(tx: ReadTx, principal: Principal, request: Registration) -> Owner:
    """Return what the files belong to; what the caller may not see does not exist."""
    place = request.place
    if isinstance(place, ObjectPlace):
        return await _object(tx, principal, place)
    return await _session(tx, principal, place, request.labs)


async def _object(tx: ReadTx, principal: Principal, place: ObjectPlace) -> Owner:
    found = await datasets.visible_owner(tx, principal, place.content_type, place.object_id)
    if found is None:
        raise BadRegistration(f"There is no {place.content_type} with the id {place.object_id}.")
    subject = found["name"] if place.content_type == "subject" else None
    return Owner(place.object_id, found["lab_id"], "", content_type=place.content_type, subject=subject)


async def _session(tx: ReadTx, principal: Principal, place: SessionPlace, labs: tuple[str, ...]) -> Owner:
    try:
        session = await datasets.session_at(tx, principal, place.subject, place.day, place.number, labs)
    except datasets.SeveralLabs:
        raise NoSession(
            f"Several labs have an animal named {place.subject}; say which lab is meant with 'labs'."
        ) from None
    if session is not None:
        return Owner(session["id"], session["lab_id"], place.folder, session, subject=session["subject"])
    if not any(principal.may_see(lab_id) for lab_id in await store.subject_labs(tx, place.subject)):
        raise NoSession(f"There is no subject '{place.subject}'.", hint="register the animal first: POST /subjects")
    raise NoSession(
        f"There is no session {place.number} of {place.subject} on {place.day}.", hint="create it first: POST /sessions"
    )


async def find_homes(tx: ReadTx, principal: Principal, owner: Owner, request: Registration) -> list[Home]:
    """Return the named repository and those of the labs; Alyx's rule says on which the files exist."""
    named: asyncpg.Record | None = None
    if request.repository or request.hostname:
        named = await store.repository(tx, request.repository, request.hostname)
        if named is None:
            raise BadRegistration(f"There is no data repository '{request.repository or request.hostname}'.")
    if owner.session is None and named is None:
        raise BadRegistration("Files of an object other than a session need the repository's name or hostname.")
    lab_ids: list[UUID] = []
    if owner.session is not None:
        # aggregates have the named repository only
        lab_ids = await _labs(tx, principal, request.labs) if request.labs else [owner.session["lab_id"]]
    rows = {row["id"]: row for row in await store.lab_repositories(tx, lab_ids)}
    if named is not None:
        rows[named["id"]] = named
    here = None if named is None else named["id"]
    return [
        Home(key, row["managed"], row["globus_is_personal"], request.exists and (request.server_only or key == here))
        for key, row in rows.items()
        if not (request.server_only and row["globus_is_personal"])
    ]


async def _labs(tx: ReadTx, principal: Principal, names: tuple[str, ...]) -> list[UUID]:
    found = {name: lab_id for name, lab_id in (await store.lab_ids(tx, names)).items() if principal.may_see(lab_id)}
    for name in names:
        if name not in found:
            raise BadRegistration(f"There is no lab '{name}'.")
    return list(found.values())
