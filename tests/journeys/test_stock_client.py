"""The stock client, ONE-api 3.6.1 from PyPI and unmodified, against a real server, a real store and real recordings."""

import warnings
from pathlib import Path
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
import requests
from bregma_app.testing import OPEN_LAB, PASSWORD

from tests.stock import DAY, SUBJECT, new_session

SPIKES = "spikes/ibl_probe_excerpt"


@pytest.fixture(scope="module")
def trials(pytestconfig):
    """Trials of a real session, column by column."""
    from bregma_kit.testing.plugin import real_data_folder

    table = pd.read_parquet(real_data_folder(pytestconfig.rootpath) / "behavior" / "SWC_054_trials.parquet")
    table = table[table["date"] == DAY]
    names = (
        "choice",
        "contrastLeft",
        "contrastRight",
        "feedbackType",
        "probabilityLeft",
        "response_times",
        "stimOn_times",
    )
    assert len(table) == 532
    return {name: table[name].to_numpy() for name in names}


# what the client does first


def test_login_and_schema(site, one):
    assert one.alyx.is_logged_in
    assert one.alyx.user == "member"
    schemes = one.alyx.rest_schemes
    assert {"sessions", "datasets", "files", "subjects", "register-file", "dataset-types"} <= set(schemes.endpoints)
    assert set(schemes.actions("sessions")) == {"list", "create", "read", "update", "partial_update", "delete"}
    assert {"subject", "date_range", "django", "limit"} <= {
        field["name"] for field in schemes.fields("sessions", "list")
    }
    assert {"subject", "task_protocol"} <= {field["name"] for field in schemes.fields("sessions", "create")}


def test_wrong_password_and_token(site, home):
    from one.webclient import AlyxClient

    with pytest.raises(requests.HTTPError, match="authentication failed"):
        AlyxClient(
            base_url=site.url, username="member", password="wrong", silent=True, cache_dir=home / "caches" / "none"
        )
    client = AlyxClient(
        base_url=site.url,
        username="member",
        password=PASSWORD,
        silent=True,
        cache_dir=home / "caches" / "bad",
        cache_rest=None,
    )
    client._headers["Authorization"] = "Token " + "0" * 40
    client.authenticate(username="member", password=PASSWORD, force=True)
    assert client.rest("subjects", "read", id=SUBJECT)["nickname"] == SUBJECT


def test_login_by_token(site, home):
    """New in 3.6: the token's owner is asked for at /me."""
    from one.webclient import AlyxClient

    client = AlyxClient(
        base_url=site.url,
        token=site.tokens["manager"],
        silent=True,
        cache_dir=home / "caches" / "token",
        cache_rest=None,
    )
    assert client.user == "manager"
    assert client.rest("labs", "list")[0]["name"] == OPEN_LAB


def test_rest_on_each_kind_of_record(site, one):
    created = one.alyx.rest(
        "sessions", "create", data={"subject": SUBJECT, "number": 90, "start_time": "2019-01-01T10:00:00"}
    )
    eid = created["url"][-36:]
    assert one.alyx.rest("sessions", "read", id=eid) == one.alyx.get(created["url"]) == created
    updated = one.alyx.rest("sessions", "update", id=eid, data={"subject": SUBJECT, "n_trials": 5})
    assert (updated["n_trials"], updated["number"]) == (5, 90)
    assert one.alyx.rest("sessions", "partial_update", id=eid, data={"n_trials": None})["n_trials"] is None
    assert [session["id"] for session in one.alyx.rest("sessions", "list", subject=SUBJECT, number=90)] == [eid]
    dataset = one.alyx.rest(
        "datasets",
        "create",
        data={
            "session": created["url"],
            "name": "spikes.times.npy",
            "dataset_type": "spikes.times",
            "data_format": "npy",
        },
    )
    assert one.alyx.rest("datasets", "partial_update", id=dataset["url"][-36:], data={"qc": "PASS"})["qc"] == "PASS"
    assert [record["url"] for record in one.alyx.rest("datasets", "list", session=eid)] == [dataset["url"]]
    one.alyx.rest("subjects", "partial_update", id=SUBJECT, data={"description": "by the stock client"})
    assert one.alyx.rest("subjects", "read", id=SUBJECT)["description"] == "by the stock client"
    one.alyx.json_field_write("sessions", eid, "json", {"a": 1})
    one.alyx.json_field_update("sessions", eid, "json", {"b": 2})
    assert one.alyx.rest("sessions", "read", id=eid)["json"] == {"a": 1, "b": 2}
    one.alyx.json_field_remove_key("sessions", eid, "json", "a")
    one.alyx.json_field_delete("sessions", eid, "json")
    assert one.alyx.rest("sessions", "read", id=eid)["json"] is None
    one.alyx.rest("datasets", "delete", id=dataset["url"][-36:])
    assert one.alyx.rest("sessions", "delete", id=eid) is None
    with pytest.raises(requests.HTTPError) as caught:
        one.alyx.rest("sessions", "read", id=eid)
    assert caught.value.response.status_code == 404


