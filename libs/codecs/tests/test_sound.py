"""Microphones: FLAC and back, sample for sample; what is cut off, damaged or no whole number is refused."""

import hashlib
import os
import signal
import struct
import subprocess
import sys
import time
import wave

import numpy as np
import pytest
import soundfile
from bregma_codecs import BadInput, CodecError, Damaged, riff
from bregma_codecs import sound as sounds
from bregma_codecs.sound import Sound, compress_sound, decompress_sound, verify_sound

from .waves import DATA, RATE, fmt, riff_file, write


def left(path):
    return sorted(one.name for one in path.parent.iterdir())


def refuse(path, said, kind=BadInput):
    before = {one: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}
    with pytest.raises(kind, match=said) as caught:
        compress_sound(path)
    assert str(path) in str(caught.value)
    assert {one: one.read_bytes() for one in path.parent.iterdir() if one.is_file()} == before


# ------------------------------------------------------------------------------------------- there and back


@pytest.mark.parametrize(
    ("width", "channels", "rate"), [(1, 1, 8000), (2, 2, 192_000), (3, 8, 655_350), (4, 1, 250_000)]
)
def test_there_and_back(wav, monkeypatch, width, channels, rate):
    monkeypatch.setattr(riff, "BLOCK", 1024)
    path, raw = wav(width=width, channels=channels, rate=rate)
    told = []
    done = compress_sound(path, progress=told.append)
    assert done.path == path.with_suffix(".flac")
    assert (done.raw_bytes, sum(told), done.left_out) == (raw.size, raw.size, ())
    assert done.bytes == done.path.stat().st_size
    assert verify_sound(done.path)
    back = decompress_sound(done.path, path.with_name("back.wav"))
    with wave.open(str(path)) as one, wave.open(str(back)) as two:
        assert one.getparams() == two.getparams()
        assert one.readframes(raw.size) == two.readframes(raw.size)
    assert left(path) == ["back.wav", "mic.flac", "mic.wav"]


def test_it_becomes_smaller(wav):
    path, _ = wav(n=40_000, channels=1)
    done = compress_sound(path)
    assert done.bytes < 0.9 * done.raw_bytes


def test_it_is_flac_for_others_and_names_its_writer(wav):
    path, raw = wav(width=3)
    done = compress_sound(path)
    info = soundfile.info(str(done.path))
    assert (info.format, info.subtype, info.samplerate, info.channels, info.frames) == ("FLAC", "PCM_24", RATE, 2, 3000)
    assert done.path.read_bytes()[26:42] == hashlib.md5(raw.tobytes()).digest()
    assert Sound.at(done.path).written_by.startswith("bregma-codecs ")


def test_av_reads_the_same(wav):
    """Another decoder than the one that compared."""
    import av

    path, raw = wav(width=2)
    with av.open(str(compress_sound(path).path)) as container:
        frames = [one.to_ndarray().reshape(-1, 2) for one in container.decode(audio=0)]
    assert np.array_equal(np.concatenate(frames), raw.view("<i2")[..., 0])


def test_a_flac_of_others_becomes_a_wav(tmp_path):
    values = np.arange(-500, 500, dtype="int16")[:, None]
    soundfile.write(tmp_path / "x.flac", values, 44_100, subtype="PCM_16")
    with Sound.at(decompress_and_again(tmp_path / "x.flac")) as one:
        assert np.array_equal(one[:], values)
    with soundfile.SoundFile(tmp_path / "odd.flac", "w", 44_100, 1, "PCM_16", format="FLAC") as out:
        out.comment = "8 bits a sample in the wav"  # which it cannot have been
        out.write(values)
    assert Sound.at(tmp_path / "odd.flac").bits == 16


def decompress_and_again(path):
    back = decompress_sound(path)
    return compress_sound(back, path.with_name("again.flac")).path


def test_extensible_and_padded_files(tmp_path):
    more = struct.pack("<HHI", 22, 16, 4) + struct.pack("<H", 1) + bytes(14)
    odd = (b"junk", b"x", None)
    path = riff_file(tmp_path / "x.wav", odd, fmt(tag=0xFFFE, more=more), DATA, (b"LIST", b"INFO", None))
    done = compress_sound(path)
    assert done.left_out == ("LIST",)
    assert np.array_equal(Sound.at(done.path)[:, 0], np.arange(100))


