"""What verification concludes, without a store or a database."""

from uuid import UUID, uuid4

from bregma_files.uploads.domain import Event
from bregma_files.verification.domain import (
    MOST_BYTES,
    MOST_FILES,
    Announced,
    Reading,
    judge,
    member,
    settle,
    slices,
    type_of,
)
from dataset_types import default_registry
from hypothesis import given
from hypothesis import strategies as st

SESSION = uuid4()
FOLDER = (SESSION, "alf", None)
GOOD = Reading(3, "a" * 32, "b" * 64)


def one(name: str, rows: int | None = None, largest: int | None = None, folder=FOLDER):
    registry = default_registry()
    return member(uuid4(), folder, name, registry.match(name), rows, largest)


def test_no_bytes_are_lost_and_other_bytes_are_bad():
    announced = Announced("spikes.times.npy", 3, "a" * 32, "b" * 64)
    assert judge(announced, None).event is Event.LOST
    assert judge(announced, GOOD).event is Event.GOOD
    assert judge(announced, Reading(4, "a" * 32, "b" * 64)).event is Event.BAD
    assert judge(announced, Reading(3, "c" * 32, "b" * 64)).event is Event.BAD
    assert judge(announced, Reading(3, "a" * 32, "c" * 64)).event is Event.BAD
    verdict = judge(announced, Reading(3, "a" * 32, "b" * 64, ("It is not sorted.",)))
    assert (verdict.event, verdict.reason) == (Event.BAD, "It is not sorted.")


@given(st.one_of(st.none(), st.builds(Reading, st.integers(0, 5), st.text(max_size=3), st.text(max_size=3))))
def test_only_equal_bytes_are_good_and_every_bad_verdict_has_a_reason(reading):
    verdict = judge(Announced("x", 3, "abc", "def"), reading)
    whole = reading is not None and (reading.size, reading.md5, reading.sha256) == (3, "abc", "def")
    assert (verdict.event is Event.GOOD) == whole
    assert (verdict.event is Event.BAD) == (verdict.reason is not None)


def test_of_two_arrivals_the_first_one_stands():
    first, second = one("spikes.times.npy", 10), one("spikes.amps.npy", 12)
    assert set(settle([first, second], [])) == {second.dataset}
    assert set(settle([second, first], [])) == {first.dataset}


def test_other_folders_revisions_and_parts_are_other_rows():
    standing = [one("spikes.times.npy", 10)]
    others = [
        one("spikes.amps.npy", 12, folder=(SESSION, "alf/probe01", None)),
        one("spikes.amps.npy", 12, folder=(SESSION, "alf", UUID(int=1))),
        one("spikes.amps.npy", 12, folder=(uuid4(), "alf", None)),
        one("spikes.amps.probe01.npy", 12),
        one("clusters.depths.npy", 12),
    ]
    assert settle(others, standing) == {}


def test_references_are_checked_from_either_side_and_name_both_files():
    pointing, target = one("spikes.clusters.npy", 10, 5), one("clusters.depths.npy", 5)
    for arrivals, standing in (([pointing], [target]), ([target], [pointing]), ([pointing, target], [])):
        (reason,) = settle(arrivals, standing).values()
        assert "spikes.clusters.npy" in reason
        assert "clusters.depths.npy" in reason
    assert settle([pointing], [one("clusters.depths.npy", 6)]) == {}


def test_a_type_of_this_catalogue_only_promises_nothing():
    assert type_of(default_registry(), "_mylab_thing.stuff", "ibl-current") is None
    assert type_of(default_registry(), "spikes.times", "paper-2020") is not None


@given(st.lists(st.integers(1, 2 * MOST_BYTES), max_size=300))
def test_slices_cover_a_batch_once_in_order_and_within_limits(sizes):
    parts = list(slices(sizes))
    assert [index for part in parts for index in part] == list(range(len(sizes)))
    for part in parts:
        assert 1 <= len(part) <= MOST_FILES
        assert len(part) == 1 or sum(sizes[index] for index in part) <= MOST_BYTES
