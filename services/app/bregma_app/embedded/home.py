"""The folder that keeps everything an installation writes, and the files in it that several commands read."""

import fcntl
import json
import os
import secrets
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from bregma_kit.local.children import Identity, LocalServerError, command_of, identify, write_private


class AlreadyRunningError(LocalServerError):
    """Another supervisor holds this folder."""

    def __init__(self, folder: Path) -> None:
        command = program()
        super().__init__(
            f"Bregma already runs in {folder}. See it with `{command} status`, stop it with `{command} down`."
        )


def program() -> str:
    """Return how the user can call this program from where he is."""
    beside = Path(sys.executable).parent / "bregma"
    try:
        return os.path.relpath(beside) if beside.is_relative_to(Path.cwd()) else str(beside)
    except OSError:
        return str(beside)


@dataclass(slots=True)
class Kept:
    """What an installation keeps between starts (``state.json``)."""

    ports: dict[str, int] = field(default_factory=dict)
    demo: bool | None = None  # None: never started
    seeded: bool = False
    fsync: bool | None = None
    # what was migrated last: the code's migrations and the versions the database reported afterwards
    migrations: str = ""
    versions: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ProcessRecord:
    """One process of a run, recognisable after its supervisor was killed."""

    name: str
    pid: int
    started: int
    command: str
    state: str = "starting"
    restarts: int = 0
    log: str = ""

    def is_alive(self) -> bool:
        """Tell whether this very process still runs: number, start time and command line agree."""
        return identify(self.pid) == self.identity and command_of(self.pid) == self.command

    @property
    def identity(self) -> Identity:
        """Number and start time."""
        return Identity(self.pid, self.started)


@dataclass(slots=True)
class Run:
    """What the supervisor tells the other commands while it runs (``run.json``, readable by its owner only)."""

    supervisor: Identity
    phase: str = "starting"  # starting, ready, stopping, failed
    problem: str = ""
    api: str = ""
    store: str = ""
    database: str = ""
    store_details: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    demo: dict[str, str] = field(default_factory=dict)
    processes: list[ProcessRecord] = field(default_factory=list)


class Home:
    """The folder, found by ``BREGMA_HOME`` or as ``.bregma`` in the working directory."""

    def __init__(self, path: Path | None = None) -> None:
        chosen = path or Path(os.environ.get("BREGMA_HOME") or ".bregma")
        self.path = chosen.expanduser().absolute()
        self._lock: TextIO | None = None

    @property
    def logs(self) -> Path:
        """Folder of one log file for each process."""
        return self.path / "logs"

    @property
    def chosen_by(self) -> str:
        """Why it is this folder, in words."""
        return "BREGMA_HOME" if os.environ.get("BREGMA_HOME") else "the working directory; set BREGMA_HOME to choose"

    def create(self) -> None:
        """Make the folder; others cannot list it."""
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            # root must lend PostgreSQL another account, which has to pass through here
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            self.logs.chmod(0o700)
        except OSError as error:
            raise LocalServerError(
                f"The folder {self.path} cannot be made or written: {error.strerror}. It is chosen by {self.chosen_by}."
            ) from error

    def lock(self) -> None:
        """Hold the folder until this process ends; the kernel lets go even after kill -9."""
        stream = (self.path / "lock").open("w", encoding="utf-8")
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            stream.close()
            raise AlreadyRunningError(self.path) from error
        self._lock = stream

    def read_kept(self) -> Kept:
        """Return what earlier starts kept; a first start finds nothing."""
        return Kept(**self._read("state.json"))

    def write_kept(self, kept: Kept) -> None:
        """Keep it, in one step."""
        write_private(self.path / "state.json", json.dumps(asdict(kept), indent=1))

    def read_run(self) -> Run | None:
        """Return what the last supervisor wrote; None if none did or it stopped in order."""
        found = self._read("run.json")
        if not found:
            return None
        found["supervisor"] = Identity(**found["supervisor"])
        found["processes"] = [ProcessRecord(**one) for one in found["processes"]]
        return Run(**found)

    def write_run(self, run: Run) -> None:
        """Tell the other commands."""
        write_private(self.path / "run.json", json.dumps(asdict(run), indent=1))

    def forget_run(self) -> None:
        """Nothing runs any more."""
        (self.path / "run.json").unlink(missing_ok=True)

    def secrets(self) -> dict[str, str]:
        """Return the generated secrets, made on the first call and readable by their owner only."""
        found = self._read("secrets.json")
        if not found:
            found = {"secret_key": secrets.token_urlsafe(32), "demo_password": secrets.token_urlsafe(9)}
            write_private(self.path / "secrets.json", json.dumps(found))
        return found

    def _read(self, name: str) -> dict[str, Any]:
        path = self.path / name
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise LocalServerError(
                f"{path} is damaged ({error}). Put it back from a backup, or move it away."
            ) from error
        assert isinstance(found, dict)
        return found
