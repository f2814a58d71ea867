"""One table row per benchmark, and the same as JSON."""

import json
import platform
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
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


HEAD = (
    "what",
    "target",
    "measured",
    "beside it: the bare side; ratio, smallest to largest; shares",
    "holds",
    "command",
)
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
Kept = dict[str, Any]


def kept(row: Row, about: dict[str, Any]) -> Kept:
    """Return a row as the JSON file keeps it: with its command, when it was measured and how busy the machine was."""
    moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    command = f"python -m tests.load --only {row.bench}" + (" --quick" if about["quick"] else "")
    return {**asdict(row), "command": command, "measured_at": moment, "load": about["load"]}


def lines(rows: list[Kept]) -> list[str]:
    """Return a Markdown table."""
    verdict = {True: "yes", False: "**no**", None: "-"}
    table = [f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"]
    for row in rows:
        cells = (row["what"], row["target"], row["measured"], row["limit"], verdict[row["held"]], f"`{row['command']}`")
        table.append(f"| {' | '.join(cells)} |")
    return table


def machine() -> dict[str, Any]:
    """Say what this is measured on."""
    import os

    import psutil

    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", info.read_text()) if info.exists() else []
    return {
        "system": platform.system(), "python": platform.python_version(), "cores": os.cpu_count(),
        "processor": names[0] if names else platform.processor(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
    }  # fmt: skip


def save(path: Path, rows: list[Kept], benches: list[str], about: dict[str, Any]) -> list[Kept]:
    """Write figures; those of benchmarks that were not run now stay as they were. Return all, in the benches' order."""
    earlier = json.loads(path.read_text(encoding="utf-8"))["rows"] if path.exists() else []
    fresh = {row["bench"] for row in rows}
    merged = [row for row in earlier if row["bench"] not in fresh] + rows
    merged.sort(key=lambda row: benches.index(row["bench"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": about, "rows": merged}, indent=1, default=str) + "\n", encoding="utf-8")
    return merged


def write_page(page: Path, rows: list[Kept], about: dict[str, Any]) -> None:
    """Put the table between the marks of a page; the words around it are people's."""
    loads = [row["load"] for row in rows]
    moments = sorted(row["measured_at"] for row in rows)
    said = (
        f"{about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB, {about['system']}, "
        f"Python {about['python']}. Measured {moments[0]} to {moments[-1]} UTC. Other programs ran meanwhile: the load "
        f"average at the end of each benchmark, its own work included, was {min(loads):.1f} to {max(loads):.1f}."
    )
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{said}\n\n" + "\n".join(lines(rows)) + f"\n{END}{after}", encoding="utf-8")
