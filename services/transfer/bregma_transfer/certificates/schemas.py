"""Certificates on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST_FILES = 500
Path = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(examples=["0f" * 32])]


class LocalFile(BaseModel):
    """A file as it lies on the rig, hashed just now."""

    model_config = ConfigDict(extra="forbid")
    path: Path = Field(description="below the session's folder, such as alf/probe00/#2024-01-01#/spikes.times.npy")
    size: int = Field(ge=0, le=2**62)
    sha256: Sha256


class CertificateRequest(BaseModel):
    """Which files of a session somebody wants to delete."""

    model_config = ConfigDict(extra="forbid")
    session: Path = Field(description="id, or [LAB/Subjects/]SUBJECT/DATE/NUMBER")
    files: Annotated[list[LocalFile], Field(min_length=1, max_length=MOST_FILES)]


class RefusedFile(BaseModel):
    """A file that must stay."""

    path: str
    reason: str


class Certificate(BaseModel):
    """What may go, signed, and what must stay.

    ``document`` is JSON as it was signed; ``signature`` is Ed25519 of its UTF-8 bytes, in base64, and absent where no file may go.
    """

    id: UUID
    session: UUID
    document: str
    signature: str
    key: str
    valid_seconds: int
    refused: list[RefusedFile]


class KeptCertificate(BaseModel):
    """A certificate as it was given away."""

    id: UUID
    session: UUID
    document: str
    signature: str
    key: str
    files: int
    issued_to: str
    issued_at: str


class CertificateKey(BaseModel):
    """The public key of this installation's certificates."""

    algorithm: str
    key: str
