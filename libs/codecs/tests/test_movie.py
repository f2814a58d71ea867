"""A movie as an array: whatever is asked for first, the pictures are those of decoding from the first to the last."""

import sys
import threading

import av
import numpy as np
import pytest
from bregma_codecs import BadInput, CodecError, Damaged, film
from bregma_codecs import movie as movies
from bregma_codecs.movie import Movie
from bregma_codecs.video import MovieOptions, compress_movie

from . import films

H264 = {"codec": "libx264", "pixels": "yuv420p"}
KINDS = {
    "b-pictures.mp4": {**H264, "options": {"g": "12", "bf": "3"}},
    "open.mp4": {**H264, "options": {"x264-params": "open-gop=1:keyint=12:bframes=3:scenecut=0"}},
    "one-key.mp4": {**H264, "options": {"g": "1000"}},
    "uneven.mkv": {**H264, "options": {"g": "12"}, "times": [70 + 33 * i + i % 7 for i in range(60)]},
    "uneven.mp4": {**H264, "options": {"g": "12"}, "times": [33 * i + i % 7 for i in range(60)]},
    "raw.avi": {"codec": "rawvideo", "pixels": "gray"},
    "jpeg.avi": {},
    "colour.mp4": {**H264, "colour": True, "options": {"g": "12"}},
    "mpeg4.avi": {"codec": "mpeg4", "pixels": "yuv420p", "options": {"g": "12", "bf": "0"}},
    "later.mkv": {**H264, "times": [5000 + 20 * i for i in range(60)]},
}


@pytest.fixture(params=list(KINDS))
def both(request, tmp_path):
    """The path of a movie of 60 pictures, and these, decoded one after the other."""
    how = KINDS[request.param]
    path = films.write(tmp_path / request.param, 60, **how)
    values, times = films.decoded(path, "rgb24" if how.get("colour") else "gray")
    return path, values, times


def test_pictures_are_those_of_decoding_in_order(both):
    path, values, times = both
    random = np.random.default_rng(0)
    with Movie.at(path) as movie:
        assert movie.shape == values.shape
        assert np.allclose(movie.times, times)
        for number in random.integers(0, 60, 40):
            assert np.array_equal(movie[number], values[number]), number
            assert films.number_of(movie[number]) == number
        for number in (*range(60), *range(59, -1, -1)):
            assert np.array_equal(movie[number], values[number]), number


def test_reading_is_as_numpy_does(both):
    path, values, _ = both
    with Movie.at(path) as movie:
        assert (len(movie), movie.ndim, movie.dtype) == (60, values.ndim, np.uint8)
        for item in (
            0, -1, np.int64(7), slice(10, 20), slice(None, None, -7), slice(5, 5), slice(30, None, 10), ..., (), (..., 2), (4, ...),
            [4, 50, -1, 4], np.array([[1, 2], [40, 0]]), [], np.arange(60) % 25 == 0, (slice(3, 9), 1), (7, slice(2, 5), -1),
            (slice(0, 4), slice(None, None, 2), slice(10, 20)), ([30, 3], slice(5, 9)), (5, [1, 2], [3, 4]), (slice(2), [1, 2], [3, 4]),
            (slice(5, 5), slice(0, 3)), (9, 8, 7),
        ):  # fmt: skip
            found = movie[item]
            assert np.array_equal(found, values[item]), item
            assert np.shape(found) == np.shape(values[item])
        for item in (60, -61, (0, 48), (0, 0, 0, 0, 0), 1.5, (..., ...), None, ([1, 2], [3, 4])):
            with pytest.raises(IndexError):
                movie[item]


def test_as_an_array(tmp_path):
    path = films.write(tmp_path / "x.mp4", 12, **H264)
    values, _ = films.decoded(path)
    with Movie.at(path) as movie:
        assert np.array_equal(np.asarray(movie), values)
        assert np.asarray(movie, "float32").dtype == "float32"
        assert np.array_equal(np.array(list(movie)), values)
        if np.lib.NumpyVersion(np.__version__) >= "2.0.0":
            with pytest.raises(ValueError, match="new array"):
                np.asarray(movie, copy=False)
        assert repr(movie) == "<Movie x.mp4: 12 pictures of 64 x 48 in grey at 30 Hz>"
        assert movie.codec == "h264"


