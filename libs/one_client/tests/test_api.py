"""The connection: retries, pages, tokens. The other side is any HTTP server, here one made of a function."""

import httpx
import pytest
from one_client.backends.api import Api
from one_client.errors import BadRequest, NotFound, Offline, ServerBusy, ServerFault, Unauthorized


class Server:
    """Answers in order; an exception in the list is a broken connection."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def api(self, **options: object) -> Api:
        return Api("https://bregma.test/", "abc", transport=httpx.MockTransport(self), **options)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr("one_client.backends.api.time.sleep", waited.append)
    return waited


def ok(body: object = None) -> httpx.Response:
    return httpx.Response(200, json=body)


def test_the_token_and_the_query() -> None:
    server = Server(ok([1]))
    assert server.api().get("/sessions", {"users": ["a", "b"], "lab": None, "subject": "ä b"}) == [1]
    (request,) = server.requests
    assert request.headers["Authorization"] == "Token abc"
    assert request.headers["Accept"] == "application/json"
    assert request.url == "https://bregma.test/sessions?users=a%2Cb&subject=%C3%A4+b"


def test_busy_servers_are_asked_again_when_they_said(no_waiting: list[float]) -> None:
    server = Server(httpx.Response(429, headers={"Retry-After": "7"}), httpx.Response(503), ok({"a": 1}))
    assert server.api().get("/x") == {"a": 1}
    assert no_waiting[0] >= 7
    assert len(no_waiting) == 2


def test_patience_ends() -> None:
    server = Server(*[httpx.Response(503, json={"detail": "restarting"})] * 3)
    with pytest.raises(ServerBusy, match="restarting"):
        server.api(patience=0).get("/x")
    assert len(server.requests) == 1
    with pytest.raises(ServerBusy):
        Server(httpx.Response(429, headers={"Retry-After": "300"})).api(patience=60).get("/x")


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ReadError("cut"), httpx.ReadTimeout("slow")])
def test_broken_connections_are_tried_again_for_reads(error: Exception) -> None:
    assert Server(error, error, ok(1)).api().get("/x") == 1
    assert Server(error, ok(1)).api().post("/x", {}, repeatable=True) == 1


def test_a_write_that_may_have_arrived_is_not_repeated() -> None:
    server = Server(httpx.ReadError("cut"), ok(1))
    with pytest.raises(Offline):
        server.api().post("/weighings", {})
    assert len(server.requests) == 1
    assert Server(httpx.ConnectError("refused"), ok(1)).api().post("/weighings", {}) == 1  # it cannot have arrived


def test_errors_of_the_server() -> None:
    with pytest.raises(NotFound):
        Server(httpx.Response(404, json={"detail": "No"})).api().get("/x")
    with pytest.raises(Unauthorized, match="one login"):
        Server(httpx.Response(403, json={"detail": "Invalid token."})).api().get("/x")
    with pytest.raises(ServerFault):
        Server(httpx.Response(500, text="oops")).api().get("/x")
    with pytest.raises(ServerFault, match="no JSON"):
        Server(httpx.Response(200, text="<html>")).api().get("/x")


def test_a_refused_token_is_named_by_where_it_came_from() -> None:
    refused = httpx.Response(403, json={"detail": "Invalid token."}, headers={"Bregma-Error": "bad_token"})
    with pytest.raises(Unauthorized, match="came from BREGMA_TOKEN"):
        Server(refused).api(token_from="BREGMA_TOKEN").get("/x")
    with pytest.raises(Unauthorized, match="one login"):
        Server(refused).api().get("/x")


def test_patience_is_used_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("one_client.backends.api.time.monotonic", lambda: now[0])
    monkeypatch.setattr("one_client.backends.api.time.sleep", lambda wait: now.__setitem__(0, now[0] + wait))
    with pytest.raises(Offline):
        Server(*[httpx.ConnectError("refused")] * 100).api(patience=20).get("/x")
    assert now[0] == pytest.approx(20)


def test_the_token_does_not_follow_redirects() -> None:
    server = Server(httpx.Response(302, headers={"Location": "https://elsewhere.test/?secret=1"}))
    with pytest.raises(BadRequest, match=r"points to https://elsewhere\.test/") as caught:
        server.api().get("/x")
    assert "secret" not in str(caught.value)
    assert len(server.requests) == 1


def test_pages() -> None:
    def page(results: list[int], more: bool) -> httpx.Response:
        return ok(
            {
                "count": 5,
                "next": "https://bregma.test/x?offset=9" if more else None,
                "previous": None,
                "results": results,
            }
        )

    server = Server(page([1, 2], more=True), page([3, 4], more=True), page([5], more=False))
    assert list(server.api().pages("/x", {"lab": "a"})) == [1, 2, 3, 4, 5]
    assert [request.url.params["offset"] for request in server.requests] == ["0", "2", "4"]
    assert all(request.url.params["lab"] == "a" for request in server.requests)
    with pytest.raises(ServerFault):
        list(Server(ok({"hello": "world"})).api().pages("/x"))


def test_patch_and_delete() -> None:
    server = Server(httpx.ReadError("cut"), ok({"a": 2}), httpx.Response(204))
    assert server.api().patch("/x/1", {"a": 2}) == {"a": 2}
    assert server.api().delete("/x/1") is None


@pytest.mark.parametrize("url", ["", "bregma.test", "ftp://bregma.test"])
def test_addresses(url: str) -> None:
    with pytest.raises(BadRequest):
        Api(url)
