"""Input that nobody means: each is refused in words or waits for another try; none is our mistake."""

import asyncio
import random
import string

import pytest


def long(number):
    """A text that no compression makes short."""
    draw = random.Random(number)
    return "".join(draw.choices(string.ascii_letters, k=number))


@pytest.mark.parametrize(
    ("path", "field", "more"),
    [
        ("/tags", "name", {}), ("/water-type", "name", {}), ("/lines", "name", {}), ("/projects", "name", {}), ("/data-formats", "name", {}),
        ("/subjects", "nickname", {"lab": "openlab"}), ("/dataset-types", "name", {}), ("/dataset-types", "filename_pattern", {"name": "a.b"}),
        ("/revisions", "name", {}), ("/users", "username", {}), ("/species", "nickname", {"name": "x"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("length", [1001, 2750, 300_000])
async def test_texts_that_no_index_holds(house, path, field, more, length):
    answer = await house.admin.post(path, json={**more, field: long(length)})
    assert answer.status_code == 400
    assert field in answer.json(), answer.text[:300]
    assert len(answer.content) < 1000


async def test_a_long_name_that_an_index_holds(house):
    name = long(1000)
    assert (await house.admin.post("/tags", json={"name": name})).status_code == 201
    assert (await house.admin.get("/tags", params={"name": name})).json()["count"] == 1


@pytest.mark.parametrize("name", ["  ", "\n\n", "\t", "a\nb", "a\x7fb"])
async def test_names_that_nobody_can_ask_for(house, name):
    for path in ("/tags", "/projects", "/data-repository", "/water-type"):
        answer = await house.admin.post(path, json={"name": name})
        assert (answer.status_code, list(answer.json())) == (400, ["name", "status_code"]), answer.text


async def test_what_stands_around_a_name_is_not_part_of_it(house):
    made = await house.admin.post("/tags", json={"name": "  2031_Q1_paper \n"})
    assert made.json()["name"] == "2031_Q1_paper"


@pytest.mark.parametrize("field", ["name", "hostname", "created_by"])
@pytest.mark.parametrize("value", [True, -1, 1.5, [1], {"a": 1}, "x" * 1001])
async def test_registrations_with_what_is_no_text(house, field, value):
    body = {"path": "KS014/2026-03-01/001/alf", "filenames": ["spikes.times.npy"], field: value}
    answer = await house.manager.post("/register-file", json=body)
    assert answer.status_code == 400
    assert field in answer.text


@pytest.mark.parametrize("field", ["hashes", "versions"])
async def test_registrations_with_long_hashes(house, field):
    await house.session("KS014")
    body = {"path": "KS014/2026-03-01/001/alf", "filenames": ["spikes.times.npy"], field: [long(3000)]}
    answer = await house.manager.post("/register-file", json=body)
    assert answer.status_code == 400
    assert "at most" in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        "/tasks?arguments=%7B%22a%22%3A%22%5Cu0000%22%7D", "/channels?brain_region=2147483648", "/channels?brain_region=-99999999999999999999",
    ],
)  # fmt: skip
async def test_filters_that_nothing_can_answer(house, asked):
    assert (await house.admin.get(asked)).status_code == 400


@pytest.mark.parametrize("path", ["/cache/info/%00", "/subjects/%00", "/users/a%00b", "/docs/%00"])
async def test_paths_with_a_nul(house, path):
    assert (await house.admin.get(path)).status_code == 404


@pytest.mark.parametrize("host", ["a b", 'x"><script>', "lab.org/evil?", "user@lab.org"])
async def test_a_host_that_is_none(house, host):
    answer = await house.admin.get("/subjects", headers={"Host": host})
    assert answer.status_code == 400
    assert (await house.admin.get("/subjects", headers={"Host": "lab.org:8000"})).status_code == 200


async def test_a_long_value_is_not_told_back_whole(house):
    answer = await house.admin.post("/sessions", json={"subject": "x" * 100_000, "start_time": "2026-01-01T10:00:00"})
    assert answer.status_code == 400
    assert len(answer.content) < 1000


async def test_a_session_that_is_deleted_while_files_are_registered(house):
    """Either comes first; what comes second is told so, and never that it is our mistake."""
    seen = set()
    for number in range(1, 9):
        session = await house.session("KS014", number=number)
        place = {"path": f"KS014/{session['start_time'][:10]}/{number:03d}/alf", "exists": False}
        calls = [
            house.manager.post("/register-file", json={**place, "filenames": [f"spikes.times{part}.npy"]})
            for part in ("", "_a", "_b")
        ]
        answers = await asyncio.gather(*calls[:2], house.manager.delete(f"/sessions/{session['id']}"), *calls[2:])
        seen |= {one.status_code for one in answers}
    assert seen <= {201, 204, 400, 404, 409, 503}, seen
