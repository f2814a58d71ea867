"""Bregma's own processes: what each is started with and how its readiness is asked."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bregma_kit.local.children import LocalServerError, last_lines, spawn

from bregma_app.embedded.child import Child, answers
from bregma_app.embedded.home import Home
from bregma_app.embedded.options import Options
from bregma_app.embedded.servers import Store

_BREGMA = (sys.executable, "-m", "bregma_app")
# if the supervisor is killed there is no order left to end in: a worker that waits for its database would wait for ever
_END = signal.SIGKILL
_FRONT = (sys.executable, "-m", "bregma_app.embedded.front")


def environment(home: Home, database_url: str, store: Store | None) -> dict[str, str]:
    """Return the ``BREGMA_*`` settings that make any command work on this installation."""
    found = {
        "BREGMA_HOME": str(home.path),
        "BREGMA_DATABASE_URL": database_url,
        "BREGMA_SECRET_KEY": os.environ.get("BREGMA_SECRET_KEY") or home.secrets()["secret_key"],
        "BREGMA_S3_ENDPOINT": "",
        # read by people with `bregma logs`, not by a collector
        "BREGMA_LOG_FORMAT": os.environ.get("BREGMA_LOG_FORMAT", "text"),
    }
    if store is not None:
        found |= {
            "BREGMA_S3_ENDPOINT": store.endpoint,
            "BREGMA_S3_ACCESS_KEY": store.access_key,
            "BREGMA_S3_SECRET_KEY": store.secret_key,
            "BREGMA_S3_REGION": store.region,
            "BREGMA_S3_BUCKET": store.bucket,
            # of a store that is not ours its operator says so, or does not
            "BREGMA_S3_DURABLE": "true" if store.fsync else os.environ.get("BREGMA_S3_DURABLE", "false"),
        }
    return found


def our_children(home: Home, options: Options, ports: Mapping[str, int], settings: Mapping[str, str]) -> list[Child]:
    """Describe our processes in the order of their start."""
    children = []
    if options.split:
        children += [_server(home, name, ports[name], [name], settings) for name in options.services]
    else:
        children.append(_server(home, "api", ports["api"], list(options.only), settings))
    if options.wants_store:
        # its jobs are about files; it has no port, so that it is ready when it runs
        children.append(_child(home, "worker", [*_BREGMA, "work"], settings, None))
    if options.split:
        targets = [f"{name}={ports[name]}" for name in options.services]
        command = [*_FRONT, "--port", str(ports["api"]), *targets]
        children.append(_child(home, "front", command, settings, ports["api"]))
    return children


def _server(home: Home, name: str, port: int, services: list[str], settings: Mapping[str, str]) -> Child:
    command = [*_BREGMA, "serve", "--host", "127.0.0.1", "--port", str(port)]
    if services:
        command += ["--services", ",".join(services)]
    return _child(home, name, command, settings, port)


def _child(home: Home, name: str, command: list[str], settings: Mapping[str, str], port: int | None) -> Child:
    log = home.logs / f"{name}.log"
    base = f"http://127.0.0.1:{port}"

    def start() -> subprocess.Popen[bytes]:
        return spawn(command, log=log, cwd=home.path, env=_full(settings), end_signal=_END)

    if port is None:
        return Child(name, start, lambda: True, log, probation=3.0)
    child = Child(name, start, lambda: answers(f"{base}/readyz"), log)
    child.is_healthy = lambda: answers(f"{base}/healthz")
    return child


def _full(settings: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **settings, "PYTHONUNBUFFERED": "1"}


async def run_command(home: Home, words: list[str], settings: Mapping[str, str], what: str) -> None:
    """Run one of our commands to its end; raises with the end of its log if it fails."""
    log = home.logs / f"{words[0]}.log"
    log.unlink(missing_ok=True)  # what it said last time would only confuse
    process = spawn([*_BREGMA, *words], log=log, cwd=home.path, env=_full(settings), end_signal=_END)
    try:
        await asyncio.to_thread(process.wait)
    finally:
        if process.poll() is None:
            process.kill()
    if process.returncode != 0:
        raise LocalServerError(f"{what} (exit code {process.returncode}). The end of {log}:\n{last_lines(log, 20)}")


async def python_output(words: list[str]) -> str:
    """Run a module of ours in a process of its own and return what it printed."""
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, *words], capture_output=True, text=True, check=False, cwd=Path("/")
    )
    if done.returncode != 0:
        raise LocalServerError(f"`python {' '.join(words)}` failed:\n{done.stderr}")
    return str(done.stdout)
