"""What a rig would send: which session, which files, and what is wrong with them before anything travels."""

import re
from datetime import date
from uuid import UUID

import numpy as np
import pytest
from dataset_types import parse_session_path
from one_client.drafting import draft
from one_client.errors import BadRequest
from one_client.outgoing import collect, identify

SERVER = "https://bregma.example.org"
DATASET = "8a1cf4ef-06e3-4c72-9bc7-e1baa189841b"


@pytest.fixture
def session(tmp_path):
    folder = tmp_path / "openlab/Subjects/KS014/2020-01-01/002"
    (folder / "alf/probe00").mkdir(parents=True)
    np.save(folder / "alf/probe00/spikes.times.npy", np.arange(5.0))
    np.save(folder / "alf/probe00/spikes.clusters.npy", np.arange(5))
    return folder


def reasons(entry):
    return {one.path: one.code for one in entry.files if one.state == "refused"}


# ---- which session ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "given", "wanted"),
    [
        ("/data/openlab/Subjects/KS014/2020-01-01/002", {}, "openlab/Subjects/KS014/2020-01-01/002"),
        ("/data/KS014/2020-01-01/2", {}, "KS014/2020-01-01/002"),
        ("/data/KS014/2020-01-01/002", {"lab": "mylab"}, "mylab/Subjects/KS014/2020-01-01/002"),
        ("/data/KS014/2020-01-01/002", {"number": 0, "subject": "KS01"}, "KS01/2020-01-01/000"),
        ("/data/today", {"subject": "KS014", "date": date(2020, 2, 29), "number": "7"}, "KS014/2020-02-29/007"),
    ],
)
def test_a_folder_says_which_session_it_is_unless_told_otherwise(tmp_path, folder, given, wanted):
    assert str(identify(tmp_path / folder.lstrip("/"), **given)) == wanted


@pytest.mark.parametrize(
    ("folder", "given", "said"),
    [
        ("today", {"subject": "KS014", "number": 1}, "date must be given"),
        ("today", {}, "subject and date and number must be given"),
        ("KS014/2020-01-01/001", {"date": "2020-02-30"}, "2020-02-30"),
        ("KS014/2020-01-01/001", {"subject": "../x"}, "subject"),
        ("KS014/2020-01-01/001", {"number": 1000}, "1000"),
    ],
)
def test_an_unclear_session_is_refused_with_an_example(tmp_path, folder, given, said):
    with pytest.raises(BadRequest, match=said) as caught:
        identify(tmp_path / folder, **given)
    assert "one put" in caught.value.hint


def test_the_session_is_described_so_that_creating_it_may_be_repeated(session):
    entry, _ = draft(SERVER, session, projects=["brainwide"], users=[], narrative=None, task_protocol="biased_6")
    assert UUID(entry.session["id"]).version == 4
    assert {key: value for key, value in entry.session.items() if key != "id"} == {
        "subject": "KS014", "number": 2, "start_time": "2020-01-01T00:00:00", "lab": "openlab",
        "projects": ["brainwide"], "task_protocol": "biased_6",
    }  # fmt: skip
    assert parse_session_path(entry.place).subject == "KS014"
    assert re.fullmatch(r"KS014_2020-01-01_002_[0-9a-f]{8}", entry.id)


def test_a_start_on_another_day_and_an_unknown_field_are_refused(session):
    with pytest.raises(BadRequest, match="not on the session's date"):
        draft(SERVER, session, start_time="2020-01-02T00:10:00")
    with pytest.raises(BadRequest, match="no protocol"):
        draft(SERVER, session, protocol="x")


# ---- which files ------------------------------------------------------------------------------------------------


def test_files_are_found_with_their_place_and_what_is_no_data_is_passed_over(session):
    (session / "alf/probe00/#2021-05-05#").mkdir()
    (session / f"alf/probe00/#2021-05-05#/spikes.amps.{DATASET}.npy").write_bytes(b"x")
    for name in (".hidden", "Thumbs.db", "alf/raw.flag", "alf/spikes.times.npy.part"):
        (session / name).write_bytes(b"x")
    (session / ".git").mkdir()
    (session / ".git/config").write_bytes(b"x")
    (session / "link").symlink_to(session / "alf", target_is_directory=True)
    files, skipped = collect(session)
    assert [one.path for one in files] == [
        "alf/probe00/#2021-05-05#/spikes.amps.npy",
        "alf/probe00/spikes.clusters.npy",
        "alf/probe00/spikes.times.npy",
    ]
    assert skipped == [".git", ".hidden", "Thumbs.db", "alf/raw.flag", "alf/spikes.times.npy.part", "link"]


