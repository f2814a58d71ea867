"""An installation as an operator starts it: `bregma up` from a shell, everything under a supervisor."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
from bregma_kit.local.children import identify
from bregma_kit.local.seaweedfs import s3_client
from click.testing import CliRunner

BREGMA = [sys.executable, "-m", "bregma_app"]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("BREGMA_")}
if "BREGMA_POSTGRES_BIN" in os.environ:
    CLEAN["BREGMA_POSTGRES_BIN"] = os.environ["BREGMA_POSTGRES_BIN"]


class Installation:
    """One folder, and whatever runs for it."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.environment = CLEAN | {"BREGMA_HOME": str(home)} | environment

    def bregma(self, *words: str, code: int = 0) -> str:
        """Run a command from a shell and return what it said."""
        # a file, not a pipe: what is started in the background would hold a pipe open
        out = self.home.with_suffix(".out")
        with out.open("w+") as sink:
            done = subprocess.run(
                [*BREGMA, *words], env=self.environment, stdout=sink, stderr=subprocess.STDOUT, timeout=180, check=False
            )
        assert done.returncode == code, out.read_text()
        return out.read_text()

    def administer(self, *words: str) -> str:
        """Run one of the short commands in this process, which spares the second that a new one takes to start."""
        from bregma_app.cli import bregma
        from bregma_kit.settings import settings_from_environment

        settings_from_environment.cache_clear()
        done = CliRunner().invoke(bregma, words, env={"BREGMA_HOME": str(self.home), "BREGMA_DATABASE_URL": None})
        settings_from_environment.cache_clear()
        assert done.exit_code == 0, done.output
        return done.output.strip()

    @property
    def run(self) -> dict[str, Any]:
        """What the supervisor has written about its run."""
        found: dict[str, Any] = json.loads((self.home / "run.json").read_text())
        return found

    @property
    def api(self) -> str:
        return str(self.run["api"])

    @property
    def database(self) -> str:
        return str(self.run["database"])

    def pids(self) -> dict[str, int]:
        return {one["name"]: one["pid"] for one in self.run["processes"]}

    def store(self) -> Any:
        """Return a client of the store, past everything that is ours."""
        keys = json.loads((self.home / "store" / "keys.json").read_text())
        return s3_client(self.run["store"], keys["access_key"], keys["secret_key"])

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database, autocommit=True, options="-c search_path=public,jobs") as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def everything(self) -> list[int]:
        """All processes of this installation, however they were started."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                environment = (entry / "environ").read_bytes()
                words = (entry / "cmdline").read_bytes() + str((entry / "cwd").readlink()).encode()
            except OSError:
                continue
            if f"BREGMA_HOME={self.home}\0".encode() in environment or str(self.home).encode() in words:
                found.append(int(entry.name))
        return [pid for pid in found if identify(pid)]
