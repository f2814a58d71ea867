"""Plans on the wire."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class TransferPlanRequest(BaseModel):
    """Look now for what is wanted and missing."""

    model_config = ConfigDict(extra="forbid")
    lab: str | None = Field(None, description="name of a lab; none: all labs, which an administrator may ask for")
    dry_run: bool = Field(False, description="only say what would be sent")


class TransferPlanLine(BaseModel):
    """What one rule adds."""

    rule: str
    rule_id: UUID
    files: int
    bytes: int


class TransferPlan(BaseModel):
    """What a plan found missing, and how many transfers it made of that."""

    dry_run: bool
    datasets: int = Field(description="verified datasets without a copy in some place that a rule names")
    files: int
    bytes: int
    made: int = Field(description="new transfers, and failed ones that are tried again")
    rules: list[TransferPlanLine]