def test_errors_reach_the_user(one):
    with pytest.raises(requests.HTTPError, match="does not exist"):
        one.alyx.rest("sessions", "create", data={"subject": "nobody"})
    with pytest.raises(requests.HTTPError, match=r"Select a valid choice"):
        one.alyx.rest("datasets", "list", dataset_type="no.such")
    with pytest.raises(requests.HTTPError, match="do not have permission"):
        one.alyx.rest("labs", "create", data={"name": "mine"})


def test_lists_of_several_pages(one):
    types = one.alyx.rest("dataset-types", "list", limit=20)
    names = [record["name"] for record in types]
    assert len(types) == len(set(names)) > 20
    assert types[-1]["name"] == names[-1]


# the whole path


@pytest.fixture(scope="module")
def registered(site, one, home, trials):
    """A session and its files, registered by the stock client and uploaded as a rig does."""
    from one.registration import RegistrationClient

    root = new_session(home, 1, {f"alf/_ibl_trials.{name}.npy": values for name, values in trials.items()})
    session, records = RegistrationClient(one).register_session(
        root, procedures="Behavior training/tasks", projects="ibl_neuropixel", task_protocol="_iblrig_tasks_trainingChoiceWorld6.4.0",
        n_trials=len(trials["choice"]), n_correct_trials=int((trials["feedbackType"] == 1).sum()), json={"from": "a real mouse"},
    )  # fmt: skip
    site.upload(session["url"][-36:], root)
    return session, records


@pytest.mark.real_data
def test_register_session(site, one, home, trials, registered):
    session, records = registered
    assert (session["subject"], session["lab"], session["number"]) == (SUBJECT, OPEN_LAB, 1)
    assert (session["users"], session["procedures"], session["projects"]) == (
        ["member"],
        ["Behavior training/tasks"],
        ["ibl_neuropixel"],
    )
    assert sorted(record["name"] for record in records) == sorted(f"_ibl_trials.{name}.npy" for name in trials)
    assert all(
        record["collection"] == "alf" and record["hash" if "hash" in record else "file_size"] for record in records
    )
    assert not any(copy["exists"] for record in records for copy in record["file_records"]), (
        "nothing was uploaded by then"
    )


@pytest.mark.real_data
def test_register_session_again_updates_it(site, one, home, registered):
    from one.registration import RegistrationClient

    root = home / "rig" / OPEN_LAB / "Subjects" / SUBJECT / DAY / "001"
    session, _ = RegistrationClient(one).register_session(root, file_list=False, end_time=f"{DAY}T12:00:00")
    assert (session["url"], session["end_time"]) == (registered[0]["url"], f"{DAY}T12:00:00")
    assert session["task_protocol"] == registered[0]["task_protocol"], "what was not said again stays"


@pytest.mark.real_data
def test_search(one, registered):
    eid = UUID(registered[0]["url"][-36:])
    for query in ({"subject": SUBJECT.lower(), "date_range": DAY}, {"lab": OPEN_LAB, "number": 1}, {"users": "member", "number": 1},
                  {"dataset_types": ["trials.choice", "trials.contrastLeft"]}, {"datasets": "_ibl_trials.choice.npy"},
                  {"task_protocol": "training"}, {"projects": "neuropixel", "date_range": ["2020-01-01", None]}):  # fmt: skip
        assert list(one.search(**query, query_type="remote")) == [eid], query
    assert list(one.search(subject="nobody", query_type="remote")) == []
    eids, details = one.search(subject=SUBJECT, number=1, details=True, query_type="remote")
    assert (list(eids), str(details[0]["date"])) == ([eid], DAY)


