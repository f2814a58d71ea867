"""Certificates over HTTP."""

from typing import Any
from uuid import UUID

import orjson
from bregma_kit.errors import Invalid
from bregma_kit.http import Call, Operation, Parameter, Policy, page_numbers, page_response
from bregma_kit.resource import DEFAULT_PAGE, LARGEST_PAGE
from bregma_kit.stores import stores_of
from starlette.responses import Response

from bregma_transfer.certificates import schemas, service, signing

TAG = "transfers"


async def issue(call: Call) -> dict[str, Any]:
    """Ask which files may be deleted."""
    process = call.process
    return await service.issue(call.db, stores_of(process.extras), process.settings, call.principal, call.body)


async def list_(call: Call) -> Response:
    """List certificates."""
    limit, offset = page_numbers(call.query, DEFAULT_PAGE, LARGEST_PAGE)
    count, found = await service.page(call.db, call.principal, _session(call), limit, offset)
    return page_response(call, count=count, results=orjson.dumps(found).decode(), limit=limit, offset=offset)


def _session(call: Call) -> UUID | None:
    try:
        return UUID(call.query["session"]) if call.query.get("session") else None
    except ValueError:
        raise Invalid({"session": ["Give the id of a session."]}) from None


async def read(call: Call) -> dict[str, Any]:
    """Read a certificate."""
    return await service.read(call.db, call.principal, call.path_uuid("id", "Certificate"))


async def key(call: Call) -> dict[str, Any]:
    """Tell the public key."""
    return {"algorithm": "Ed25519", "key": signing.public_key(call.process.settings)}


OPERATIONS = [
    Operation(
        method="POST", path="/certificates", handler=issue, policy=Policy.WRITER, name="certificates_create", tag=TAG, own=True,
        summary="Ask which files on a rig may be deleted", body=schemas.CertificateRequest, answer=schemas.Certificate,
        status=201,
        doc="A file may go when two verified copies of these very bytes lie in different durable stores at this moment. "
        "`one clean` asks this, keeps the signed answer, and deletes.",
    ),
    Operation(
        method="GET", path="/certificates", handler=list_, policy=Policy.SIGNED_IN, name="certificates_list", tag=TAG, own=True,
        summary="List the certificates that were given away, newest first",
        parameters=(
            Parameter("session", {"type": "string"}, "id of a session"),
            Parameter("limit", {"type": "integer"}), Parameter("offset", {"type": "integer"}),
        ),
        answer_schema={"$ref": "#/components/schemas/KeptCertificatePage"},
    ),
    Operation(
        method="GET", path="/certificates/{id}", handler=read, policy=Policy.SIGNED_IN, name="certificates_read", tag=TAG,
        own=True, summary="Read a certificate as it was given away", answer=schemas.KeptCertificate,
        parameters=(Parameter("id", {"type": "string"}, "id of the certificate", "path"),),
    ),
    Operation(
        method="GET", path="/certificate-key", handler=key, policy=Policy.SIGNED_IN, name="certificate_key_read", tag=TAG,
        own=True, summary="Read the public key of this installation's certificates", answer=schemas.CertificateKey,
    ),
]  # fmt: skip
