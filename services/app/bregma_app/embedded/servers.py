"""The two servers that are not ours: embedded, or somewhere else and named by the settings."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

from bregma_kit.local.capabilities import Capabilities, probe
from bregma_kit.local.children import LocalServerError
from bregma_kit.local.postgres import LocalPostgres
from bregma_kit.local.seaweedfs import LocalSeaweed, SeaweedPorts, s3_client

from bregma_app.embedded.child import Child
from bregma_app.embedded.home import Home, Kept
from bregma_app.embedded.options import External

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Store:
    """An object store that was seen to work."""

    endpoint: str
    access_key: str
    secret_key: str
    region: str
    bucket: str
    fsync: bool | None  # None: not ours to know
    capabilities: Capabilities


def embedded_database(home: Home, kept: Kept, external: External) -> tuple[LocalPostgres, Child]:
    """Prepare our own PostgreSQL (blocks; creates the cluster the first time) and describe its process."""
    log = home.logs / "postgres.log"
    server = LocalPostgres(home.path / "postgres", log, external.postgres_binaries, kept.ports["postgres"])
    server.prepare()
    # SIGINT: end sessions and write everything; a second and harder signal only if that takes too long
    child = Child(
        "postgres", server.spawn, server.is_ready, log, (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL), patience=20
    )
    return server, child


def embedded_store(home: Home, kept: Kept) -> tuple[LocalSeaweed, Child]:
    """Prepare our own object store and describe its process."""
    log = home.logs / "store.log"
    ports = SeaweedPorts(**{name[6:]: port for name, port in kept.ports.items() if name.startswith("store_")})
    server = LocalSeaweed(home.path / "store", log, ports=ports, fsync=bool(kept.fsync))
    server.prepare()
    return server, Child("store", server.spawn, server.is_ready, log, patience=20)


async def start_embedded_store(home: Home, kept: Kept, children: dict[str, Child], say: Say) -> Store:
    """Start our store and find out what it enforces."""
    server, child = await asyncio.to_thread(embedded_store, home, kept)
    children["store"] = child
    child.start()
    await child.wait_ready()
    await asyncio.to_thread(server.finish)
    bucket = os.environ.get("BREGMA_S3_BUCKET", "bregma")
    await asyncio.to_thread(server.create_bucket, bucket)
    capabilities = await asyncio.to_thread(probe, server.client(), bucket)
    _judge(capabilities, server.endpoint, say)
    return Store(
        server.endpoint, server.access_key, server.secret_key, server.region, bucket, server.fsync, capabilities
    )


async def check_external_store(external: External, say: Say) -> Store:
    """Find out whether the store of the settings will do."""
    from botocore.exceptions import BotoCoreError, ClientError

    region = os.environ.get("BREGMA_S3_REGION", "us-east-1")
    keys = os.environ.get("BREGMA_S3_ACCESS_KEY", ""), os.environ.get("BREGMA_S3_SECRET_KEY", "")
    bucket = os.environ.get("BREGMA_S3_BUCKET", "bregma")
    client = s3_client(external.s3_endpoint, *keys, region)
    try:
        await asyncio.to_thread(client.head_bucket, Bucket=bucket)
        capabilities = await asyncio.to_thread(probe, client, bucket)
    except (BotoCoreError, ClientError) as error:
        raise LocalServerError(
            f"The object store {external.s3_endpoint} cannot be used: {error}. Check BREGMA_S3_ENDPOINT, "
            f"BREGMA_S3_ACCESS_KEY and BREGMA_S3_SECRET_KEY, and that the bucket {bucket!r} (BREGMA_S3_BUCKET) exists "
            "and may be written."
        ) from error
    _judge(capabilities, external.s3_endpoint, say)
    return Store(external.s3_endpoint, *keys, region, bucket, None, capabilities)


def _judge(capabilities: Capabilities, endpoint: str, say: Say) -> None:
    """Refuse a store that would lose or damage data; say what works less well."""
    if capabilities.missing:
        raise LocalServerError(
            f"The object store {endpoint} cannot keep data safe:\n  " + "\n  ".join(capabilities.missing) + "\n"
            "Use another store, or unset BREGMA_S3_ENDPOINT to use the embedded one."
        )
    for warning in capabilities.warnings:
        say(f"WARNING: object store {endpoint}: {warning}")
