"""Who imports whom: the contracts of import-linter, and the doors between rooms that it cannot express."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("metadata", "files", "transfer", "compression")
COMPOSITION = "bregma_app"


def imported(path: Path) -> Iterator[str]:
    """Every module that a file names in an import, also inside functions."""
    for one in ast.walk(ast.parse(path.read_text())):
        if isinstance(one, ast.Import):
            yield from (alias.name for alias in one.names)
        elif isinstance(one, ast.ImportFrom) and one.module and not one.level:
            yield from (f"{one.module}.{alias.name}" for alias in one.names)


def sources(folder: str) -> list[Path]:
    """The files of a package, without its tests."""
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if "tests" not in path.relative_to(ROOT).parts]


def test_contracts_of_import_linter():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_its_neighbour_by_its_api_only(room):
    others = [f"bregma_{other}." for other in ROOMS if other != room]
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(f"services/{room}/bregma_{room}")
        for name in imported(path)
        if name.startswith(tuple(others)) and name.split(".")[1] != "api"
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("room", ROOMS)
def test_nobody_imports_the_composition(room):
    for path in sources(f"services/{room}/bregma_{room}"):
        assert not [name for name in imported(path) if name.startswith(COMPOSITION)], path


def _features(room: str) -> dict[str, Path]:
    base = ROOT / "services" / room / f"bregma_{room}"
    return {one.name: one for one in sorted(base.iterdir()) if (one / "__init__.py").exists()}


@pytest.mark.parametrize("room", ROOMS)
def test_layers_inside_a_feature(room):
    """routes → service → store → tables: nobody looks up."""
    below = {"store": ("routes", "service"), "tables": ("routes", "service", "store"), "service": ("routes",),
             "domain": ("routes", "service", "store", "tables")}  # fmt: skip
    wrong = []
    for feature, folder in _features(room).items():
        for layer, forbidden in below.items():
            path = folder / f"{layer}.py"
            if path.exists():
                names = [f"bregma_{room}.{feature}.{each}" for each in forbidden]
                wrong += [
                    f"{path.relative_to(ROOT)} imports {name}"
                    for name in imported(path)
                    if name.startswith(tuple(names))
                ]
    assert not wrong, "\n".join(wrong)


def test_domains_and_routes_keep_to_their_subject():
    """A domain knows no web and no database; routes write no SQL statements but declarations."""
    for path in (ROOT / "services").rglob("domain.py"):
        forbidden = ("sqlalchemy", "asyncpg", "fastapi", "starlette", "httpx", "boto3")
        assert not [name for name in imported(path) if name.startswith(forbidden)], path
    for path in (ROOT / "services").rglob("routes.py"):
        forbidden = ("asyncpg", "psycopg", "boto3", "sqlalchemy.text")
        assert not [name for name in imported(path) if name.startswith(forbidden)], path


def test_no_file_is_called_models():
    """The word means three things in three projects; generated code aside."""
    found = [path for base in ("libs", "services") for path in (ROOT / base).rglob("models.py")]
    assert [path.parent.name for path in found] in ([], ["_generated"])


_HEAVY = """
import sys
import {module}
heavy = {heavy}
print(",".join(sorted(name for name in heavy if name in sys.modules)))
"""


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("one_client", ["pandas", "pyarrow", "boto3", "numpy", "httpx", "pydantic", "one_client._generated.models"]),
        ("one_client._generated.client", ["pandas", "boto3", "numpy", "pydantic", "one_client._generated.models"]),
        ("one_client.cli", ["pandas", "pyarrow", "boto3", "one_client._generated.models"]),
        ("bregma_codecs", ["tqdm", "click", "pandas", "zarr", "av", "soundfile"]),
        ("bregma_codecs.cli", ["pandas", "av", "soundfile"]),
        ("bregma_codecs.sound", ["av", "soundfile"]),
        ("bregma_codecs.video", ["av", "soundfile"]),
        ("bregma_codecs.movie", ["av", "soundfile"]),
        ("dataset_types", ["pandas", "fastapi", "sqlalchemy", "httpx"]),
        ("bregma_app.main", ["pandas", "pyarrow", "boto3", "botocore", "one_client"]),
    ],
)
def test_heavy_imports_happen_on_use(module, heavy):
    code = _HEAVY.format(module=module, heavy=heavy)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "", f"import {module} loads {done.stdout.strip()}"
