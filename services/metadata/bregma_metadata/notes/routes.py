"""Notes over HTTP: as JSON, or as a form with an image."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from bregma_kit.errors import Invalid, NotFound
from bregma_kit.fields import BASE_URL, Field, Moment, Slug, json_list
from bregma_kit.graph import Model
from bregma_kit.http import Call, Operation, Parameter, Policy, json_response, read_body
from bregma_kit.resource import Resource, read_one
from bregma_kit.routes import operations_of
from bregma_kit.scope import BY_SERVICE
from bregma_kit.writing import change, create
from sqlalchemy import Text, cast, select
from starlette.datastructures import UploadFile
from starlette.responses import Response

from bregma_metadata.notes import service, store
from bregma_metadata.notes.images import Image
from bregma_metadata.notes.tables import NoteImageRow, NoteRow
from bregma_metadata.people.tables import UserRow
from bregma_metadata.sessions.tables import SessionRow

TAG = "notes"
SESSION = "actions.session"


@dataclass(frozen=True, kw_only=True)
class ImageAddress(Field):
    """Where the note's image is served, or null."""

    type: Any = str
    nullable: bool = True

    def read(self) -> Any:
        """Join base address, note and name."""
        address = BASE_URL + "/uploaded/notes/" + cast(NoteImageRow.note_id, Text) + "/" + NoteImageRow.name
        return select(address).where(NoteImageRow.note_id == NoteRow.id).scalar_subquery()


NOTES = Resource(
    path="notes", noun="Note", table=NoteRow, lookup=NoteRow.id, parse_lookup=UUID, tag=TAG,
    order=(NoteRow.date_time.desc(), NoteRow.id.desc()), write=BY_SERVICE,
    visible=store.object_there(NoteRow, scoped=True), shown=store.object_there(NoteRow, scoped=False),
    before=service.complete, before_delete=service.may_delete,
    doc="What people wrote about sessions, animals and other records. An image comes as the part `image` of a form, "
        "with a `width` in pixels (800 unless said, never enlarged) or `orig`.",
    model=Model(view="notes", visible=lambda columns: store.object_there(columns, scoped=True)),
    fields=(
        Field(name="id", column=NoteRow.id, read_only=True),
        Slug(name="user", column=NoteRow.user_id, to=UserRow.username, doc="the caller unless said"),
        Moment(name="date_time", column=NoteRow.date_time, type=datetime, doc="now unless said"),
        Field(name="content_type", column=NoteRow.content_type, required=True, example=SESSION),
        Field(name="object_id", column=NoteRow.object_id, type=UUID, required=True),
        Field(name="text", column=NoteRow.text, example="a happy mouse"),
        ImageAddress(name="image", doc="address of the image; sent as a part of a form, null takes it away"),
        Field(name="json", column=NoteRow.json, type=Any, nullable=True),
    ),
)  # fmt: skip


def of_session() -> Any:
    """Return the notes in a session's detail, oldest first."""
    records = json_list(NOTES.record(detail=False), NoteRow.date_time, NoteRow.id)
    mine = select(records).where(NoteRow.content_type == SESSION, NoteRow.object_id == SessionRow.id)
    return mine.correlate(SessionRow).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Sent:
    """A body without its image, and the image; ``touched`` tells an image that goes away from one that stays."""

    body: Any
    touched: bool = False
    image: Image | None = None


async def _received(call: Call) -> Sent:
    body = await read_body(call.request)
    if not isinstance(body, Mapping):
        return Sent(body)
    body = dict(body)
    is_form = "json" not in call.request.headers.get("content-type", "json").partition(";")[0]
    if is_form and isinstance(body.get("json"), str):
        body["json"] = _json(body["json"])
    touched, given, width = "image" in body, body.pop("image", None), body.pop("width", None)
    if isinstance(given, UploadFile):
        return Sent(body, touched=True, image=await service.understood(await given.read(), width))
    if given not in (None, ""):
        text = "The submitted data was not a file. Check the encoding type on the form."
        raise Invalid({"image": [text]}, hint="send multipart/form-data with a part named image")
    return Sent(body, touched=touched)


def _json(text: str) -> Any:
    """Read the field ``json`` of a form, where everything is text."""
    try:
        return orjson.loads(text) if text.strip() else None
    except orjson.JSONDecodeError:
        raise Invalid({"json": ["Value must be valid JSON."]}) from None


async def create_note(call: Call) -> Response:
    """Create a note, with its image if one came."""
    sent = await _received(call)
    async with call.db.write() as tx:
        note_id = await create(NOTES, tx, call.principal, sent.body)
        await service.keep_image(tx, note_id, sent.image)
        record = await read_one(NOTES, tx, call.principal, note_id, base_url=call.base_url)
    return json_response(record, 201)


def _changing(kind: str) -> Any:
    async def change_note(call: Call) -> Response:
        wanted = NOTES.parse_id(call.path("id"))
        sent = await _received(call)
        async with call.db.write() as tx:
            note_id = await change(NOTES, tx, call.principal, wanted, sent.body, kind=kind)
            if sent.touched:
                await service.keep_image(tx, note_id, sent.image)
            record = await read_one(NOTES, tx, call.principal, note_id, base_url=call.base_url)
        return json_response(record)

    return change_note


# an image is what whoever sent it made of it: the browser may show it, and nothing else
_HEADERS = {
    "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline", "Cache-Control": "private, max-age=31536000, immutable",
}  # fmt: skip


async def uploaded(call: Call) -> Response:
    """Send the image of a note to whoever sees the note."""
    kind, _, rest = call.path("path").partition("/")
    note, _, name = rest.partition("/")
    if kind != "notes":
        raise NotFound("image")
    note_id = NOTES.parse_id(note)
    async with call.db.read() as tx:
        await read_one(NOTES, tx, call.principal, note_id, base_url=call.base_url)
        found = None if "\0" in name else await store.image(tx, note_id, name)
    if found is None:
        raise NotFound("image")
    return Response(found["content"], media_type=found["media_type"], headers=_HEADERS)


_HANDLERS = {
    "notes_create": create_note, "notes_update": _changing("put"), "notes_partial_update": _changing("patch"),
}  # fmt: skip
OPERATIONS = [
    *(replace(one, handler=_HANDLERS[one.name]) if one.name in _HANDLERS else one for one in operations_of(NOTES)),
    Operation(
        method="GET", path="/uploaded/{path:path}", handler=uploaded, policy=Policy.SIGNED_IN, name="uploaded_read", tag=TAG,
        summary="The image of a note", documented=False,
        parameters=(Parameter("path", {"type": "string"}, "as the note's `image` says", "path"),),
    ),
]  # fmt: skip
