"""What a correction says, and the report it gives."""

from datetime import date as Date  # noqa: N812  a field below is called date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Place(BaseModel):
    """Where a session belongs; what is not given stays."""

    model_config = ConfigDict(extra="forbid")
    subject: str | None = Field(None, examples=["KS014"])
    lab: str | None = Field(None, description="needed only where two labs have an animal of this name")
    date: Date | None = Field(None, examples=["2020-01-01"])
    number: int | None = Field(None, ge=0, le=999, examples=[1])


class Correction(BaseModel):
    """A correction of one session."""

    model_config = ConfigDict(extra="forbid")
    session: UUID
    action: Literal["move", "merge", "withdraw", "restore"]
    reason: str = Field(min_length=3, description="why, in a sentence; it is kept", examples=["wrong mouse in the box"])
    to: Place | None = Field(None, description="for move")
    into: UUID | None = Field(None, description="for merge: the session that stays")
    dry_run: bool = Field(True, description="true: say what would happen and change nothing")


class Report(BaseModel):
    """What a correction did, or would do."""

    session: UUID
    action: str
    dry_run: bool
    old_place: str
    new_place: str | None
    datasets: int = Field(description="datasets that keep their ids and bytes")
    records_moved: int = Field(description="copies in managed repositories whose path follows")
    records_left: list[str] = Field(description="copies in other repositories: their files must be moved there by hand")
    message: str
