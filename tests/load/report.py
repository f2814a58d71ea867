"""One table row per benchmark, and the same as JSON."""

import json
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass
class Row:
    """A figure beside its target and beside what the machine does without us."""

    bench: str
    what: str
    target: str
    measured: str
    limit: str = ""
    """What the bare side does, and the ratio's median with its spread over the rounds."""
    held: bool | None = None
    """Whether the target holds; None where there is none."""
    values: dict[str, Any] | None = None


HEAD = ("what", "target", "measured", "bare side; ratio (median, smallest to largest)", "holds", "command")


def command_of(bench: str) -> str:
    return f"python -m tests.load --only {bench}"


def lines(rows: list[Row]) -> list[str]:
    """Return a Markdown table."""
    verdict = {True: "yes", False: "**no**", None: "-"}
    table = [f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"]
    for row in rows:
        cells = (row.what, row.target, row.measured, row.limit, verdict[row.held], f"`{command_of(row.bench)}`")
        table.append(f"| {' | '.join(cells)} |")
    return table


def machine() -> dict[str, Any]:
    """Say what this was measured on."""
    import os

    import psutil

    memory = psutil.virtual_memory().total / 2**30
    names = (
        [
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ]
        if Path("/proc/cpuinfo").exists()
        else []
    )
    return {
        "system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count(),
        "processor": names[0] if names else platform.processor(), "memory_gib": round(memory, 1),
        "load_before": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }  # fmt: skip


def save(path: Path, rows: list[Row], about: dict[str, Any]) -> None:
    """Write every figure with its target and command."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": about, "rows": [{**asdict(row), "command": command_of(row.bench)} for row in rows]}
    path.write_text(json.dumps(content, indent=1, default=str) + "\n", encoding="utf-8")
