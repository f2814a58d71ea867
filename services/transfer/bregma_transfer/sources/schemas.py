"""Sources on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Address = Annotated[str, StringConstraints(max_length=500)]
CarrierName = Literal["agent", "http", "s3", "globus"]


class TransferSourceIn(BaseModel):
    """A repository that is not managed, and who brings its files."""

    model_config = ConfigDict(extra="forbid")
    repository: str
    carrier: CarrierName = Field(
        description="agent: a program there sends; http, s3: workers read; globus: Globus moves"
    )
    address: Address = Field("", description="where the files lie; none for an agent")
    credential: str | None = Field(None, description="name of an entry of BREGMA_SOURCES; never the secret itself")


class TransferSource(TransferSourceIn):
    """A source, as it is kept."""

    id: UUID
    created_by: str | None
    created_at: str
