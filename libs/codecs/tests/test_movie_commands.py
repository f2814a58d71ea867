"""The commands on movies, and what they say of files that are none."""

import json

from . import films
from .waves import call

RAW = {"codec": "rawvideo", "pixels": "gray"}


def test_commands(tmp_path):
    path = films.write(tmp_path / "left.raw.avi", 12, **RAW)
    mp4 = tmp_path / "left.raw.mp4"
    assert "every picture decoded and compared" in call("compress", path, "--crf", "20", "--preset", "fast", "-p", "1")
    assert path.exists()
    assert "12 pictures, each decodes" in call("verify", mp4)
    facts = json.loads(call("info", mp4, "--json"))
    assert (facts["frames"], facts["height"], facts["width"], facts["colour"], facts["codec"]) == (
        12,
        48,
        64,
        False,
        "h264",
    )
    assert facts["duration"] == 0.4
    assert "frame_rate   30.0 Hz" in call("info", path)
    assert "there already" in call("compress", path, status=1)
    assert "crf is 60" in call("compress", path, "-f", "--crf", "60", status=1)
    assert "encoded with loss" in call("decompress", mp4, status=1)
    assert "dtype: an option of raw recordings, and left.raw.avi is none" in call(
        "compress", path, "-d", "int16", status=2
    )
    call("compress", path, "-f", "--crf", "0", "--remove-original")
    assert not path.exists()


def test_options_of_movies_are_for_movies(tmp_path, wav):
    path, _ = wav()
    assert "crf: an option of movies, and mic.wav is none" in call("compress", path, "--crf", "20", status=2)
    (tmp_path / "x.bin").write_bytes(bytes(100))
    assert "with_ffmpeg: an option of movies" in call("compress", tmp_path / "x.bin", "--with-ffmpeg", status=2)


def test_the_program_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    path = films.write(tmp_path / "x.avi", 3, **RAW)
    assert "no program ffmpeg" in call("compress", path, "--with-ffmpeg", status=1)


def test_wrong_endings(tmp_path, wav):
    path, _ = wav("really.avi")
    assert "none" in call("compress", path, status=1)
    movie = films.write(tmp_path / "movie.avi", 3, **RAW).rename(tmp_path / "movie.wav")
    assert "no wav" in call("compress", movie, status=1)
    text = tmp_path / "x.mp4"
    text.write_text("hello" * 100)
    for words in (("compress", text, tmp_path / "y.mp4"), ("verify", text), ("info", text)):
        assert "no movie" in call(*words, status=1)
    assert "cannot be read" in call("info", tmp_path / "no.mp4", status=1)


def test_the_original_stays_if_it_holds_more(tmp_path):
    import av

    source = films.write(tmp_path / "a.mkv", 3, codec="ffv1", pixels="gray", sound="pcm_s16le")
    path = tmp_path / "x.mkv"
    with av.open(str(source)) as one, av.open(str(path), "w") as two:
        copies = {stream.index: [two.add_stream_from_template(stream)] for stream in one.streams}
        copies[1].append(two.add_stream_from_template(one.streams[1]))
        for packet in one.demux():
            for stream in copies[packet.stream.index] if packet.size else ():
                packet.stream = stream
                two.mux(packet)
    assert "Not these parts: audio stream 2; x.mkv stays." in call("compress", path, "--remove-original")
    assert path.exists()
