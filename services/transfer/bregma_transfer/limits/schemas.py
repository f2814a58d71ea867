"""Limits on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class TransferLimitIn(BaseModel):
    """What a repository takes or gives at the same time."""

    model_config = ConfigDict(extra="forbid")
    repository: str = Field(
        description="managed repository; its limit holds for what comes from it and what goes to it"
    )
    begins: Clock | None = Field(None, description="HH:MM on the repository's clocks; none: always")
    ends: Clock | None = Field(None, description="HH:MM; before `begins` it is the next day's")
    max_files: int | None = Field(None, ge=0, le=10_000, description="files at the same time; 0: none in this window")
    bytes_per_second: int | None = Field(None, ge=1, le=2**60)


class TransferLimit(BaseModel):
    """A limit, as it is kept."""

    id: UUID
    repository: str
    timezone: str
    begins: str | None
    ends: str | None
    max_files: int | None
    bytes_per_second: int | None