def test_more_than_4_gib(tmp_path, monkeypatch):
    """The form is that of large files; the file itself is small."""
    ds64 = (b"ds64", struct.pack("<QQQI", 0, len(DATA[1]), 100, 0), None)
    path = riff_file(tmp_path / "x.wav", ds64, fmt(), (b"data", DATA[1], 0xFFFFFFFF), kind=b"RF64")
    done = compress_sound(path)
    path.unlink()
    monkeypatch.setattr(sounds, "_LARGEST_WAV", 100)
    back = decompress_sound(done.path)
    assert back.read_bytes()[:4] == b"RF64"
    assert compress_sound(back, tmp_path / "two.flac").raw_bytes == 200


def test_names_that_are_taken(wav):
    path, _ = wav()
    compress_sound(path)
    for call in (compress_sound, lambda one: decompress_sound(one.with_suffix(".flac"))):
        with pytest.raises(BadInput, match="there already"):
            call(path)
    with pytest.raises(BadInput, match="there already"):
        compress_sound(path, path, overwrite=True)
    compress_sound(path, overwrite=True)
    decompress_sound(path.with_suffix(".flac"), overwrite=True)


# ------------------------------------------------------------------------------------------- what is refused


def test_a_wav_that_was_cut_off(wav):
    path, _ = wav()
    path.write_bytes(path.read_bytes()[:-7])
    refuse(path, r"cut off, or was never closed: 11,993 bytes are left of a part that has 12,000")


def test_a_wav_that_was_never_closed(wav):
    path, _ = wav()
    whole = bytearray(path.read_bytes())
    for size in (b"\xff\xff\xff\xff", b"\0\0\0\0"):
        whole[40:44] = size
        path.write_bytes(whole)
        refuse(path, "cut off")


def test_a_wav_without_samples(tmp_path):
    refuse(riff_file(tmp_path / "x.wav", fmt(), (b"data", b"", None)), "no samples")


@pytest.mark.parametrize(
    ("chunks", "said"),
    [
        ([fmt(bits=32, tag=3), DATA], "floating point, and FLAC holds whole numbers"),
        ([fmt(bits=8, tag=7), DATA], "mu-law"),
        ([fmt(bits=16, tag=85), DATA], "of kind 85"),
        ([fmt(bits=64), DATA], "64 bits"),
        ([fmt(channels=0), DATA], "0 channels"),
        ([fmt(align=3), DATA], "in 3 bytes"),
        ([(b"fmt ", b"short", None), DATA], "does not say how"),
        ([DATA], "has no samples, or does not say"),
        ([fmt()], "has no samples, or does not say"),
        ([fmt(channels=3), DATA], "no whole number of samples"),
        ([fmt(channels=10), DATA], "10 channels, and FLAC holds at most 8"),
        ([fmt(rate=655_351), DATA], "655,351 Hz"),
        ([fmt(), DATA, (b"LIST", b"x", 1000)], "cut off"),
        ([fmt(tag=0xFFFE), DATA], "of kind 65534"),
    ],
)
def test_what_flac_cannot_hold(tmp_path, chunks, said):
    refuse(riff_file(tmp_path / "x.wav", *chunks), said)


def test_what_follows_the_samples_and_is_nothing(tmp_path):
    path = riff_file(tmp_path / "x.wav", fmt(), DATA)
    with path.open("ab") as stream:
        stream.write(b"abc")
    refuse(path, "3 bytes at its end belong to nothing")


def test_all_of_32_bits(wav):
    path, raw = wav(width=4)
    raw[1500, 1, 0] = 1
    write(path, raw)
    refuse(path, "use all of their 32 bits")


def test_no_wav(tmp_path, wav):
    for text in (b"", b"RIFX\0\0\0\0WAVE", b"RIFF\0\0\0\0AVI fmt "):
        path = tmp_path / "x.wav"
        path.write_bytes(text)
        refuse(path, "no wav")
    with pytest.raises(BadInput, match="cannot be read"):
        compress_sound(tmp_path / "no.wav")
    with pytest.raises(BadInput, match="cannot be read"):
        verify_sound(tmp_path / "no.flac")
    path, _ = wav("really.flac")
    with pytest.raises(BadInput, match="no FLAC"):
        Sound.at(path)


