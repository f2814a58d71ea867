"""What goes over the wire about uploads (docs/design/0001-uploads-and-downloads.md)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MOST = 1000
"""Files, uploads or URLs in one call."""

Size = Annotated[int, Field(ge=0, le=2**63 - 1)]
Part = Annotated[int, Field(ge=1, le=10_000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class FileIn(_Body):
    """A file to register."""

    path: str = Field(description="relative to the session", examples=["alf/probe00/#2020-01-01#/spikes.times.npy"])
    size: Size
    md5: str
    sha256: str | None = None
    qc: str | int | None = None
    version: str | None = None
    default: bool = True
    edition: str = "ibl-current"


class RegisterBody(_Body):
    """Files of one session."""

    session: UUID
    repository: str | None = Field(default=None, description="a managed repository; by default the lab's")
    client: str | None = Field(default=None, description="free text, such as the rig's name")
    files: Annotated[list[FileIn], Field(max_length=MOST)]


class PartIn(_Body):
    """A part that is about to be sent."""

    number: Part
    md5: str
    size: Size


class SignOne(_Body):
    """An upload whose URLs are wanted; without parts its single PUT."""

    upload: UUID
    parts: list[PartIn] | None = None


class SignBody(_Body):
    """Uploads whose URLs are wanted, at most 1,000 URLs."""

    uploads: Annotated[list[SignOne], Field(max_length=MOST)]


class UploadsBody(_Body):
    """Uploads to complete or abort."""

    uploads: Annotated[list[UUID], Field(max_length=MOST)]


# answers, for the document; handlers build them as plain dictionaries


class Problem(BaseModel):
    """What is wrong with one entry."""

    code: str
    detail: str
    hint: str | None = None


class Put(BaseModel):
    """A signed PUT; the headers must be sent exactly."""

    url: str
    headers: dict[str, str]
    expires_at: str


class SignedPart(Put):
    """A signed PUT of one part."""

    number: int


class Multipart(BaseModel):
    """How a larger file is cut."""

    part_size: int
    part_count: int


class FileOut(BaseModel):
    """What became of one file."""

    path: str
    status: Literal["want", "have", "refused"]
    dataset: UUID | None
    upload: UUID | None
    put: Put | None
    multipart: Multipart | None
    error: Problem | None


class Registered(BaseModel):
    """One entry per file, in the order asked."""

    files: list[FileOut]


class SignedOne(BaseModel):
    """The URLs of one upload."""

    upload: UUID
    put: Put | None
    parts: list[SignedPart]
    error: Problem | None


class SignedAll(BaseModel):
    """One entry per upload, in the order asked."""

    uploads: list[SignedOne]


class UploadState(BaseModel):
    """Where an upload is."""

    upload: UUID
    state: str | None
    error: Problem | None


class UploadStates(BaseModel):
    """One entry per upload, in the order asked."""

    uploads: list[UploadState]


class ListedPart(BaseModel):
    """A part that the store has. ``md5`` is null where the store does not say it: an ETag is not a hash."""

    number: int
    size: int
    etag: str
    md5: str | None


class UploadOut(BaseModel):
    """An upload."""

    upload: UUID
    dataset: UUID
    path: str
    session: UUID
    state: str
    size: int
    md5: str
    sha256: str | None
    part_size: int | None
    part_count: int | None
    parts: list[ListedPart] | None = None
    reason: str | None
    expires_at: str
