"""What could keep Bregma from running here, found out by trying, each with what to do about it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bregma_kit.local import accounts
from bregma_kit.local.binaries import find_postgres, find_weed
from bregma_kit.local.children import LocalServerError
from bregma_kit.local.ports import free_port, is_free

from bregma_app.embedded.home import Home
from bregma_app.embedded.options import External
from bregma_app.embedded.report import is_running

_GB = 1e9
_SHARED_FILE_SYSTEMS = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "afs", "lustre")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``level`` is ok, note or bad."""

    level: str
    what: str
    todo: str = ""


def examine(home: Home) -> Iterator[Finding]:
    """Look at everything, most basic first."""
    external = External.from_environment()
    checks: list[Callable[[], Iterator[Finding]]] = [_python, lambda: _folder(home), lambda: _disk(home), _memory]
    checks.append(lambda: _external_database(external) if external.database_url else _postgres(home, external))
    checks.append(lambda: _external_store(external) if external.s3_endpoint else _weed())
    checks.append(lambda: _ports(home))
    for check in checks:
        yield from check()


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    yield Finding("ok" if good else "bad", f"Python {version}", "" if good else "Bregma needs Python 3.11 or later.")


def _nearest(path: Path) -> Path:
    """Return the folder itself, or the nearest one above it that exists."""
    while not path.exists():
        path = path.parent
    return path


def _folder(home: Home) -> Iterator[Finding]:
    there = _nearest(home.path)
    what = f"folder {home.path}" + ("" if there == home.path else " (does not exist yet)")
    if os.access(there, os.W_OK | os.X_OK):
        yield Finding("ok", what)
    else:
        yield Finding("bad", what, f"You may not write in {there}: set BREGMA_HOME to a folder of yours.")
    kind = _file_system(there)
    if kind.startswith(_SHARED_FILE_SYSTEMS):
        todo = "A database on a network file system may be damaged: set BREGMA_HOME to a folder on a local disk."
        yield Finding("note", f"it lies on a network file system ({kind})", todo)
    for name in ("secrets.json", "state.json", "postgres/passwords.json", "store/keys.json"):
        path = home.path / name
        if path.exists() and path.stat().st_mode & 0o077:
            yield Finding("bad", f"{path} can be read by others", f"chmod 600 {path}")


def _file_system(path: Path) -> str:
    """Return the type of the file system that holds this path; empty where that cannot be told."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    holding = [(len(where), kind) for where, kind in mounts if path.is_relative_to(where)]
    return max(holding, default=(0, ""))[1]


def _disk(home: Home) -> Iterator[Finding]:
    free = shutil.disk_usage(_nearest(home.path)).free / _GB
    what = f"{free:.1f} GB free on its disk"
    if free < 1:
        yield Finding("bad", what, "Make room: the database stops when the disk is full.")
    elif free < 10:
        yield Finding("note", what, "Enough to look around, too little for recordings.")
    else:
        yield Finding("ok", what)


def _memory() -> Iterator[Finding]:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")) / _GB
    todo = "Large uploads take the store up to 1.5 GB; end other programs first." if free < 2 else ""
    yield Finding("note" if todo else "ok", f"{free:.1f} GB of memory available", todo)


def _postgres(home: Home, external: External) -> Iterator[Finding]:
    try:
        binaries, major = find_postgres(external.postgres_binaries)
    except LocalServerError as error:
        yield Finding("bad", "PostgreSQL", str(error))
        return
    yield Finding("ok", f"PostgreSQL {major} in {binaries}")
    mark = home.path / "postgres" / "cluster" / "PG_VERSION"
    if mark.exists() and mark.read_text(encoding="utf-8").strip() != str(major):
        made_by = mark.read_text(encoding="utf-8").strip()
        yield Finding(
            "bad",
            f"the data were written by PostgreSQL {made_by}",
            f"Set BREGMA_POSTGRES_BIN to its folder {made_by}/bin.",
        )
    if os.geteuid() == 0:
        yield from _as_root(home, binaries)


def _as_root(home: Home, binaries: Path) -> Iterator[Finding]:
    namespaces = accounts.user_namespaces_work()
    yield Finding("ok", f"user namespaces: {'available' if namespaces else 'not available (another way may do)'}")
    with tempfile.TemporaryDirectory(dir=_nearest(home.path), prefix=".bregma-doctor-") as trial:
        Path(trial).chmod(0o711)
        try:
            runner, _ = accounts.choose(binaries, Path(trial))
        except LocalServerError as error:
            yield Finding("bad", "you are root, which PostgreSQL refuses", str(error))
            return
    yield Finding("ok", f"you are root; PostgreSQL will run {runner.how}")


def _weed() -> Iterator[Finding]:
    try:
        program = find_weed()
    except LocalServerError as error:
        yield Finding("bad", "object store", str(error))
        return
    done = subprocess.run([str(program), "version"], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode == 0:
        yield Finding("ok", f"object store: SeaweedFS {done.stdout.split()[2]} in {program}")
    else:
        todo = "It does not run on this machine; see the message, or set BREGMA_S3_ENDPOINT to another store."
        yield Finding("bad", f"{program}: {done.stderr.strip()}", todo)


def _external_database(external: External) -> Iterator[Finding]:
    import psycopg

    try:
        with psycopg.connect(external.database_url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except psycopg.OperationalError as error:
        yield Finding("bad", "the database of BREGMA_DATABASE_URL", f"It does not answer: {error}".strip())
        return
    good = version >= 15
    yield Finding(
        "ok" if good else "bad", f"external PostgreSQL {version}", "" if good else "Bregma needs 15 or later."
    )


def _external_store(external: External) -> Iterator[Finding]:
    from botocore.exceptions import BotoCoreError, ClientError
    from bregma_kit.local.capabilities import probe
    from bregma_kit.local.seaweedfs import s3_client

    names = ("BREGMA_S3_ACCESS_KEY", "BREGMA_S3_SECRET_KEY")
    client = s3_client(external.s3_endpoint, *(os.environ.get(name, "") for name in names))
    try:
        found = probe(client, os.environ.get("BREGMA_S3_BUCKET", "bregma"))
    except (BotoCoreError, ClientError) as error:
        todo = f"{error}. Check BREGMA_S3_ENDPOINT, {', '.join(names)} and BREGMA_S3_BUCKET."
        yield Finding("bad", f"object store {external.s3_endpoint}", todo)
        return
    yield Finding("ok", f"object store {external.s3_endpoint}")
    yield from (Finding("bad", "  it cannot keep data safe", text) for text in found.missing)
    yield from (Finding("note", "  it works less well than it could", text) for text in found.warnings)


def _ports(home: Home) -> Iterator[Finding]:
    run = home.read_run()
    if run is not None and is_running(run):
        yield Finding("ok", f"Bregma runs here: {run.api} ({run.phase})")
        return
    left = [record.pid for record in run.processes if record.is_alive()] if run else []
    if left:
        yield Finding("note", f"processes of a killed run are left: {left}", "`bregma up` or `bregma down` ends them.")
    taken = {name: port for name, port in home.read_kept().ports.items() if not is_free(port)}
    for name, port in taken.items():
        todo = "Another program took it; the next start chooses another, unless you ask for it with --port."
        yield Finding("note", f"port {port} ({name}) is taken", todo)
    if not taken:
        yield Finding("ok", f"ports are free (for example {free_port()})")
