"""Movies to H.264: the same pictures in the same order at the same times, or no file."""

import os
import sys

import av
import numpy as np
import pytest
from bregma_codecs import BadInput, CodecError, Damaged, film
from bregma_codecs.video import MovieOptions, compress_movie, verify_movie

from . import films

FAST = MovieOptions(preset="ultrafast")
RAW = {"codec": "rawvideo", "pixels": "gray"}


def left(path):
    return sorted(one.name for one in path.parent.iterdir())


def refuse(path, said, kind=CodecError, **more):
    before = {one: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}
    with pytest.raises(kind, match=said) as caught:
        compress_movie(path, path.with_name("out.mp4"), **{"options": FAST, **more})
    assert str(path.parent) in str(caught.value)
    assert {one: one.read_bytes() for one in path.parent.iterdir() if one.is_file()} == before


def numbers(path):
    return [films.number_of(one) for one in films.decoded(path)[0]]


# ------------------------------------------------------------------------------------------- what comes out


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("grey.avi", RAW),
        ("colour.avi", {"colour": True}),
        ("bgr.avi", {"codec": "rawvideo", "pixels": "bgr24", "colour": True}),
        ("lossless.mkv", {"codec": "ffv1", "pixels": "gray"}),
        ("again.mkv", {"codec": "libx264", "pixels": "yuv420p"}),
        ("stream.mjpeg", {"form": "mjpeg"}),
        ("stream.ts", {"codec": "libx264", "pixels": "yuv420p"}),
        ("uneven.mkv", {"codec": "ffv1", "pixels": "gray", "times": [70 + 33 * i + i % 7 for i in range(30)]}),
        ("quick.mkv", {"codec": "ffv1", "pixels": "gray", "times": [2 * i for i in range(30)]}),
    ],
)
def test_order_number_and_times(tmp_path, name, how):
    path = films.write(tmp_path / name, **how)
    told = []
    done = compress_movie(path, options=MovieOptions(), progress=told.append)
    assert (done.path, done.left_out, len(told)) == (path.with_suffix(".mp4"), (), 60)
    assert (done.raw_bytes, done.bytes) == (path.stat().st_size, done.path.stat().st_size)
    assert numbers(done.path) == list(range(30))
    before, after = films.decoded(path)[1], films.decoded(done.path)[1]
    assert np.array_equal(before, after)
    with av.open(str(done.path)) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
    assert verify_movie(done.path) == 30
    assert left(path) == sorted([name, done.path.name])


@pytest.mark.parametrize(("width", "height", "colour"), [(67, 49, True), (66, 51, False), (65, 48, False)])
def test_odd_sizes(tmp_path, width, height, colour):
    pixels = "bgr24" if colour else "gray"
    path = films.write(tmp_path / "x.avi", 5, width, height, codec="rawvideo", pixels=pixels, colour=colour)
    done = compress_movie(path, options=FAST)
    with film.opened(done.path) as one:
        assert (one.width % 2, one.height % 2) == (0, 0)
        assert film.noted(one) == (width, height)
    assert numbers(done.path) == list(range(5))
    edge = films.decoded(done.path)[0][:, height - 1, :width].astype(int)
    assert abs(edge - films.decoded(path)[0][:, height - 1, :]).mean() < 12


def test_grey_levels_and_colours_stay(tmp_path):
    path = films.write(tmp_path / "x.avi", 3, codec="rawvideo", pixels="bgr24", colour=True)
    done = compress_movie(path, options=MovieOptions(crf=10))
    before, after = (films.decoded(one, "rgb24")[0].astype(int) for one in (path, done.path))
    assert abs(before - after)[:, films.FIELD + 4 :].mean() < 4


def test_crf_and_preset_matter(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (20, 48, 64), np.uint8)
    with av.open(str(tmp_path / "x.avi"), "w") as container:
        stream = container.add_stream("rawvideo", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "gray"
        for one in noise:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(one, format="gray")))
    sizes = [
        compress_movie(
            tmp_path / "x.avi", tmp_path / f"{crf}{preset}.mp4", options=MovieOptions(crf=crf, preset=preset)
        ).bytes
        for crf, preset in ((20, "slow"), (20, "ultrafast"), (35, "slow"), (51, "slow"))
    ]
    assert sizes[0] > sizes[2] > sizes[3]
    assert sizes[0] != sizes[1]