def test_a_wav_that_changes_meanwhile(wav, monkeypatch):
    monkeypatch.setattr(riff, "BLOCK", 500)
    path, _ = wav()

    def grow(_done):
        with path.open("ab") as stream:
            stream.write(b"more")

    with pytest.raises(BadInput, match="changed while it was read"):
        compress_sound(path, progress=grow)
    assert left(path) == ["mic.wav"]


# ------------------------------------------------------------------------------------------- damage and faults


def test_any_damage_is_found(wav):
    path, _raw = wav(n=20_000, channels=1)
    flac = compress_sound(path).path
    whole = flac.read_bytes()
    random = np.random.default_rng(1)
    start = whole.index(b"\xff\xf8")  # the first frame; what lies before is names and settings
    for place in [30, *random.integers(start, len(whole), 40)]:
        broken = bytearray(whole)
        broken[place] ^= 1 << random.integers(8)
        flac.write_bytes(broken)
        with pytest.raises(Damaged, match=r"mic\.flac: "):
            verify_sound(flac)
        with pytest.raises(Damaged, match=r"mic\.flac: "):
            decompress_sound(flac, path.with_name("back.wav"))
    assert left(path) == ["mic.flac", "mic.wav"]


def test_a_flac_that_was_cut_off(wav):
    path, raw = wav(n=20_000, channels=1)
    flac = compress_sound(path).path
    whole = flac.read_bytes()
    for length in (20, 45, 200, len(whole) // 2, len(whole) - 1):
        flac.write_bytes(whole[:length])
        with pytest.raises(Damaged, match=r"mic\.flac: "):
            verify_sound(flac)
    with Sound.at(flac) as one:
        assert np.array_equal(one[:4096, 0], raw[:4096].view("<i2")[:, 0, 0])
        with pytest.raises(Damaged, match=r"among the 20,000 samples from 0"):
            one[:]


def test_a_flac_without_samples(tmp_path):
    with soundfile.SoundFile(tmp_path / "x.flac", "w", 8000, 1, "PCM_16", format="FLAC") as out:
        out.write(np.zeros(100, "int16"))
    whole = bytearray((tmp_path / "x.flac").read_bytes())
    for number in (0, 2**32 - 1):  # not known; more than would fit
        whole[22:26] = number.to_bytes(4)
        (tmp_path / "x.flac").write_bytes(whole)
        with pytest.raises(Damaged, match="how many samples"):
            Sound.at(tmp_path / "x.flac")


def test_an_encoder_that_errs_is_found(wav, monkeypatch):
    path, _ = wav()
    with monkeypatch.context() as patch:
        right = riff.full_scale
        seen = []

        def wrong(block):
            values = right(block)
            if not seen:
                values[7, 0] ^= 1 << 16
            seen.append(1)
            return values

        patch.setattr(riff, "full_scale", wrong)
        with pytest.raises(Damaged, match="samples 0 and following do not come back"):
            compress_sound(path)
    with monkeypatch.context() as patch:
        patch.setattr(sounds, "_md5", lambda _: b"")
        with pytest.raises(Damaged, match="not what is in it"):
            compress_sound(path)
    assert left(path) == ["mic.wav"]


FULL = """
import resource, signal, sys
from bregma_codecs import CodecError, sound
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    (sound.compress_sound if sys.argv[1].endswith("wav") else sound.decompress_sound)(sys.argv[1])
except CodecError as error:
    print(error)
    sys.exit(3)
"""


@pytest.mark.parametrize("ending", [".wav", ".flac"])
def test_a_disk_that_takes_no_more(wav, ending):
    path, _ = wav(n=300_000, channels=1)
    if ending == ".flac":
        path = compress_sound(path).path
        path.with_suffix(".wav").unlink()
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path), "60000"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 3, done.stderr
    assert f"{path.with_suffix('.flac' if ending == '.wav' else '.wav')}: cannot be written" in done.stdout
    assert left(path) == [path.name]


