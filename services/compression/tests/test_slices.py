"""Parts of recordings and arrays over HTTP, as JSON, npy and pictures."""

import io

import numpy as np
import pytest
from bregma_compression.slices.arrays import CannotSlice, Npy

from services.compression.tests.conftest import CHANNELS, FOLDER, RATE, STEM, raw_of

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
async def samples(lab):
    """A recording, flat and compressed: the two datasets, and the samples."""
    raw = await lab.record()
    await lab.ask(raw)
    await lab.work()
    cbin = (await lab.datasets())[f"{STEM}.cbin"]["url"][-36:]
    return {"bin": raw, "cbin": cbin}, np.frombuffer(raw_of(), "<i2").reshape(-1, CHANNELS)


async def get(lab, dataset, status=200, by="member", what="slices", **query):
    answer = await lab.house.clients[by].get(f"/{what}/{dataset}", params=query)
    assert answer.status_code == status, answer.text
    return answer


def array_of(answer):
    return np.load(io.BytesIO(answer.content), allow_pickle=False)


async def test_parts_are_the_samples(lab, samples):
    datasets, values = samples
    for form, dataset in datasets.items():
        described = (await get(lab, dataset)).json()
        assert described == {
            "dataset": dataset, "name": f"{STEM}.{form}", "shape": [3500, CHANNELS], "dtype": "int16", "sample_rate": RATE,
            "start": None, "stop": None, "channels": None, "values": None,
        }  # fmt: skip
        one = (await get(lab, dataset, start=990, stop=1013, channels="1:9:3")).json()
        assert (one["start"], one["stop"], one["channels"]) == (990, 1013, [1, 4, 7])
        assert one["values"] == values[990:1013, 1:9:3].tolist()
        assert (await get(lab, dataset, t1=0.003, channels="8,0")).json()["values"] == values[:3, [8, 0]].tolist()
        for query, wanted in (
            ({"t0": 0.9, "t1": 2.1}, values[900:2100]),
            ({"start": 3499, "stop": 3500, "channels": "-1"}, values[3499:, [-1]]),
            ({"start": 7, "stop": 7}, values[7:7]),
        ):
            np.testing.assert_array_equal(array_of(await get(lab, dataset, format="npy", **query)), wanted, strict=True)
    answer = await get(lab, datasets["cbin"], format="npy", stop=1)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert f'"{STEM}.npy"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "private"


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


async def test_arrays_that_are_no_recordings(lab):
    times, places = np.array([0.5, np.nan, 2]), np.arange(12, dtype=">f8").reshape(6, 2)
    files = {
        "alf/trials.response_times.npy": npy(times), "alf/channels.localCoordinates.npy": npy(places),
        "alf/templates.waveforms.npy": npy(np.zeros((2, 3, 4), "f4")),
    }  # fmt: skip
    responses, channels, waveforms = (await lab.upload(files)).values()
    one = (await get(lab, responses, start=0, stop=3)).json()
    assert (one["values"], one["shape"], one["channels"], one["dtype"]) == ([0.5, None, 2.0], [3], None, "float64")
    part = array_of(await get(lab, channels, start=1, stop=3, channels="1", format="npy"))
    np.testing.assert_array_equal(part, places[1:3, [1]].astype("f8"), strict=True)
    assert (await get(lab, waveforms, status=400, stop=1)).json()["code"] == "cannot_slice"
    assert "t0" in (await get(lab, responses, status=400, t0=0, t1=1)).json()["fields"]
    assert "channels" in (await get(lab, responses, status=400, stop=1, channels="0")).json()["fields"]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x93NUMPY\x01\x00\xff\xff{'descr'", b"\x93NUMPY\x03\x00" + bytes(100), npy(np.zeros(4))[:-8], npy(np.zeros(4)) + b"x",
        npy(np.array(["a", "b"])), npy(np.zeros(3, "c8")), npy(np.zeros((3, 0))), npy(np.asfortranarray(np.zeros((3, 2)))), npy(np.float64(3)),
    ],
)  # fmt: skip
def test_npy_files_of_which_no_part_is_read(content):
    class Bytes:
        name, size = "x.npy", len(content)

        def read(self, offset, length):
            return content[offset : offset + length]

    with pytest.raises(CannotSlice, match=r"^x\.npy "):
        Npy(Bytes())


MISTAKES = [
    ({"format": "mat"}, "format"),
    ({"format": "npy"}, "stop"),
    ({"start": "5"}, "stop"),
    ({"start": "5", "stop": "4"}, "stop"),
    ({"start": "-1", "stop": "4"}, "start"),
    ({"start": "a", "stop": "4"}, "start"),
    ({"start": "0", "stop": "3501"}, "stop"),
    ({"start": "0", "stop": "9" * 400}, "stop"),
    ({"t0": "0", "t1": "nan"}, "t1"),
    ({"t0": "0", "t1": "3.6"}, "t1"),
    ({"t0": "0", "t1": "1", "stop": "3"}, "t0"),
    ({"stop": "1", "channels": "9"}, "channels"),
    ({"stop": "1", "channels": "1:2:0"}, "channels"),
    ({"stop": "1", "channels": "1:2:3:4"}, "channels"),
    ({"stop": "1", "channels": "x"}, "channels"),
]


async def test_mistakes_name_their_parameter(lab, samples):
    for dataset in samples[0].values():
        for query, field in MISTAKES:
            answer = await get(lab, dataset, status=400, **query)
            assert list(answer.json()["fields"]) == [field], answer.text


