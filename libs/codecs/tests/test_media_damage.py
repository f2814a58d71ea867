"""Whatever happens to a file of sound or pictures: it is read, or a sentence says that it cannot be; nothing else, and no wrong length."""

import numpy as np
import pytest
from bregma_codecs import CodecError
from bregma_codecs.movie import Movie
from bregma_codecs.sound import Sound, compress_sound, verify_sound
from bregma_codecs.video import verify_movie

from . import films

KINDS = {
    "x.mp4": {"codec": "libx264", "pixels": "yuv420p", "sound": "aac"},
    "x.avi": {},
    "x.mkv": {"codec": "ffv1", "pixels": "gray"},
}


def harm(whole, random):
    """Flip a bit, cut the end off, replace a piece by one of another length, or change a byte of the head."""
    broken = bytearray(whole)
    for _ in range(random.integers(1, 4)):
        place = int(random.integers(len(broken)))
        match random.integers(4):
            case 0:
                broken[place] ^= 1 << random.integers(8)
            case 1:
                del broken[max(20, place) :]
            case 2:
                broken[place : place + random.integers(1, 40)] = random.bytes(random.integers(40))
            case _:
                broken[place % min(len(broken), 700)] = random.integers(256)
    return bytes(broken)


def movie(path):
    with Movie.at(path) as one:
        for number in (len(one) - 1, 0, len(one) // 2):
            assert one[number].shape == one.shape[1:]
    verify_movie(path)


def sound(path):
    with Sound.at(path) as one:
        assert one[-10:].shape == (min(10, len(one)), one.n_channels)
    verify_sound(path)


def microphone(path):
    assert verify_sound(compress_sound(path, overwrite=True).path)


def said_of(read, path):
    try:
        read(path)
    except CodecError as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    ("name", "read"), [*((name, movie) for name in KINDS), ("x.flac", sound), ("x.wav", microphone)]
)
def test_harm_is_a_sentence_or_does_no_harm(tmp_path, wav, name, read):
    if name in KINDS:
        path = films.write(tmp_path / name, 8, **KINDS[name])
    else:
        path, _ = wav("x.wav")
        path = path if name == "x.wav" else compress_sound(path).path
    whole, refused = path.read_bytes(), 0
    random = np.random.default_rng(7)
    for _ in range(60):
        path.write_bytes(harm(whole, random))
        said = said_of(read, path)
        assert said is None or str(path) in said
        refused += said is not None
    assert refused > 10
    assert not list(tmp_path.glob("*.part"))
