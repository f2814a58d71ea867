"""Log files: one for each process, rotated by copying, followed by ``bregma logs``."""

import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

_LARGEST = 10 * 1024 * 1024
_KEPT = 3


def rotate(folder: Path, largest: int = _LARGEST) -> None:
    """Copy each log that has grown too large aside and empty it; its writer appends and need not be told."""
    for path in folder.glob("*.log"):
        if path.stat().st_size <= largest:
            continue
        for number in range(_KEPT, 1, -1):
            older = path.with_name(f"{path.name}.{number - 1}")
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{number}"))
        shutil.copy2(path, path.with_name(f"{path.name}.1"))
        with path.open("r+b") as stream:
            stream.truncate(0)


def tail(path: Path, lines: int) -> tuple[list[str], int]:
    """Return the last lines of a log and the position behind them."""
    with path.open("rb") as stream:
        end = stream.seek(0, 2)
        stream.seek(max(0, end - 300 * lines - 4096))
        data = stream.read()
    return data.decode("utf-8", "replace").splitlines()[-lines:] if lines else [], end


def follow(paths: Sequence[Path], positions: dict[Path, int], pause: float = 0.3) -> Iterator[tuple[Path, str]]:
    """Yield each new whole line of these logs, for ever; a log that was emptied is read from its start."""
    while True:
        for path in paths:
            yield from ((path, line) for line in _new_lines(path, positions))
        time.sleep(pause)


def _new_lines(path: Path, positions: dict[Path, int]) -> list[str]:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return []
    start = positions.get(path, 0) if size >= positions.get(path, 0) else 0
    with path.open("rb") as stream:
        stream.seek(start)
        data = stream.read()
    whole = data[: data.rfind(b"\n") + 1]
    positions[path] = start + len(whole)
    return whole.decode("utf-8", "replace").splitlines()
