"""Every setting of every process, as one typed object read from ``BREGMA_*`` variables."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class StoreSettings(BaseModel):
    """Another object store than the installation's own, as a site or a centre has."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    endpoint: str
    access_key: SecretStr
    secret_key: SecretStr
    region: str = "us-east-1"
    public_endpoint: str = ""
    durable: bool = False
    """Its operator says that an acknowledged object survives a power cut."""


class SourceSettings(BaseModel):
    """A login at a data server outside."""

    username: str = ""
    password: SecretStr = SecretStr("")


class Settings(BaseSettings):
    """What a process needs to know; secrets never appear in its ``repr`` or in logs."""

    model_config = SettingsConfigDict(env_prefix="BREGMA_", extra="ignore", frozen=True)

    home: Path = Field(default=Path(".bregma"), description="folder that keeps everything the embedded mode writes")

    database_url: SecretStr = Field(
        default=SecretStr(""), description="postgresql://user:password@host:port/name of the database's owner"
    )
    database_pool: int = Field(default=10, ge=1, description="connections per process")

    s3_endpoint: str = Field(default="", description="where this process reaches the object store; empty: no store")
    s3_public_endpoint: str = Field(
        default="", description="where clients reach it; signed into URLs; default: as above"
    )
    s3_access_key: SecretStr = SecretStr("")
    s3_secret_key: SecretStr = SecretStr("")
    s3_region: str = "us-east-1"
    s3_bucket: str = "bregma"
    s3_durable: bool = Field(
        default=False, description="the operator says that an object which this store acknowledged survives a power cut"
    )
    stores: dict[str, StoreSettings] = Field(
        default_factory=dict,
        description='other object stores by name, as JSON: {"centre": {"endpoint": ..., "access_key": ..., "secret_key": ...}}',
    )
    sources: dict[str, SourceSettings] = Field(
        default_factory=dict,
        description='logins of data servers that files are copied from, as JSON: {"flatiron": {"username": ..., "password": ...}}',
    )
    signed_url_seconds: int = Field(default=3600, ge=1, le=7 * 86400)

    base_url: str = Field(default="", description="public address of the API; default: taken from each request")
    secret_key: SecretStr = Field(default=SecretStr(""), description="keys the password memory; any long random text")
    undelete_days: int = Field(
        default=30, ge=0, description="a retired copy can be brought back for so many days, then its object is deleted"
    )
    certificate_days: int = Field(
        default=90,
        ge=1,
        description="a copy that was not read whole for so many days proves nothing to a rig that wants to delete",
    )
    upload_days: int = Field(default=14, ge=1, description="an upload nobody completed is swept after so many days")
    cache_origin: str = Field(
        default="", description="name of this installation in its cache tables; default: the host of the base URL"
    )
    smtp_host: str = Field(
        default="", description="mail server for notifications; empty: none are sent, they can be read"
    )
    smtp_port: int = 25
    smtp_starttls: bool = False
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = Field(default="bregma@localhost", description="sender of notifications")
    worker_stalled_seconds: float = Field(
        default=30, ge=2, description="a worker silent for so long is taken for dead, and its jobs are given to another"
    )
    scratch: Path | None = Field(
        default=None,
        description="folder for what a worker unpacks, as large as two of its recordings; default: below home",
    )
    compression_jobs: int = Field(default=1, ge=1, description="recordings that one worker compresses at the same time")
    compression_threads: int = Field(default=0, ge=0, description="threads for each of them; 0: one per processor")
    transfer_files: int = Field(default=4, ge=1, description="large files that one worker carries at the same time")
    transfer_parts: int = Field(default=8, ge=1, description="parts of 16 MiB that one worker holds at the same time")
    transfer_lease_seconds: float = Field(
        default=60, ge=1, description="a transfer whose worker is silent for so long is given to another"
    )
    log_format: str = Field(default="json", pattern="^(json|text)$")
    log_level: str = "INFO"

    @field_validator("stores", "sources", mode="before")
    @classmethod
    def _read_stores(cls, given: Any) -> Any:
        # the environment that `bregma up` keeps for other commands holds texts
        return json.loads(given) if isinstance(given, str) else given

    @property
    def public_s3(self) -> str:
        """Address of the store that is signed into URLs."""
        return self.s3_public_endpoint or self.s3_endpoint

    def is_durable(self, store: str) -> bool:
        """Whether the operator says so of a store; '' is the installation's own."""
        if store == "":
            return self.s3_durable
        found = self.stores.get(store)
        return found is not None and found.durable

    def of_store(self, name: str) -> "Settings | None":
        """Return these settings with another store in place of the installation's own; None if there is no such store."""
        found = self.stores.get(name)
        if found is None:
            return None
        return self.model_copy(update={
            "s3_endpoint": found.endpoint, "s3_public_endpoint": found.public_endpoint, "s3_access_key": found.access_key,
            "s3_secret_key": found.secret_key, "s3_region": found.region,
        })  # fmt: skip

    @property
    def scratch_folder(self) -> Path:
        """Where a worker puts what it works on."""
        return self.scratch or self.home / "scratch"

    @property
    def has_store(self) -> bool:
        """Whether an object store is configured; without one the metadata room works alone."""
        return bool(self.s3_endpoint)


@lru_cache
def settings_from_environment() -> Settings:
    """Read the settings once; tests build their own ``Settings`` instead of calling this."""
    return Settings()