@pytest.mark.parametrize(("name", "sound"), [("x.avi", "pcm_s16le"), ("x.mkv", "aac"), ("x.avi", "mp3")])
def test_sound_is_copied(tmp_path, name, sound):
    path = films.write(tmp_path / name, sound=sound)
    done = compress_movie(path, options=FAST)
    assert numbers(done.path) == list(range(30))

    def packets(file):
        with av.open(str(file)) as container:
            return b"".join(bytes(one) for one in container.demux(audio=0) if one.size)

    assert packets(path) == packets(done.path)
    assert len(packets(path)) > 1000


def test_sound_that_has_no_place(tmp_path):
    refuse(films.write(tmp_path / "x.avi", sound="pcm_u8"), r"its sound \(pcm_u8\) has no place in an mp4")


def test_what_else_is_in_the_file_is_told(tmp_path):
    path = tmp_path / "x.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "gray"
        sounds = [container.add_stream("pcm_s16le", rate=48_000, layout="mono") for _ in range(2)]
        for number in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(films.picture(number), format="gray")))
            for sound in sounds:
                samples = av.AudioFrame.from_ndarray(np.zeros((1, 1600), np.int16), format="s16", layout="mono")
                samples.sample_rate = 48_000
                container.mux(sound.encode(samples))
        container.mux(stream.encode(None))
    assert compress_movie(path, options=FAST).left_out == ("audio stream 2",)


def test_pictures_that_a_camera_lost(tmp_path):
    """An avi holds an empty one for each; the others keep their times."""
    path = films.write(tmp_path / "x.avi", 6, **RAW)
    whole = path.read_bytes()
    size = 64 * 48
    chunk = b"00dc" + size.to_bytes(4, "little")
    start = whole.index(b"movi") + 4
    assert whole[start : start + 8] == chunk
    place = start + 2 * (size + 8)
    # the third becomes an empty one, what it had becomes padding that readers skip
    lost = b"00dc" + bytes(4) + b"JUNK" + (size - 8).to_bytes(4, "little") + bytes(size - 8)
    whole = bytearray(whole[:place] + lost + whole[place + size + 8 :])
    index = whole.index(b"idx1", place)
    entry = index + 8 + 2 * 16
    assert whole[entry : entry + 4] == b"00dc"
    whole[entry + 12 : entry + 16] = bytes(4)
    path.write_bytes(whole)
    done = compress_movie(path, options=FAST)
    assert numbers(done.path) == [0, 1, 3, 4, 5]
    assert np.allclose(films.decoded(done.path)[1], np.array([0, 1, 3, 4, 5]) / 30)


def test_a_bare_stream_is_numbered(tmp_path):
    path = films.write(tmp_path / "x.h264", 10, codec="libx264", pixels="yuv420p", form="h264")
    done = compress_movie(path, options=FAST)
    assert numbers(done.path) == list(range(10))
    assert np.allclose(np.diff(films.decoded(done.path)[1]), np.diff(films.decoded(done.path)[1])[0])


def test_names_that_are_taken(tmp_path):
    path = films.write(tmp_path / "x.mp4", 5, codec="libx264", pixels="yuv420p")
    with pytest.raises(BadInput, match="there already"):
        compress_movie(path, options=FAST)
    with pytest.raises(BadInput, match="there already"):
        compress_movie(path, path, options=FAST, overwrite=True)
    compress_movie(path, tmp_path / "y.mp4", options=FAST)
    compress_movie(path, tmp_path / "y.mp4", options=FAST, overwrite=True)


# ------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("options", "said"), [({"crf": 52}, "crf is 52"), ({"crf": -1}, "crf is -1"), ({"preset": "x"}, "preset is 'x'")]
)
def test_options_that_make_no_sense(tmp_path, options, said):
    with pytest.raises(BadInput, match=said):
        compress_movie(tmp_path / "x.avi", options=MovieOptions(**options))


def test_no_movie(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        compress_movie(tmp_path / "no.avi")
    path = tmp_path / "x.avi"
    for text in (b"", b"this is a text" * 50):
        path.write_bytes(text)
        refuse(path, "no movie that can be read", BadInput)
    import wave

    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(2000))
    refuse(path, "one stream of pictures, this file has none", BadInput)


def test_several_streams_of_pictures(tmp_path):
    path = tmp_path / "x.mkv"
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("ffv1", rate=30) for _ in range(2)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 64, 48, "gray"
        for stream in streams:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(films.picture(0), format="gray")))
    refuse(path, "this file has 2", BadInput)


def test_no_pictures(tmp_path):
    path = films.write(tmp_path / "x.avi", 0, codec="rawvideo", pixels="gray", options={})
    refuse(path, "no pictures|no movie|how large", BadInput)


def test_more_than_8_bits(tmp_path):
    refuse(films.write(tmp_path / "x.mkv", codec="ffv1", pixels="gray16le"), "pixels have 16 bits", BadInput)


