"""The API's document: one for the whole house, whichever rooms a process serves."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from bregma_kit.http import JSON_TYPE, Call, Operation, Policy
from bregma_kit.openapi import Info, document
from starlette.responses import Response

API_VERSION = "1.0"
OPENAPI_TYPE = "application/vnd.oai.openapi+json"
INFO = Info(
    title="Bregma",
    version=API_VERSION,
    description="""\
Who the animals are, what was recorded, where every copy of every file is, whether it is whole.

**Signing in.** `POST /auth-token` with a user name and password answers a token; send it with every request as
`Authorization: Token <token>`.

**Lists** come in pages: `count`, `next`, `previous`, `results`. `limit` is 250 unless said and at most 1000.

**Times** have no offset. Lab time (`start_time`, `end_time`) is the wall clock of the subject's lab; system time
(`created_datetime`, `auto_datetime`) is UTC. On our own paths system times end in `Z`.

**Files** travel between you and the object store by signed URLs: `/uploads` gives those for sending, `/signed-urls` and
`/data` those for fetching. A file is visible when its bytes were verified.

The paths that Alyx knows behave as there, errors included; all others (`/uploads`, `/signed-urls`, `/corrections`, ...)
are our own, and their errors carry `code` and `hint`.""",
    tags={
        "people": "Signing in, accounts, and who you are.",
        "labs": "Labs with their time zones, rigs and rooms (locations), kinds of procedures.",
        "projects": "Projects that sessions and subjects belong to.",
        "subjects": "Animals, and the species, strains and lines that describe them.",
        "colony": "Alleles, tests and genotypes; breeding pairs and litters; cages; culls; requests for animals.",
        "husbandry": "Weighings, water and water restrictions, and what an animal must weigh and drink.",
        "surgeries": "Surgeries, and the implants that animals carry since.",
        "sessions": "Recording sessions: search them, create them, correct mistakes in them.",
        "dataset types": "What a file promises: object, attribute, unit, dimensions; and file formats.",
        "datasets": "Datasets, their copies (file records), revisions and tags.",
        "repositories": "Places that hold copies of files.",
        "registration": "Telling the catalogue about files that already lie in a repository, as on Alyx.",
        "uploads": "Sending files: register a batch, send the bytes to signed URLs, complete; all of it repeatable.",
        "cache tables": "The catalogue as parquet files, for searches without a network.",
        "downloads": "Fetching files: signed URLs for many at once, or one redirect for each.",
        "notifications": "What people are told about animals, and what they want to be told.",
        "insertions": "Probes, and their insertions into the brain.",
        "atlas": "Brain regions, systems of coordinates, trajectories of probes and their channels.",
        "imaging": "Fields of view, where they lie in the brain, and stacks of them.",
        "notes": "What people wrote about sessions, animals and other records, with images.",
        "tasks": "Steps of pipelines that lab servers run on sessions.",
        "compression": "Raw recordings made smaller without loss: rules, jobs, and which software made what.",
        "retention": "Raw copies that others stand for: out of sight first, deleted after a while, back at one call until then.",
        "slices": "Parts of recordings and arrays as JSON, npy or pictures, for programs that cannot read them by ranges.",
        "transfers": "Verified copies in other repositories: rules, plans, and what is on its way.",
        "jobs": "Work that runs without a request: how far it is.",
    },
)


def full_document(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the document of these operations."""
    return document(operations, INFO)


def as_text(value: dict[str, Any]) -> str:
    """Print the document as it is kept in the repository, a line for each fact, so that a change shows as one."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def schema_operations(everything: Iterable[Operation]) -> list[Operation]:
    """Return the operation that serves the document of all rooms' operations."""
    told = tuple(everything)

    @lru_cache(maxsize=1)
    def content() -> bytes:
        return json.dumps(full_document(told), separators=(",", ":"), ensure_ascii=False).encode()

    async def schema(call: Call) -> Response:
        asked = OPENAPI_TYPE in call.request.headers.get("accept", "")
        return Response(content(), media_type=OPENAPI_TYPE if asked else JSON_TYPE, headers={"Vary": "Accept"})

    return [
        Operation(
            method="GET", path="/api/schema", handler=schema, policy=Policy.OPEN, name="api_schema", documented=False,
            summary="This document",
        )
    ]  # fmt: skip
