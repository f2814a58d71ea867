"""The byte side of this room: uploads, verification and downloads, and what they need in a process."""

from bregma_kit.http import Operation, Process
from bregma_kit.jobs import Task
from bregma_kit.objects import ObjectStore
from bregma_kit.presign import Presigner

from bregma_files.downloads import routes as downloads
from bregma_files.uploads import routes as uploads
from bregma_files.uploads import tasks as uploads_tasks
from bregma_files.verification import tasks as verification

OPERATIONS: list[Operation] = [*uploads.OPERATIONS, *downloads.OPERATIONS]
TASKS: list[Task] = [*verification.TASKS, *uploads_tasks.TASKS]


def attach(process: Process) -> None:
    """Give a process, server or worker, its object store and signer; without a configured store it has neither."""
    if process.settings.has_store:
        process.extras["store"] = ObjectStore(process.settings)
        process.extras["presigner"] = Presigner.of(process.settings)


def detach(process: Process) -> None:
    """Let go of the object store."""
    process.extras.pop("presigner", None)
    store = process.extras.pop("store", None)
    if isinstance(store, ObjectStore):
        store.close()