def test_times_that_do_not_grow(tmp_path):
    path = films.write(tmp_path / "x.mkv", 4, times=[0, 33, 33, 66], codec="ffv1", pixels="gray")
    refuse(path, r"pictures 1 and 2 have the times 0.033000 and 0.033000 s", BadInput)


def test_pictures_that_change_their_size(tmp_path):
    one, two = (films.write(tmp_path / f"{n}.mjpeg", 2, width=n, form="mjpeg") for n in (64, 80))
    path = tmp_path / "x.mjpeg"
    path.write_bytes(one.read_bytes() + two.read_bytes())
    refuse(path, "picture 2 is 80 x 48, those before it 64 x 48")


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("x.avi", RAW),
        ("x.mkv", {"codec": "ffv1", "pixels": "gray"}),
        ("x.mp4", {"codec": "libx264", "pixels": "yuv420p"}),
        ("y.mp4", {"codec": "libx264", "pixels": "yuv420p", "settings": {"movflags": "+faststart"}}),
    ],
)
def test_a_movie_that_was_cut_off(tmp_path, name, how):
    path = films.write(tmp_path / name, **how)
    whole = path.read_bytes()
    for length in (len(whole) - (400 if "mp4" in name else len(whole) // 3), len(whole) // 2, len(whole) // 20):
        path.write_bytes(whole[:length])
        refuse(path, "cut off|head is lost|does not decode|no pictures|stream of pictures|that are stored")


def test_an_avi_that_ends_between_pictures(tmp_path):
    path = films.write(tmp_path / "x.avi", **RAW)
    whole = path.read_bytes()
    start = whole.index(b"movi") + 4
    path.write_bytes(whole[: start + 20 * (64 * 48 + 8)])
    refuse(path, r"pictures end at 0\.633 s and shall go on to 1\.000 s; was it cut off")


def test_a_picture_that_the_decoder_doubts(tmp_path):
    frame = type("Frame", (), {"is_corrupt": True})()
    with (
        film.opened(films.write(tmp_path / "x.avi", 2, **RAW)) as one,
        pytest.raises(Damaged, match="picture 4 is damaged"),
    ):
        one._check(frame, 4, None)


def test_a_live_recording_has_no_length(tmp_path):
    path = films.write(tmp_path / "x.mkv", codec="ffv1", pixels="gray", settings={"live": "1"})
    assert numbers(compress_movie(path, options=FAST).path) == list(range(30))


def test_a_picture_that_does_not_decode(tmp_path):
    path = films.write(tmp_path / "x.mp4", codec="libx264", pixels="yuv420p", options={"crf": "10", "g": "10"})
    whole = bytearray(path.read_bytes())
    start = whole.index(b"mdat") + len(whole) // 3
    whole[start : start + 60] = bytes(60)
    path.write_bytes(whole)
    refuse(path, r"picture \d+ (does not decode|is damaged)|decode of the", Damaged)
    with pytest.raises(Damaged, match=r"x\.mp4: "):
        verify_movie(path)


def test_a_movie_that_changes_meanwhile(tmp_path):
    path = films.write(tmp_path / "x.avi", 4, **RAW)

    def touch(_done):
        os.utime(path, (1, 1))

    with pytest.raises(BadInput, match="changed while it was compressed"):
        compress_movie(path, options=FAST, progress=touch)
    assert left(path) == ["x.avi"]


def test_the_extra_that_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(CodecError, match=r"pip install 'bregma-codecs\[video\]'"):
        compress_movie(tmp_path / "x.avi")


@pytest.mark.parametrize(
    ("name", "how", "old", "new", "said"),
    [
        ("x.mp4", {"codec": "libx264", "pixels": "yuv420p"}, b"avc1", b"zzzz", "way that is not known here"),
        ("x.mkv", {"codec": "ffv1", "pixels": "gray", "sound": "pcm_s16le"}, b"A_PCM", b"A_ZZZ", "of an unknown kind"),
    ],
)
def test_what_nobody_can_decode(tmp_path, name, how, old, new, said):
    path = films.write(tmp_path / name, 5, **how)
    path.write_bytes(path.read_bytes().replace(old, new))
    refuse(path, said, BadInput)


def test_notes_that_are_no_text(tmp_path):
    path = films.write(tmp_path / "x.mkv", 5, codec="ffv1", pixels="gray")
    path.write_bytes(path.read_bytes().replace(b"DURATION", b"DUR\xceTION"))
    assert numbers(compress_movie(path, options=FAST).path) == list(range(5))
