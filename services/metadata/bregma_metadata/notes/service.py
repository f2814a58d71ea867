"""Rules of notes: what they may hang on, whose clock they tell, and their images."""

import asyncio
from typing import Any
from uuid import UUID

from bregma_kit.auth import WRITERS, Principal
from bregma_kit.db import ReadTx, WriteTx
from bregma_kit.errors import Invalid, NotAllowed
from bregma_kit.resource import Change
from sqlalchemy import select

from bregma_metadata.notes import images, store
from bregma_metadata.sessions.domain import lab_time

AUTHORS = WRITERS | {"technician"}


async def complete(change: Change) -> None:
    """Find what the note hangs on, fill in author and time, and check who may write there."""
    if change.current is not None:
        await _place(change.tx, change.principal, change.current["content_type"], change.current["object_id"])
    if "content_type" in change.values:
        change.values["content_type"] = known_type(change.values["content_type"])
    timezone = await _place(change.tx, change.principal, change.after("content_type"), change.after("object_id"))
    if change.creating:
        change.values.setdefault("user_id", change.principal.user_id)
        if change.values.get("date_time") is None:
            change.values["date_time"] = await change.tx.value(select(store.wall_clock(timezone)))
    if change.values.get("date_time") is not None:
        change.values["date_time"] = lab_time(change.values["date_time"], timezone)


async def may_delete(change: Change, _row_id: UUID) -> None:
    """Deleting is writing; the image goes with its note."""
    assert change.current is not None
    await _place(change.tx, change.principal, change.current["content_type"], change.current["object_id"])


def known_type(given: str) -> str:
    """Return the whole name of a kind of records, from any of its spellings."""
    name = given.lower()
    found = name if name in store.KINDS else store.ALIASES.get(name)
    if found is None:
        raise Invalid({"content_type": [f"'{given[:60]}' is not one of {', '.join(store.KINDS)}."]})
    return found


async def _place(tx: ReadTx, principal: Principal, content_type: str, object_id: UUID) -> str:
    """Return the time zone of what a note hangs on; refuse what the caller does not see or may not write."""
    place = await store.place_of(tx, content_type, object_id)
    if place is None or not principal.may_see(place["lab_id"]):
        model = content_type.partition(".")[2].capitalize()
        # stock clients look for these very words
        raise Invalid({"object_id": [f"{model} matching query does not exist."]})
    if not principal.may_write(place["lab_id"], AUTHORS):
        raise NotAllowed(hint="writing needs a role in the record's lab; ask one of its managers")
    return str(place["timezone"] or "UTC")


async def understood(content: bytes, width: Any) -> images.Image:
    """Decode and scale an image beside the event loop; what is none is the caller's mistake."""
    try:
        wanted = images.parse_width(width)
    except ValueError as error:
        raise Invalid({"width": [str(error)]}) from None
    try:
        return await asyncio.to_thread(images.prepared, content, wanted)
    except ValueError as error:
        raise Invalid({"image": [str(error)]}) from None


async def keep_image(tx: WriteTx, note_id: UUID, image: images.Image | None) -> None:
    """Put an image with its note, or take it away."""
    if image is None:
        await store.drop_image(tx, note_id)
    else:
        await store.put_image(tx, note_id, image)
