"""The grammar of ``django=``: whatever comes in is understood, or answered with a sentence."""

import pytest
from bregma_app.main import ROOMS
from bregma_kit.db import compiled
from bregma_kit.free_lookups import FreeLookups, free_lookups, resolve
from bregma_kit.graph import GRAPH
from bregma_kit.lookup_text import read_list, split_pairs
from bregma_kit.operators import OPERATORS, TRANSFORMS
from bregma_metadata.sessions.routes import SESSIONS
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

assert ROOMS  # composed: the graph is whole
LOOKUPS = free_lookups().of(SESSIONS)
assert isinstance(LOOKUPS, FreeLookups)
WORDS = st.text(st.characters(exclude_characters=",[]()", exclude_categories=["Cs"]), max_size=8).map(str.strip)
NAMES = sorted({name for node in GRAPH.nodes() for name in node.names} | {*OPERATORS, *TRANSFORMS, "a", "", "0"})
VALUES = st.one_of(
    st.sampled_from(["None", "True", "7", "1.5", "2020-01-01", "2020-01-01T10:00:00", "['a','b']", "(1,2)", "{}", "x", "0" * 400]),
    st.uuids().map(str), st.text(max_size=20),
)  # fmt: skip
PATHS = st.builds(
    lambda negated, parts: negated + "__".join(parts),
    st.sampled_from(["", "~"]),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=8),
)


def sql(text, *, scoped=False):
    conditions = LOOKUPS.read(text)
    shape = LOOKUPS.shape(conditions)
    statement = compiled(select(SESSIONS.table.id).where(LOOKUPS.where(shape, scoped=scoped)))
    wanted = [f"f_django_{place}" for place in range(len(LOOKUPS.entries(conditions)))]
    assert sorted(name for name in statement.names if name.startswith("f_")) == sorted(wanted)
    return statement.sql


def check_any(text):
    try:
        statement = sql(text)
    except ValueError as error:
        sentence = error
    else:
        assert statement.count("EXISTS") <= 90
        return
    # UnicodeError is a ValueError too, but says nothing to a caller
    assert type(sentence) is ValueError
    assert str(sentence).endswith(".")


@given(st.text())
def test_any_text_is_understood_or_answered(text):
    check_any(text)


@settings(max_examples=300)
@given(st.lists(st.tuples(PATHS, VALUES), min_size=1, max_size=4))
def test_any_path_is_understood_or_answered(pairs):
    check_any(",".join(f"{name},{value}" for name, value in pairs))


@given(st.lists(st.tuples(WORDS.filter(bool), WORDS), min_size=1, max_size=5, unique_by=lambda pair: pair[0]))
def test_pairs_come_back(pairs):
    assert split_pairs(",".join(f"{name},{value}" for name, value in pairs)) == pairs


@given(st.lists(st.one_of(st.text(max_size=8), st.integers(-9, 10**20)), max_size=5))
def test_lists_come_back(values):
    assert read_list(repr(values)) == [str(one) for one in values]
    assert read_list(repr(tuple(values))) == [str(one) for one in values]


@pytest.mark.parametrize(
    "bad",
    ["", "a,b", "a b", "[", "[a]", "[[1]]", "[1", "1]", "[f()]", "[None]", "{1}", "[" * 9999, "[__import__('os')]"],
)
def test_what_is_no_list(bad):
    with pytest.raises(ValueError, match="Enter a list"):
        read_list(bad)


@pytest.mark.parametrize("word", ["cortexlab", "SWC_054", "ephysData.raw.ap", "7"])
def test_a_word_alone_is_a_list_of_one(word):
    assert read_list(word) == [word]


@pytest.mark.parametrize("bad", ["a", "a,1,b", "a,1,a,2", ",".join(f"n{i},1" for i in range(21)), "x" * 301 + ",1"])
def test_pairs_are_whole_and_few(bad):
    with pytest.raises(ValueError, match="Enter "):
        split_pairs(bad)


def test_commas_in_brackets_are_no_ends():
    assert split_pairs("a__in,['x,y',('z')],b,(1,2)") == [("a__in", "['x,y',('z')]"), ("b", "(1,2)")]
    assert split_pairs("a,probe)x,b,1") == [("a", "probe)x"), ("b", "1")]