async def test_too_much_for_one_answer(lab, samples, monkeypatch):
    datasets, _ = samples
    row = 2 * CHANNELS
    for name, rows in (("LARGEST_JSON", 1000), ("LARGEST", 2000), ("MOST_READ", 3000)):
        monkeypatch.setattr(f"bregma_compression.slices.domain.{name}", rows * row)
    for dataset in datasets.values():
        for rows, query in ((1000, {}), (2000, {"format": "npy"}), (3000, {"channels": "0"})):
            await get(lab, dataset, stop=rows, **query)
            answer = await get(lab, dataset, status=400, stop=rows + 1, **query)
            assert f"at most {rows:,} samples" in answer.json()["hint"]


async def test_who_may_not_see_it_and_what_is_not_there(lab, samples):
    datasets, _ = samples
    cbin = datasets["cbin"]
    assert (await lab.house.clients["stranger"].get(f"/slices/{cbin}")).status_code == 401
    assert (await lab.house.admin.patch("/labs/openlab", json={"visibility": "closed"})).status_code == 200
    for what in ("slices", "pictures"):
        await get(lab, cbin, what=what, status=404, by="outsider")
        await get(lab, "0" * 36, what=what, status=404)
        await get(lab, "not-an-id", what=what, status=404)
    ch = (await lab.datasets())[f"{STEM}.ch"]["url"][-36:]
    assert "is no array" in (await get(lab, ch, status=400)).json()["detail"]


async def test_companions_that_are_missing_or_wrong(lab):
    lonely = await lab.upload(
        {f"{FOLDER}/{STEM}.bin": raw_of(), f"{FOLDER}/_spikeglx_ephysData_g1_t0.imec0.ap.cbin": b"\0" * 100}
    )
    answer = await get(lab, lonely[f"{FOLDER}/{STEM}.bin"], status=400)
    assert f"No verified {STEM}.meta" in answer.json()["detail"]
    answer = await get(lab, lonely[f"{FOLDER}/_spikeglx_ephysData_g1_t0.imec0.ap.cbin"], status=400)
    assert "No verified _spikeglx_ephysData_g1_t0.imec0.ap.ch" in answer.json()["detail"]
    await lab.upload({f"{FOLDER}/{STEM}.meta": b"nothing", f"{FOLDER}/_spikeglx_ephysData_g1_t0.imec0.ap.ch": b"{"})
    answer = await get(lab, lonely[f"{FOLDER}/{STEM}.bin"], status=400)
    assert f"{STEM}.meta has no line" in answer.json()["detail"]
    answer = await get(lab, lonely[f"{FOLDER}/_spikeglx_ephysData_g1_t0.imec0.ap.cbin"], status=400)
    assert "_spikeglx_ephysData_g1_t0.imec0.ap.ch is no table of chunks" in answer.json()["detail"]


async def test_headers_that_ask_for_too_much(lab, samples, monkeypatch):
    datasets, _ = samples
    monkeypatch.setattr("bregma_compression.slices.arrays.LARGEST_CHUNK", 1000)
    assert "chunks of 1,000 samples" in (await get(lab, datasets["cbin"], status=400, stop=1)).json()["detail"]
    monkeypatch.setattr("bregma_compression.slices.service.LARGEST_PICTURE", 1000)
    answer = await get(lab, datasets["bin"], status=400, what="pictures")
    assert "seconds" in answer.json()["fields"]
    fast = {
        f"raw_ephys_data/probe01/{STEM}.bin": raw_of(),
        f"raw_ephys_data/probe01/{STEM}.meta": lab.meta_of(rate=1e308),
    }
    raw = next(iter((await lab.upload(fast)).values()))
    assert "t1" in (await get(lab, raw, status=400, t0=1, t1=5)).json()["fields"]


async def test_damaged_chunks_are_told(lab, samples):
    datasets, _ = samples
    records = (await lab.house.member.get(f"/datasets/{datasets['cbin']}")).json()["file_records"]
    assert records
    (key,) = [one for one in await lab.objects() if one.endswith(".cbin")]
    content = bytearray(b"".join([bytes(piece) async for piece in lab.store.read(lab.bucket, key)]))
    content[20:400] = bytes(380)

    async def pieces():
        yield bytes(content)

    await lab.store.send(lab.bucket, key, pieces(), len(content))
    answer = await get(lab, datasets["cbin"], status=500, stop=10)
    assert (answer.json()["code"], "chunk 0" in answer.json()["detail"]) == ("stored_damaged", True)
    assert (await get(lab, datasets["cbin"], start=3000, stop=3001)).status_code == 200
    await lab.store.discard(lab.bucket, key)
    assert (await get(lab, datasets["cbin"], status=404, stop=10)).json()["code"] == "object_missing"


async def test_pictures(lab, samples):
    datasets, _ = samples
    for dataset in datasets.values():
        answer = await get(lab, dataset, what="pictures", t0=0.5, seconds=0.5)
        assert answer.headers["content-type"] == "image/png"
        assert answer.content.startswith(PNG)
    answer = await get(lab, datasets["cbin"], what="pictures", format="svg")
    assert b"<svg" in answer.content
    for query, field in (
        ({"format": "gif"}, "format"), ({"t0": "4"}, "t0"), ({"t0": "x"}, "t0"), ({"seconds": "11"}, "seconds"),
        ({"seconds": "nan"}, "seconds"), ({"seconds": "0.001"}, "t0"),
    ):  # fmt: skip
        assert field in (await get(lab, datasets["cbin"], status=400, what="pictures", **query)).json()["fields"]
