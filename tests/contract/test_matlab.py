"""What the MATLAB client of Alyx (alyx-matlab 3) sends and takes for granted, call by call.

MATLAB cannot run here. Each test sends the bytes that the client's own source sends: JSON in every body, log-in included, no slash at
the end of an address, text where MATLAB has only text, and records found again by the address that was answered.
"""

import json

import pytest
from bregma_app.testing import PASSWORD

SUBJECT, PROTOCOL = "KS014", "ChoiceWorld_20.01.07.10:00"
PAGE = {"count", "next", "previous", "results"}


class Matlab:
    """The client's own few functions: getToken, getData, postData."""

    def __init__(self, client):
        self.client, self.headers = client, {}

    async def login(self, username):
        text = '{"username":"' + username + '","password":"' + PASSWORD + '"}'
        self.headers = {"Authorization": "Token " + (await self.post("auth-token", text))["token"]}
        self.user = username
        return self

    async def get(self, endpoint, **query):
        """Follow `next` to the last page and join the results."""
        data, address = [], endpoint.strip("/")
        while address:
            answer = await self.client.get(self._whole(address), params=query or None, headers=self.headers)
            assert answer.status_code == 200, answer.text
            result = answer.json()
            if not (isinstance(result, dict) and set(result) == PAGE):
                return result
            data, address, query = data + result["results"], result["next"], {}
        return data

    async def post(self, endpoint, data, method="POST"):
        content = data if isinstance(data, str) else json.dumps(data)
        answer = await self.client.request(
            method, self._whole(endpoint.strip("/")), content=content, headers={**self.headers, "Content-Type": "application/json; charset=UTF-8"}
        )  # fmt: skip
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def _whole(self, endpoint):
        return endpoint if endpoint.startswith("http") else "/" + endpoint


@pytest.fixture
async def matlab(house):
    for path, body in (
        ("/subjects", {"nickname": SUBJECT, "lab": "openlab", "responsible_user": "member"}),
        ("/procedures", {"name": "Behavior training/tasks"}),
        ("/data-repository", {"name": "zubjects", "hostname": "zubjects.lab.example", "globus_path": "/Subjects/"}),
    ):
        if (await house.admin.get(path, params={"name": body.get("name", "")})).json()[
            "count"
        ] == 0 or "nickname" in body:
            await house.make(path, body)
    lab = await house.admin.patch("/labs/openlab", json={"repositories": ["zubjects"]})
    assert lab.status_code == 200, lab.text
    return await Matlab(house.stranger).login("member")


async def experiment(matlab, number=1):
    """A base session of the day and an experiment in it, as newExp.m makes them."""
    if not await matlab.get(f"sessions?type=Base&subject={SUBJECT}"):
        base = {"subject": SUBJECT, "procedures": ["Behavior training/tasks"], "narrative": "auto-generated session",
                "start_time": "2020-01-07T10:00:00", "type": "Base", "users": [matlab.user]}  # fmt: skip
        assert "subject" in await matlab.post("sessions", base)
    latest = (await matlab.get(f"sessions?type=Base&subject={SUBJECT}"))[-1]
    assert latest["start_time"][:10] == "2020-01-07"
    return await matlab.post("sessions", {
        "subject": SUBJECT, "procedures": ["Behavior training/tasks"], "narrative": "auto-generated session",
        "start_time": "2020-01-07T10:00:00", "task_protocol": PROTOCOL, "type": "Experiment", "parent_session": latest["url"],
        "number": number, "users": [matlab.user], "json": '{"parameters": {"rewardVolume": 3, "stimulus": [1, 2]}}',
    })  # fmt: skip


