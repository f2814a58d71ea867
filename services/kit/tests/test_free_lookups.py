"""The grammar of ``django=``: whatever comes in is understood, or answered with a sentence."""

import pytest
from bregma_kit.free_lookups import FreeLookups, Target, read_list, split_pairs
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Boolean, Integer, Text, Uuid, column
from sqlalchemy.dialects.postgresql import JSONB

TARGETS = {
    "id": Target(column("id", Uuid)), "name": Target(column("name", Text)), "qc": Target(column("qc", Integer)),
    "exists": Target(column("exists", Boolean)), "json": Target(column("json", JSONB)), "session__id": Target(column("s", Uuid)),
}  # fmt: skip
LOOKUPS = FreeLookups("django", str, Text, bool, targets=TARGETS)
WORDS = st.text(st.characters(exclude_characters=",[]()", exclude_categories=["Cs"]), max_size=8).map(str.strip)


@given(st.text())
def test_any_text_is_understood_or_answered(text):
    try:
        conditions = LOOKUPS.read(text)
    except ValueError as error:
        sentence = error
    else:
        assert LOOKUPS.where(LOOKUPS.shape(conditions)) is not None
        return
    assert type(sentence) is ValueError
    assert str(sentence).endswith(".")


@given(st.lists(st.tuples(WORDS.filter(bool), WORDS), min_size=1, max_size=20, unique_by=lambda pair: pair[0]))
def test_pairs_come_back(pairs):
    assert split_pairs(",".join(f"{name},{value}" for name, value in pairs)) == pairs


@given(st.lists(st.text(st.characters(exclude_characters="[]()", exclude_categories=["Cs"])), max_size=20))
def test_lists_come_back(values):
    assert read_list(str(values)) == values
    assert read_list(str(tuple(values)) if len(values) != 1 else f"({values[0]!r},)") == values


def test_commas_in_brackets():
    assert split_pairs("pk__in,('a','b'),name,x") == [("pk__in", "('a','b')"), ("name", "x")]
    for odd in ("", "name", "a,b,c"):
        with pytest.raises(ValueError, match="pairs of a name and a value"):
            split_pairs(odd)
    with pytest.raises(ValueError, match="each name once"):
        split_pairs("a,1,a,2")
    with pytest.raises(ValueError, match="at most 20"):
        split_pairs(",".join(f"a{i},1" for i in range(21)))


@pytest.mark.parametrize(
    "bad", ["", "a", "a,b", "[", "[a]", "[[1]]", "[1", "1]", "[f()]", "['a' * 9]", "[None]", "{1}", "[" * 9999]
)
def test_what_is_no_list(bad):
    with pytest.raises(ValueError, match="Enter a list"):
        read_list(bad)


def shapes(text):
    conditions = LOOKUPS.read(text)
    return LOOKUPS.shape(conditions), LOOKUPS.entries(conditions)


def test_operators_and_values():
    assert shapes("name,x") == ((("name", "exact", False, False),), ["x"])
    assert shapes("~name__icontains,50%") == ((("name", "icontains", True, False),), [r"%50\%%"])
    assert shapes("name,None") == shapes("name__isnull,True") == ((("name", "exact", False, True),), [])
    assert shapes("~name,None") == shapes("name__isnull,false") == ((("name", "exact", True, True),), [])
    assert shapes("qc__lt,50,exists,true") == (
        (("qc", "lt", False, False), ("exists", "exact", False, False)),
        [50.0, True],
    )
    assert shapes("qc__in,[10,20]") == ((("qc", "in", False, False),), [[10.0, 20.0]])
    assert shapes("qc__range,(1,2)")[1] == [1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("nothing,1", "Cannot look up 'nothing'"), ("name__nothing,1", "Cannot look up"), ("name__icontains__x,1", "Cannot look up"),
        ("qc,high", "Enter a number"), ("exists,perhaps", "True or False"), ("id,7", "valid UUID"), ("id__in,['7']", "valid UUID"),
        ("qc__icontains,1", "texts only"), ("qc__range,[1]", "two values"), ("json,1", "cannot be looked up"), ("json__a,1", "Cannot look up"),
    ],
)  # fmt: skip
def test_mistakes(text, answer):
    with pytest.raises(ValueError, match=answer):
        LOOKUPS.read(text)
