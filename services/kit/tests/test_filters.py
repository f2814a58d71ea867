"""How the text of a query parameter is read; whatever comes in, the answer is a value or a sentence for the caller."""

from datetime import date
from uuid import UUID

import pytest
from bregma_kit import filters
from bregma_kit.errors import Invalid
from bregma_kit.lookups import QC
from hypothesis import given
from hypothesis import strategies as st

PARSERS = [
    filters.parse_number, filters.parse_integer, filters.parse_boolean, filters.parse_date, filters.parse_dates, filters.parse_uuid,
    filters.parse_list, filters.parse_short_list, filters.like, QC.number,
]  # fmt: skip


@pytest.mark.parametrize("parse", PARSERS, ids=lambda parse: getattr(parse, "__name__", str(parse)))
@given(text=st.text())
def test_any_text_is_a_value_or_a_sentence(parse, text):
    try:
        parse(text)
    except ValueError as error:
        sentence = error
    else:
        return
    # UnicodeError is a ValueError too, but says nothing to a caller
    assert type(sentence) is ValueError
    assert str(sentence).endswith(".")


@given(st.integers(-(2**62), 2**62))
def test_integers_come_back(value):
    assert filters.parse_integer(str(value)) == value


def test_numbers():
    assert filters.parse_number("001") == 1
    assert filters.parse_integer("001") == 1
    assert filters.parse_integer("9007199254740993") == 9007199254740993, "not by way of a float"
    for bad in ("", "x", "nan", "inf", "-Infinity", "1e400", "0x10", "1_000"):
        with pytest.raises(ValueError, match="Enter a number"):
            filters.parse_number(bad)
    for bad in ("1.5", str(2**63), "9" * 400, str(-(2**63) - 1)):
        with pytest.raises(ValueError, match="Enter a whole number"):
            filters.parse_integer(bad)


@given(st.dates())
def test_dates_come_back(day):
    assert filters.parse_date(day.isoformat()) == day
    assert filters.parse_date(f"{day.isoformat()}T10:00:00") == day


def test_dates():
    assert filters.parse_dates("1677-09-21,2262-04-11") == [date(1677, 9, 21), date(2262, 4, 11)]
    for bad in ("2020-01-01", "2020-01-01,", "a,b", "2020-01-01,2020-01-02,2020-01-03", "2020-02-30,2020-03-01"):
        with pytest.raises(ValueError, match=r"YYYY-MM-DD|valid date"):
            filters.parse_dates(bad)


@given(st.uuids())
def test_uuids_come_back(wanted):
    for text in (str(wanted), str(wanted).upper(), f"http://x/sessions/{wanted}", f"http://x/sessions/{wanted}/"):
        assert filters.parse_uuid(text) == wanted


@given(st.text())
def test_like_matches_only_itself(text):
    """Every wildcard is escaped: taking the escapes out gives the text back, and none is left over."""
    escaped = filters.like(text)
    plain, position = "", 0
    while position < len(escaped):
        if escaped[position] == "\\":
            position += 1
        else:
            assert escaped[position] not in "%_"
        plain += escaped[position]
        position += 1
    assert plain == text


def test_lists():
    assert filters.parse_list("a, b,,c ,") == ["a", "b", "c"]
    assert filters.parse_short_list("a,b,a") == ["a", "b"]
    with pytest.raises(ValueError, match="at most"):
        filters.parse_short_list(",".join(map(str, range(filters.LONGEST_LIST + 1))))


@pytest.mark.parametrize(("text", "number"), [("pass", 10), ("NOT_SET", 0), ("30", 30), ("Critical", 50), (10, 10)])
def test_qc_by_name_or_number(text, number):
    assert QC.number(text) == number


@pytest.mark.parametrize("bad", ["", "GOOD", "11", "-0x1", True, None, 3.5, "--5", "²", [], "1" * 5000])
def test_what_is_no_qc(bad):
    with pytest.raises(ValueError, match="is not a QC value; choose one of NOT_SET, PASS"):
        QC.number(bad)


def test_reading_a_query():
    declared = {
        one.name: one
        for one in (filters.Filter("n", filters.parse_integer, None, bool), filters.Filter("t", str, None, bool))
    }
    assert filters.parse_filters(declared, {"n": "007", "t": "", "other": "ignored"}) == {"n": 7}
    with pytest.raises(Invalid) as caught:
        filters.parse_filters(declared, {"n": "x", "t": "fine"})
    assert caught.value.fields == {"n": ["Enter a whole number."]}


@given(st.uuids())
def test_uuid_type(wanted):
    assert isinstance(filters.parse_uuid(str(wanted)), UUID)