@pytest.mark.real_data
def test_details_and_lists(one, trials, registered):
    eid = registered[0]["url"][-36:]
    details = one.get_details(eid, query_type="remote", full=True)
    assert (details["n_trials"], details["json"]) == (len(trials["choice"]), {"from": "a real mouse"})
    assert one.list_datasets(eid, query_type="remote") == sorted(f"alf/_ibl_trials.{name}.npy" for name in trials)
    assert one.list_collections(eid, query_type="remote") == ["alf"]
    assert one.eid2ref(eid)["subject"] == SUBJECT
    assert str(one.path2eid(one.eid2path(eid), query_type="remote")) == eid


@pytest.mark.real_data
def test_load_real_trials(site, registered, trials):
    """Registered, uploaded, verified; found by meaning and loaded through /data, value for value."""
    fresh = site.client("fresh")
    eid = registered[0]["url"][-36:]
    loaded = fresh.load_object(eid, "trials", collection="alf", query_type="remote")
    assert set(loaded) == set(trials)
    for name, values in trials.items():
        np.testing.assert_array_equal(loaded[name], values, err_msg=name)
    choice = fresh.load_dataset(eid, "_ibl_trials.choice.npy", collection="alf", query_type="remote")
    np.testing.assert_array_equal(choice, trials["choice"])
    kept = sorted(
        path.name for path in Path(fresh.cache_dir, OPEN_LAB, "Subjects", SUBJECT, DAY, "001", "alf").iterdir()
    )
    assert kept == sorted(f"_ibl_trials.{name}.npy" for name in trials)


@pytest.mark.real_data
def test_load_real_spikes(site, one, home, pytestconfig):
    from bregma_kit.testing.plugin import real_data_folder
    from one.registration import RegistrationClient

    folder = real_data_folder(pytestconfig.rootpath) / "behavior" / SPIKES
    spikes = {name: np.load(folder / f"spikes.{name}.npy") for name in ("times", "clusters")}
    root = new_session(home, 2, {f"alf/probe00/spikes.{name}.npy": values for name, values in spikes.items()})
    session, _ = RegistrationClient(one).register_session(root)
    site.upload(session["url"][-36:], root)
    fresh = site.client("spikes", username="public")
    loaded = fresh.load_object(session["url"][-36:], "spikes", collection="alf/probe00", query_type="remote")
    for name, values in spikes.items():
        np.testing.assert_array_equal(loaded[name], values)


def test_protected_files_become_a_new_revision(site, one, home):
    from one.registration import RegistrationClient

    client = RegistrationClient(one)
    root = new_session(home, 3, {"alf/spikes.times.npy": np.arange(5.0), "alf/spikes.amps.npy": np.ones(5)})
    _, records = client.register_session(root)
    site.make("/tags", name="released", protected=True)
    times = next(record for record in records if record["name"] == "spikes.times.npy")
    assert site.api.patch(f"/datasets/{times['id']}", json={"tags": ["released"]}).status_code == 200
    seen = set()
    for _ in range(3):
        files = [root / "alf" / "spikes.times.npy", root / "alf" / "spikes.amps.npy"]
        new_session(home, 3, {"alf/spikes.times.npy": np.arange(5.0) + len(seen)})
        new, amps = client.register_files(files)
        assert new["revision"] not in {"", *seen}, "each time into another folder"
        assert new["default"] is True
        assert amps["id"] == next(record["id"] for record in records if record["name"] == "spikes.amps.npy")
        assert (root / "alf" / f"#{new['revision']}#" / "spikes.times.npy").exists(), (
            "the client has moved the local file"
        )
        assert site.api.patch(f"/datasets/{new['id']}", json={"tags": ["released"]}).status_code == 200
        seen.add(new["revision"])
    today = min(seen)
    assert seen == {today, f"{today}a", f"{today}b"}


def test_dry_run_and_unknown_animals(one, home):
    from one.alf.exceptions import AlyxSubjectNotFound
    from one.registration import RegistrationClient

    client = RegistrationClient(one)
    with pytest.raises(AlyxSubjectNotFound):
        client.register_session(new_session(home, 1, {"alf/spikes.times.npy": np.ones(1)}, subject="nobody"))
    root, _ = client.create_new_session(
        SUBJECT, session_root=home / "rig" / OPEN_LAB / "Subjects", date="2021-02-03", register=True
    )
    assert root.name == "001"


def test_no_warning_was_needed(site, home):
    """The client warns when a parameter is unknown to the document, or an answer has an unexpected form."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fresh = site.client("quiet")
        fresh.search(subject=SUBJECT, number=1, query_type="remote")
        fresh.alyx.rest("datasets", "list", limit=5)
