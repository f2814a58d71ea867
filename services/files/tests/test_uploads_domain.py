"""The state machine of uploads and the arithmetic around it, without a store or a database."""

import re
from uuid import uuid4

import pytest
from bregma_files.uploads.domain import (
    FINAL,
    LARGEST,
    MIB,
    MOST_PARTS,
    OPEN,
    SINGLE_PUT,
    Event,
    Known,
    NewFile,
    Refused,
    State,
    after,
    applies_to,
    check_file,
    is_there,
    length_of_part,
    missing_parts,
    part_count,
    part_size,
    print_numbers,
)
from bregma_files.uploads.keys import SessionFolder, object_key
from bregma_kit.objects import Part
from dataset_types import DatasetPath
from hypothesis import given
from hypothesis import strategies as st

STATES, EVENTS = st.sampled_from(State), st.sampled_from(Event)
MD5 = "a" * 32


@given(STATES, EVENTS)
def test_every_event_in_every_state_leads_somewhere(state, event):
    assert after(state, event) in State
    assert (after(state, event) != state) <= (state in applies_to(event))


@given(st.lists(EVENTS, max_size=30))
def test_verified_is_reached_by_reading_good_bytes_only_and_never_left(events):
    state, history = State.WANTED, []
    for event in events:
        previous, state = state, after(state, event)
        history.append(event)
        if previous in FINAL:
            assert state is previous
        if state is State.VERIFIED and previous is not State.VERIFIED:
            assert previous is State.VERIFYING
            assert event is Event.GOOD
            assert Event.ARRIVED in history
            assert Event.PICKED_UP in history
        if state in (State.ABORTED, State.EXPIRED):
            assert previous in (State.WANTED, state)


@given(STATES, EVENTS)
def test_every_event_may_be_repeated(state, event):
    once = after(state, event)
    assert after(once, event) == once


def test_each_event_leads_to_one_state_and_only_the_open_states_are_open():
    for event in Event:
        assert len({after(state, event) for state in applies_to(event)}) == 1
    assert {state for state in State if all(after(state, event) is state for event in Event)} == FINAL
    assert set(State) == OPEN | FINAL


@given(st.integers(1, LARGEST))
def test_parts_add_up_to_the_file_and_keep_to_s3s_limits(size):
    of_part = part_size(size)
    if size <= SINGLE_PUT:
        assert of_part is part_count(size, of_part) is None
        return
    count = part_count(size, of_part)
    assert 2 <= count <= MOST_PARTS
    assert of_part % MIB == 0
    assert 5 * MIB <= of_part <= 5 * 1024 * MIB
    last = length_of_part(count, size, of_part)
    assert 1 <= last <= of_part
    assert of_part * (count - 1) + last == size
    assert length_of_part(count + 1, size, of_part) is length_of_part(0, size, of_part) is None


@given(st.integers(SINGLE_PUT + 1, 60 * SINGLE_PUT), st.sets(st.integers(1, 60)))
def test_missing_parts_are_those_that_the_store_lacks_or_has_cut(size, present):
    of_part = part_size(size)
    count = part_count(size, of_part)
    listed = [Part(n, length_of_part(n, size, of_part) or 1, "e") for n in sorted(present)]
    assert missing_parts(listed, size, of_part) == [n for n in range(1, count + 1) if n not in present]
    cut = [Part(one.number, one.size - 1, "e") for one in listed]
    assert missing_parts(cut, size, of_part) == list(range(1, count + 1))


def test_numbers_are_printed_in_runs():
    assert print_numbers([7, 1, 2, 3]) == "1-3, 7"
    assert print_numbers([]) == ""


def known(**more) -> Known:
    values = {"protected": False, "verified_md5": MD5, "verified_size": 3, "sha256": None, "exists": True,
              "edition": "ibl-current"}  # fmt: skip
    return Known(**{**values, **more})


def test_only_verified_bytes_of_this_very_dataset_are_there():
    one = NewFile("alf/spikes.times.npy", 3, MD5, "b" * 64)
    assert is_there(one, known())
    assert is_there(one, known(sha256="b" * 64, protected=True))
    assert not is_there(one, None)
    assert not is_there(one, known(verified_md5=None))
    assert not is_there(one, known(verified_md5="c" * 32))
    assert not is_there(one, known(verified_size=4))
    assert not is_there(one, known(sha256="c" * 64))


def test_protected_bytes_and_other_editions_are_refused():
    one = NewFile("alf/spikes.times.npy", 4, MD5)
    with pytest.raises(Refused, match="protected"):
        is_there(one, known(protected=True))
    with pytest.raises(Refused, match="edition"):
        is_there(one, known(edition="paper-2020"))
    assert not is_there(one, known(edition="paper-2020", exists=False))


@given(st.text(max_size=40), st.integers(0, 10), st.text(max_size=33))
def test_any_announcement_is_a_place_or_a_refusal_with_a_code(path, size, md5):
    refusal = place = None
    try:
        place = check_file(NewFile(path, size, md5))
    except Refused as error:
        refusal = error
    assert (refusal is None) != (place is None)
    assert refusal is None or (refusal.reason and refusal.detail)
    assert place is None or (place.print() == path and size > 0)


names = st.from_regex(r"[a-z]{1,8}\.[a-z]{1,170}\.npy", fullmatch=True)


@given(names, st.text(min_size=1, max_size=300), st.sampled_from(["", "alf", "alf/probe00"]), st.integers(0, 999))
def test_keys_are_safe_in_every_store_and_never_alike(name, subject, collection, number):
    session = SessionFolder("openlab", subject, "2020-01-01", number)
    place, dataset = DatasetPath(collection, None, name), uuid4()
    key, other = (object_key(session, place, dataset, uuid4()) for _ in range(2))
    assert key != other
    assert re.fullmatch(r"[A-Za-z0-9._/-]+", key)
    assert all(0 < len(part) <= 200 and part.strip(".") for part in key.split("/"))
    assert key.endswith(".npy")
    assert str(dataset) in key