def test_files_may_be_named_one_by_one(session, tmp_path):
    only, _ = draft(SERVER, session, ["alf/probe00/spikes.times.npy"])
    assert [one.path for one in only.files] == ["alf/probe00/spikes.times.npy"]
    by_path, _ = draft(SERVER, files=[session / "alf/probe00/spikes.times.npy"])
    assert (by_path.place, by_path.folder) == (only.place, str(session))
    elsewhere = tmp_path / "x.npy"
    np.save(elsewhere, np.arange(3.0))
    mapped, _ = draft(SERVER, None, {"alf/licks.times.npy": elsewhere}, subject="S", date="2020-01-01", number=1)
    assert [(one.path, one.source) for one in mapped.files] == [("alf/licks.times.npy", str(elsewhere))]


def test_nothing_to_send_is_said(tmp_path):
    folder = tmp_path / "KS014/2020-01-01/001"
    folder.mkdir(parents=True)
    with pytest.raises(BadRequest, match="no file to send"):
        draft(SERVER, folder)
    with pytest.raises(BadRequest, match="no folder"):
        draft(SERVER, folder / "gone")
    with pytest.raises(BadRequest, match="Nothing to send"):
        draft(SERVER)
    with pytest.raises(BadRequest, match="is no file"):
        draft(SERVER, folder, ["alf/gone.times.npy"])


# ---- what is wrong with them ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("notes.txt", "bad_name"),
        ("alf/spikes times.npy", "bad_path"),
        ("alf/Mäuse/spikes.times.npy", "bad_path"),
        ("alf/con/spikes.times.npy", "bad_path"),
        ("alf/probe00/spikes..times.npy", "bad_name"),
        ("alf/#2020-01-01#/probe00/spikes.times.npy", "bad_path"),
    ],
)
def test_a_bad_name_is_refused_alone(session, name, code):
    (session / name).parent.mkdir(parents=True, exist_ok=True)
    (session / name).write_bytes(b"x")
    entry, _ = draft(SERVER, session, check=False)
    assert reasons(entry) == {name: code}
    assert len(entry.open_files) == 2


def test_an_empty_file_is_refused(session):
    (session / "alf/probe00/spikes.amps.npy").touch()
    entry, _ = draft(SERVER, session, check=False)
    assert reasons(entry) == {"alf/probe00/spikes.amps.npy": "empty_file"}
    assert "no content" in next(one.reason for one in entry.files if one.reason)


@pytest.mark.parametrize(
    ("name", "code", "left"),
    [
        ("Spikes.times.npy", "case_clash", "Spikes.times.npy"),
        (f"spikes.times.{DATASET}.npy", "repeated", "spikes.times.npy"),
    ],
)
def test_of_two_names_that_are_one_on_windows_or_on_the_server_only_the_first_goes(session, name, code, left):
    (session / "alf/probe00" / name).write_bytes((session / "alf/probe00/spikes.times.npy").read_bytes())
    entry, _ = draft(SERVER, session)
    assert [one.code for one in entry.files if one.code] == [code]
    assert sorted(one.path for one in entry.open_files) == sorted(
        [f"alf/probe00/{left}", "alf/probe00/spikes.clusters.npy"]
    )


def test_what_contradicts_its_type_is_refused_before_it_is_sent(session):
    np.save(session / "alf/probe00/spikes.clusters.npy", np.linspace(0, 1, 5))
    (session / "alf/probe00/spikes.depths.npy").write_bytes(b"no array")
    entry, _ = draft(SERVER, session)
    assert reasons(entry) == {
        "alf/probe00/spikes.clusters.npy": "wrong_dtype",
        "alf/probe00/spikes.depths.npy": "bad_header",
    }
    unchecked, _ = draft(SERVER, session, check=False)
    assert reasons(unchecked) == {}


def test_rows_that_disagree_refuse_the_object_and_no_other(session):
    np.save(session / "alf/probe00/spikes.times.npy", np.arange(6.0))
    np.save(session / "alf/licks.times.npy", np.arange(9.0))
    entry, _ = draft(SERVER, session)
    assert set(reasons(entry).values()) == {"unequal_rows"}
    assert [one.path for one in entry.open_files] == ["alf/licks.times.npy"]


def test_a_file_that_was_cut_off_is_refused(session):
    path = session / "alf/probe00/spikes.times.npy"
    path.write_bytes(path.read_bytes()[:-3])
    entry, _ = draft(SERVER, session)
    assert reasons(entry) == {"alf/probe00/spikes.times.npy": "cut_off"}


def test_a_type_that_only_the_server_knows_is_left_to_it(session):
    np.save(session / "alf/_mylab_tail.angle.npy", np.arange(3))
    entry, _ = draft(SERVER, session)
    assert reasons(entry) == {}
