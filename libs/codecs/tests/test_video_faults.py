"""Faults while a movie is encoded: an encoder that errs, a disk that is full, a kill, the program ffmpeg."""

import os
import signal
import stat
import subprocess
import sys
from fractions import Fraction

import av
import pytest
from bregma_codecs import CodecError, Damaged, video
from bregma_codecs.video import MovieOptions, compress_movie

from . import films
from .test_video import FAST, RAW, left, numbers, refuse

# ------------------------------------------------------------------------------------------- an encoder that errs


def encoder(monkeypatch, change):
    """Let each picture pass through ``change(number, frame)`` on its way to the encoder; None drops it."""
    right, count = video._prepared, iter(range(1000))

    def wrong(frame, width, height):
        return change(next(count), right(frame, width, height))

    monkeypatch.setattr(video, "_prepared", wrong)


def test_pictures_that_changed_places(tmp_path, monkeypatch):
    path = films.write(tmp_path / "x.avi", 10, **RAW)
    frames = {}

    def swap(number, frame):
        frames[number] = frame
        if number != 6:
            return frame
        other = frames[0].reformat(format="yuv420p")
        other.pts, other.time_base = frame.pts, frame.time_base
        return other

    encoder(monkeypatch, swap)
    monkeypatch.setattr(video, "_STRANGE", 5)
    refuse(path, "picture 6 does not look as it did", Damaged)


def test_a_time_that_shifted(tmp_path, monkeypatch):
    path = films.write(tmp_path / "x.mkv", 10, codec="ffv1", pixels="gray", times=[10 * i for i in range(10)])

    def later(number, frame):
        frame.pts += number == 4
        return frame

    encoder(monkeypatch, later)
    refuse(path, r"picture 4 is at 0\.040000 s and would be at 0\.041000 s", Damaged)


def test_a_picture_that_was_lost(tmp_path, monkeypatch):
    path = films.write(tmp_path / "x.avi", 10, **RAW)

    def shorter(_film, part, _how, _progress):
        films.write(part, 9, codec="libx264", pixels="yuv420p", form="mp4")

    monkeypatch.setattr(video, "_by_library", shorter)
    refuse(path, r"picture 9 is in one movie only", Damaged)


@pytest.mark.parametrize(("change", "said"), [("hash", "sound is not what it was"), ("start", "begin at another time")])
def test_sound_that_differs(tmp_path, monkeypatch, change, said):
    path = films.write(tmp_path / "x.avi", 5, sound="pcm_s16le")
    right = video._Heard
    made = []

    class Wrong(right):
        def __call__(self, packet):
            super().__call__(packet)
            if self is made[1]:
                if change == "hash":
                    self.hash.update(b"x")
                else:
                    self.start = Fraction(1)

        def __init__(self):
            super().__init__()
            made.append(self)

    monkeypatch.setattr(video, "_Heard", Wrong)
    refuse(path, said, Damaged)


def test_a_library_that_cannot_write(tmp_path, monkeypatch):
    path = films.write(tmp_path / "x.avi", 5, **RAW)

    def fails(*_):
        raise av.error.ExternalError(542398533, "Generic error in an external library")

    encoder(monkeypatch, fails)
    refuse(path, r"out\.mp4: cannot be written \(Generic error", CodecError)


FULL = """
import resource, signal, sys
from bregma_codecs import CodecError
from bregma_codecs.video import MovieOptions, compress_movie
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
try:
    compress_movie(sys.argv[1], options=MovieOptions(crf=1))
except CodecError as error:
    print(error)
    sys.exit(3)
"""


def test_a_disk_that_takes_no_more(tmp_path):
    path = films.write(tmp_path / "x.avi", 40, **RAW)
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 3, done.stderr
    assert "cannot be written (File too large)" in done.stdout
    assert left(path) == ["x.avi"]


SLOW = """
import sys, time
from bregma_codecs.video import compress_movie
done = []
def wait(_):
    done.append(1)
    if len(done) > int(sys.argv[2]):
        print("now", flush=True)
        time.sleep(60)
compress_movie(sys.argv[1], progress=wait)
"""


