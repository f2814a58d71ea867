"""Rules on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Timing = Literal["at_once", "night"]
Priority = Annotated[int, Field(ge=-100, le=100, description="higher first")]
Copies = Annotated[int, Field(ge=1, le=9)]


class TransferRuleIn(BaseModel):
    """A rule: datasets like this shall have a verified copy in ``target``."""

    model_config = ConfigDict(extra="forbid")
    name: Text
    lab: str | None = Field(None, description="only data of this lab; none: of all, which an administrator may say")
    project: str | None = Field(None, description="only data of sessions of this project")
    dataset_type: Text = Field("*", description="type of the dataset; * stands for anything")
    source: str | None = Field(None, description="only from this managed repository; none: from wherever a copy is")
    target: str = Field(description="managed repository that shall hold a copy")
    timing: Timing = Field("night", description="at 02:00 in the lab's time zone, or as soon as the bytes are verified")
    minimum_copies: Copies | None = Field(
        None, description="only while there are fewer verified copies than this; none: always"
    )
    active: bool = True
    priority: Priority = 0


class TransferRuleChange(BaseModel):
    """What is to change; what is not given stays."""

    model_config = ConfigDict(extra="forbid")
    name: Text | None = None
    project: str | None = None
    dataset_type: Text | None = None
    source: str | None = None
    target: str | None = None
    timing: Timing | None = None
    minimum_copies: Copies | None = None
    active: bool | None = None
    priority: Priority | None = None


class TransferRule(BaseModel):
    """A rule, as it is kept."""

    id: UUID
    name: str
    lab: str | None
    project: str | None
    dataset_type: str
    source: str | None
    target: str
    timing: str
    minimum_copies: int | None
    active: bool
    priority: int
    created_by: str | None
    created_at: str
