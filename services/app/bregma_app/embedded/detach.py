"""Starting the supervisor so that it outlives this terminal, and stopping it from another."""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from bregma_kit.local.children import LocalServerError, end, last_lines

from bregma_app.embedded.home import AlreadyRunningError, Home
from bregma_app.embedded.report import is_running
from bregma_app.embedded.servers import Say
from bregma_app.embedded.supervisor import end_leftovers

_LONGEST_START = 300.0


def up_detached(home: Home, words: Sequence[str], say: Say) -> None:
    """Start a supervisor in a session of its own and return once everything is ready."""
    from bregma_app.embedded.welcome import ready_text

    if is_running(home.read_run()):
        raise AlreadyRunningError(home.path)
    home.create()
    log = home.logs / "supervisor.log"
    said = log.stat().st_size if log.exists() else 0
    with log.open("ab") as sink:
        process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-m", "bregma_app", "up", *words],
            stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + _LONGEST_START
    while time.monotonic() < deadline:
        run = home.read_run()
        if run is not None and run.supervisor.pid == process.pid and run.phase == "ready":
            say(ready_text(home, run, detached=True))
            return
        if process.poll() is not None:
            with log.open("rb") as stream:
                stream.seek(said)
                text = stream.read().decode("utf-8", "replace").strip()
            raise LocalServerError(text.removeprefix("Error: ") or f"it ended with exit code {process.returncode}")
        time.sleep(0.05)
    raise LocalServerError(f"It is still not ready. The end of {log}:\n{last_lines(log)}")


def stop_detached(home: Home) -> bool:
    """Stop the supervisor and with it everything, or what a killed one left; False if nothing ran."""
    run = home.read_run()
    if run is None:
        return False
    if not is_running(run):
        end_leftovers(home, servers_too=True)
        return True
    if not end(run.supervisor, (signal.SIGTERM, 60.0), (signal.SIGTERM, 10.0)):
        raise LocalServerError(f"The supervisor (process {run.supervisor.pid}) does not end. See `bregma logs`.")
    return True
