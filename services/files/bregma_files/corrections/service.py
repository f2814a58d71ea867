"""Correct sessions: ids and bytes stay, old paths redirect, protected data refuse."""

from datetime import timedelta
from uuid import UUID

import asyncpg
from bregma_kit.auth import Principal
from bregma_kit.clock import now
from bregma_kit.db import Database, WriteTx
from bregma_kit.errors import BregmaError, NotAllowed, NotFound
from bregma_metadata import api as metadata

from bregma_files.corrections import store
from bregma_files.corrections.schemas import Correction, Report
from bregma_files.registration.store import lock_owner

RESTORABLE = timedelta(days=30)


class CannotCorrect(BregmaError):
    """A correction that would lose or confuse something; nothing was changed."""

    status = 409
    code = "cannot_correct"


class _DryRun(Exception):
    """Carries a report out of a transaction that must roll back."""

    def __init__(self, report: Report) -> None:
        self.report = report


async def correct(database: Database, principal: Principal, request: Correction) -> Report:
    """Carry a correction out, or say what it would do: the dry run is the real one, rolled back."""
    try:
        async with database.write() as tx:
            report = await _ACTIONS[request.action](tx, principal, request)
            if request.dry_run:
                raise _DryRun(report)  # noqa: TRY301  raising is what rolls the transaction back
            return report
    except _DryRun as dry:
        return dry.report


async def _session(tx: WriteTx, principal: Principal, session_id: UUID, *, withdrawn: bool = False) -> asyncpg.Record:
    await lock_owner(tx, session_id)
    row = await store.session(tx, session_id)
    if row is None or not principal.may_see(row["lab_id"]) or (row["withdrawn_at"] is not None) != withdrawn:
        raise NotFound("Session")
    if not principal.may_write(row["lab_id"], frozenset({"manager", "member"})):
        raise NotAllowed(hint="correcting needs the role manager or member in the session's lab")
    return row


async def _refuse_protected(tx: WriteTx, session_id: UUID) -> None:
    names = await store.protected_names(tx, session_id)
    if names:
        raise CannotCorrect(
            f"{len(names)} datasets are protected, among them {names[0]}.",
            hint="remove the protected tag first, or leave them",
        )


def folder(row: asyncpg.Record) -> str:
    """Return a session's folder below the lab's Subjects."""
    return f"{row['subject']}/{row['date']}/{row['number'] or 0:03d}"


async def _move(tx: WriteTx, principal: Principal, request: Correction) -> Report:
    row = await _session(tx, principal, request.session)
    await _refuse_protected(tx, request.session)
    to = request.to
    if to is None or (to.subject, to.date, to.number) == (None, None, None):
        raise CannotCorrect("A move needs `to`: a subject, date or number.", hint='{"to": {"subject": "KS014"}}')
    try:
        moved = await metadata.move_session(
            tx, request.session, subject=to.subject, lab=to.lab, day=to.date, number=to.number,
            by=principal.user_id, reason=request.reason, may_see=principal.may_see,
        )  # fmt: skip
    except metadata.PlaceTaken as error:
        raise CannotCorrect(str(error), hint="merge the two sessions, or choose another number") from None
    if not principal.may_write(moved, frozenset({"manager", "member"})):
        raise NotAllowed(hint="the animal belongs to a lab in which you have no role")
    after = await store.session(tx, request.session)
    assert after is not None
    followed, left = await store.move_records(tx, request.session, folder(row), folder(after), moved)
    return Report(
        session=request.session, action="move", dry_run=request.dry_run, old_place=f"{row['lab']}/{folder(row)}",
        new_place=f"{after['lab']}/{folder(after)}", datasets=await store.count_datasets(tx, request.session),
        records_moved=followed, records_left=left, message="ids and bytes stay; old paths redirect",
    )  # fmt: skip


async def _merge(tx: WriteTx, principal: Principal, request: Correction) -> Report:
    if request.into is None:
        raise CannotCorrect("A merge needs `into`: the id of the session that stays.")
    if request.into == request.session:
        raise CannotCorrect("A session cannot be merged into itself; `into` is the id of the other one, which stays.")
    # always in the same order, so that two opposite merges cannot wait for each other
    for session_id in sorted((request.session, request.into)):
        await lock_owner(tx, session_id)
    row, target = await _session(tx, principal, request.session), await _session(tx, principal, request.into)
    await _refuse_protected(tx, request.session)
    if row["subject_id"] != target["subject_id"]:
        raise CannotCorrect("The two sessions are of different animals.", hint="move the wrong one to its animal first")
    doubles = await store.doubles(tx, request.session, request.into)
    if doubles:
        raise CannotCorrect(
            f"Both sessions have {len(doubles)} files of the same name, among them {doubles[0]}.",
            hint="delete or rename one of each first; nothing is overwritten",
        )
    count = await store.count_datasets(tx, request.session)
    followed, left = await store.move_records(tx, request.session, folder(row), folder(target), target["lab_id"])
    await store.give_datasets(tx, request.session, request.into)
    await metadata.merge_session(tx, request.session, request.into, by=principal.user_id, reason=request.reason)
    return Report(
        session=request.session, action="merge", dry_run=request.dry_run, old_place=f"{row['lab']}/{folder(row)}",
        new_place=f"{target['lab']}/{folder(target)}", datasets=count, records_moved=followed, records_left=left,
        message=f"the datasets belong to {request.into} now; the emptied session is withdrawn",
    )  # fmt: skip


async def _withdraw(tx: WriteTx, principal: Principal, request: Correction) -> Report:
    row = await _session(tx, principal, request.session)
    await _refuse_protected(tx, request.session)
    await metadata.withdraw_session(tx, request.session, reason=request.reason)
    return await _hidden(tx, request, row, "hidden from now on; `restore` brings it back within 30 days")


async def _restore(tx: WriteTx, principal: Principal, request: Correction) -> Report:
    row = await _session(tx, principal, request.session, withdrawn=True)
    if now() - row["withdrawn_at"] > RESTORABLE:
        raise CannotCorrect("The session was withdrawn more than 30 days ago.", hint="ask the operator for a backup")
    try:
        await metadata.restore_session(tx, request.session)
    except metadata.PlaceTaken as error:
        raise CannotCorrect(str(error), hint="move the session that took its place first") from None
    return await _hidden(tx, request, row, "visible again")


async def _hidden(tx: WriteTx, request: Correction, row: asyncpg.Record, message: str) -> Report:
    return Report(
        session=request.session, action=request.action, dry_run=request.dry_run, old_place=f"{row['lab']}/{folder(row)}",
        new_place=None, datasets=await store.count_datasets(tx, request.session), records_moved=0, records_left=[],
        message=message,
    )  # fmt: skip


_ACTIONS = {"move": _move, "merge": _merge, "withdraw": _withdraw, "restore": _restore}
