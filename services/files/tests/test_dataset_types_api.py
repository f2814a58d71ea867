"""Dataset types and formats over HTTP, and which of them a file name is of."""

import pytest
from bregma_files.dataset_types.service import MATCHERS, UnknownDatasetType, UnknownFormat, bring_up_to_date
from dataset_types import Edition, default_registry


async def everything(house, path):
    """All pages, as the stock client's registration reads them at its start."""
    records, where = [], path
    while where:
        page = (await house.member.get(where)).json()
        records, where = records + page["results"], page["next"]
    return records


async def test_the_release_brings_its_types(house):
    records = await everything(house, "/dataset-types?limit=50")
    assert [set(one) for one in records] == [{"id", "name", "created_by", "description", "filename_pattern"}] * len(
        records
    )
    names = [one["name"] for one in records]
    assert names == sorted(names)
    assert {one.name for one in default_registry()} == set(names)
    patterns = [one["filename_pattern"] for one in records]
    assert all(isinstance(one, str) and one == one.lower() for one in patterns), "a text, never null"
    used = [one for one in patterns if one]
    assert len(used) == len(set(used))
    assert (await house.member.get("/dataset-types/spikes.times")).json() in records
    assert (await house.member.get("/dataset-types/nothing.here")).status_code == 404
    formats = await everything(house, "/data-formats")
    assert set(formats[0]) == {
        "id",
        "name",
        "description",
        "file_extension",
        "matlab_loader_function",
        "python_loader_function",
    }
    assert len({one["file_extension"] for one in formats}) == len(formats)


async def test_a_new_type(house):
    record = await house.make(
        "/dataset-types", {"name": "_lab_lick.times", "description": "Licks.", "filename_pattern": "_Lab_Lick.Times*"}
    )
    assert (record["filename_pattern"], record["created_by"]) == ("_lab_lick.times*", "admin")
    plain = await house.make("/dataset-types", {"name": "lick.times", "filename_pattern": None})
    assert plain["filename_pattern"] == ""
    assert (await house.make("/dataset-types", {"name": "lick.rate"}))["filename_pattern"] == "", (
        "several may have none"
    )
    for body, field in (
        ({"name": "lick.times"}, "name"),
        ({"name": "a.b", "filename_pattern": "_LAB_lick.times*"}, "filename_pattern"),
        ({}, "name"),
    ):
        answer = await house.admin.post("/dataset-types", json=body)
        assert (answer.status_code, list(answer.json())) == (400, [field, "status_code"])
    answer = await house.admin.patch("/dataset-types/lick.times", json={"name": "licking.times"})
    assert answer.json()["name"] == "licking.times"
    assert (await house.admin.delete("/dataset-types/licking.times")).status_code == 204


async def test_formats_have_an_extension(house):
    for bad in ("npy", ".", ".tar.gz", "", "a.b"):
        answer = await house.admin.post("/data-formats", json={"name": f"n{bad}", "file_extension": bad})
        assert (answer.status_code, list(answer.json())) == (400, ["file_extension", "status_code"]), bad


async def test_matching(house):
    await house.make("/dataset-types", {"name": "_lab_lick.times", "filename_pattern": "_lab_lick.*times*"})
    await house.make("/dataset-types", {"name": "_lab_lick.bpod_times", "filename_pattern": "*lick.bpod*"})
    async with house.database.read() as tx:
        matcher = await MATCHERS.get(tx)
    for name, wanted in (("spikes.times.npy", "spikes.times"), ("spikes.times_ephysClock.probe00.npy", "spikes.times"), ("_LAB_LICK.times.raw.npy", "_lab_lick.times"),
                         ("_ibl_trials.intervals.npy", None), ("_iblrig_taskData.raw.jsonable", "_iblrig_taskData.raw")):  # fmt: skip
        label = matcher.labels[matcher.type_of(name)]
        assert wanted is None or label == wanted
    assert matcher.labels[matcher.format_of("a.b.NPY")] == "npy"
    with pytest.raises(UnknownDatasetType, match=r"Several dataset types match '_lab_lick.bpod_times.npy'"):
        matcher.type_of("_lab_lick.bpod_times.npy")
    for bad in ("nothing", "nothing.npy", "Spikes.times.npy", "", ".npy", "spikes"):
        with pytest.raises(UnknownDatasetType, match="No dataset type"):
            matcher.type_of(bad)
    for bad in ("nothing", "a.b.exe", "a.b.", ""):
        with pytest.raises(UnknownFormat):
            matcher.format_of(bad)


async def test_types_are_described_as_the_registry_describes_them(house):
    registry = default_registry()
    today = {one.name: one.description for one in registry if one.edition is Edition.IBL_CURRENT}
    described = {one["name"]: one["description"] for one in await everything(house, "/dataset-types")}
    assert described == {one.name: one.description for one in registry} | today
    assert described["spikes.times"] == registry.get("spikes.times").description, "as `dataset-types show` says"


async def test_a_releases_older_words_are_replaced_and_a_labs_own_stay(house):
    registry = default_registry()
    older = registry.get("spikes.times", Edition.PAPER_2020).description
    for name, text in (("spikes.times", older), ("spikes.depths", "Ours.")):
        answer = await house.admin.patch(f"/dataset-types/{name}", json={"description": text})
        assert answer.status_code == 200
    async with house.database.write() as tx:
        assert await bring_up_to_date(tx) == 1
        assert await bring_up_to_date(tx) == 0
    told = {one["name"]: one["description"] for one in await everything(house, "/dataset-types")}
    assert (told["spikes.times"], told["spikes.depths"]) == (registry.get("spikes.times").description, "Ours.")
