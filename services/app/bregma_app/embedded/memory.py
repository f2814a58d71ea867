"""Memory of a process and everything below it."""

from pathlib import Path


def _parents() -> dict[int, int]:
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        found[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    return found


def _of(pid: int) -> int:
    """Proportional share of a process in bytes (shared pages divided among their users), or 0 if it is gone."""
    for name, key in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            text = Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8")
        except OSError:
            continue
        for line in text.splitlines():
            if line.startswith(key):
                return int(line.split()[1]) * 1024
    return 0


def tree_memory(pid: int, *, descendants: bool = True) -> int:
    """Return the bytes that a process takes, by default together with all that it started."""
    below = {pid}
    parents = _parents() if descendants else {}
    while more := {child for child, parent in parents.items() if parent in below and child not in below}:
        below |= more
    return sum(_of(one) for one in below)
