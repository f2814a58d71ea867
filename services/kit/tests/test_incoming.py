"""What a caller may send: any JSON is typed or refused field by field; pages and addresses whatever the query says."""

from datetime import date, datetime

import pytest
from bregma_files.datasets.routes import DATASETS
from bregma_kit.errors import Invalid
from bregma_kit.http import page_numbers
from bregma_kit.incoming import input_model, validate
from bregma_metadata.sessions.routes import SESSIONS
from bregma_metadata.subjects.routes import SUBJECTS
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6,
)  # fmt: skip


@pytest.mark.parametrize("resource", [SESSIONS, SUBJECTS, DATASETS], ids=lambda one: one.path)
@pytest.mark.parametrize("kind", ["create", "put", "patch"])
@given(data=st.data())
def test_any_json_is_typed_or_refused(resource, kind, data):
    names = [one.name for one in resource.fields]
    body = data.draw(st.dictionaries(st.sampled_from(names), JSON) | JSON)
    try:
        given = validate(resource, body, kind)
    except Invalid as error:
        for name, sentences in error.fields.items():
            assert name.partition(".")[0] in {*names, "non_field_errors"}
            assert sentences
            assert all(sentence.endswith((".", "]")) or "valid" in sentence.lower() for sentence in sentences)
    else:
        assert set(given) <= set(body) & set(names)
        assert not any(resource.by_name[name].read_only for name in given)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)))
def test_times_come_back(moment):
    assert validate(SESSIONS, {"start_time": moment.isoformat()}, "patch") == {"start_time": moment}


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_days_come_back(day):
    for text in (day.isoformat(), f"{day.isoformat()}T00:00:00"):
        assert validate(SUBJECTS, {"birth_date": text}, "patch") == {"birth_date": day}


@given(st.integers())
def test_whole_numbers_stay_in_the_column(number):
    fits = 0 <= number < 2**31
    if fits:
        assert validate(SESSIONS, {"number": number}, "patch") == {"number": number}
    else:
        with pytest.raises(Invalid) as caught:
            validate(SESSIONS, {"number": number}, "patch")
        assert list(caught.value.fields) == ["number"]


def test_one_name_of_a_form_is_a_list():
    assert validate(SESSIONS, {"users": "member"}, "patch") == {"users": ["member"]}
    assert validate(SESSIONS, {"users": ""}, "patch") == {"users": []}


def test_what_each_kind_of_write_requires():
    required = {
        kind: {n for n, f in input_model(SESSIONS, kind).model_fields.items() if f.is_required()}
        for kind in ("create", "put", "patch")
    }
    assert required == {"create": {"subject"}, "put": {"subject"}, "patch": set()}
    assert "id" not in input_model(SESSIONS, "patch").model_fields, "an id is chosen once"


@given(st.dictionaries(st.sampled_from(["limit", "offset", "x"]), st.text()))
def test_pages_of_any_query(query):
    limit, offset = page_numbers(query, 250, 1000)
    assert 1 <= limit <= 1000
    assert 0 <= offset < 10**15
