"""What goes over the wire about downloads (docs/design/0001-uploads-and-downloads.md)."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from bregma_files.uploads.schemas import MOST, Problem


class SignedUrlsBody(BaseModel):
    """Datasets to download."""

    model_config = ConfigDict(extra="ignore")
    datasets: Annotated[list[UUID], Field(max_length=MOST)]


class SignedUrl(BaseModel):
    """Where the bytes of one dataset are, and how to know that they are whole."""

    dataset: UUID
    url: str | None
    size: int | None
    md5: str | None
    sha256: str | None
    name: str | None
    expires_at: str | None
    error: Problem | None


class SignedUrls(BaseModel):
    """One entry per dataset, in the order asked."""

    urls: list[SignedUrl]
