"""Which revision a file gets that a program made of another."""

from datetime import date

import pytest
from bregma_files.derived.domain import next_revision
from hypothesis import given
from hypothesis import strategies as st

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ([], "2026-11-23"),
        ([""], "2026-11-23"),
        (["2026-11-22", "2026-11-22b"], "2026-11-23"),
        (["2026-11-23"], "2026-11-23a"),
        (["2026-11-23", "2026-11-23a"], "2026-11-23b"),
        (["2026-11-23z"], "2026-11-23za"),
        (["2027-01-01"], "2027-01-01a"),
        (["test"], "testa"),
    ],
)
def test_the_newest_revision_comes_last_by_name(taken, name):
    assert next_revision(taken, DAY) == name


@given(st.sets(st.from_regex(r"[\w.-]{1,12}", fullmatch=True)))
def test_no_revision_is_ever_used_twice(taken):
    assert next_revision(taken, DAY) > max(taken, default="")