def test_one_shape_is_one_statement():
    first, second = (LOOKUPS.read(f"subject__nickname,{name},number__gte,{n}") for name, n in (("a", 1), ("007", 2)))
    assert LOOKUPS.shape(first) == LOOKUPS.shape(second)
    assert LOOKUPS.entries(second) == ["007", 2.0]
    assert LOOKUPS.shape(LOOKUPS.read("json__a,1")) == LOOKUPS.shape(LOOKUPS.read("json__b__c,x"))


def test_an_id_behind_a_relation_needs_no_step():
    some = "6f2a4d7e-0000-4000-8000-000000000001"
    for name in ("subject", "subject__id", "subject__pk", "subject_id", "subject__in"):
        text = f"{name},['{some}']" if name.endswith("in") else f"{name},{some}"
        assert "EXISTS" not in sql(text)
    assert sql(f"users,{some}").count("EXISTS") == 1


def test_who_comes_from_the_owner_is_asked_nothing_twice():
    assert "visible_labs" not in "".join(
        compiled(select(SESSIONS.table.id).where(LOOKUPS.where(LOOKUPS.shape(LOOKUPS.read("subject__sex,M"))))).names
    )
    for name in ("subject__sex", "subject__actions_sessions__qc", "lab__name", "location__name"):
        conditions = LOOKUPS.read(f"{name},1")
        shape = LOOKUPS.shape(conditions)
        assert "visible_labs" in compiled(select(SESSIONS.table.id).where(LOOKUPS.where(shape, scoped=True))).names, (
            name
        )


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("nothing,1", "Cannot look up 'nothing'"), ("subjet__nickname,1", "Did you mean subject"), ("subject__nicname,x", "Did you mean nickname"),
        ("qc__gtt,1", "Did you mean gt"), ("name__icontains__x,1", "Cannot look up 'name'"), ("number__icontains__x,1", "Cannot look up 'icontains'"),
        ("n_trials,high", "'n_trials': Enter a number"), ("qc,GREAT", "choose one of NOT_SET"), ("id,7", "valid UUID"), ("id__in,['7']", "valid UUID"),
        ("number__range,[1]", "two values"), ("start_time,noon", "valid date/time"), ("start_time,2020-01-01T10:00:00Z", "without offset"),
        ("start_time__week_day__week_day,1", "Cannot look up"), ("number__week_day,1", "Cannot look up"), ("users__email,x", "Cannot look up 'email'"),
        ("users__password,x", "Cannot look up 'password'"), ("withdrawn_at__isnull,True", "Cannot look up"), ("n_trials__isnull,perhaps", "True or False"),
        ("task_protocol__regex," + "a" * 201, "at most 200"), ("json__" + "__".join("abcdefghij") + ",1", "too deep"),
        ("subject__" + "actions_sessions__subject__" * 5 + "sex,M", "more than 6 steps"), ("narrative,a\0", "Null characters"),
        (",".join(f"subject__actions_sessions__subject__actions_sessions__subject__actions_sessions__{name},1" for name in ("number", "n_trials", "qc", "id", "pk", "type", "narrative")), "UUID|together"),
        ("json__a__contains,{", "valid JSON"), ("number__has_key,a", "Cannot look up 'has_key'"), ("__,1", "Cannot look up"), ("subject__,1", "Cannot look up"), ("json____a,1", "Cannot look up"),
    ],
)  # fmt: skip
def test_mistakes(text, answer):
    with pytest.raises(ValueError, match=answer):
        sql(text)


def test_names_resolve_as_in_django():
    node = GRAPH.node(SESSIONS)
    found = resolve(node, "subject__actions_sessions__start_time__date__year__gte")
    assert (found.steps, found.leaf, found.transforms, found.operator) == (
        ["subject", "actions_sessions"], "start_time", ["date", "year"], "gte",
    )  # fmt: skip
    found = resolve(node, "extended_qc__a__0__b__icontains")
    assert (found.leaf, found.keys, found.operator) == ("extended_qc", ["a", "0", "b"], "icontains")
    found = resolve(node, "users__isnull")
    assert (found.steps, found.leaf, found.operator) == (["users"], "id", "isnull")
