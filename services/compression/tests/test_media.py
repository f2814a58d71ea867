"""Movies and microphones' recordings, made smaller by workers."""

import wave
from fractions import Fraction

import av
import httpx
import numpy as np
from bregma_codecs.errors import CodecError
from bregma_codecs.movie import Movie
from bregma_codecs.sound import Sound
from bregma_compression.work import media

FILM, WAVE = "raw_video_data/_iblrig_leftCamera.raw.avi", "raw_behavior_data/_iblrig_micData.raw.wav"
MP4, FLAC = "_iblrig_leftCamera.raw.mp4", "_iblrig_micData.raw.flac"
PICTURES = 12


def film(folder, *, name="x.avi", codec="mjpeg", pixels="yuvj420p"):
    """Return the bytes of a grey film in which a bar moves."""
    with av.open(str(folder / name), "w") as container:
        stream = container.add_stream(codec, rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
        for number in range(PICTURES):
            picture = np.full((48, 64), 60, np.uint8)
            picture[:, 4 * number : 4 * number + 8] = 200
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="gray").reformat(format=pixels)))
        container.mux(stream.encode(None))
    return (folder / name).read_bytes()


def sound(folder):
    """Return samples, and the bytes of a wav that holds them."""
    samples = np.random.default_rng(3).normal(0, 3000, 20_000).astype("<i2")
    with wave.open(str(folder / "x.wav"), "wb") as out:
        out.setparams((1, 2, 96_000, 0, "NONE", ""))
        out.writeframes(samples.tobytes())
    return samples, (folder / "x.wav").read_bytes()


async def fetched(lab, dataset, path):
    answer = await lab.house.member.post("/signed-urls", json={"datasets": [dataset]})
    async with httpx.AsyncClient() as http:
        path.write_bytes((await http.get(answer.json()["urls"][0]["url"])).content)
    return path


async def test_a_film_and_a_sound_are_made_smaller_by_rules(lab, tmp_path):
    await lab.rule(name="video", dataset_type="_iblrig_Camera.raw", crf=17, preset="fast")
    await lab.rule(name="sound", dataset_type="_iblrig_mic*")
    samples, heard = sound(tmp_path)
    made = await lab.upload({FILM: film(tmp_path), WAVE: heard})
    await lab.work()
    jobs = {one["kind"]: one for one in await lab.jobs()}
    assert {one["state"] for one in jobs.values()} == {"done"}, jobs
    assert jobs["video"]["parameters"] == {"crf": 17.0, "preset": "fast", "codec": "h264"}
    assert jobs["sound"]["parameters"] == {"codec": "flac"}
    datasets = await lab.datasets()
    assert datasets[MP4]["dataset_type"] == "_iblrig_Camera.raw"
    assert datasets[MP4]["collection"] == "raw_video_data"
    for name, raw in ((MP4, FILM), (FLAC, WAVE)):
        assert datasets[name]["generating_software"] == "bregma-codecs 0.1.0"
        assert datasets[name]["json"]["compression"]["source"]["dataset"] == made[raw]
    with Movie.at(await fetched(lab, datasets[MP4]["url"][-36:], tmp_path / "a.mp4")) as movie:
        assert (movie.shape, movie.codec) == ((PICTURES, 48, 64), "h264")
        assert abs(movie[7][24, 28:36].mean() - 200) < 12
    with Sound.at(await fetched(lab, datasets[FLAC]["url"][-36:], tmp_path / "a.flac")) as found:
        np.testing.assert_array_equal(found[:][:, 0], samples)
    # what a job made is no raw file again, though its type is that of the rule
    assert len(await lab.jobs()) == 2
    refused = await lab.ask(datasets[MP4]["url"][-36:], status=400)
    assert refused["code"] == "cannot_be_compressed"
    assert lab.scratch() == []


async def test_an_mp4_becomes_a_new_revision_of_itself(lab, tmp_path):
    raw = FILM.replace(".avi", ".mp4")
    made = await lab.upload({raw: film(tmp_path, name="x.mp4", codec="mpeg4", pixels="yuv420p")})
    job = await lab.job(await lab.ask(made[raw]))
    await lab.work()
    job = await lab.job(job)
    assert (job["state"], job["parameters"]["crf"], job["parameters"]["preset"]) == ("done", 29, "slow"), job
    before, after = sorted((await lab.datasets()).items(), key=lambda item: item[0] != MP4)
    assert before[1]["url"][-36:] == made[raw]
    assert after[0].endswith(f"/{MP4}")
    assert (before[1]["default_dataset"], after[1]["default_dataset"]) == (False, True)
    assert before[1]["file_records"][0]["exists"] is True
    # the same again is not done twice; another quality is
    assert (await lab.ask(made[raw], status=409))["code"] == "already_compressed"
    again = await lab.ask(made[raw], crf=40)
    await lab.work()
    assert (await lab.job(again))["state"] == "done"
    assert len(await lab.datasets()) == 3


