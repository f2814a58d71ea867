"""One supervised process: how it starts, when it is ready, and how it is started again when it dies."""

import asyncio
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bregma_kit.local.children import LocalServerError, command_of, identify, last_lines

from bregma_app.embedded.home import ProcessRecord

_LONGEST_PAUSE = 30.0
_STABLE_AFTER = 60.0
_MISSES_ALLOWED = 4


@dataclass(slots=True)
class Child:
    """A process and what the supervisor knows about it.

    ``spawn`` must be called from the main thread (see ``bregma_kit.local.children.spawn``); ``is_ready`` may block and
    runs in a thread. ``end_signals`` are sent in turn, each followed by ``patience`` seconds.
    """

    name: str
    spawn: Callable[[], subprocess.Popen[bytes]]
    is_ready: Callable[[], bool]
    log: Path
    end_signals: tuple[signal.Signals, ...] = (signal.SIGTERM, signal.SIGKILL)
    patience: float = 15.0
    is_healthy: Callable[[], bool] | None = None
    probation: float = 0.0  # seconds that one without a port must live after a restart before it counts as well
    process: subprocess.Popen[bytes] | None = None
    record: ProcessRecord | None = None
    restarts: int = 0
    _pause: float = 0.5
    _since: float = 0.0
    _misses: int = 0
    _next_start: float = field(default=0.0)

    def start(self) -> None:
        """Start the process and note who it is."""
        self.process = self.spawn()
        self._since = time.monotonic()
        self._misses = 0
        identity = identify(self.process.pid)
        self.record = ProcessRecord(
            self.name,
            self.process.pid,
            identity.started if identity else 0,
            "",
            restarts=self.restarts,
            log=str(self.log),
        )

    @property
    def runs(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    async def wait_ready(self, timeout: float = 60) -> None:
        """Wait until it is ready; raises with the end of its log if it ends first or takes too long."""
        deadline = time.monotonic() + timeout
        process = self.process
        assert process is not None
        while True:
            if process.poll() is not None:
                raise LocalServerError(
                    f"{self.name} ended while starting (exit code {process.returncode}). "
                    f"The end of {self.log}:\n{last_lines(self.log)}"
                )
            tried = not self.restarts or time.monotonic() - self._since >= self.probation
            if tried and await asyncio.to_thread(self.is_ready):
                self._note_ready()
                return
            if time.monotonic() > deadline:
                raise LocalServerError(
                    f"{self.name} did not become ready within {timeout:.0f} s. "
                    f"The end of {self.log}:\n{last_lines(self.log)}"
                )
            await asyncio.sleep(0.05)

    def _note_ready(self) -> None:
        """Record that it works, with the command line that it has after its exec."""
        assert self.record is not None
        self.record.state = "running"
        self.record.command = command_of(self.record.pid)

    def note_death(self) -> str:
        """Plan the next start, later each time; returns what to tell the operator."""
        assert self.process is not None
        assert self.record is not None
        now = time.monotonic()
        if now - self._since > _STABLE_AFTER:
            self._pause = 0.5
        self._next_start, pause = now + self._pause, self._pause
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        self.record.state = "restarting"
        code = self.process.returncode
        ended = f"by signal {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        self.process = None
        return f"{self.name} ended {ended}; starting it again in {pause:.1f} s (log: {self.log})"

    @property
    def is_due(self) -> bool:
        """Whether a dead process may be started again."""
        return self.process is None and time.monotonic() >= self._next_start

    async def check_health(self) -> bool:
        """Ask for its health; False once it has failed several times in a row."""
        if self.is_healthy is None or not self.runs:
            return True
        self._misses = 0 if await asyncio.to_thread(self.is_healthy) else self._misses + 1
        return self._misses < _MISSES_ALLOWED

    async def stop(self) -> None:
        """End the process in order, by force if it does not listen."""
        process = self.process
        if process is None:
            return
        for number in self.end_signals:
            if process.poll() is None:
                process.send_signal(number)
            if await asyncio.to_thread(_ended, process, self.patience):
                break
        self.process = None


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def answers(url: str) -> bool:
    """Tell whether an address answers with success."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status < 300)
    except (OSError, urllib.error.URLError):
        return False
