"""What a rule says on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Profile = Literal["balanced", "fast", "small"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Preset = Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"]
Crf = Annotated[float, Field(ge=0, le=51)]
Rate = Annotated[float, Field(gt=0, le=10_000_000)]
Channels = Annotated[int, Field(gt=0, le=100_000)]
Days = Annotated[int, Field(ge=0, le=36_500)]
Copies = Annotated[int, Field(ge=1, le=10)]
Priority = Annotated[int, Field(ge=-100, le=100, description="higher first")]


class RuleIn(BaseModel):
    """A rule: verified raw recordings of this type are made smaller by themselves."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    name: Text
    lab: str | None = Field(
        None, description="only recordings of this lab; none: of all, which an administrator may say"
    )
    repository: str | None = Field(None, description="only what lies in this managed repository")
    dataset_type: Text = Field("ephysData.raw.*Bin", description="type of the raw file; * stands for anything")
    profile: Profile = "balanced"
    sample_rate: Rate | None = Field(None, description="Hz, where no .meta file says it")
    n_channels: Channels | None = Field(None, description="where no .meta file says it")
    crf: Crf | None = Field(None, description="of movies: 0 (best) to 51; 29, as the paper says, unless said")
    preset: Preset | None = Field(None, description="of movies: libx264's effort; slow unless said")
    retire_raw_after_days: Days | None = Field(
        None,
        description="so many days after compression the raw copies go, if enough verified compressed ones are there; none: never",
    )
    minimum_copies: Copies = Field(
        1, description="verified copies of each compressed file, in different repositories, before that"
    )
    active: bool = True
    priority: Priority = 0


class RuleChange(BaseModel):
    """What is to change; what is not given stays."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    name: Text | None = None
    repository: str | None = None
    dataset_type: Text | None = None
    profile: Profile | None = None
    sample_rate: Rate | None = None
    n_channels: Channels | None = None
    crf: Crf | None = None
    preset: Preset | None = None
    retire_raw_after_days: Days | None = None
    minimum_copies: Copies | None = None
    active: bool | None = None
    priority: Priority | None = None


class CompressionRule(BaseModel):
    """A rule, as it is kept."""

    id: UUID
    name: str
    lab: str | None
    repository: str | None
    dataset_type: str
    profile: str
    sample_rate: float | None
    n_channels: int | None
    crf: float | None
    preset: str | None
    retire_raw_after_days: int | None
    minimum_copies: int
    active: bool
    priority: int
    created_by: str | None
    created_at: str
