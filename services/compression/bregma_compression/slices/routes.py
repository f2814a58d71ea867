"""Parts of recordings over HTTP, for programs that can read neither mtscomp's format nor byte ranges."""

from bregma_kit.errors import Invalid
from bregma_kit.http import Call, Operation, Parameter, Policy
from bregma_kit.objects import store_of
from starlette.responses import Response

from bregma_compression.slices import schemas, service
from bregma_compression.slices.domain import parse

TAG = "slices"
_PICTURES = {"png": "image/png", "svg": "image/svg+xml"}
_LONGEST = 4.0


def _place(call: Call) -> service.Place:
    extras = call.process.extras
    return service.Place(call.db, store_of(extras), service.reading_of(extras), call.principal)


async def read(call: Call) -> Response:
    """Read a part of an array."""
    ask = parse(call.query)
    content, name = await service.slice_of(_place(call), call.path_uuid("dataset", "Dataset"), ask)
    headers = {"Cache-Control": "private"}
    if ask.form == "npy":
        headers["Content-Disposition"] = f'attachment; filename="{name.rpartition(".")[0]}.npy"'
        return Response(content, media_type="application/octet-stream", headers=headers)
    return Response(content, media_type="application/json", headers=headers)


async def picture(call: Call) -> Response:
    """Draw a quick look."""
    query = call.query
    form = query.get("format", "png")
    if form not in _PICTURES:
        raise Invalid({"format": [f"Choose one of {', '.join(_PICTURES)}."]})
    start, seconds = _number(query, "t0"), _number(query, "seconds")
    seconds = 1.0 if seconds is None else seconds
    if not 0 < seconds <= _LONGEST:
        raise Invalid({"seconds": [f"Must be more than 0 and at most {_LONGEST:g}."]})
    content = await service.picture_of(_place(call), call.path_uuid("dataset", "Dataset"), start, seconds, form)
    return Response(content, media_type=_PICTURES[form], headers={"Cache-Control": "private"})


def _number(query: dict[str, str], name: str) -> float | None:
    if name not in query:
        return None
    try:
        found = float(query[name])
    except ValueError:
        raise Invalid({name: ["Must be a number."]}) from None
    if not 0 <= found < 2**53:
        raise Invalid({name: ["Must not be negative, nor beyond any recording."]})
    return found


_TEXT, _COUNT, _SECONDS = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "number", "minimum": 0}
_DATASET = Parameter("dataset", _TEXT, "id of the dataset: a .cbin, a flat .bin or an .npy", "path")
OPERATIONS = [
    Operation(
        method="GET", path="/slices/{dataset}", handler=read, policy=Policy.DATA, name="slices_read", tag=TAG, own=True,
        summary="A part of a recording or array as JSON or npy", answer=schemas.Slice,
        media="application/octet-stream",
        parameters=(
            _DATASET,
            Parameter("start", _COUNT, "first sample; 0 unless said"),
            Parameter("stop", _COUNT, "the sample after the last"),
            Parameter("t0", _SECONDS, "instead: from this time, in seconds; 0 unless said"),
            Parameter("t1", _SECONDS, "to before this time"),
            Parameter("channels", _TEXT, "4, or 0,4,9, or 0:96; all unless said"),
            Parameter("format", {"type": "string", "enum": ["json", "npy"]}, "json unless said"),
        ),
        doc="For MATLAB, browsers and whoever reads neither mtscomp's files nor byte ranges; our own client reads the object "
        "store directly and is not bounded. At most 16 MiB as npy, 2 MiB of values as JSON. Without a part JSON tells the shape. "
        "`npy` answers application/octet-stream.",
    ),
    Operation(
        method="GET", path="/pictures/{dataset}", handler=picture, policy=Policy.DATA, name="slices_picture",
        tag=TAG, own=True, summary="A quick look at a recording: traces as an image, loudness, spectrum", media="image/png",
        parameters=(
            _DATASET,
            Parameter("t0", _SECONDS, "where to begin, in seconds; the middle unless said"),
            Parameter("seconds", {"type": "number", "minimum": 0, "maximum": _LONGEST}, "how much; 1 unless said"),
            Parameter("format", {"type": "string", "enum": list(_PICTURES)}, "png unless said"),
        ),
    ),
]  # fmt: skip
