"""Sections 1 and 5 of the contract: paths, bodies that clients send where none belongs, and the form of errors."""

import http.client
import json
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest

NOT_A_SESSION = {"detail": "No Session matches the given query.", "status_code": 404}
STOCK_HEADERS = {"Accept": "application/json", "ONE-API-Version": "3.6.1", "Content-Type": "application/json"}


async def test_both_forms_of_a_path(house):
    session = await house.session()
    for path in ("/sessions", f"/sessions/{session['id']}", "/labs/openlab"):
        plain, slashed = await house.member.get(path), await house.member.get(f"{path}/")
        assert plain.status_code == slashed.status_code == 200
        # the address of the next page is made of the path, hence without the slash
        assert plain.json() == slashed.json()
    answer = await house.admin.post("/labs/", json={"name": "thirdlab"})
    assert answer.status_code == 201


async def test_empty_json_bodies_of_the_stock_client(house):
    session = await house.session()
    path = f"/sessions/{session['id']}"
    assert (await house.member.get(path, headers=STOCK_HEADERS)).status_code == 200
    answer = await house.member.delete(path, headers=STOCK_HEADERS)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await house.member.get(path)).status_code == 404
    # nor is a body that is no JSON looked at where none is expected
    answer = await house.member.request("GET", "/sessions", headers=STOCK_HEADERS, content=b"{broken")
    assert answer.status_code == 200


async def test_form_encoded_bodies(house):
    await house.subject()
    answer = await house.member.post(
        "/sessions",
        data={"subject": "KS014", "number": "2", "start_time": "2020-01-01T10:00:00", "users": ["member", "manager"]},
    )
    assert answer.status_code == 201, answer.text
    record = answer.json()
    assert (record["number"], record["users"]) == (2, ["manager", "member"])
    # one value of a list cannot be told from a text in a form
    answer = await house.member.patch(f"/sessions/{record['id']}", data={"users": "member"})
    assert answer.json()["users"] == ["member"]
    answer = await house.admin.post("/tags", data={"name": "released", "public": "True", "protected": "False"})
    assert (answer.json()["public"], answer.json()["protected"]) == (True, False)


async def test_multipart_bodies(house):
    answer = await house.admin.post("/tags", data={"name": "t"}, files={"ignored": ("a.txt", b"bytes")})
    assert answer.status_code == 201, answer.text


async def test_head_is_get_without_the_body(house):
    session = await house.session()
    for path in ("/sessions", f"/sessions/{session['id']}"):
        full, head = await house.member.get(path), await house.member.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(full.content))
    assert (await house.member.head(f"/sessions/{uuid4()}")).status_code == 404


async def test_a_record_that_did_not_change(house):
    session = await house.session()
    tag = (await house.member.get(session["url"])).headers["ETag"]
    again = await house.member.get(session["url"], headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    await house.member.patch(session["url"], json={"narrative": "new"})
    changed = await house.member.get(session["url"], headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["narrative"]) == (200, "new")
    assert (await house.stranger.get(session["url"], headers={"If-None-Match": tag})).status_code == 403


async def test_methods_that_are_not_there(house):
    answer = await house.member.put("/sessions", json={})
    assert answer.status_code == 405
    assert answer.json() == {"detail": 'Method "PUT" not allowed.', "status_code": 405}
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST", "HEAD"}


async def test_paths_that_are_not_there(house):
    for path in (
        "/nothing",
        "/sessions/x/y",
        "/sessions/not-a-uuid",
        f"/sessions/{uuid4()}",
        "/subjects/KS%2F014",
    ):
        answer = await house.member.get(path)
        assert answer.status_code == 404, path
        assert answer.json()["status_code"] == 404
    for wanted in ("not-a-uuid", str(uuid4()), "%00", "1"):
        answer = await house.member.get(f"/sessions/{wanted}")
        assert answer.json() == NOT_A_SESSION
    assert (await house.member.get("/subjects/no%00body")).status_code == 404
    answer = await house.member.get("/subjects/nobody")
    assert answer.json() == {"detail": "No Subject matches the given query.", "status_code": 404}
    assert answer.headers["Bregma-Error"] == "not_found"


async def test_broken_bodies(house):
    for content in (b"{broken", b'{"a":', b"\xff\xfe"):
        answer = await house.member.post("/sessions", content=content, headers=STOCK_HEADERS)
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith("JSON parse error - ")
        assert answer.json()["status_code"] == 400
    for body in ([], [{"subject": "KS014"}], "text", 3, None, True):
        answer = await house.member.post("/sessions", content=json.dumps(body))
        assert answer.status_code == 400
        expected = "Invalid data. Expected a dictionary."
        assert answer.json() == {"non_field_errors": [expected], "status_code": 400}


async def test_each_bad_field_has_its_list(house):
    await house.subject()
    body = {"subject": "KS014", "number": "many", "start_time": "yesterday", "users": 3, "qc": "GREAT", "n_trials": 1.5}
    answer = await house.member.post("/sessions", json=body)
    assert answer.status_code == 400
    assert answer.json() == {
        "number": ["A valid integer is required."],
        "start_time": ["Datetime has wrong format. Use YYYY-MM-DDThh:mm[:ss[.uuuuuu]]."],
        "users": ["Expected a list of items."],
        "n_trials": ["A valid integer is required."],
        "status_code": 400,
    }
    answer = await house.member.post("/sessions", json={"subject": "KS014", "qc": "GREAT", "location": "nowhere"})
    assert answer.json()["location"] == ["Object with name=nowhere does not exist."]
    assert answer.json()["qc"][0].startswith("'GREAT' is not a QC value; choose one of NOT_SET")


async def test_request_ids(house):
    answer = await house.member.get("/sessions", headers={"X-Request-Id": "abc-1"})
    assert answer.headers["X-Request-Id"] == "abc-1"
    for bad in ("a b", "x" * 65, "<script>"):
        made = (await house.member.get("/sessions", headers={"X-Request-Id": bad})).headers["X-Request-Id"]
        assert made != bad
        assert made.isalnum()


async def test_our_mistakes_are_500_in_form(house):
    async with house.database.write() as tx:
        await tx._connection.execute("alter table metadata.projects rename to gone")
    answer = await house.member.get("/projects", headers={"X-Request-Id": "find-me"})
    assert answer.status_code == 500
    assert set(answer.json()) == {"status_code", "detail"}
    assert "find-me" in answer.json()["detail"]
    assert "metadata.projects" not in answer.text, "inner names stay inside"


async def test_a_database_that_went_away_comes_back(house):
    assert (await house.member.get("/sessions")).status_code == 200
    async with house.database.read() as tx:
        await tx._connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
        )
    answers = [await house.member.get("/sessions") for _ in range(3)]
    for answer in answers:
        assert answer.status_code in (200, 503)
        if answer.status_code == 503:
            assert answer.json()["status_code"] == 503
            assert answer.headers["Retry-After"] == "2"
    assert answers[-1].status_code == 200


