"""What is wanted, minus what is there, minus what is under way; and when nights begin."""

import itertools
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from bregma_transfer.movements.domain import MOST_FILES, PART, Content, choose, judge, parts_of, wait_before
from bregma_transfer.plans.domain import Held, Planner, Rule, night_of
from hypothesis import given
from hypothesis import strategies as st

PLACES = [UUID(int=n) for n in range(1, 5)]
LABS = [UUID(int=n) for n in (11, 12)]
PROJECTS = [UUID(int=n) for n in (21, 22)]
TYPES = ["spikes.times", "ephysData.raw.ap"]
places = st.sampled_from(PLACES)
maybe = st.none()
rules = st.builds(
    Rule, id=st.uuids(), target=places, dataset_type=st.sampled_from(["*", "spikes.*", "ephysData.raw.*"]),
    lab=maybe | st.sampled_from(LABS), project=maybe | st.sampled_from(PROJECTS), source=maybe | places,
    minimum_copies=maybe | st.integers(1, 4),
)  # fmt: skip
held = st.builds(
    Held, dataset=st.uuids(), lab=st.sampled_from(LABS), dataset_type=st.sampled_from(TYPES),
    copies=st.lists(places, min_size=1, unique=True).map(tuple), projects=st.frozensets(st.sampled_from(PROJECTS)),
    coming=st.frozensets(places), refused=st.frozensets(places),
)  # fmt: skip


@given(st.lists(rules, max_size=6), st.lists(held, max_size=6, unique_by=lambda one: one.dataset))
def test_a_plan_makes_what_is_missing_once(some_rules, datasets):
    planner = Planner(some_rules)
    plan = list(planner.plan(datasets))
    known = {one.dataset: one for one in datasets}
    by_id = {rule.id: rule for rule in some_rules}
    assert len({(one.dataset, one.target) for one in plan}) == len(plan)
    for one in plan:
        rule, dataset = by_id[one.rule], known[one.dataset]
        assert one.source in dataset.copies
        assert one.target not in {*dataset.copies, *dataset.coming, *dataset.refused}
        assert rule.target == one.target
        assert rule.lab in (None, dataset.lab)
        assert rule.source in (None, one.source)
    # with these under way, and with these arrived, there is nothing left to do
    for name in ("coming", "copies"):
        after = [
            Held(
                one.dataset, one.lab, one.dataset_type,
                (*one.copies, *(w.target for w in plan if w.dataset == one.dataset)) if name == "copies" else one.copies,
                one.projects,
                one.coming | {w.target for w in plan if w.dataset == one.dataset} if name == "coming" else one.coming,
                one.refused,
            )
            for one in datasets
        ]  # fmt: skip
        again = list(Planner([rule for rule in some_rules if rule.source is None]).plan(after))
        assert not [w for w in again if (w.dataset, w.target) in {(p.dataset, p.target) for p in plan}]
        if name == "coming":
            assert list(planner.plan(after)) == []


def test_enough_copies_are_enough():
    rule = Rule(UUID(int=99), PLACES[3], minimum_copies=2)
    one = Held(UUID(int=1), LABS[0], "spikes.times", (PLACES[0],))
    two = Held(UUID(int=2), LABS[0], "spikes.times", (PLACES[0], PLACES[1]))
    assert [w.dataset for w in Planner([rule]).plan([one, two])] == [one.dataset]


@pytest.mark.parametrize("zone", [
    "Europe/London", "America/New_York", "Europe/Berlin", "Asia/Tokyo", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata",
])  # fmt: skip
def test_every_day_of_a_year_has_one_night_in_every_zone(zone):
    moment, seen = datetime(2026, 1, 2, tzinfo=UTC), []
    while moment < datetime(2027, 1, 2, tzinfo=UTC):
        day, begins = night_of(zone, moment)
        assert begins <= moment < begins + timedelta(hours=26)
        if not seen or seen[-1] != (day, begins):
            seen.append((day, begins))
        moment += timedelta(minutes=30)
    days = [day for day, _ in seen]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert all(timedelta(hours=22) < b - a < timedelta(hours=26) for (_, a), (_, b) in itertools.pairwise(seen))


def test_where_two_oclock_is_leapt_over_the_night_begins_with_the_leap():
    before = night_of("America/New_York", datetime(2026, 3, 8, 6, 59, tzinfo=UTC))
    assert before[0] == date(2026, 3, 7)
    assert night_of("America/New_York", datetime(2026, 3, 8, 7, 0, tzinfo=UTC)) == (
        date(2026, 3, 8), datetime(2026, 3, 8, 7, tzinfo=UTC),
    )  # fmt: skip
    # Berlin: 02:00 comes twice on 25 October, the first counts
    assert night_of("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == (
        date(2026, 10, 25), datetime(2026, 10, 25, 0, tzinfo=UTC),
    )  # fmt: skip


@given(st.integers(0, 2**43))
def test_parts_cover_a_file_without_gaps(size):
    parts = parts_of(size)
    assert len(parts) <= 10_000
    if size <= PART:
        assert parts == []
    else:
        assert (parts[0].start, parts[-1].end) == (0, size)
        assert all(a.end == b.start for a, b in itertools.pairwise(parts))
        assert all(one.size >= 5 * 2**20 for one in parts[:-1])


class Waits:
    def __init__(self, size, *way):
        self.size, self.places = size, way


def test_a_worker_takes_many_small_files_or_a_large_one_and_leaves_what_has_no_room():
    small, large = Waits(1000, *PLACES[:2]), Waits(10**9, *PLACES[:2])
    assert choose([small] * 100, {}) == list(range(MOST_FILES))
    assert choose([large, small], {}) == [0]
    assert choose([small, large, small], {}) == [0]
    elsewhere = Waits(1000, *PLACES[2:])
    assert choose([small, small, elsewhere], {PLACES[1]: 1}) == [0, 2]
    assert choose([small, elsewhere], {PLACES[0]: 0}) == [1]


def test_waits_grow_and_never_meet():
    assert [wait_before(n, lambda: 0.5).total_seconds() for n in (1, 2, 3, 20)] == [5, 10, 20, 900]
    assert wait_before(1, lambda: 0.0) < wait_before(1, lambda: 1.0)


def test_the_reason_names_the_side_that_is_wrong():
    right, wrong = Content(3, "m", "s"), Content(4, "x", "y")
    names = ("near", "far")
    assert judge(right, right, None, names).wrong is None
    assert judge(right, wrong, wrong, names).wrong == "source"
    assert judge(right, wrong, None, names).final
    spoilt = judge(right, wrong, right, names)
    assert (spoilt.wrong, spoilt.final) == ("target", False)
    assert "far is wrong: 4 bytes with the MD5 x arrived" in spoilt.reason
    assert "nothing arrived" in judge(right, None, right, names).reason