def test_a_library_that_cannot_write(wav, monkeypatch):
    def fails(*_):
        raise soundfile.LibsndfileError(2)

    path, _ = wav()
    monkeypatch.setattr(soundfile.SoundFile, "write", fails)
    with pytest.raises(CodecError, match=r"mic\.flac: cannot be written \(System error"):
        compress_sound(path)
    assert left(path) == ["mic.wav"]


SLOW = """
import sys, time
from bregma_codecs import riff, sound
riff.BLOCK = 1000
(sound.compress_sound if sys.argv[1].endswith("wav") else sound.decompress_sound)(sys.argv[1], progress=lambda _: time.sleep(0.05))
"""


@pytest.mark.parametrize("ending", [".wav", ".flac"])
def test_a_kill_leaves_nothing_under_a_final_name(wav, ending):
    path, _ = wav(n=200_000, channels=1)
    target = path.with_suffix(".flac")
    if ending == ".flac":
        path, target = compress_sound(path).path, path
        target.unlink()
    done = subprocess.Popen([sys.executable, "-c", SLOW, str(path)])
    part = target.with_name(target.name + ".part")
    while not part.exists():
        assert done.poll() is None
        time.sleep(0.01)
    os.kill(done.pid, signal.SIGKILL)
    done.wait()
    assert not target.exists()
    (compress_sound if ending == ".wav" else decompress_sound)(path)
    assert target.exists()
    assert not part.exists()


def test_the_extra_that_is_missing(wav, monkeypatch):
    path, _ = wav()
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(CodecError, match=r"pip install 'bregma-codecs\[sound\]'"):
        compress_sound(path)
    with pytest.raises(ImportError):
        compress_sound(path)
    assert left(path) == ["mic.wav"]


def test_a_library_that_lacks_one_of_its_own(tmp_path, monkeypatch):
    from bregma_codecs.errors import extra

    (tmp_path / "halfthere.py").write_text("import nowhere_to_be_found")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="nowhere_to_be_found"):
        extra("halfthere", "sound")


# ------------------------------------------------------------------------------------------- read in parts


@pytest.mark.parametrize("width", [1, 2, 3])
def test_reading_is_as_numpy_does(wav, monkeypatch, width):
    monkeypatch.setattr(sounds, "_GAP", 50)
    path, raw = wav(width=width)
    whole = riff.full_scale(raw)
    if width < 3:
        whole = (whole >> 16).astype("int16")
    with Sound.at(compress_sound(path).path) as one:
        assert (one.shape, one.ndim, len(one), one.dtype, one.bits) == ((3000, 2), 2, 3000, whole.dtype, 8 * width)
        assert one.duration == 3000 / RATE
        assert repr(one) == "<Sound mic.flac: 3,000 samples x 2 channels at 192,000 Hz>"
        assert np.array_equal(np.asarray(one), whole)
        assert np.asarray(one, "float64").dtype == "float64"
        for item in (
            0, -1, 2999, np.int64(5), slice(10, 20), slice(None, None, -7), slice(5, 5), slice(0, 3000, 999), slice(None, 2), ...,
            [4, 2000, -1, 4], np.array([[1, 2], [2500, 0]]), (slice(3, 9), 1), (slice(None), [1, 0]), (7, -1), [], whole[:, 0] > 20_000,
        ):  # fmt: skip
            found = one[item]
            assert np.array_equal(found, whole[item]), item
            assert found.dtype == whole.dtype
        for item in (3000, -3001, (0, 2), (0, 0, 0), 1.5):
            with pytest.raises(IndexError):
                one[item]
        if np.lib.NumpyVersion(np.__version__) >= "2.0.0":
            with pytest.raises(ValueError, match="new array"):
                np.asarray(one, copy=False)


def test_limits_are_those_of_flac(tmp_path):
    """What is refused here is what libsndfile refuses."""
    for rate, channels in ((sounds.HIGHEST_RATE + 1, 1), (8000, sounds.MOST_CHANNELS + 1)):
        with pytest.raises(soundfile.SoundFileError):
            soundfile.SoundFile(tmp_path / "x.flac", "w", rate, channels, "PCM_16", format="FLAC")
