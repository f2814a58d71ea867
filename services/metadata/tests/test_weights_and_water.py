"""What an animal should weigh and drink: worked examples, and what holds for every animal."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from bregma_metadata.husbandry.domain import (
    Dose,
    History,
    Percentages,
    Restriction,
    age_in_weeks,
    end_at_death,
    percentage,
    water_needed,
)
from bregma_metadata.husbandry.growth import weight_at
from hypothesis import given
from hypothesis import strategies as st

BIRTH = date(2020, 1, 1)
START = date(2020, 4, 1)  # 13 weeks old


def at(day, hour=9):
    return datetime.combine(day, datetime.min.time()) + timedelta(hours=hour)


def after(days):
    return START + timedelta(days=days)


def mouse(**more):
    """A male of 25 g at the start of its restriction, 22 g ten days later."""
    values = {
        "sex": "M",
        "birth": BIRTH,
        "percentages": Percentages(0.85, 0.0),
        "weighings": [(at(START), 25.0), (at(after(10)), 22.0)],
        "restrictions": [Restriction(at(START, 10), None, 25.0)],
    }
    return History(**{**values, **more})


def test_by_the_reference_weight():
    day = mouse().on(after(10))
    assert (day.weight, day.weighing_at, day.reference_weight) == (22.0, 22.0, 25.0)
    assert day.expected_weight == 25.0
    assert day.min_weight == pytest.approx(21.25)
    assert day.percentage_weight == pytest.approx(88.0)
    assert day.expected_water == pytest.approx(0.88), "40 mL/kg"
    assert day.is_water_restricted
    assert day.colour == "green"


def test_below_the_minimum_it_gets_more():
    day = mouse(weighings=[(at(START), 25.0), (at(after(10)), 21.0)]).on(after(12))
    assert day.weighing_at is None
    assert day.percentage_weight == pytest.approx(84.0)
    assert day.expected_water == pytest.approx(1.05), "50 mL/kg"
    assert day.colour == "red"
    nearly = mouse(weighings=[(at(START), 25.0), (at(after(10)), 21.5)]).on(after(12))
    assert (nearly.colour, nearly.expected_water) == ("orange", pytest.approx(0.86))


def test_by_the_z_score():
    # 13 weeks: 28.4 ± 1.9 g, so 25 g is z = -1.789; at 20 weeks 31.8 ± 2.5 g
    day = mouse(percentages=Percentages(0.0, 0.8)).on(BIRTH + timedelta(weeks=20))
    assert age_in_weeks(BIRTH, START) == 13
    expected = 31.8 + 2.5 * (25.0 - 28.4) / 1.9
    assert day.expected_weight == pytest.approx(expected)
    assert day.percentage_weight == pytest.approx(100 * 22.0 / expected)


def test_both_percentages_add_up_to_one_limit():
    both = mouse(percentages=Percentages(0.5, 0.35)).on(after(10))
    zscore = mouse(percentages=Percentages(0.0, 0.85)).on(after(10)).expected_weight
    assert both.expected_weight == pytest.approx((0.35 * zscore + 0.5 * 25.0) / 0.85)
    assert both.min_weight == pytest.approx(0.35 * zscore + 0.5 * 25.0)
    # 84 % of what is expected: below the sum (85 %), far above the larger of the two (50 %)
    light = replace(mouse(), percentages=Percentages(0.5, 0.35), weighings=[(at(START), both.expected_weight * 0.84)])
    assert light.on(START).colour == "red"
    assert light.on(START).expected_water == pytest.approx(0.05 * both.expected_weight * 0.84)


def test_implants_are_no_part_of_the_animal():
    heavy = mouse(
        implants=[(at(START - timedelta(days=5)), 1.5), (at(after(5)), 3.0)],
        weighings=[(at(START), 26.5), (at(after(10)), 25.0)],
        restrictions=[Restriction(at(START, 10), None, 26.5)],
    )
    day, plain = heavy.on(after(10)), mouse().on(after(10))
    assert (day.implant_weight, day.reference_weight) == (3.0, 25.0), "the reference is net of the implant of then"
    assert day.expected_weight == pytest.approx(28.0)
    assert day.percentage_weight == pytest.approx(plain.percentage_weight)
    assert day.expected_water == pytest.approx(plain.expected_water)
    assert heavy.implant(START - timedelta(days=6)) == 0


def test_a_reference_weight_of_zero_is_the_last_weighing():
    known = mouse(weighings=[(at(after(-2)), 24.0), (at(after(3)), 20.0)], restrictions=[Restriction(at(START, 10))])
    assert known.on(after(5)).reference_weight == 24.0
    assert replace(known, weighings=[]).on(after(5)).reference_weight is None


def test_several_restrictions():
    first = Restriction(at(START), at(after(10)), 25.0)
    second = Restriction(at(after(20)), None, 27.0)
    known = mouse(restrictions=[first, second])
    seen = {days: known.on(after(days)) for days in (-1, 0, 10, 11, 20, 40)}
    assert {days: one.is_water_restricted for days, one in seen.items()} == {
        -1: False, 0: True, 10: True, 11: False, 20: True, 40: True,
    }  # fmt: skip
    assert {days: one.reference_weight for days, one in seen.items()} == {
        -1: None, 0: 25.0, 10: 25.0, 11: None, 20: 27.0, 40: 27.0,
    }  # fmt: skip
    ended = mouse(restrictions=[first])
    assert ended.on(after(30)).reference_weight == 25.0, "the newest restriction's weight stays"
    assert ended.running(at(after(10), 8)) == first
    assert ended.running(at(after(10), 10)) is None


def test_water_of_a_day():
    doses = [
        Dose(at(START, 0), 0.3, in_session=True), Dose(at(START, 23), 0.2), Dose(at(START, 12), None), Dose(at(after(1), 0), 9.0),
    ]  # fmt: skip
    day = mouse(doses=doses).on(START)
    assert (day.given_water_reward, day.given_water_supplement, day.given_water_total) == (0.3, 0.2, 0.5)
    assert day.expected_water == 1.0
    assert (day.remaining_water, day.excess_water) == (0.5, -0.5)


@pytest.mark.parametrize(
    ("change", "unknown"),
    [
        ({"weighings": []}, {"weight", "weighing_at", "percentage_weight", "expected_water", "excess_water", "colour"}),
        ({"restrictions": []}, {"reference_weight", "expected_weight", "min_weight", "percentage_weight", "colour"}),
        ({"percentages": Percentages(0, 0)}, {"expected_weight", "min_weight", "percentage_weight", "colour"}),
        ({"percentages": Percentages(0, 0.8), "birth": None}, {"expected_weight", "min_weight", "percentage_weight", "colour"}),
        ({"percentages": Percentages(0, 0.8), "sex": "U"}, {"expected_weight", "min_weight", "percentage_weight", "colour"}),
        ({"percentages": Percentages(0.8, 0), "sex": "U", "birth": None}, set()),
    ],
)  # fmt: skip
def test_what_is_missing_is_not_guessed(change, unknown):
    record = mouse(**change).on(after(10)).record()
    assert {name for name, value in record.items() if value is None} == unknown


def test_a_record_has_every_key_of_alyx():
    assert list(mouse().on(START).record())[:14] == [
        "date", "weight", "weighing_at", "reference_weight", "expected_weight", "min_weight", "percentage_weight",
        "given_water_reward", "given_water_supplement", "given_water_total", "expected_water", "excess_water",
        "is_water_restricted", "implant_weight",
    ]  # fmt: skip


def test_growth_is_clipped_to_its_table():
    assert weight_at("M", -3) == weight_at("M", 4) == (15.7, 2.2)
    assert weight_at("F", 20) == weight_at("F", 200) == (23.6, 2.3)
    assert weight_at("U", 10) is None
    for sex in "MF":
        means = [weight_at(sex, week)[0] for week in range(4, 41)]
        assert means == sorted(means)


def test_a_restriction_ends_with_the_day_of_death_or_now():
    assert end_at_death(START, at(START, 15)) == at(START, 15)
    assert end_at_death(START, at(after(3))) == datetime(2020, 4, 1, 23, 59, 59)


weights = st.floats(8, 60)
implants = st.floats(0, 5)
limits = (
    st.tuples(st.floats(0, 0.6), st.floats(0, 0.6)).filter(lambda pair: sum(pair) > 0.1).map(lambda p: Percentages(*p))
)
days = st.integers(0, 400)
sexes = st.sampled_from("MF")


@given(weights, weights, limits, days, sexes, implants)
def test_more_weight_is_never_a_smaller_percentage(one, other, limit, day, sex, implant):
    light, heavy = sorted((one, other))
    seen = [
        mouse(sex=sex, percentages=limit, weighings=[(at(START), weight + implant)], implants=[(at(START), implant)]).on(after(day))
        for weight in (light, heavy)
    ]  # fmt: skip
    if seen[0].percentage_weight is not None:
        assert seen[0].percentage_weight <= seen[1].percentage_weight
    order = [None, "red", "orange", "green"]
    assert order.index(seen[0].colour) <= order.index(seen[1].colour)


@given(weights, weights, limits, days, sexes, st.floats(0.1, 5))
def test_an_implant_from_the_beginning_changes_nothing(weight, reference, limit, day, sex, implant):
    bare = mouse(
        sex=sex,
        percentages=limit,
        weighings=[(at(START), weight)],
        restrictions=[Restriction(at(START), None, reference)],
    )
    carrying = replace(
        bare, implants=[(at(START), implant)], weighings=[(at(START), weight + implant)],
        restrictions=[Restriction(at(START), None, reference + implant)],
    )  # fmt: skip
    one, other = bare.on(after(day)), carrying.on(after(day))
    if one.percentage_weight is None or abs(weight - one.min_weight) < 1e-6:
        return
    assert other.percentage_weight == pytest.approx(one.percentage_weight)
    assert other.expected_water == pytest.approx(one.expected_water)
    assert other.min_weight == pytest.approx(one.min_weight + implant)


@given(weights, st.floats(8, 60), implants, st.floats(0.01, 100))
def test_units_do_not_matter(weight, expected, implant, scale):
    if expected - implant < 0.1:
        return
    assert percentage(weight * scale, expected * scale, implant * scale) == pytest.approx(
        percentage(weight, expected, implant)
    )
    assert water_needed(weight * scale, None, implant * scale) == pytest.approx(
        scale * water_needed(weight, None, implant)
    )


@given(weights, limits, days, sexes)
def test_red_is_below_the_minimum_and_gets_more_water(weight, limit, day, sex):
    seen = mouse(sex=sex, percentages=limit, weighings=[(at(START), weight)]).on(after(day))
    light = weight < seen.min_weight
    assert (seen.colour == "red") == light
    assert seen.expected_water == pytest.approx(weight * (0.05 if light else 0.04))


@given(weights, limits, days, days, sexes)
def test_days_are_counted_from_birth_only(weight, limit, day, shift, sex):
    known = mouse(sex=sex, percentages=limit, weighings=[(at(START), weight)])
    moved = timedelta(days=shift)
    later = replace(
        known, birth=BIRTH + moved, weighings=[(at(START) + moved, weight)],
        restrictions=[Restriction(at(START, 10) + moved, None, 25.0)],
    )  # fmt: skip
    one, other = known.on(after(day)), later.on(after(day) + moved)
    assert replace(one, date=other.date) == other


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0, 2), st.booleans())), weights)
def test_every_drop_is_in_exactly_one_day(given_doses, weight):
    doses = [Dose(at(after(day)), volume, session) for day, volume, session in sorted(given_doses)]
    seen = list(mouse(doses=doses, weighings=[(at(START), weight)]).days(START, after(5)))
    assert sum(one.given_water_total for one in seen) == pytest.approx(sum(one.volume for one in doses))
    assert len(seen) == 6
