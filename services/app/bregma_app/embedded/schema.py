"""Which migrations a database has had and which this release brings; ``python -m bregma_app.embedded.schema``.

A process of its own, because importing Alembic and every room's tables would stay in the supervisor's memory.
"""

import hashlib
import json
import os
import sys
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


def main() -> None:
    """Print the revisions this release ends at and all it knows, as JSON."""
    from alembic.script import ScriptDirectory

    from bregma_app.migrate import configuration

    scripts = ScriptDirectory.from_config(configuration())
    known = sorted(revision.revision for revision in scripts.walk_revisions())
    sys.stdout.write(json.dumps({"heads": sorted(scripts.get_heads()), "known": known}) + os.linesep)


if __name__ == "__main__":
    main()
