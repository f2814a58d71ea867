"""Tell people about animals: queued in the transaction of what happened, sent by a worker."""

import smtplib
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, time
from typing import Any
from uuid import UUID

import structlog
from bregma_kit.clock import now
from bregma_kit.db import ReadTx, WriteTx
from bregma_kit.http import Process
from bregma_kit.jobs import defer
from bregma_kit.resource import Change

from bregma_metadata.notifications import domain, mail, store
from bregma_metadata.notifications.domain import KINDS, Message, Reader

log = structlog.get_logger("notifications")
SEND, QUEUE = "metadata.send_notification", "metadata"
MOST_TRIES = 3
LOOK_AT = time(17, 0)
"""Lab time from which the day's look at restricted animals is due: late enough to have weighed, early enough to water."""
Look = Callable[[WriteTx, UUID, date], Awaitable[int]]


async def notify(tx: WriteTx, kind: str, subject_id: UUID, message: Message, *, cause: str) -> int:
    """Queue a message about an animal to whom it concerns; return how many people will be told.

    The same kind, animal and cause is queued once for each person, however often this is called.
    """
    people = {str(row["id"]): row for row in await store.candidates(tx, kind, subject_id)}
    wanted = domain.readers(
        Reader(name, bool(row["mine"]), row["same_lab"], row["scope"]) for name, row in people.items()
    )
    return await _queue(
        tx, kind, subject_id, message, cause, {people[name]["id"]: people[name]["email"] for name in wanted}
    )


async def _queue(
    tx: WriteTx, kind: str, subject_id: UUID, message: Message, cause: str, people: Mapping[UUID, str]
) -> int:
    if not people:
        return 0
    rows = [
        (user_id, "to_send" if email else "no_send", "" if email else "The account has no e-mail address.")
        for user_id, email in people.items()
    ]
    ids = await store.queue(tx, rows, kind, subject_id, cause, message, at=now(), since=now() - KINDS[kind])
    await defer(tx, SEND, [{"notification": str(one)} for one in ids], queue=QUEUE)
    return len(ids)


async def responsible_user_changed(
    tx: WriteTx, subject_id: UUID, nickname: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> int:
    """Tell the old and the new responsible user (rows with id, username and email) that they have changed."""
    message = domain.new_responsible(
        nickname, None if old is None else old["username"], None if new is None else new["username"]
    )
    people = {row["id"]: row["email"] for row in (old, new) if row is not None}
    cause = f"{old and old['id']} to {new and new['id']} at {now():%Y-%m-%dT%H:%M}"
    return await _queue(tx, "responsible_user_change", subject_id, message, cause, people)


async def send(process: Process, notification: str) -> None:
    """Send one message; a server that does not take it is asked again, three times in all."""
    settings = process.settings
    failed: Exception | None = None
    async with process.database.write() as tx:
        row = await store.to_send(tx, UUID(notification))
        if row is None:
            return
        if not settings.smtp_host:
            reason = "No mail server is configured (BREGMA_SMTP_HOST)."
            await store.note(tx, UUID(notification), status="no_send", reason=reason)
            return
        try:
            # the row stays locked: a second worker with the same job waits and finds it sent
            await mail.send(settings, row["email"], row["title"], row["message"])
        except (OSError, smtplib.SMTPException) as error:
            failed = error
            tries = row["tries"] + 1
            last = {"status": "no_send"} if tries >= MOST_TRIES else {}
            reason = f"The mail server did not take it ({type(error).__name__})."
            await store.note(tx, UUID(notification), tries=tries, reason=reason, **last)
        else:
            await store.note(tx, UUID(notification), status="sent", reason="", sent_at=now(), tries=row["tries"] + 1)
    if failed is not None:
        log.warning("mail_not_taken", notification=notification, error=type(failed).__name__)
        raise failed


async def daily_looks(process: Process, look: Look) -> None:
    """Have each lab's restricted animals looked through once a day of that lab, whenever a worker runs after five."""
    async with process.database.read() as tx:
        labs = await store.labs(tx)
    for lab in labs:
        day = domain.due_day(lab["timezone"], LOOK_AT, now())
        if day is None:
            continue
        async with process.database.write() as tx:
            if await store.claim_day(tx, lab["id"], day):
                told = await look(tx, lab["id"], day)
                log.info("animals_looked_through", lab=lab["name"], day=str(day), told=told)


async def own_rule(change: Change) -> None:
    """A rule is its owner's."""
    change.values["user_id"] = change.principal.user_id


async def names_of(tx: ReadTx, user_ids: set[UUID]) -> dict[UUID, Any]:
    """Return id, username and email of accounts."""
    return {row["id"]: row for row in await store.people(tx, user_ids)}
