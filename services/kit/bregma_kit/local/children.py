"""Child processes that never outlive their parent, and recognising processes that another run left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
# bound before any fork: looking it up between fork and exec could deadlock a program with threads
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


class LocalServerError(RuntimeError):
    """A local server cannot be started; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A process told apart from any later one with the same number by its start time."""

    pid: int
    started: int


def identify(pid: int) -> Identity | None:
    """Identity of a living process; None if there is none (a zombie counts as gone)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name may itself hold spaces and parentheses
    return None if fields[0] in "ZX" else Identity(pid, int(fields[19]))


def command_of(pid: int) -> str:
    """Command line of a process, joined by spaces; empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except OSError:
        return ""


def working_in(folder: Path) -> list[int]:
    """Return the processes whose working directory is this folder, as far as we may look."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == folder and identify(int(entry.name)):
                found.append(int(entry.name))
        except OSError:  # ended meanwhile, or somebody else's
            continue
    return found


def is_alive(identity: Identity) -> bool:
    """Tell whether this very process still runs."""
    return identify(identity.pid) == identity


def end(identity: Identity, *signals: tuple[signal.Signals, float]) -> bool:
    """Send each signal in turn and give the process that many seconds to go; True once it is gone."""
    for number, seconds in signals:
        if not is_alive(identity):
            return True
        try:
            os.kill(identity.pid, number)
        except ProcessLookupError:
            return True
        if wait_until(lambda: not is_alive(identity), seconds):
            return True
    return not is_alive(identity)


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Ask again and again until the condition holds or the time is over; tell which."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def wait_until_ready(process: subprocess.Popen[bytes], is_ready: Callable[[], bool], seconds: float) -> bool:
    """Wait until a server answers; False if it ended or the time is over."""
    wait_until(lambda: process.poll() is not None or is_ready(), seconds, pause=0.05)
    return process.poll() is None and is_ready()


def stop(process: subprocess.Popen[bytes], signals: Sequence[signal.Signals], seconds: float) -> None:
    """Send each signal in turn to our own child and give it that many seconds to end."""
    for number in signals:
        if process.poll() is None:
            process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return


def _tie_to_parent(number: int) -> Callable[[], None]:
    parent = os.getpid()

    def tie() -> None:
        if _prctl is not None:
            _prctl(_PR_SET_PDEATHSIG, number)
            if os.getppid() != parent:  # it died before the tie was made
                os._exit(1)

    return tie


def spawn(
    argv: Sequence[str],
    *,
    log: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    account: tuple[int, int] | None = None,
    end_signal: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child that gets ``end_signal`` when the calling thread ends, however that happens.

    Call it from the main thread: the kernel watches the thread, not the process. The log is opened for appending,
    so that it can be rotated by copying and truncating, and so that it outlives a parent that was killed.
    """
    user, group = account or (None, None)
    with log.open("ab") as sink:
        return subprocess.Popen(  # noqa: S603 - no shell; the callers are the launchers of this package
            argv, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, cwd=cwd, env=env,
            user=user, group=group, extra_groups=None if account is None else [], start_new_session=True,
            preexec_fn=_tie_to_parent(end_signal),  # noqa: PLW1509 - calls one C function bound before the fork
        )  # fmt: skip


def last_lines(log: Path, count: int = 8) -> str:
    """Return the end of a log, for an error message."""
    if not log.exists():
        return "(no log was written)"
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 8192))
        text = stream.read().decode("utf-8", "replace")
    return "\n".join("  " + line for line in text.splitlines()[-count:]) or "(the log is empty)"


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, replacing it in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
