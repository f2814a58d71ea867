"""Lab time: naive input stays as written, an offset is converted, and the clocks go forward and back."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from bregma_metadata.sessions.domain import can_end_at, lab_time
from hypothesis import given
from hypothesis import strategies as st

ZONES = st.sampled_from(
    ["Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC", "Pacific/Apia"]
)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def at(text):
    return datetime.fromisoformat(text)


@given(st.datetimes(), ZONES)
def test_naive_input_is_kept(written, zone):
    assert lab_time(written, zone) == written


@given(st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=OFFSETS), ZONES)
def test_an_offset_becomes_a_wall_clock(moment, zone):
    wall = lab_time(moment, zone)
    assert wall.tzinfo is None
    # one of the two readings of that wall clock is the moment that was meant
    readings = [wall.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1)]
    assert moment.astimezone(UTC) in [reading.astimezone(UTC) for reading in readings]


@given(st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1)), OFFSETS, OFFSETS, ZONES)
def test_the_offset_makes_no_difference(moment, one, other, zone):
    same = moment.replace(tzinfo=UTC)
    assert lab_time(same.astimezone(one), zone) == lab_time(same.astimezone(other), zone)


@pytest.mark.parametrize(
    ("sent", "zone", "shown"),
    [
        ("2020-01-15T10:00:00+00:00", "Europe/London", "2020-01-15T10:00:00"),
        ("2020-07-15T10:00:00+00:00", "Europe/London", "2020-07-15T11:00:00"),
        ("2020-03-29T00:59:59+00:00", "Europe/London", "2020-03-29T00:59:59"),
        ("2020-03-29T01:00:00+00:00", "Europe/London", "2020-03-29T02:00:00"),
        ("2020-10-25T00:30:00+00:00", "Europe/London", "2020-10-25T01:30:00"),
        ("2020-10-25T01:30:00+00:00", "Europe/London", "2020-10-25T01:30:00"),
        ("2020-07-01T23:30:00+00:00", "Europe/London", "2020-07-02T00:30:00"),
        ("2020-01-01T02:00:00+00:00", "America/New_York", "2019-12-31T21:00:00"),
        ("2020-01-01T10:00:00.000001-05:00", "Asia/Kolkata", "2020-01-01T20:30:00.000001"),
    ],
)
def test_conversions(sent, zone, shown):
    assert lab_time(at(sent), zone) == at(shown)


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=2)),
    ZONES,
)
def test_no_real_session_is_refused(start, took, zone):
    """However the clocks were set meanwhile: what began and later ended can be told in lab time."""
    assert can_end_at(lab_time(start, zone), lab_time(start + took, zone), zone)


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1)),
    st.timedeltas(timedelta(hours=25), timedelta(days=30)),
    ZONES,
)
def test_no_clock_change_explains_a_whole_day(end, before, zone):
    assert not can_end_at(end + before, end, zone)


def test_the_night_of_the_clock_change():
    assert can_end_at(at("2020-10-25T01:50:00"), at("2020-10-25T01:10:00"), "Europe/London")
    assert not can_end_at(at("2020-10-24T01:50:00"), at("2020-10-24T01:10:00"), "Europe/London")
    assert not can_end_at(at("2020-10-25T02:10:00"), at("2020-10-25T01:10:00"), "Europe/London")