def test_what_is_returned_is_a_copy(tmp_path):
    path = films.write(tmp_path / "x.mp4", 5, **H264)
    with Movie.at(path) as movie:
        first = movie[2]
        first[:] = 0
        assert movie[2].any()


def test_no_more_is_kept_than_allowed(both, monkeypatch):
    path, values, _ = both
    monkeypatch.setattr(movies, "MOST_BYTES", 4 * 64 * 48 * 3 // 2)
    with Movie.at(path) as movie:
        for number in (40, 3, 4, 5, 59, 0, 58, 57):
            assert np.array_equal(movie[number], values[number])
        assert len(movie._kept) <= 4


def test_grey_or_colour(tmp_path):
    grey = films.write(tmp_path / "grey.mp4", 5, **H264)
    colour = films.write(tmp_path / "colour.mp4", 5, colour=True, **H264)
    for path, said, found in ((grey, None, False), (grey, True, True), (colour, None, True), (colour, False, False)):
        with Movie.at(path, colour=said) as movie:
            assert movie.colour is found
            assert movie[0].ndim == 2 + found
    with Movie.at(colour) as movie:
        red, green, _ = movie[2, 30, 0]
        assert int(red) > int(green) + 100


def test_only_the_pictures_that_are_needed_are_decoded(tmp_path, monkeypatch):
    path = films.write(tmp_path / "x.mp4", 60, **{**H264, "options": {"g": "12", "bf": "0", "sc_threshold": "0"}})
    with Movie.at(path, colour=False) as movie:
        seen = []
        keep = movie._keep
        monkeypatch.setattr(movie, "_keep", lambda place, frame: (seen.append(place), keep(place, frame)))
        movie[26]
        assert seen == [24, 25, 26]
        movie[30]
        movie[25]
        assert seen == [24, 25, 26, 27, 28, 29, 30]
        movie[50]
        assert seen[7:] == [48, 49, 50]


def test_odd_sizes_come_back(tmp_path):
    for width, height in ((67, 49), (66, 49), (67, 48)):
        path = films.write(tmp_path / f"{width}{height}.avi", 4, width, height, codec="rawvideo", pixels="gray")
        with Movie.at(compress_movie(path, options=MovieOptions(crf=5)).path) as movie, Movie.at(path) as raw:
            assert movie.shape == raw.shape == (4, height, width)
            assert abs(movie[:].astype(int) - raw[:]).mean() < 3


def test_threads_may_read(tmp_path):
    path = films.write(tmp_path / "x.mp4", 60, **{**H264, "options": {"g": "12"}})
    wrong = []
    with Movie.at(path) as movie:

        def read(seed):
            wrong.extend(n for n in np.random.default_rng(seed).integers(0, 60, 40) if films.number_of(movie[n]) != n)

        threads = [threading.Thread(target=read, args=[seed]) for seed in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert not wrong


# ------------------------------------------------------------------------------------------- what is refused


def test_no_movie(tmp_path):
    path = tmp_path / "x.mp4"
    path.write_bytes(b"no movie" * 100)
    with pytest.raises(BadInput, match=r"x\.mp4: this is no movie"):
        Movie.at(path)
    with pytest.raises(BadInput, match="cannot be read"):
        Movie.at(tmp_path / "no.mp4")


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("x.h264", {**H264, "form": "h264"}),
        ("x.mjpeg", {"form": "mjpeg"}),
        ("x.ts", H264),
        ("x.mpg", {"codec": "mpeg2video", "pixels": "yuv420p"}),
        ("x.avi", {**H264, "options": {"bf": "3"}}),
    ],
)
def test_files_without_an_exact_index(tmp_path, name, how):
    with pytest.raises(BadInput, match=r"no index to find each picture by; put it into an mp4"):
        Movie.at(films.write(tmp_path / name, **how))


