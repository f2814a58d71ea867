"""Raw recordings are compressed by rules and by request, and registered with what made them."""

import hashlib

CBIN, CH = "_spikeglx_ephysData_g0_t0.imec0.ap.cbin", "_spikeglx_ephysData_g0_t0.imec0.ap.ch"


async def test_a_verified_recording_is_compressed_by_a_rule_and_read_again(lab, tmp_path):
    await lab.rule()
    raw = lab.raw_of()
    dataset = await lab.record(raw)
    await lab.work()
    (job,) = await lab.jobs(dataset=dataset)
    assert (job["state"], job["reason"], job["progress"], job["rule"]) == ("done", None, 1, "raw ephys")
    assert job["source_sha256"] == hashlib.sha256(raw).hexdigest()
    assert (job["software"], job["software_version"]) == ("bregma-codecs", "0.1.0")
    assert job["parameters"] == {
        "profile": "balanced", "sample_rate": 1000.0, "n_channels": 9, "dtype": "int16",
        "said_by": "_spikeglx_ephysData_g0_t0.imec0.ap.meta",
    }  # fmt: skip
    assert job["ratio"] > 1
    datasets = await lab.datasets()
    cbin, ch = datasets[CBIN], datasets[CH]
    assert {one["dataset"] for one in job["results"]} == {cbin["url"][-36:], ch["url"][-36:]}
    assert (cbin["dataset_type"], cbin["data_format"], cbin["collection"]) == (
        "ephysData.raw.ap", "cbin", "raw_ephys_data/probe00",
    )  # fmt: skip
    assert ch["dataset_type"] == "ephysData.raw.ch"
    assert cbin["version"] == "bregma-codecs 0.1.0"
    assert cbin["json"]["compression"]["source"] == {"dataset": dataset, "sha256": job["source_sha256"]}
    assert cbin["json"]["compression"]["job"] == job["id"]
    assert cbin["file_records"][0]["exists"] is True
    assert await lab.samples(cbin["url"][-36:], ch["url"][-36:], tmp_path) == raw
    # the raw file stays as it is, and a result leads to its job too
    assert datasets["_spikeglx_ephysData_g0_t0.imec0.ap.bin"]["file_records"][0]["exists"] is True
    assert await lab.jobs(dataset=cbin["url"][-36:]) == [job]
    assert lab.scratch() == []


async def test_nothing_happens_without_a_rule(lab):
    await lab.record()
    await lab.work()
    assert await lab.jobs() == []
