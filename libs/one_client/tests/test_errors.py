"""Errors: the tree, twins of the server's, and what a student reads."""

import copy
import pickle

import pytest
from one_client import errors
from one_client.errors import OneError, from_answer, from_entry

ALL = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, OneError)]


@pytest.mark.parametrize("kind", ALL)
def test_each_is_in_the_drawing_and_survives_pickling(kind: type[OneError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")
    error = kind("what happened", "what to do", status=404, request_id="r1")
    for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(copied) is kind
        assert (copied.detail, copied.hint, copied.status, copied.request_id) == (
            "what happened", "what to do", 404, "r1"
        )  # fmt: skip
        assert copied.code == kind.code
    assert str(error).splitlines() == ["what happened", "  what to do"]


def test_they_are_also_what_python_calls_them() -> None:
    for kind, builtin in {
        errors.DatasetNotFound: LookupError,
        errors.UnknownTerm: ValueError,
        errors.Unauthorized: PermissionError,
        errors.UrlExpired: ConnectionError,
        errors.CorruptFile: ValueError,
        errors.MissingExtra: ImportError,
        errors.DiskFull: OSError,
    }.items():
        with pytest.raises(builtin):
            raise kind("x")


@pytest.mark.parametrize(
    ("status", "body", "headers", "kind", "detail"),
    [
        (404, {"detail": "No Session matches the given query.", "status_code": 404}, {}, errors.NotFound, "No Session"),
        (
            403,
            {"detail": "Invalid token.", "status_code": 403},
            {"Bregma-Error": "bad_token"},
            errors.Unauthorized,
            "Inv",
        ),
        (400, {"number": ["Enter a number."], "status_code": 400}, {}, errors.BadRequest, "number: Enter a number."),
        (
            400,
            {"non_field_errors": ["Unable to log in."]},
            {},
            errors.BadRequest,
            "Unable to log in.",
        ),
        (400, {"error": "One or more datasets is protected"}, {}, errors.BadRequest, "One or more"),
        (409, {"code": "not_servable", "detail": "d", "hint": "h"}, {}, errors.NotServable, "d"),
        (409, {"detail": "changed"}, {}, errors.Conflict, "changed"),
        (503, None, {}, errors.ServerBusy, "GET /sessions: the server answered 503 Service Unavailable"),
        (500, None, {}, errors.ServerFault, "GET /sessions"),
        (502, "<html>", {}, errors.ServerFault, "GET /sessions"),
        (418, None, {}, errors.BadRequest, "GET /sessions"),
    ],
)
def test_answers_become_errors(status, body, headers, kind, detail) -> None:
    error = from_answer(
        status, body, headers, what="GET /sessions", reason="Service Unavailable" if status == 503 else ""
    )
    assert type(error) is kind
    assert error.detail.startswith(detail)
    assert error.status == status


def test_header_and_hint_of_the_server_win() -> None:
    headers = {"Bregma-Error": "hash_mismatch", "Bregma-Hint": "upload again", "X-Request-Id": "abc"}
    error = from_answer(400, {"detail": "d"}, headers, what="POST /x")
    assert type(error) is errors.HashMismatch
    assert (error.code, error.hint, error.request_id) == ("hash_mismatch", "upload again", "abc")


def test_whoever_is_not_bregma_is_not_asked_for_a_login() -> None:
    error = from_answer(403, None, {}, what="GET /sessions", reason="Forbidden")
    assert "no answer of Bregma's" in error.hint


def test_an_unknown_code_keeps_its_name() -> None:
    error = from_answer(409, {"detail": "d", "code": "moon_phase"}, {}, what="POST /x")
    assert type(error) is errors.Conflict
    assert error.code == "moon_phase"


def test_entries_of_batches() -> None:
    error = from_entry({"code": "not_servable", "detail": "no copy", "hint": "wait"}, what="a.npy")
    assert type(error) is errors.NotServable
    assert str(error) == "a.npy: no copy\n  wait"