async def test_wrong_passwords_are_told_as_the_client_expects(house):
    answer = await house.stranger.post(
        "/auth-token", content='{"username":"member","password":"wrong"}', headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert "credentials" in answer.text
    answer = await house.stranger.post(
        "/auth-token", content='{"username":"member","password":""}', headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, "blank" in answer.text) == (400, True)


async def test_subjects_are_listed(matlab):
    found = await matlab.get("subjects?stock=False&alive=True")
    assert [(one["nickname"], one["responsible_user"]) for one in found] == [(SUBJECT, "member")]
    assert await matlab.get("subjects?stock=True&alive=True") == []


async def test_a_new_experiment(matlab):
    made = await experiment(matlab)
    assert json.loads(made["json"]) == {"parameters": {"rewardVolume": 3, "stimulus": [1, 2]}}, (
        "text stays text, as on Alyx"
    )
    found = await matlab.get(f"sessions?type=Experiment&subject={SUBJECT}")
    assert [(one["subject"], one["start_time"], one["number"], one["url"]) for one in found] == [
        (SUBJECT, "2020-01-07T10:00:00", 1, made["url"])
    ]
    again = await experiment(matlab, number=2)
    assert again["parent_session"] == made["parent_session"], "one base session a day"


async def test_a_narrative_is_sent_to_the_address_that_was_answered(matlab):
    made = await experiment(matlab)
    changed = await matlab.post(made["url"], {"narrative": "two lines\\nof text"}, method="PATCH")
    assert changed["narrative"] == "two lines\\nof text"
    changed = await matlab.post(
        made["url"], {"n_trials": 500, "n_correct_trials": 400, "end_time": "2020-01-07T11:00:00"}, "PATCH"
    )
    assert (changed["n_trials"], changed["end_time"]) == (500, "2020-01-07T11:00:00")


async def test_files_are_registered_and_found(matlab):
    made = await experiment(matlab)
    formats, types = await matlab.get("data-formats"), await matlab.get("dataset-types")
    repositories = await matlab.get("data-repository")
    assert all("name" in one and "file_extension" in one for one in formats)
    assert all("name" in one and "filename_pattern" in one for one in types)
    assert "zubjects.lab.example" in [one["hostname"] for one in repositories]
    records = await matlab.post("register-file", {
        "created_by": matlab.user, "hostname": "zubjects.lab.example", "path": f"{SUBJECT}/2020-01-07/1",
        "filenames": ["_misc_trials.intervals.npy", "spikes.times.npy"],
    })  # fmt: skip
    assert [one["session"] for one in records] == [made["url"][-36:]] * 2
    assert {record["relative_path"] for one in records for record in one["file_records"]} == {
        f"{SUBJECT}/2020-01-07/001/_misc_trials.intervals.npy", f"{SUBJECT}/2020-01-07/001/spikes.times.npy",
    }  # fmt: skip
    whole = await matlab.get("datasets/" + records[0]["id"])
    assert {"exists", "data_url", "data_repository_path", "relative_path"} <= set(whole["file_records"][0])
    one = await matlab.get("files/" + whole["file_records"][0]["id"])
    assert one["data_repository"] in {each["name"] for each in repositories}
    day = "2020-01-07,2020-01-07"
    assert len(await matlab.get("sessions/", subject=SUBJECT, date_range=day, number="1")) == 1
    found = await matlab.get("sessions", dataset_types="spikes.times", users="member", lab="openlab")
    assert [each["url"] for each in found] == [made["url"]]


async def test_weights_and_water(matlab):
    made = await experiment(matlab)
    weight = await matlab.post(
        "weighings/", {"user": "member", "date_time": "2020-01-07T09:50:00", "subject": SUBJECT, "weight": 25.1}
    )
    assert (weight["weight"], weight["user"], weight["subject"]) == (25.1, "member", SUBJECT)
    water = await matlab.post("water-administrations", {
        "date_time": "2020-01-07T11:10:00", "water_type": "Water", "session": made["url"][-36:], "user": "member", "subject": SUBJECT,
        "water_administered": 0.8,
    })  # fmt: skip
    assert (water["water_administered"], water["session"]) == (0.8, made["url"][-36:])
    assert [one["weight"] for one in await matlab.get(f"weighings?nickname={SUBJECT}")] == [25.1]
    history = await matlab.get(f"water-requirement/{SUBJECT}", start_date="2020-01-06", end_date="2020-01-08")
    assert {"date", "weight", "expected_water", "given_water_total"} <= set(history["records"][0])


async def test_pages_are_followed_to_the_end(matlab):
    for number in range(1, 8):
        await experiment(matlab, number)
    found = await matlab.get(f"sessions?type=Experiment&subject={SUBJECT}&limit=3")
    assert [one["number"] for one in found] == [7, 6, 5, 4, 3, 2, 1]


async def test_a_token_that_is_no_longer_valid_is_403(house, matlab):
    matlab.headers = {"Authorization": "Token 0000000000000000000000000000000000000000"}
    answer = await house.stranger.get("/subjects", headers=matlab.headers)
    assert answer.status_code == 403, "the client logs in anew at this status alone"
