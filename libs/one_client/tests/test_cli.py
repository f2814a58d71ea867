"""The command ``one``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from one_client.auth import Login, keep
from one_client.cli import cli, human
from one_client.testing import OTHER_LAB, RECORDING, Sample, write_sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return write_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def one(sample: Sample, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("BREGMA_ONE_CONFIG", str(tmp_path / "config.json"))
    monkeypatch.delenv("BREGMA_URL", raising=False)

    def run(*arguments: str, folder: bool = True, status: int = 0) -> Result:
        before = ["--folder", str(sample.root)] if folder else []
        result = CliRunner().invoke(cli, [*before, *arguments])
        assert result.exit_code == status, result.output
        return result

    return run


def commands(group=cli, path=()):
    yield path
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


@pytest.mark.parametrize("path", [*commands()], ids=" ".join)
def test_every_command_teaches_itself(path: tuple[str, ...]) -> None:
    text = CliRunner().invoke(cli, [*path, "--help"]).output
    assert f"Usage: cli {' '.join(path)}".rstrip() in text
    if path not in {("cache", "show"), ("cache", "clear")}:
        assert f"one {path[0] if path else 'search'}" in text.partition("Options:")[0].partition("\n")[2]


def test_search(one) -> None:
    result = one("search", "subject=IBL_123", "date=2019-08-02,2019-08-31", "dataset_types=spikes.times,eye.xyPos")
    assert result.stdout == f"{RECORDING}  examplelab  IBL_123/2019-08-10/001\n"
    assert result.stderr == "1 session\n"
    assert len(one("search", "number=1,2", "--limit", "3").stdout.splitlines()) == 3
    found = [json.loads(line) for line in one("search", "lab=otherlab", "--json").stdout.splitlines()]
    assert [session["subject"] for session in found] == ["IBL_124"]
    assert one("search", "date=2030-01-01,").stdout == ""


def test_a_session_of_which_nothing_can_be_loaded_is_found_if_all_are_wanted(one, sample: Sample) -> None:
    (sample.root / "otherlab/Subjects/IBL_124/2019-09-03/001").mkdir(parents=True)
    assert one("search", "date=2019-09-03").stderr.startswith("0 sessions")
    assert one("search", "date=2019-09-03", "--all").stdout.endswith("IBL_124/2019-09-03/001\n")
    assert "nothing of this session" in one("list", "IBL_124/2019-09-03/001").stderr


def test_the_help_of_search_names_the_terms(one) -> None:
    text = one("search", "--help").stdout
    assert "date_range, date " in text
    assert "names of dataset types such as spikes.times; all must be there\n" in text


def test_logging_out_forgets_the_token(one, tmp_path: Path) -> None:
    keep(Login("https://a.example.org", "a" * 40, "ada"))
    keep(Login("https://b.example.org", "b" * 40, "ada"))
    assert one("logout", folder=False).stdout == "Logged out of https://b.example.org\n"
    assert "b" * 40 not in (tmp_path / "config.json").read_text()
    assert (
        "Logged in to: https://a.example.org." in one("logout", "https://c.example.org", folder=False, status=1).stderr
    )
    one("logout", "https://a.example.org/", folder=False)
    assert json.loads((tmp_path / "config.json").read_text()) == {"servers": {}}


def test_logging_in_looks_at_the_address_before_it_asks(one) -> None:
    result = one("login", "nonsense", folder=False, status=1)
    assert result.stdout == ""
    assert "'nonsense' is no address of a server" in result.stderr


def test_list(one) -> None:
    assert one("list", "IBL_124/2019-09-01/001", "--types").stdout.split() == [
        "_ibl_trials.choice",
        "_ibl_trials.intervals",
        "spikes.clusters",
        "spikes.times",
    ]
    assert one("list", RECORDING, "-c", "alf").stdout.splitlines()[0] == "alf/#2020-01-01#/clusters.depths.npy"
    assert "5.6 KiB  NOT_SET" in one("list", OTHER_LAB, "-l").stdout
    assert "no collection fits nope; there are: alf" in one("list", OTHER_LAB, "-c", "nope").stderr


def test_get(one, sample: Sample, tmp_path: Path) -> None:
    path = one("get", OTHER_LAB, "spikes.times").stdout.strip()
    assert path == str(sample.root / OTHER_LAB / "alf/spikes.times.npy")
    assert len(one("get", OTHER_LAB, "spikes.*", "trials.choice").stdout.splitlines()) == 3
    some = one("get", OTHER_LAB, "spikes.times", "nope", status=1)
    assert some.stdout == f"{path}\n"
    assert some.stderr.startswith("nothing fits nope\n")
    one("get", RECORDING, "clusters.depths", "-r", "2020-12-31", "--to", str(tmp_path / "copy"))
    copied = tmp_path / "copy/alf/#2020-01-01#/clusters.depths.npy"
    assert copied.read_bytes() == (sample.root / RECORDING / "alf/#2020-01-01#/clusters.depths.npy").read_bytes()


def test_a_folder_that_cannot_be_made_is_a_sentence(one, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = one("get", OTHER_LAB, "spikes.times", "--to", str(tmp_path / "file/copy"), status=1)
    assert result.stderr.startswith(f"error: {tmp_path}/file/copy")
    assert "Not a directory" in result.stderr


def test_errors_are_two_readable_lines(one) -> None:
    result = one("list", "nobody/2019-08-10/001", status=1)
    assert result.stdout == ""
    assert result.stderr.startswith("error: There is no session nobody/2019-08-10/001.\n       one.search")
    assert "no server is known" in one("search", folder=False, status=1).stderr.lower()
    assert "Nothing fits" in one("get", RECORDING, "x.y", status=1).stderr
    assert "must look like" in one("search", "IBL_123", status=2).stderr
    assert "no search term" in one("search", "colour=red", status=1).stderr


def test_status_and_cache(one) -> None:
    assert "read where it lies" in one("status").stdout
    assert "read where it lies" in one("cache", "show").stdout
    assert one("verify").stdout == "0 good, 0 not\n"
    one("cache", "clear", "--yes", status=1)


def test_sizes() -> None:
    assert [human(n) for n in (0, 1023, 1536, 5 << 20, 3 << 40)] == ["0 B", "1023 B", "1.5 KiB", "5.0 MiB", "3.0 TiB"]
