"""The byte side of this room: uploads, verification and downloads, and what they need in a process."""

from bregma_kit.http import Operation, Process
from bregma_kit.jobs import Task
from bregma_kit.objects import Capabilities, ObjectStore, store_of
from bregma_kit.presign import Presigner
from bregma_kit.stores import Stores

from bregma_files.downloads import routes as downloads
from bregma_files.retention import routes as retention
from bregma_files.retention import tasks as retention_tasks
from bregma_files.uploads import routes as uploads
from bregma_files.uploads import tasks as uploads_tasks
from bregma_files.verification import tasks as verification

OPERATIONS: list[Operation] = [*uploads.OPERATIONS, *downloads.OPERATIONS, *retention.OPERATIONS]
TASKS: list[Task] = [*verification.TASKS, *uploads_tasks.TASKS, *retention_tasks.TASKS]


def attach(process: Process) -> None:
    """Give a process, server or worker, its object store and signer; without a configured store it has neither."""
    if process.settings.has_store:
        process.extras["store"] = ObjectStore(process.settings)
        process.extras["presigner"] = Presigner.of(process.settings)
        process.extras["stores"] = Stores(process.settings)


def detach(process: Process) -> None:
    """Let go of the object store."""
    process.extras.pop("presigner", None)
    stores = process.extras.pop("stores", None)
    if isinstance(stores, Stores):
        stores.close()
    store = process.extras.pop("store", None)
    if isinstance(store, ObjectStore):
        store.close()


async def check_store(process: Process) -> Capabilities | None:
    """Try what this release relies on, once at start; a store that enforces too little is said so loudly in the log.

    Returns None where no store is configured. A store that is away raises Unavailable: whoever starts may go on.
    """
    if not process.settings.has_store:
        return None
    store = store_of(process.extras)
    await store.ensure_bucket(process.settings.s3_bucket)
    return await store.probe(process.settings.s3_bucket)
