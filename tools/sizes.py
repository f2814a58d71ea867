"""Sizes of files and functions, and how much is typed, documented and tested.

A file over 500 lines or a function over 80 is a design question; it fails. The other figures are printed to be read.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE, LONGEST_FUNCTION = 500, 80
AREAS = {
    "dataset_types": ("libs/dataset_types",),
    "one_client": ("libs/one_client",),
    "codecs": ("libs/codecs",),
    "kit": ("services/kit",),
    "metadata": ("services/metadata",),
    "files": ("services/files",),
    "transfer": ("services/transfer",),
    "compression": ("services/compression",),
    "app": ("services/app",),
    "tools": ("tools",),
    "tests": ("tests", "conftest.py"),
}
_ASIDE = ("_generated", "__pycache__", ".venv", "build", "dist")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Area:
    """What was counted in one area; the spread is that of the source, the limits hold for tests too."""

    files: dict[str, int] = field(default_factory=dict)
    functions: dict[str, int] = field(default_factory=dict)
    tests: dict[str, int] = field(default_factory=dict)
    test_functions: dict[str, int] = field(default_factory=dict)
    public: int = 0
    documented: int = 0
    typed: int = 0


def python_files() -> Iterator[Path]:
    """Return every file of ours that a person wrote."""
    for place in (place for places in AREAS.values() for place in places):
        base = ROOT / place
        yield from [base] if base.is_file() else sorted(base.rglob("*.py"))


def counted(path: Path) -> bool:
    """Whether a file is written by hand."""
    return not any(part in _ASIDE for part in path.relative_to(ROOT).parts)


def measure(paths: Iterable[Path]) -> dict[str, Area]:
    """Count each file in the area that it belongs to."""
    areas = {name: Area() for name in AREAS}
    for path in filter(counted, paths):
        relative = path.relative_to(ROOT).as_posix()
        name = next(name for name, places in AREAS.items() if relative.startswith(places))
        _count(areas[name], relative, path.read_text())
    return {name: area for name, area in areas.items() if area.files or area.tests}


def _count(area: Area, relative: str, text: str) -> None:
    is_test = (
        relative.startswith("tests/")
        or "/tests/" in relative
        or relative in ("conftest.py", "services/app/bregma_app/testing.py")
    )
    files, functions = (area.tests, area.test_functions) if is_test else (area.files, area.functions)
    files[relative] = text.count("\n")
    if "/migrations/" in relative:
        return  # a migration is a list of statements, read from top to bottom
    for one in ast.walk(ast.parse(text)):
        if isinstance(one, Function):
            functions[f"{relative}:{one.lineno} {one.name}"] = (one.end_lineno or one.lineno) - one.lineno + 1
            area.typed += not is_test and (one.returns is not None or one.name == "__init__")
        if isinstance(one, Function | ast.ClassDef) and not is_test and not one.name.startswith("_"):
            area.public += 1
            area.documented += ast.get_docstring(one) is not None


def too_large(areas: dict[str, Area]) -> list[str]:
    """Name what is over a hard limit."""
    faults = []
    for area in areas.values():
        for sizes, limit in (
            (area.files | area.tests, LONGEST_FILE), (area.functions | area.test_functions, LONGEST_FUNCTION),
        ):  # fmt: skip
            faults += [f"{name}: {lines} lines, at most {limit}" for name, lines in sizes.items() if lines > limit]
    return faults


def table(areas: dict[str, Area]) -> str:
    """Print the counters of every area, one a line."""
    head = (
        "",
        "files",
        "median",
        "p95",
        "max",
        "functions",
        "median",
        "p95",
        "max",
        "documented",
        "typed",
        "tests:source",
    )
    rows = [head, *(_row(name, area) for name, area in areas.items()), _row("all", _together(areas.values()))]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _together(areas: Iterable[Area]) -> Area:
    whole = Area()
    for area in areas:
        for mine, other in (
            (whole.files, area.files), (whole.functions, area.functions),
            (whole.tests, area.tests), (whole.test_functions, area.test_functions),
        ):  # fmt: skip
            mine.update(other)
        whole.public, whole.documented = whole.public + area.public, whole.documented + area.documented
        whole.typed += area.typed
    return whole


def _row(name: str, area: Area) -> tuple[str, ...]:
    files, functions = list(area.files.values()), list(area.functions.values())
    source, tests = sum(files), sum(area.tests.values())
    return (
        name, str(len(files)), *_spread(files), str(len(functions)), *_spread(functions),
        _percent(area.documented, area.public), _percent(area.typed, len(functions)),
        f"{tests / source:.2f}" if source else "-",
    )  # fmt: skip


def _spread(values: list[int]) -> tuple[str, str, str]:
    if not values:
        return "-", "-", "-"
    p95 = quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
    return f"{median(values):.0f}", f"{p95:.0f}", str(max(values))


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "-"


def main() -> int:
    """Print the table and what is too large."""
    areas = measure(python_files())
    print(table(areas))
    faults = too_large(areas)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
