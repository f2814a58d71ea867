"""Search terms, dates and places."""

import datetime as dt
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from one.util import validate_date_range
from one_client.errors import BadRequest, UnknownTerm
from one_client.records import Dataset, date_bounds, find_session_path
from one_client.terms import ALIASES, TERMS, Query, complete


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("subj", "subject"),
        ("date", "date_range"),
        ("date_r", "date_range"),
        ("task", "task_protocol"),
        ("lab", "lab"),
        ("labo", "lab"),
        ("num", "number"),
        ("user", "users"),
        ("loc", "location"),
        ("hist", "histology"),
        ("proj", "projects"),
        ("dataset_t", "dataset_types"),
        ("dataset", "datasets"),
        ("SUBJECT", "subject"),
        ("nick", "subject"),
    ],
)
def test_short_terms(short: str, full: str) -> None:
    assert complete(short) == full


@pytest.mark.parametrize("term", ["d", "data", "perf", "p", "atlas", "colour", "subjects_"])
def test_unclear_terms(term: str) -> None:
    with pytest.raises(UnknownTerm):
        complete(term)


def test_every_term_and_alias_is_its_own_abbreviation() -> None:
    for term in (*TERMS, *ALIASES):
        assert complete(term) in TERMS


@pytest.mark.parametrize(
    "value",
    [
        "2020-01-05",
        dt.date(2020, 1, 5),
        dt.datetime(2020, 1, 5),
        np.datetime64("2020-01-05"),
        pd.Timestamp(2020, 1, 5),
        ["2020-01-05", "2020-02-01"],
        ("2020-01-05", dt.date(2020, 2, 1)),
        np.array(["2020-01-05", "2020-02-01"], dtype="datetime64[D]"),
    ],
)
def test_dates_mean_what_they_mean_to_the_stock_client(value: object) -> None:
    first, last = validate_date_range(value)
    assert date_bounds(value) == (first.date(), last.date())


def test_open_ends_and_nonsense() -> None:
    assert date_bounds(["2020-01-01"]) == (dt.date(2020, 1, 1), None)
    assert date_bounds([None, "2020-01-01"]) == (None, dt.date(2020, 1, 1))
    for value in ([], ["2020-01-01"] * 3, "01.02.2020", 7, ["2020-02-01", "2020-01-01"]):
        with pytest.raises(BadRequest):
            date_bounds(value)


def test_queries() -> None:
    query = Query.of(
        {"subj": "a, b", "number": "003", "project": None, "qc": "pass", "performance_gte": 80, "tag": "x"}
    )
    assert query.subject == ("a", "b")
    assert query.number == (3,)
    assert query.projects == ()
    assert query.others == {"qc": "PASS", "performance_gte": "80", "tag": "x"}
    assert Query.of({"dataset_qc_lte": 30}).others == {"dataset_qc_lte": "WARNING"}
    for terms in ({"qc": "green"}, {"number": "x"}, {"user": "a", "users": "b"}, {"subject": 5}):
        with pytest.raises(BadRequest):
            Query.of(terms)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/mnt/lab1/Subjects/SW_1/2020-01-05/001/alf/x.npy", "lab1/Subjects/SW_1/2020-01-05/001"),
        ("https://h/data/lab1/Subjects/SW-1.b/2020-01-05/12", "lab1/Subjects/SW-1.b/2020-01-05/012"),
        ("C:\\data\\SW_1\\2020-01-05\\1", "SW_1/2020-01-05/001"),
        ("SW_1/2020-01-05/001", "SW_1/2020-01-05/001"),
        ("2020-01-05/001", None),
        ("SW_1/2020-13-05/001", None),
        ("SW_1/2020-01-05/0011", None),
        (str(UUID("dd71588c-af15-427c-b522-204074f6c5b0")), None),
    ],
)
def test_places_in_paths(text: str, expected: str | None) -> None:
    found = find_session_path(text)
    assert (str(found) if found else None) == expected


def test_a_dataset_knows_the_parts_of_its_path() -> None:
    dataset = Dataset("1", "alf/probe00/#2020#/a.b.npy")
    assert (dataset.collection, dataset.revision, dataset.name) == ("alf/probe00", "2020", "a.b.npy")
    assert Dataset.from_dict({**dataset.as_dict(), "of_a_newer_version": 1}) == dataset
    bare = Dataset("1", "a.b.npy")
    assert (bare.collection, bare.revision) == ("", "")
