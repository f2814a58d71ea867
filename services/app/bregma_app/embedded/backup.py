"""A copy of the database before a newer release migrates it."""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bregma_kit.local.binaries import postgres_folders
from bregma_kit.local.children import LocalServerError

_KEPT = 5


def dump(database_url: str, folder: Path, binaries: Path | None) -> Path:
    """Write a compressed dump and return its path; older ones beyond the last five are removed."""
    program = _pg_dump(binaries)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.dump"
    draft = target.with_suffix(".part")
    address = urlsplit(database_url)
    # the password goes by the environment: a command line can be read by everybody
    environment = {**os.environ, "PGPASSWORD": unquote(address.password or "")}
    login = [
        f"--host={address.hostname}",
        f"--port={address.port or 5432}",
        f"--username={unquote(address.username or '')}",
    ]
    done = subprocess.run(  # noqa: S603 - the program found by _pg_dump
        [str(program), "--format=custom", f"--file={draft}", "--no-password", *login, address.path.lstrip("/")],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        draft.unlink(missing_ok=True)
        raise LocalServerError(
            f"The database could not be saved before the migration, so nothing was migrated:\n  {done.stderr.strip()}\n"
            "Save it yourself and start with `bregma up --no-backup`."
        )
    draft.chmod(0o600)
    draft.rename(target)
    for old in sorted(folder.glob("*.dump"))[:-_KEPT]:
        old.unlink()
    return target


def _pg_dump(binaries: Path | None) -> Path:
    """Return a pg_dump: beside the server, else the newest on this machine."""
    places = [binaries] if binaries else []
    places += [folder for folder, _ in sorted(postgres_folders(), key=lambda found: -found[1])]
    for folder in places:
        if (folder / "pg_dump").is_file():
            return folder / "pg_dump"
    on_path = shutil.which("pg_dump")
    if on_path:
        return Path(on_path)
    raise LocalServerError(
        "A newer release wants to migrate the database, and no pg_dump was found to save it first. Install your "
        "system's package postgresql-client, or save the database yourself and start with `bregma up --no-backup`."
    )
