"""Movies and microphones: arrays that lie in their files, and sentences where a library is missing."""

import sys
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from one_client import ONE
from one_client.errors import CorruptFile, MissingExtra
from one_client.formats import load_file, rows

SESSION = "cortexlab/Subjects/ZM_1150/2019-05-07/001"


def _movie(file: Path, codec: str = "libx264", pixels: str = "yuv420p", frames: int = 6) -> Path:
    with av.open(str(file), "w") as container:
        stream = container.add_stream(codec, rate=60)
        stream.width, stream.height, stream.pix_fmt = 32, 24, pixels
        for number in range(frames):
            values = np.full((24, 32), 30 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(values, format="gray").reformat(format=pixels)))
        container.mux(stream.encode(None))
    return file


@pytest.mark.parametrize(
    ("name", "codec"), [("camera.raw.mp4", "libx264"), ("camera.raw.avi", "mjpeg"), ("camera.raw.mkv", "ffv1")]
)
def test_a_movie_is_an_array_of_its_frames(tmp_path: Path, name: str, codec: str) -> None:
    movie = load_file(_movie(tmp_path / name, codec, "yuvj420p" if codec == "mjpeg" else "yuv420p"))
    assert movie.shape == (6, 24, 32)
    assert rows(movie) == 6
    assert abs(movie[4].astype(int) - 120).max() < 5
    assert np.allclose(movie.times, np.arange(6) / 60, atol=1e-3)


def test_sound_is_an_array_of_samples_and_channels(tmp_path: Path) -> None:
    values = np.random.default_rng(0).integers(-3000, 3000, (500, 2), dtype=np.int16)
    soundfile.write(tmp_path / "micData.raw.flac", values, 192_000, subtype="PCM_16")
    sound = load_file(tmp_path / "micData.raw.flac")
    assert (sound.shape, sound.sample_rate, rows(sound)) == ((500, 2), 192_000, 500)
    assert np.array_equal(sound[:], values)


def test_datasets_of_a_session(tmp_path: Path) -> None:
    folder = tmp_path / SESSION / "raw_video_data"
    folder.mkdir(parents=True)
    _movie(folder / "_iblrig_leftCamera.raw.mp4")
    np.save(folder / "_iblrig_leftCamera.times.npy", np.arange(6) / 60)
    one = ONE.from_folder(tmp_path)
    eid = one.search(subject="ZM_1150")[0]
    assert one.load_dataset(eid, "_iblrig_leftCamera.raw.mp4").shape == (6, 24, 32)
    camera = one.load_object(eid, "leftCamera")
    assert len(camera["raw"]) == len(camera["times"])
    assert one.load_dataset(eid, "_iblrig_leftCamera.raw.mp4", download_only=True).name == "_iblrig_leftCamera.raw.mp4"


@pytest.mark.parametrize(
    ("name", "library"), [("a.mp4", "av"), ("a.flac", "soundfile"), ("a.avi", "bregma_codecs.movie")]
)
def test_a_missing_library_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, library: str
) -> None:
    (tmp_path / name).write_bytes(b"something")
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=rf"(?s){library}.*bregma-one-client\[media\]"):
        load_file(tmp_path / name)


def test_a_movie_without_an_exact_index_says_what_to_do(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.avi"), "w") as container:
        stream = container.add_stream("libx264", rate=60, options={"bf": "3"})
        stream.width, stream.height, stream.pix_fmt = 32, 24, "yuv420p"
        for _ in range(6):
            container.mux(stream.encode(av.VideoFrame(32, 24, "yuv420p")))
        container.mux(stream.encode(None))
    with pytest.raises(CorruptFile, match="bregma compress"):
        load_file(tmp_path / "a.avi")
