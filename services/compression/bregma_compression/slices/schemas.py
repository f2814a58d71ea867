"""Parts of arrays on the wire."""

from uuid import UUID

from pydantic import BaseModel, Field


class Slice(BaseModel):
    """A part of an array, or only its shape where no part was asked for."""

    dataset: UUID
    name: str
    shape: list[int] = Field(description="of the whole: samples and channels, or samples alone")
    dtype: str = Field(description="of the stored values, which are as the acquisition wrote them")
    sample_rate: float | None = Field(description="samples per second, where the files say it")
    start: int | None = Field(description="first sample of the part")
    stop: int | None = Field(description="the sample after its last")
    channels: list[int] | None = Field(description="which channels the columns are")
    values: list[list[float | None]] | list[float | None] | None = Field(
        description="rows are samples, columns channels; null is what JSON has no number for"
    )
