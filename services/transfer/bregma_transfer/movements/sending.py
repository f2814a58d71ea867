"""Send a file into a bucket: whole, or by parts of which those that arrived before count."""

from collections.abc import Mapping

from bregma_transfer.movements import carriers, store
from bregma_transfer.movements.attempt import Attempt, Lost, NotYet
from bregma_transfer.movements.carriers import Load, Place, Readable
from bregma_transfer.movements.domain import parts_of
from bregma_transfer.movements.worker import Worker


async def send(
    worker: Worker, attempt: Attempt, source: Readable, target: Place, size: int, metadata: Mapping[str, str]
) -> None:
    """Send what is not there yet; the target's key must be noted before. Raises Lost, NotYet."""

    def there(count: int) -> None:
        attempt.done = count

    load = Load(source, target, size, dict(metadata), attempt.advance, there, worker.hands, attempt.pace.take)
    if not parts_of(size):
        await carriers.send_whole(load)
        return
    multipart = attempt.row["multipart_id"] if target.key == attempt.row["object_key"] else None
    if multipart is not None:
        if await carriers.resume(load, multipart):
            return
        if await target.store.size(target.bucket, target.key) == size:
            there(size)  # joined already: the worker ended between that and the next step
            return
    multipart = await carriers.begin(load)
    async with worker.database.write() as tx:
        ours = await store.note_multipart(tx, attempt.movement, attempt.number, multipart)
    if not ours:
        raise Lost
    if not await carriers.resume(load, multipart):
        raise NotYet("The target's store forgot the upload.")