async def test_addresses_follow_the_host(house):
    """The client strips the base address that it was given; behind a proxy the headers say which."""
    session = await house.session()
    assert session["url"] == f"http://bregma.test/sessions/{session['id']}"
    headers = {"Host": "data.example.org", "X-Forwarded-Proto": "https"}
    record = (await house.member.get(f"/sessions/{session['id']}", headers=headers)).json()
    assert record["url"] == f"https://data.example.org/sessions/{session['id']}"
    page = (await house.member.get("/projects", params={"limit": 1}, headers=headers)).json()
    assert page["next"] is None
    odd = (await house.member.get("/sessions", headers={"X-Forwarded-Proto": "javascript"})).json()
    assert odd["results"][0]["url"].startswith("http://")


def raw(live_house, method, path, headers=None, body=None):
    """Speak HTTP without a client's own politeness."""
    where = urlsplit(live_house.url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=20)
    try:
        connection.request(
            method, path, body, headers={"Authorization": f"Token {live_house.tokens['member']}", **(headers or {})}
        )
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, dict(answer.getheaders()), content
    finally:
        connection.close()


def test_on_a_socket(live_house):
    """What only a real server shows: long request lines, bodies of GET, HEAD with its length."""
    ids = ",".join(f"'{uuid4()}'" for _ in range(200))
    path = f"/sessions?narrative={quote('[' + ids + ']')}"
    assert len(path) > 8 * 1024
    status, _, content = raw(live_house, "GET", path)
    assert (status, json.loads(content)["count"]) == (200, 0)
    status, headers, content = raw(live_house, "HEAD", "/labs")
    assert (status, content) == (200, b"")
    assert int(headers["content-length"]) > 0
    status, _, content = raw(live_house, "GET", "/labs", {"Content-Type": "application/json"}, b"")
    assert (status, json.loads(content)["count"]) == (200, 1)
    body = json.dumps({"path": "KS014/2020-01-01/001", "filenames": ["spikes.times.npy"]}).encode()
    status, _, content = raw(live_house, "GET", "/check-protected", {"Content-Type": "application/json"}, body)
    assert (status, json.loads(content)) == (
        400,
        {"error": "There is no subject 'KS014'.", "status_code": 400},
    ), "the body of this GET was read"


async def test_bodies_that_are_too_large(house):
    async def pieces():
        for _ in range(33):
            yield b" " * 2**20

    for headers in ({}, {"Content-Type": "application/x-www-form-urlencoded"}):
        answer = await house.member.post("/sessions", content=pieces(), headers=headers)
        assert answer.status_code == 413
        assert answer.json() == {"detail": "The request is larger than 32 MiB.", "status_code": 413}


async def test_broken_forms(house):
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for content in (b"no boundary", b"--x\r\nbroken"):
        answer = await house.member.post("/sessions", content=content, headers=headers)
        assert answer.status_code == 400
        assert answer.json()["status_code"] == 400
    answer = await house.member.post("/sessions", content=b"a", headers={"Content-Type": "multipart/form-data"})
    assert answer.json()["detail"].startswith("Form parse error - ")


@pytest.mark.parametrize("length", ["-5", "many"])
def test_nonsense_lengths_are_refused(live_house, length):
    status, _, _ = raw(live_house, "POST", "/sessions", {"Content-Length": length})
    assert status == 400
