"""What the operator asked for: flags of ``bregma up`` and the settings that replace an embedded server."""

import os
from dataclasses import dataclass
from pathlib import Path

from bregma_kit.local.children import LocalServerError

from bregma_app.embedded.home import Kept

SERVICES = ("metadata", "files", "compression", "transfer")
"""The rooms that have a process of their own with ``--split``; a test keeps this equal to ``bregma_app.main.ROOMS``."""


@dataclass(frozen=True, slots=True)
class Options:
    """The flags of one start; None means: as it was kept."""

    split: bool = False
    demo: bool | None = None
    only: tuple[str, ...] = ()
    fsync: bool | None = None
    port: int | None = None
    backup: bool = True

    def words(self) -> list[str]:
        """Return the flags again, for a supervisor in a process of its own."""
        said = ["--split"] if self.split else []
        for name, value in (("demo", self.demo), ("fsync", self.fsync), ("backup", self.backup)):
            if value is not None:
                said.append(f"--{name}" if value else f"--no-{name}")
        for name in self.only:
            said += ["--only", name]
        return said if self.port is None else [*said, "--port", str(self.port)]

    @property
    def services(self) -> tuple[str, ...]:
        """The rooms to serve."""
        return self.only or SERVICES

    @property
    def wants_store(self) -> bool:
        """Whether anything that is served needs an object store."""
        return set(self.services) != {"metadata"}


@dataclass(frozen=True, slots=True)
class External:
    """Servers that the settings name; empty means: start our own."""

    database_url: str
    s3_endpoint: str
    postgres_binaries: Path | None

    @classmethod
    def from_environment(cls) -> "External":
        """Read them from ``BREGMA_*`` variables."""
        binaries = os.environ.get("BREGMA_POSTGRES_BIN")
        return cls(
            os.environ.get("BREGMA_DATABASE_URL", ""),
            os.environ.get("BREGMA_S3_ENDPOINT", ""),
            Path(binaries) if binaries else None,
        )


def settle(options: Options, kept: Kept) -> Kept:
    """Merge the flags into what is kept, or say why they cannot be."""
    first = kept.demo is None
    if first:
        # whoever starts with people and animals alone is setting up a lab, not looking around
        kept.demo = options.demo if options.demo is not None else options.wants_store
    elif options.demo is not None and options.demo != kept.demo:
        now, wanted = ("with", "without") if kept.demo else ("without", "with")
        raise LocalServerError(
            f"This installation was started {now} demo data; it cannot go on {wanted} them, since the two must not "
            "mix. Use another folder: BREGMA_HOME=/path/to/folder bregma up"
            + (" --no-demo" if options.demo is False else "")
        )
    if options.fsync is not None:
        kept.fsync = options.fsync
    elif kept.fsync is None:
        kept.fsync = not kept.demo
    if options.port is not None:
        kept.ports["api"] = options.port
    return kept
