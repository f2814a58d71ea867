from datetime import date
from uuid import UUID

import pytest
from dataset_types import (
    BadName,
    BadPath,
    DatasetPath,
    SessionPath,
    add_uuid,
    parse_dataset_path,
    parse_session_path,
    split_session_path,
    strip_uuid,
)
from hypothesis import given
from hypothesis import strategies as st

FOLDER = st.from_regex(r"[A-Za-z0-9_]{5,12}", fullmatch=True)
ID = UUID("0193a3c4-1111-7222-8333-444455556666")


@given(st.lists(FOLDER, max_size=3), st.none() | FOLDER, FOLDER)
def test_dataset_paths_round_trip(folders, revision, stem):
    path = DatasetPath("/".join(folders), revision, f"{stem}.times.npy")
    assert parse_dataset_path(str(path)) == path


@given(st.none() | FOLDER, FOLDER, st.dates(min_value=date(1000, 1, 1)), st.integers(0, 999))
def test_session_paths_round_trip(lab, subject, day, number):
    session = SessionPath(lab, subject, day, number)
    assert parse_session_path(str(session)) == session
    assert parse_session_path(session.relative) == SessionPath(None, subject, day, number)


@given(st.text(max_size=30) | st.from_regex(r"[a-z#./]{0,30}", fullmatch=True))
def test_any_path_is_refused_or_stays_inside_the_session(text):
    try:
        path = parse_dataset_path(text)
    except BadPath:
        return
    assert str(path) == text
    assert not text.startswith("/")
    assert not {"", ".", ".."} & set(text.split("/"))
    assert "\\" not in text


def test_dataset_path_parts():
    path = parse_dataset_path("alf/probe00/#2020-01-01#/spikes.times.npy")
    assert path == DatasetPath("alf/probe00", "2020-01-01", "spikes.times.npy")
    assert parse_dataset_path("spikes.times.npy") == DatasetPath("", None, "spikes.times.npy")
    assert parse_dataset_path("#r1#/spikes.times.npy") == DatasetPath("", "r1", "spikes.times.npy")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "names no file"),
        ("alf/", "names no file"),
        ("/alf/spikes.times.npy", "is absolute"),
        ("/spikes.times.npy", "is absolute"),
        ("//server/share/spikes.times.npy", "is absolute"),
        ("C:/alf/spikes.times.npy", "a colon"),
        ("alf\\spikes.times.npy", "a backslash"),
        ("../spikes.times.npy", "another folder"),
        ("alf/../../spikes.times.npy", "another folder"),
        ("alf/./spikes.times.npy", "another folder"),
        ("alf//spikes.times.npy", "two slashes"),
        ("alf/#2020-01-01#/probe00/spikes.times.npy", "last folder"),
        ("alf/##/spikes.times.npy", "last folder"),
        ("alf/#a#/#b#/spikes.times.npy", "last folder"),
        ("alf/#2020/spikes.times.npy", "revision folders"),
        ("alf/#..#/spikes.times.npy", "another folder"),
        ("alf /spikes.times.npy", "a space"),
        ("aux/spikes.times.npy", "device on Windows"),
        ("alf./spikes.times.npy", "ends with a dot"),
        ("alf/spikes.times.npy\0", "control character U+0000"),
        ("/".join(["collection"] * 30) + "/spikes.times.npy", "at most 255"),
    ],
)
def test_bad_dataset_paths_are_refused_with_a_reason(path, reason):
    with pytest.raises(BadPath) as caught:
        parse_dataset_path(path)
    assert reason in str(caught.value)


def test_session_path_forms():
    full = parse_session_path("mainenlab/Subjects/ZM_1743/2019-06-14/001")
    assert full == SessionPath("mainenlab", "ZM_1743", date(2019, 6, 14), 1)
    assert full.relative == "ZM_1743/2019-06-14/001"
    assert str(full) == "mainenlab/Subjects/ZM_1743/2019-06-14/001"
    assert parse_session_path("ZM_1743/2019-06-14/1").relative == "ZM_1743/2019-06-14/001"


def test_a_nickname_like_the_tree_is_a_subject():
    assert parse_session_path("Subjects/2019-06-14/1").subject == "Subjects"


def test_split_session_path():
    session, rest = split_session_path("lab/Subjects/KS-1.a/2019-06-14/12/alf/#r#/spikes.times.npy")
    assert (session.subject, session.number) == ("KS-1.a", 12)
    assert rest == "alf/#r#/spikes.times.npy"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/lab/Subjects/a/2020-01-01/001",
        "lab/Subjects/2020-01-01/001",
        "a/2020-01-01",
        "a/2020-13-01/1",
        "a/2020-1-1/1",
        "a/20200101/1",
        "a/2020-W01-1/1",
        "a/2020-01-01/0001",
        "a/2020-01-01/x",
        "a/2020-01-01/",
        "../2020-01-01/001",
        "a b/2020-01-01/001",
        "a/2020-01-01/001/alf",
        "la b/Subjects/a/2020-01-01/001",
        "a/2020-01-01/\N{ARABIC-INDIC DIGIT ONE}",
    ],
)
def test_bad_session_paths_are_refused(path):
    with pytest.raises(BadPath, match=r"ZM_1743"):
        parse_session_path(path)


@given(FOLDER, st.uuids())
def test_ids_in_names_round_trip(stem, uuid):
    name = f"{stem}.times.npy"
    assert strip_uuid(add_uuid(name, uuid)) == (name, uuid)
    assert strip_uuid(name) == (name, None)


def test_id_is_the_part_before_the_extension():
    assert add_uuid("spikes.times.npy", ID) == f"spikes.times.{ID}.npy"
    assert strip_uuid(f"_spikeglx_ephysData_g0_t0.imec0.ap.{str(ID).upper()}.cbin")[1] == ID
    assert strip_uuid(f"{ID}.npy") == (f"{ID}.npy", None)
    with pytest.raises(BadName, match="already"):
        add_uuid(f"spikes.times.{ID}.npy", ID)
    with pytest.raises(BadName, match="no extension"):
        add_uuid("spikes", ID)