def test_an_index_that_does_not_fit(tmp_path, monkeypatch):
    path = films.write(tmp_path / "x.mp4", 5, **H264)
    monkeypatch.setattr(movies, "_by_index", lambda _: (np.array([7]), np.array([0])))
    with Movie.at(path) as movie:  # by what is stored
        assert films.number_of(movie[4]) == 4
    monkeypatch.setattr(movies, "_by_packets", lambda _: None)
    with pytest.raises(BadInput, match="not those in its index"):
        Movie.at(path)


def test_no_pictures_and_one(tmp_path):
    with pytest.raises(BadInput, match=r"no pictures|no movie|how large"):
        Movie.at(films.write(tmp_path / "x.mkv", 0, **H264))
    with Movie.at(films.write(tmp_path / "one.mp4", 1, **H264)) as movie:
        assert films.number_of(movie[0]) == 0
        assert movie.times.tolist() == [0]


def test_two_pictures_at_one_time(tmp_path):
    path = films.write(tmp_path / "x.mkv", 4, times=[0, 33, 33, 66], codec="ffv1", pixels="gray")
    with pytest.raises(BadInput, match="two pictures have one time"):
        Movie.at(path)


def test_pictures_without_times(tmp_path):
    path = films.write(tmp_path / "x.h264", 3, form="h264", **H264)
    with film.opened(path) as one:
        assert movies._by_packets(one) is None


def test_a_movie_that_is_damaged(tmp_path):
    path = films.write(tmp_path / "x.mp4", 60, **{**H264, "options": {"g": "10", "crf": "5", "bf": "0"}})
    with av.open(str(path)) as container:
        places = [(one.pos, one.size) for one in container.demux(video=0) if one.size]
    whole = bytearray(path.read_bytes())
    start, size = places[23]
    whole[start + 6 : start + size] = bytes(size - 6)
    path.write_bytes(whole)
    with Movie.at(path) as movie:
        assert films.number_of(movie[15]) == 15
        with pytest.raises(Damaged, match=r"x\.mp4: "):
            movie[20:30]
        assert films.number_of(movie[45]) == 45
        assert films.number_of(movie[21]) == 21


def test_a_movie_that_was_cut_off(tmp_path):
    path = films.write(tmp_path / "x.mp4", 60, **{**H264, "options": {"g": "10", "movflags": "faststart"}})
    with av.open(str(path)) as one, av.open(str(tmp_path / "y.mp4"), "w", options={"movflags": "faststart"}) as two:
        copied = two.add_stream_from_template(one.streams.video[0])
        for packet in one.demux(video=0):
            if packet.size:
                packet.stream = copied
                two.mux(packet)
    whole = (tmp_path / "y.mp4").read_bytes()
    (tmp_path / "y.mp4").write_bytes(whole[: len(whole) * 2 // 3])
    with Movie.at(tmp_path / "y.mp4") as movie:
        assert films.number_of(movie[3]) == 3
        with pytest.raises(Damaged, match=r"y\.mp4: picture 59"):
            movie[59]


def test_faults_of_the_library_are_sentences(tmp_path, monkeypatch):
    path = films.write(tmp_path / "x.mp4", 60, **{**H264, "options": {"g": "10"}})

    class Broken:
        def __init__(self, container):
            self._container = container

        def __getattr__(self, name):
            if name in {"seek", "demux"}:
                raise av.error.InvalidDataError(1094995529, "Invalid data")
            return getattr(self._container, name)

    with Movie.at(path) as movie:
        movie._film = film.Film(**{**vars(movie._film), "container": Broken(movie._film.container)})
        with pytest.raises(Damaged, match=r"x\.mp4: the place of a picture cannot be reached"):
            movie[50]
        with pytest.raises(Damaged, match="cannot be read to its end"):
            movies._by_packets(movie._film)


def test_an_index_that_lies(tmp_path):
    """A picture whose time no index names is no picture to return."""
    path = films.write(tmp_path / "x.mp4", 30, **{**H264, "options": {"g": "10"}})
    with Movie.at(path) as movie:
        movie._pts = movie._pts + 1
        with pytest.raises(Damaged, match="not in the file's index"):
            movie[25]
        movie._pts = movie._pts - 1
        assert films.number_of(movie[25]) == 25


def test_the_extra_that_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(CodecError, match=r"pip install 'bregma-codecs\[video\]'"):
        Movie.at(tmp_path / "x.mp4")
