"""Which migrations a database has had and which this release brings.

``python -m bregma_app.embedded.schema VERSION...`` is a process of its own, because importing Alembic and every room's
tables would stay in the supervisor's memory.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

_ROOMS = ("bregma_kit", "bregma_metadata", "bregma_files", "bregma_transfer", "bregma_compression")
_VERSIONS = "select version_num from kit.alembic_version order by 1"


def fingerprint() -> str:
    """Tell the code's set of migrations apart from any other, without importing them."""
    digest = hashlib.sha256()
    for room in _ROOMS:
        spec = find_spec(room)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            for path in sorted(Path(place, "migrations").glob("*.py")):
                digest.update(f"{room}/{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def versions(database_url: str) -> list[str]:
    """Return the migrations the database says it has had; empty for a new one."""
    import psycopg

    with psycopg.connect(database_url, connect_timeout=10) as connection:
        if connection.execute("select to_regclass('kit.alembic_version')").fetchone() == (None,):
            return []
        return [str(row[0]) for row in connection.execute(_VERSIONS)]


def compare(now: Iterable[str]) -> dict[str, list[str]]:
    """Say which revisions a database with these versions lacks, and which of them this release does not know."""
    from alembic.script import ScriptDirectory

    from bregma_app.migrate import configuration

    scripts = ScriptDirectory.from_config(configuration())
    known = {revision.revision for revision in scripts.walk_revisions()}
    # a version stands for all below it, in its own room and in the rooms it depends on
    applied, open_ends = set[str](), [name for name in now if name in known]
    while open_ends:
        name = open_ends.pop()
        if name not in applied:
            applied.add(name)
            revision = scripts.get_revision(name)
            for below in (revision.down_revision, revision.dependencies):
                open_ends += [one.revision for one in scripts.get_revisions(below or ())]
    return {"missing": sorted(known - applied), "unknown": sorted(set(now) - known)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(compare(sys.argv[1:])) + os.linesep)
