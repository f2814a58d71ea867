"""What ``bregma status`` says, for people and as JSON."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bregma_app.embedded.home import Home, Kept, ProcessRecord, Run
from bregma_app.embedded.memory import tree_memory


def is_running(run: Run | None) -> bool:
    """Tell whether the supervisor that wrote this still runs."""
    from bregma_kit.local.children import is_alive

    return run is not None and is_alive(run.supervisor)


def status(home: Home) -> dict[str, Any]:
    """Return everything there is to say; ``database`` holds its password."""
    run, kept = home.read_run(), home.read_kept()
    running = is_running(run)
    left_behind = [one.pid for one in run.processes if one.is_alive()] if run and not running else []
    if run is None or not running:
        return {
            "home": str(home.path), "phase": "stopped", "api": None, "store": None, "database": None, "processes": [],
            "demo": None, "left_behind": left_behind, "fsync": kept.fsync,
        }  # fmt: skip
    processes = [_process(record) for record in run.processes]
    processes.append({**_process(_supervisor(run)), "state": "running"})
    return {
        "home": str(home.path), "phase": run.phase, "api": run.api or None,
        "docs": f"{run.api}/docs" if run.api else None,
        "store": run.store or None, "store_details": run.store_details, "database": run.database or None,
        "processes": processes, "memory_mb": round(sum(one["memory_mb"] for one in processes), 1),
        "demo": {"admin": run.demo} if run.demo else None, "fsync": _fsync(run, kept), "left_behind": [],
    }  # fmt: skip


def _fsync(run: Run, kept: Kept) -> bool | None:
    return run.store_details.get("fsync", kept.fsync)


def _supervisor(run: Run) -> ProcessRecord:
    return ProcessRecord("supervisor", run.supervisor.pid, run.supervisor.started, "", "running")


def _process(record: ProcessRecord) -> dict[str, Any]:
    # the supervisor's own share only: what it started is counted under its own name
    whole = record.name != "supervisor"
    return {
        "name": record.name, "pid": record.pid, "state": record.state, "restarts": record.restarts, "log": record.log,
        "memory_mb": round(tree_memory(record.pid, descendants=whole) / 1e6, 1),
    }  # fmt: skip


def without_password(url: str) -> str:
    """Return an address that may be shown."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=f"{parts.username}:…@{parts.hostname}:{parts.port}"))


def text(found: dict[str, Any]) -> str:
    """Return the status for people."""
    if found["phase"] == "stopped":
        lines = [
            f"Bregma does not run in {found['home']} (chosen by {Home().chosen_by}).",
            "Start it with `bregma up`, or set BREGMA_HOME to the folder in which it does.",
        ]
        if found["left_behind"]:
            lines.append(
                f"Processes of a killed run are left: {found['left_behind']}; `bregma down` or `up` ends them."
            )
        return "\n".join(lines)
    lines = [f"Bregma: {found['phase']}   folder {found['home']}", f"  api       {found['api'] or '-'}"]
    details = found["store_details"]
    if found["store"]:
        lines.append(f"  store     {found['store']}  bucket {details['bucket']}, {_durability(details)}")
    lines.append(f"  database  {without_password(found['database'] or '-')}")
    if found["demo"]:
        admin = found["demo"]["admin"]
        lines.append(f"  login     {admin['username']} / {admin['password']}   (demo)")
    lines.append(f"\n  {'process':<12}{'pid':>8}  {'state':<11}{'restarts':>8}{'memory':>10}")
    for one in found["processes"]:
        lines.append(
            f"  {one['name']:<12}{one['pid']:>8}  {one['state']:<11}{one['restarts']:>8}{one['memory_mb']:>7.0f} MB"
        )
    lines.append(f"  {'together':<12}{'':>8}  {'':<11}{'':>8}{found['memory_mb']:>7.0f} MB")
    return "\n".join(lines)


def _durability(details: dict[str, Any]) -> str:
    """Say what a power cut may cost."""
    if details["fsync"] is None:
        return "durability as its operator configured it"
    return (
        "fsync on (an acknowledged object survives a power cut)"
        if details["fsync"]
        else "fsync off (faster; a power cut may lose the last seconds; change with `bregma up --fsync`)"
    )
