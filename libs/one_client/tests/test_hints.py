"""What is said of a search that found nothing. The other side is a server made of a function."""

from pathlib import Path

import httpx
import pytest
from one_client.backends.api import Api
from one_client.backends.folder import FolderBackend
from one_client.backends.http import HttpBackend
from one_client.cache import Cache
from one_client.errors import BadRequest
from one_client.hints import why_nothing
from one_client.library import Library
from one_client.terms import Query

KNOWN = {
    "/subjects": {"nickname__iexact,KS014"},
    "/labs": {"name__iexact,openlab"},
    "/users": {"ada"},
    "/dataset-types": {"spikes.times"},
}


def answer(request: httpx.Request) -> httpx.Response:
    """A server with one animal, whose session has no files yet; users are not told to everybody."""
    asked = request.url.params
    if request.url.path == "/sessions":
        found = [] if asked["servable_only"] == "true" else [{"id": "1"}]
    elif asked.get("username") == "secret":
        return httpx.Response(403, json={"detail": "You may not."})
    else:
        found = [{}] if {*asked.values()} & KNOWN[request.url.path] else []
    return httpx.Response(200, json={"count": len(found), "next": None, "results": found})


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(HttpBackend(Api("https://bregma.test", transport=httpx.MockTransport(answer))), Cache(tmp_path))


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"subject": ["KS014", "NOPE"]}, ["There is no animal called NOPE."]),
        ({"lab": "nolab", "user": "nobody"}, ["There is no lab called nolab.", "There is no user called nobody."]),
        ({"dataset_types": "spikes.tmes"}, ["There is no dataset type called spikes.tmes. Did you mean spikes.times"]),
        ({"subject": "KS014", "user": "secret"}, ["Sessions fit, but their files cannot be loaded now"]),
    ],
)
def test_names_that_are_unknown_and_files_that_are_on_their_way(library: Library, terms: dict, said: list) -> None:
    told = list(why_nothing(library, Query.of(terms)))
    assert len(told) == len(said)
    assert not any(one.count("spikes.times") > 1 for one in told)
    assert all(one.startswith(start) for one, start in zip(told, said, strict=True))


def test_nothing_is_said_where_nothing_can_be_asked(library: Library, tmp_path: Path) -> None:
    assert list(why_nothing(library, Query.of({"subject": "KS014"}, servable_only=False))) == []
    assert list(why_nothing(Library(FolderBackend(tmp_path)), Query.of({"subject": "NOPE"}))) == []


def test_a_number_below_zero_is_a_mistake() -> None:
    with pytest.raises(BadRequest, match="below 0"):
        Query.of({"number": -3})
