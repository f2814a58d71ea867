"""Bringing the database to this release: nothing if it is there, a backup first if it holds data."""

import asyncio
import json
from pathlib import Path

from bregma_kit.local.children import LocalServerError

from bregma_app.embedded import backup, schema
from bregma_app.embedded.home import Home, Kept
from bregma_app.embedded.processes import python_output, run_command
from bregma_app.embedded.servers import Say


async def bring_up_to_date(
    home: Home, kept: Kept, settings: dict[str, str], binaries: Path | None, *, save: bool, say: Say
) -> None:
    """Migrate if the code's migrations or the database's versions differ from what the last start left."""
    url = settings["BREGMA_DATABASE_URL"]
    code = await asyncio.to_thread(schema.fingerprint)
    now = await asyncio.to_thread(schema.versions, url)
    if now and (code, now) == (kept.migrations, kept.versions):
        return
    if now:
        await _prepare(home, url, now, binaries, save=save, say=say)
    await run_command(home, ["migrate"], settings, "The database could not be migrated")
    kept.migrations, kept.versions = code, await asyncio.to_thread(schema.versions, url)
    home.write_kept(kept)


async def _prepare(home: Home, url: str, now: list[str], binaries: Path | None, *, save: bool, say: Say) -> None:
    """Refuse a database of a newer release, and save one of an older."""
    found = json.loads(await python_output(["-m", "bregma_app.embedded.schema", *now]))
    if found["unknown"]:
        raise LocalServerError(
            f"This database was migrated by a newer Bregma ({', '.join(found['unknown'])} is unknown here). Nothing "
            "was changed. Install that release again, or use another folder: BREGMA_HOME=/path/to/folder bregma up"
        )
    if not found["missing"] or not save:
        return
    say("A newer release: saving the database before it is migrated ...")
    saved = await asyncio.to_thread(backup.dump, url, home.path / "backups", binaries)
    say(f"  saved to {saved}")