@pytest.mark.parametrize("after", [3, 45])
def test_a_kill_leaves_nothing_under_the_final_name(tmp_path, after):
    """While it encodes, and while it compares."""
    path = films.write(tmp_path / "x.avi", **RAW)
    done = subprocess.Popen([sys.executable, "-c", SLOW, str(path), str(after)], stdout=subprocess.PIPE)
    assert done.stdout.readline() == b"now\n"
    os.kill(done.pid, signal.SIGKILL)
    done.communicate()
    assert left(path) == ["x.avi", "x.mp4.part"]
    compress_movie(path, options=FAST)
    assert left(path) == ["x.avi", "x.mp4"]


# ------------------------------------------------------------------------------------------- the program ffmpeg

PROGRAM = """#!{python}
import sys
words = sys.argv[1:]
open({log!r}, "w").write("\\n".join(words))
what = {what!r}
if what == "fail":
    print("it is broken", file=sys.stderr)
if what in ("fail", "silent"):
    sys.exit(1)
from bregma_codecs import film, video
source, target = (words[place].removeprefix("file:") for place in (words.index("-i") + 1, -1))
from pathlib import Path
with film.opened(Path(source)) as one:
    video._by_library(one, Path(target), video.MovieOptions(), lambda _: None)
print("frame=12\\nfps=3\\nprogress=continue\\nframe=30\\nprogress=end")
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A program called ffmpeg that notes what it is told, and does it or fails."""

    def make(what="work"):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        file = folder / "ffmpeg"
        file.write_text(PROGRAM.format(python=sys.executable, log=str(folder / "log"), what=what))
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(folder))
        return folder / "log"

    return make


def test_the_program_encodes_and_is_checked_as_well(tmp_path, program):
    log = program()
    path = films.write(tmp_path / "x.mkv", codec="ffv1", pixels="gray", times=[21 * i for i in range(30)])
    seen = []
    done = compress_movie(path, options=MovieOptions(with_ffmpeg=True, crf=17, n_threads=1), progress=seen.append)
    assert seen == [12, 18, *[1] * 30]
    assert numbers(done.path) == list(range(30))
    told = log.read_text().splitlines()
    for name, value in (
        ("-crf", "17"),
        ("-preset", "slow"),
        ("-pix_fmt", "yuv420p"),
        ("-enc_time_base", "1:1000"),
        ("-c:a", "copy"),
        ("-f", "mp4"),
        ("-threads", "1"),
    ):
        assert told[told.index(name) + 1] == value
    assert told[-1].endswith("x.mp4.part")


@pytest.mark.parametrize(
    ("what", "said"), [("fail", "status 1: it is broken"), ("silent", "status 1: it said nothing")]
)
def test_the_program_fails(tmp_path, program, what, said):
    program(what)
    path = films.write(tmp_path / "x.avi", 5, **RAW)
    refuse(path, said, options=MovieOptions(with_ffmpeg=True))


def test_the_program_is_stopped(tmp_path, program):
    program()
    path = films.write(tmp_path / "x.mkv", codec="ffv1", pixels="gray")

    def interrupt(_done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compress_movie(path, options=MovieOptions(with_ffmpeg=True), progress=interrupt)
    assert left(path) == ["bin", "x.mkv"]


def test_the_program_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    path = films.write(tmp_path / "x.avi", 5, **RAW)
    with pytest.raises(CodecError, match="no program ffmpeg on PATH"):
        compress_movie(path, options=MovieOptions(with_ffmpeg=True))
    assert left(path) == ["x.avi"]


def test_the_true_program(tmp_path):
    """Where one is installed."""
    import shutil

    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg on PATH")
    path = films.write(tmp_path / "x.avi", 10, 65, 49, codec="rawvideo", pixels="bgr24", colour=True, sound="pcm_s16le")
    assert numbers(compress_movie(path, options=MovieOptions(with_ffmpeg=True)).path) == list(range(10))
