"""Each library installs from its wheel and works where nothing but its own dependencies can be imported."""

import importlib.metadata
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = {
    "bregma-dataset-types": "libs/dataset_types",
    "bregma-codecs": "libs/codecs",
    "bregma-one-client": "libs/one_client",
}


def wheel(member: str, folder: Path) -> Path:
    """Build a wheel as an installer would, with the build backend that lies in the environment."""
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT / member, capture_output=True, text=True, check=True
    )
    return folder / done.stdout.split()[-1]


def needs(name: str, seen: set[str]) -> Iterator[str]:
    """The distributions that a third-party one needs here, without its extras."""
    known = re.sub(r"[-_.]+", "-", name).lower()
    if known in seen:
        return
    seen.add(known)
    yield known
    for line in importlib.metadata.requires(known) or []:
        one = Requirement(line)
        if one.marker is None or one.marker.evaluate({"extra": ""}):
            yield from needs(one.name, seen)


def link(name: str, target: Path) -> None:
    """Make one installed distribution visible in a folder, by links to what it brought."""
    distribution = importlib.metadata.distribution(name)
    tops = {Path(str(file)).parts[0] for file in distribution.files or [] if ".." not in Path(str(file)).parts}
    for top in sorted(tops - {"__pycache__", "bin"}):
        source = Path(str(distribution.locate_file(top)))
        if source.exists() and not (target / top).exists():
            (target / top).symlink_to(source)


def requirements(wheel_file: Path) -> list[Requirement]:
    """What a wheel asks for without extras."""
    with zipfile.ZipFile(wheel_file) as archive:
        name = next(one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        lines = archive.read(name).decode().splitlines()
    asked = [Requirement(line.removeprefix("Requires-Dist: ")) for line in lines if line.startswith("Requires-Dist: ")]
    return [one for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})]


class Alone:
    """A folder with one library, its siblings that it names, and its third-party dependencies; nothing else."""

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder / "site"
        self.folder.mkdir()
        self._seen: set[str] = set()
        self._install(name, folder)

    def _install(self, name: str, folder: Path) -> None:
        built = wheel(LIBRARIES[name], folder)
        with zipfile.ZipFile(built) as archive:
            archive.extractall(self.folder)
        for one in requirements(built):
            if one.name in LIBRARIES:
                self._install(one.name, folder)
            else:
                for each in needs(one.name, self._seen):
                    link(each, self.folder)

    def run(self, code: str, *arguments: str) -> str:
        """Run a program that sees this folder and the standard library only."""
        start = f"import sys; sys.path.append({str(self.folder)!r})\n"
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", start + code, *arguments], capture_output=True, text=True, check=False,
            cwd=self.folder.parent,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout


@pytest.fixture(scope="module")
def types_alone(tmp_path_factory) -> Alone:
    return Alone("bregma-dataset-types", tmp_path_factory.mktemp("types"))


@pytest.fixture(scope="module")
def client_alone(tmp_path_factory) -> Alone:
    return Alone("bregma-one-client", tmp_path_factory.mktemp("client"))


_ABSENT = """
import importlib.util
for name in ("fastapi", "sqlalchemy", "pandas", "boto3", "bregma_kit", "pytest"):
    assert importlib.util.find_spec(name) is None, name
"""


def test_what_is_around_cannot_be_seen(types_alone, client_alone):
    types_alone.run(_ABSENT + "assert importlib.util.find_spec('one_client') is None")
    client_alone.run(_ABSENT)


def test_dataset_types_alone(types_alone):
    told = types_alone.run(
        """
import dataset_types
print(dataset_types.__file__)
print(dataset_types.parse_name("spikes.times.npy").attribute, len(dataset_types.default_registry().types) > 70)
"""
    )
    place, attribute, many = told.split()
    assert str(types_alone.folder) in place
    assert (attribute, many) == ("times", "True")


def test_dataset_types_command_alone(types_alone):
    told = types_alone.run(
        "from dataset_types.cli import main; sys.argv = ['dataset-types', '--help']; sys.exit(main())"
    )
    assert "Usage" in told or "usage" in told


def test_codecs_alone(tmp_path_factory, tmp_path):
    alone = Alone("bregma-codecs", tmp_path_factory.mktemp("codecs"))
    np.arange(3000, dtype="int16").tofile(tmp_path / "x.bin")
    told = alone.run(
        _ABSENT
        + """
from bregma_codecs import Reader, compress_file
done = compress_file(sys.argv[1], sample_rate=1000, n_channels=3, dtype="int16")
print(Reader.at(done.cbin)[-1].tolist())
from bregma_codecs.cli import main
sys.argv = ["bregma-codecs", "info", str(done.cbin)]
main()
""",
        str(tmp_path / "x.bin"),
    )
    assert told.startswith("[2997, 2998, 2999]")
    assert "n_channels   3" in told


def test_one_client_alone_reads_a_folder(client_alone, tmp_path):
    session = tmp_path / "mainenlab" / "Subjects" / "ZM_1150" / "2019-05-07" / "001" / "alf"
    session.mkdir(parents=True)
    np.save(session / "spikes.times.npy", np.arange(5) / 10)
    np.save(session / "spikes.clusters.npy", np.arange(5))
    told = client_alone.run(
        """
from one_client import ONE
one = ONE(sys.argv[1])
eid = one.search(subject="ZM_1150")[0]
spikes = one.load_object(eid, "spikes")
print(sorted(spikes), len(spikes["times"]))
""",
        str(tmp_path),
    )
    assert told.strip() == "['clusters', 'times'] 5"


def test_one_client_alone_has_its_command_and_generated_client(client_alone):
    told = client_alone.run(
        """
from one_client._generated.client import Client
from one_client._generated import models
assert models.Token.model_validate({"token": "x"}).token == "x"
assert callable(Client.sessions_list)
from one_client.cli import main
sys.argv = ["one", "--help"]
main()
"""
    )
    assert "search" in told
