"""The generated client against a served installation: typed calls, pages, errors; plain and under asyncio."""

import inspect

import httpx
import pytest
from bregma_app.testing import OPEN_LAB
from one_client._generated import models as m
from one_client._generated.client import AsyncClient, Client
from one_client.errors import BadRequest, NotFound, Offline, Unauthorized


@pytest.fixture
def client(live_house):
    with Client.connect(live_house.url, live_house.tokens["admin"]) as one:
        yield one


def test_creates_reads_changes_and_deletes(client):
    made = client.subjects_create(m.SubjectWrite(nickname="KS014", lab=OPEN_LAB, json_={"cage": 7}))
    assert isinstance(made, m.Subject)
    assert made.json_ == {"cage": 7}
    assert client.subjects_read("KS014").nickname == "KS014"
    changed = client.subjects_partial_update("KS014", {"description": "calm"})
    assert changed.description == "calm"
    assert changed.json_ == {"cage": 7}, "what was not set must not be sent"
    client.subjects_delete("KS014")
    with pytest.raises(NotFound):
        client.subjects_read("KS014")


def test_a_name_with_any_character_stays_one_part_of_the_path(client):
    name = "Q1 50%25 #? ü"
    client.tags_create(m.TagWrite(name=name))
    assert client.tags_read(name).name == name


def test_iterates_over_all_pages(client, monkeypatch):
    from one_client._generated import client as module

    monkeypatch.setattr(module, "PAGE", 2)
    for number in range(5):
        client.projects_create(m.ProjectWrite(name=f"project{number}"))
    assert [one.name for one in client.projects_all()] == [f"project{number}" for number in range(5)]
    page = client.projects_list(limit=2)
    assert (page.count, len(page.results)) == (5, 2)
    assert page.next is not None


def test_filters_travel_in_the_form_that_the_server_reads(client):
    client.subjects_create(m.SubjectWrite(nickname="KS014", lab=OPEN_LAB))
    session = client.sessions_create(
        m.SessionWrite(subject="KS014", start_time="2020-01-01T10:00:00", number=1, users=["admin", "member"])
    )
    assert client.sessions_list(users=["admin", "member"], date_range="2020-01-01,2020-01-01").count == 1
    assert client.sessions_list(users=["admin", "rig"]).count == 0
    assert client.subjects_list(alive=True).count == 1
    assert client.subjects_list(alive=False).count == 0
    found = client.sessions_read(session.id)
    assert found.start_time == "2020-01-01T10:00:00"
    assert sorted(found.users or []) == ["admin", "member"]


def test_errors_are_the_client_s_own(client, live_house):
    with pytest.raises(BadRequest, match="required"):
        client.subjects_create({})
    with pytest.raises(Unauthorized) as stranger:
        Client.connect(live_house.url).sessions_list()
    assert stranger.value.code == "not_signed_in"
    assert stranger.value.request_id
    with pytest.raises(Offline):
        Client.connect("http://127.0.0.1:9").me_list()


def test_works_with_the_sender_that_retries(live_house):
    from one_client.backends.api import Api

    assert Client(Api(live_house.url, live_house.tokens["member"])).me_list().username == "member"


def test_bodies_of_gets_travel(client):
    client.subjects_create(m.SubjectWrite(nickname="KS014", lab=OPEN_LAB))
    client.sessions_create(m.SessionWrite(subject="KS014", start_time="2020-01-01T10:00:00", number=1))
    told = client.check_protected_list({"path": "KS014/2020-01-01/001", "filenames": ["spikes.times.npy"]})
    assert told["status_code"] == 200


async def test_the_same_under_asyncio(house):
    transport = httpx.ASGITransport(app=house.app)
    async with AsyncClient.connect("http://bregma.test", house.tokens["admin"], transport=transport) as client:
        for name in ("A1", "A2", "A3"):
            await client.subjects_create(m.SubjectWrite(nickname=name, lab=OPEN_LAB))
        assert [one.nickname async for one in client.subjects_all(lab=OPEN_LAB)] == ["A1", "A2", "A3"]
        assert (await client.subjects_read("A2")).nickname == "A2"
        with pytest.raises(NotFound):
            await client.subjects_read("A9")


def test_both_clients_offer_the_same_calls():
    def calls(kind: type) -> dict[str, list[str]]:
        return {
            name: list(inspect.signature(one).parameters)
            for name, one in inspect.getmembers(kind, inspect.isfunction)
            if not name.startswith("_") and name not in ("close", "aclose")
        }

    assert calls(Client) == calls(AsyncClient)
    assert len(calls(Client)) > 100
