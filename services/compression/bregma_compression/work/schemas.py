"""Jobs on the wire."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from bregma_compression.rules.schemas import Channels, Crf, Preset, Priority, Profile, Rate


class CompressionRequest(BaseModel):
    """Compress this raw recording."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    dataset: UUID = Field(description="id of the raw file, whose bytes must be verified")
    profile: Profile = "balanced"
    sample_rate: Rate | None = Field(None, description="Hz, where no .meta file says it")
    n_channels: Channels | None = Field(None, description="where no .meta file says it")
    crf: Crf | None = Field(None, description="of a movie: 0 (best) to 51; 29 unless said")
    preset: Preset | None = Field(None, description="of a movie: libx264's effort; slow unless said")
    priority: Priority = 0


class CompressionResult(BaseModel):
    """A dataset that a job registered."""

    dataset: UUID
    name: str
    revision: str


class CompressionJob(BaseModel):
    """A job. ``progress`` is between 0 and 1; ``ratio`` is how many times smaller the recording became."""

    id: UUID
    dataset: UUID
    dataset_name: str
    session: UUID
    lab: str
    rule: str | None
    kind: str
    state: str
    priority: int
    attempts: int
    step: str
    progress: float
    reason: str | None
    parameters: dict[str, Any]
    software: str
    software_version: str | None
    source_sha256: str
    source_size: int
    result_size: int | None
    ratio: float | None
    results: list[CompressionResult]
    created_by: str | None
    created_at: str
    started_at: str | None
    ended_at: str | None
    next_try_at: str | None
