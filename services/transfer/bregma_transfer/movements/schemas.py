"""Movements on the wire."""

from uuid import UUID

from pydantic import BaseModel


class Transfer(BaseModel):
    """A copy of a dataset on its way.

    ``progress`` is between 0 and 1, ``rate`` in bytes a second; ``wrong`` is the side that does not have the registered bytes.
    """

    id: UUID
    dataset: UUID
    dataset_name: str
    collection: str | None
    session: UUID
    lab: str
    rule: str | None
    source: str
    target: str
    state: str
    priority: int
    attempts: int
    tries_left: int
    size: int
    bytes_done: int
    bytes_sent: int
    progress: float
    rate: float | None
    seconds_left: float | None
    worker: str
    wrong: str | None
    reason: str | None
    created_by: str | None
    created_at: str
    started_at: str | None
    ended_at: str | None
    next_try_at: str | None
