"""The commands of a rig, as far as they need no server (with one: tests/journeys/test_upload_command.py)."""

import httpx
import numpy as np
import pytest
from click.testing import CliRunner
from one_client.backends.api import Api
from one_client.cli import cli
from one_client.cli_upload import _rate_of
from one_client.drafting import draft
from one_client.spool import Spool
from one_client.upload import put_session

SERVER = "http://127.0.0.1:9"  # nobody listens there


@pytest.fixture
def session(tmp_path):
    folder = tmp_path / "openlab/Subjects/KS014/2020-01-01/001"
    (folder / "alf").mkdir(parents=True)
    np.save(folder / "alf/licks.times.npy", np.arange(5.0))
    return folder


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run `one` as a user who is logged in."""
    monkeypatch.setenv("BREGMA_ONE_CONFIG", str(tmp_path / "config.json"))
    monkeypatch.setenv("BREGMA_ONE_SPOOL", str(tmp_path / "spool"))
    monkeypatch.setenv("BREGMA_URL", SERVER)
    monkeypatch.setenv("BREGMA_TOKEN", "0" * 40)

    def call(*arguments, status=0):
        result = CliRunner().invoke(cli, [str(one) for one in arguments])
        assert result.exit_code == status, result.output
        return result.output

    return call


@pytest.mark.parametrize(
    "command", [["put"], ["spool"], ["spool", "list"], ["spool", "run"], ["spool", "forget"], ["status"]]
)
def test_help_teaches_by_example(run, command):
    assert f"one {' '.join(command)}" in run(*command, "--help")


def test_a_dry_run_shows_what_would_go_and_touches_nothing(run, session, tmp_path):
    (session / "alf/empty.times.npy").touch()
    (session / ".DS_Store").touch()
    said = run("put", session, "--dry-run", status=1)
    assert "openlab/Subjects/KS014/2020-01-01/001" in said
    assert "168 B  alf/licks.times.npy" in said
    assert "passed over  .DS_Store" in said
    assert "alf/empty.times.npy has no content." in said
    assert "1 files, 168 B would be sent; nothing was." in said
    assert not (tmp_path / "spool").exists()


def test_a_reason_that_several_files_share_is_said_once(run, session):
    for name, rows in (("choice", 3), ("feedbackType", 3), ("goCue_times", 4)):
        np.save(session / f"alf/_ibl_trials.{name}.npy", np.zeros(rows))
    said = run("put", session, "--dry-run", status=1)
    assert said.count("refused  alf/_ibl_trials.") == 3
    assert said.count("Save all files of the object from the same run") == 1


def test_each_reason_is_said_once(run, session):
    np.save(session / "alf/spikes.clusters.npy", np.arange(9))
    np.save(session / "alf/spikes.times.npy", np.arange(4.0))
    said = run("put", session, "--dry-run", status=1)
    assert said.count("refused  alf/spikes.") == 2
    assert said.count("need the same number of them") == 1


def test_without_a_server_the_session_waits_in_the_spool(run, session, tmp_path):
    said = run("put", session, "--give-up-after", "0.2", status=1)
    assert "Nothing went through" in said
    assert "one put --resume" in said
    (entry,) = Spool(tmp_path / "spool").entries()
    listed = run("spool", "list")
    assert f"{entry.id}  openlab/Subjects/KS014/2020-01-01/001  1 files, 168 B: 1 waiting" in listed
    assert "Nothing went through" in listed
    said = run("put", "--resume", "--give-up-after", "0.2", status=1)
    assert "openlab/Subjects/KS014/2020-01-01/001: Nothing went through" in said
    assert "dropped" in run("spool", "forget", entry.id, "--yes")
    assert "0 waiting" in run("spool", "list")
    assert (session / "alf/licks.times.npy").exists()
    said = run("spool", "forget", entry.id, status=1)
    assert "no entry" in said
    assert "Drop" not in said


def test_a_folder_that_is_now_another_session_is_said(run, session):
    run("put", session, "--give-up-after", "0.1", status=1)
    said = run("put", session, "--subject", "KS015", "--give-up-after", "0.1", status=1)
    assert "waited as openlab/Subjects/KS014/2020-01-01/001; it is sent as openlab/Subjects/KS015" in said
    assert "KS014" not in run("spool", "list").partition("  ")[0]


def test_hints_keep_their_indentation(run, session, tmp_path):
    with Spool(tmp_path / "spool").begin(draft(SERVER, session)[0]) as claim:
        claim.entry.reason, claim.entry.refused = "There is no subject KS014.\n  Check the spelling.", True
        claim.save(now=True)
    assert "KS014.\n    Check the spelling.\n" in run("spool", "list")


def test_a_dry_run_asks_whether_the_animal_is_known(session, tmp_path):
    asked = []

    def server(request):
        asked.append(dict(request.url.params))
        return httpx.Response(200, json={"count": 0, "next": None, "results": []})

    api = Api("https://bregma.test", "abc", transport=httpx.MockTransport(server))
    report = put_session(api, session, dry_run=True, spool=tmp_path / "spool")
    assert asked == [{"nickname": "KS014", "lab": "openlab"}]
    assert report.refusal.startswith("The server knows no animal KS014 in the lab openlab")
    assert not report.good


def test_what_waits_for_another_server_is_left_alone(run, session, tmp_path):
    Spool(tmp_path / "spool").begin(draft("https://other.example.org", session)[0]).release()
    said = run("spool", "run")
    assert f"Nothing waits for {SERVER}" in said
    assert "1 waiting for other servers" in said


def test_a_spool_of_ones_own(run, session, tmp_path):
    run("put", session, "--give-up-after", "0.1", "--spool", tmp_path / "disk", status=1)
    assert len(Spool(tmp_path / "disk").entries()) == 1
    assert "1 waiting" in run("spool", "list", "--spool", tmp_path / "disk")


def test_receipts_and_what_was_refused_are_listed(run, session, tmp_path):
    with Spool(tmp_path / "spool").begin(draft(SERVER, session)[0]) as claim:
        claim.entry.files[0].refuse("protected", "It is protected.")
        claim.finish()
    assert "0 waiting" in run("spool", "list")
    said = run("spool", "list", "--done")
    assert "1 refused" in said
    assert "alf/licks.times.npy: It is protected." in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["put"], "Give the folder of a session, or --resume"),
        (["put", "{session}", "--resume"], "Give the folder of a session, or --resume"),
        (["put", "nowhere"], "does not exist"),
        (["put", "{session}", "--limit-rate", "fast"], "no rate"),
        (["session", "move", "KS014/2020-01-01/001", "--reason", "wrong"], "Say what is right: --subject"),
        (["session", "move", "KS014/2020-01-01/001", "--number", "2", "--reason", "x"], "say it in a few words"),
        (["session", "restore", "KS014/2020-01-01/001", "--reason", "it was no test"], "is no session's id"),
    ],
)
def test_wrong_use_is_explained(run, session, arguments, said):
    assert said in run(*(one.format(session=session) for one in arguments), status=2)


def test_errors_are_two_lines_and_no_traceback(run, session, monkeypatch):
    said = run("put", session, "--date", "2020-13-01", status=1)
    assert "2020-13-01" in said
    assert "Traceback" not in said
    assert "The start time garbage is no time." in run("put", session, "--start-time", "garbage", status=1)
    move = ["session", "move", "KS014/2020-01-01/001", "--date", "2026-13-01", "--reason", "wrong day"]
    assert "'2026-13-01' is no date." in run(*move, status=1)
    monkeypatch.delenv("BREGMA_TOKEN")
    assert "one login" in run("put", session, status=1)
    assert "needs a server" in run("--offline", "put", session, status=1)


def test_status_without_a_session_is_as_before(run):
    assert "source" in run("--offline", "status")


@pytest.mark.parametrize(
    ("text", "rate"), [(None, None), ("1000", 1000), ("5K", 5120), ("1.5m", 1572864), ("2G", 2 << 30)]
)
def test_rates_are_read(text, rate):
    assert _rate_of(text) == rate


def test_a_refused_session_is_shown_with_its_reason_and_how_to_drop_it(run, session, tmp_path):
    kept = Spool(tmp_path / "spool")
    with kept.begin(draft(SERVER, session)[0]) as claim:
        claim.entry.reason, claim.entry.refused = "There is no subject KS014.", True
        claim.save(now=True)
        entry = claim.entry.id
    for command, status in ((["status"], 1), (["spool", "list"], 0)):  # the server of these tests does not answer
        said = run(*command, status=status)
        assert "refused by the server: There is no subject KS014." in said
        assert f"one spool forget {entry}" in said
    assert "1 waiting, 1 of them refused" in run("--offline", "status")
    run("spool", "forget", entry, "--yes")
    assert "0 waiting" in run("--offline", "status")


def test_status_tells_by_its_exit_code_whether_the_server_serves_us(run):
    said = run("status", status=1)
    assert "server   does not serve us: GET /me" in said
    assert "waiting" in said


def test_what_a_disk_refuses_is_a_sentence(run, session, tmp_path):
    (tmp_path / "file").touch()
    said = run("put", session, "--give-up-after", "0.1", "--spool", tmp_path / "file" / "spool", status=1)
    assert f"error: {tmp_path / 'file' / 'spool'}: Not a directory." in said