async def test_what_is_none_or_damaged_fails_with_a_reason(lab, tmp_path):
    whole = film(tmp_path)
    _, heard = sound(tmp_path)
    noted = heard[:4] + (len(heard) + 4).to_bytes(4, "little") + heard[8:] + b"note\x04\0\0\0text"
    files = {
        "raw_video_data/_iblrig_leftCamera.raw.avi": whole[: len(whole) * 2 // 3],
        "raw_video_data/_iblrig_rightCamera.raw.avi": b"no movie at all" * 20,
        "raw_behavior_data/_iblrig_micData.raw.wav": heard[:-99],
        "raw_ephys_data/_iblrig_micData.raw.wav": noted,
    }
    made = await lab.upload(files)
    before = await lab.objects()
    jobs = [await lab.ask(dataset) for dataset in made.values()]
    await lab.work()
    for path, asked in zip(files, jobs, strict=True):
        job = await lab.job(asked)
        assert job["state"] == "failed", (path, job)
        assert job["reason"]
        assert "/scratch" not in job["reason"], job["reason"]
    assert (await lab.house.member.get("/datasets", params={"session": lab.session})).json()["count"] == len(files)
    assert await lab.objects() == before
    assert lab.scratch() == []


async def test_senseless_wishes_are_refused(lab, tmp_path):
    made = await lab.upload({FILM: film(tmp_path)})
    for wrong in ({"crf": 52}, {"crf": -1}, {"preset": "placebo"}):
        assert (await lab.ask(made[FILM], status=400, **wrong))["fields"]
        await lab.rule(status=400, **wrong)


def two_sounds(folder):
    """Return the bytes of a film with two microphones, of which an mp4 would keep one."""
    with av.open(str(folder / "two.avi"), "w") as container:
        pictures = container.add_stream("mjpeg", rate=30)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuvj420p"
        heard = [container.add_stream("pcm_s16le", rate=48_000, layout="mono") for _ in range(2)]
        container.start_encoding()
        for number in range(PICTURES):
            values = np.full((48, 64), 60 + number, np.uint8)
            container.mux(
                pictures.encode(av.VideoFrame.from_ndarray(values, format="gray").reformat(format="yuvj420p"))
            )
            for one in heard:
                samples = av.AudioFrame.from_ndarray(np.full((1, 1600), number, np.int16), format="s16", layout="mono")
                samples.sample_rate, samples.pts, samples.time_base = 48_000, number * 1600, Fraction(1, 48_000)
                container.mux(one.encode(samples))
        container.mux(pictures.encode(None))
    return (folder / "two.avi").read_bytes()


async def test_a_rule_as_wide_as_to_hold_ephys_encodes_no_movie(lab, tmp_path):
    await lab.rule(name="all that is raw", dataset_type="*", retire_raw_after_days=0)
    await lab.upload({FILM: film(tmp_path), WAVE: sound(tmp_path)[1]})
    await lab.work()
    assert await lab.jobs() == []


async def test_what_would_be_lost_or_is_a_list_of_other_files_stays_as_it_is(lab, tmp_path):
    listed = b"ffconcat version 1.0\nfile another.mp4\n"
    for path, data, reason in (
        (FILM, two_sounds(tmp_path), "holds more than pictures and one sound"), (FILM.replace("left", "right"), listed, "no movie"),
    ):  # fmt: skip
        job = await lab.ask((await lab.upload({path: data}))[path], preset="ultrafast")
        await lab.work()
        found = await lab.job(job)
        assert (found["state"], found["results"], reason in found["reason"]) == ("failed", [], True), found["reason"]
    assert (len(await lab.objects()), lab.scratch()) == (2, [])


async def test_another_quality_is_asked_for_and_the_same_refused_and_so_is_what_is_about_other_files(lab, tmp_path):
    dataset = (await lab.upload({FILM: film(tmp_path)}))[FILM]
    await lab.ask(dataset, crf=17)
    await lab.work()
    assert (await lab.ask(dataset, status=409, crf=17, preset="slow"))["code"] == "already_compressed"
    for wrong in ({"profile": "fast"}, {"sample_rate": 30_000, "n_channels": 4}):
        assert set((await lab.ask(dataset, status=400, **wrong))["fields"]) == set(wrong)
    job = await lab.ask(dataset)
    await lab.work()
    found = await lab.job(job)
    assert (found["state"], found["parameters"]["crf"], bool(found["results"][0]["revision"])) == ("done", 29, True)


async def test_a_worker_whose_disk_is_full_is_no_fault_of_the_movie(lab, tmp_path, monkeypatch):
    def full(*_args, **_more):
        raise CodecError("cannot be written (No space left on device); nothing is left behind")

    job = await lab.ask((await lab.upload({FILM: film(tmp_path)}))[FILM], preset="ultrafast")
    with monkeypatch.context() as patch:
        patch.setattr(media, "compress_movie", full)
        await lab.work()
    found = await lab.job(job)
    assert (found["state"], "No space left" in found["reason"]) == ("queued", True)
    lab.later()
    await lab.work()
    assert (await lab.job(job))["state"] == "done"


async def test_a_recording_with_a_name_in_capitals_has_its_header_beside_it(lab):
    path = lab.raw_path.replace(".bin", ".BIN")
    job = await lab.ask((await lab.upload({path: lab.raw_of()}))[path], sample_rate=1000, n_channels=9)
    await lab.work()
    found = await lab.job(job)
    assert (found["state"], {one["name"][-5:] for one in found["results"]}) == ("done", {".cbin", "ap.ch"})
