"""What a register-file request says: any body is understood or refused with a sentence, and nothing leaves its session."""

from datetime import date

import pytest
from bregma_files.registration.domain import (
    BadRegistration,
    ObjectPlace,
    SessionPlace,
    as_flag,
    as_list,
    read_registration,
    refuse_twins,
)
from bregma_kit.errors import BregmaError
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6,
)  # fmt: skip
NAMES = ("path", "filenames", "name", "hostname", "labs", "projects", "hashes", "filesizes", "versions", "qc", "server_only", "default",
         "exists", "check_protected", "content_type", "object_id", "created_by")  # fmt: skip
WORD = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_]{0,8}", fullmatch=True).filter(
    lambda word: word.lower() not in ("con", "nul", "aux", "prn")
)


def understood(body):
    """Return the request, or the refusal; anything else that is raised fails the test."""
    try:
        return read_registration(body), None
    except BregmaError as error:
        return None, error


PLACE = {"path": "KS014/2020-01-01/001", "filenames": ["spikes.times.npy"]}


@given(st.dictionaries(st.sampled_from(NAMES), JSON) | JSON)
def test_any_body_is_understood_or_refused(body):
    request, refusal = understood(body)
    assert request is not None or (refusal.status == 400 and refusal.detail)


@given(st.dictionaries(st.sampled_from(NAMES[2:]), JSON))
def test_any_extras_beside_a_good_place(extras):
    request, refusal = understood({**PLACE, **extras})
    assert refusal.detail if request is None else len(request.files) <= 1


@given(WORD, st.dates(), st.integers(0, 999), st.lists(WORD, max_size=3), st.none() | WORD, st.sampled_from("/\\"))
def test_places_come_back(subject, day, number, folders, revision, slash):
    path = slash.join([subject, day.isoformat(), str(number), *folders, *([f"#{revision}#"] if revision else [])])
    request = read_registration({"path": path, "filenames": "spikes.times.npy"})
    (file,) = request.files
    assert request.place == SessionPlace(subject, day, number)
    assert request.place.folder == f"{subject}/{day.isoformat()}/{number:03d}"
    assert file.key == ("/".join(folders), "spikes.times.npy", revision)
    # the same file told by the file name instead of the path is the same file
    inner = "/".join([*folders, *([f"#{revision}#"] if revision else []), "spikes.times.npy"])
    (other,) = read_registration({"path": f"{subject}/{day}/{number:03d}", "filenames": [inner]}).files
    assert other.key == file.key


@given(
    st.lists(st.sampled_from(["..", ".", "a", "#r#", "", "/", "\\", "C:", "~"]), min_size=1, max_size=6).map("/".join)
)
def test_nothing_leaves_its_session(path):
    try:
        request = read_registration({"path": "KS014/2020-01-01/001", "filenames": [f"{path}/spikes.times.npy"]})
    except BregmaError:
        return
    collection, name, revision = request.files[0].key
    assert name == "spikes.times.npy"
    assert not {"..", ".", "", "C:"} & set(collection.split("/") if collection else [])
    assert revision in (None, "r")


@given(st.lists(st.tuples(WORD, WORD), min_size=1, max_size=6))
def test_twins(names):
    files = read_registration({**PLACE, "filenames": [f"{folder}/{name}.times.npy" for folder, name in names]}).files
    spelt = [f"{folder}/{name}" for folder, name in names]
    clash = len({one.lower() for one in spelt}) < len(spelt)
    try:
        refuse_twins(files, [])
    except BadRegistration:
        assert clash
    else:
        assert not clash


def test_revisions_of_one_file_are_no_twins():
    names = ["spikes.times.npy", "#a#/spikes.times.npy", "#b#/spikes.times.npy"]
    refuse_twins(read_registration({**PLACE, "filenames": names}).files, [("", "spikes.times.npy", "c")])


def test_spellings_of_lists_and_flags():
    assert [as_list(one) for one in (None, "", "a, b,", ["a"], 3, ("a",))] == [
        [],
        [],
        ["a", "b", ""],
        ["a"],
        [3],
        ["a"],
    ]
    assert [as_flag(one, True, "x") for one in (None, "", "True", "false", "1", "0", False)] == [
        True,
        True,
        True,
        False,
        True,
        False,
        False,
    ]
    for bad in ("yes", "2", 2, [], {}):
        with pytest.raises(BadRegistration, match="x must be true or false"):
            as_flag(bad, False, "x")


def test_objects():
    body = {
        **PLACE,
        "path": "Subjects/openlab/KS014",
        "content_type": "subjects.Subject",
        "object_id": "01234567-89ab-4def-8123-456789abcdef",
        "name": "r",
    }
    request = read_registration(body)
    assert isinstance(request.place, ObjectPlace)
    assert request.place.content_type == "subject"
    assert request.files[0].collection == "Subjects/openlab/KS014"


def test_dates_are_dates():
    assert read_registration({**PLACE, "path": "a/2020-02-29/1"}).place == SessionPlace("a", date(2020, 2, 29), 1)
