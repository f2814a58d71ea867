"""The commands on microphone recordings."""

import json

from bregma_codecs import Damaged
from bregma_codecs import sound as sounds
from bregma_codecs.sound import compress_sound, verify_sound

from .waves import DATA, RATE, call, fmt, riff_file


def test_commands(wav, tmp_path):
    path, _raw = wav()
    flac = path.with_suffix(".flac")
    assert "every sample compared" in call("compress", path, "-p", "1")
    assert "the hash holds" in call("verify", flac)
    facts = json.loads(call("info", flac, "--json"))
    assert (facts["n_samples"], facts["n_channels"], facts["sample_rate"], facts["bits"]) == (3000, 2, RATE, 16)
    assert "192000 Hz" in call("info", flac)
    assert "12,044 bytes" in call("decompress", flac, "-o", tmp_path / "back.wav")
    assert "there already" in call("decompress", flac, "-o", tmp_path / "back.wav", status=1)
    assert "there already" in call("compress", path, status=1)
    assert "dtype, sample_rate: an option of raw" in call("compress", path, "-s", "1000", "-d", "int16", "-f", status=2)
    assert "no_check" in call("compress", path, "-nc", status=2)
    assert "cannot be read" in call("compress", tmp_path / "no.wav", status=1)
    call("compress", path, "-f", "--remove-original")
    assert not path.exists()
    assert verify_sound(flac)


def test_the_original_stays_if_it_holds_more_than_sound(tmp_path):
    path = riff_file(tmp_path / "x.wav", fmt(), DATA, (b"bext", b"time", None))
    assert "Not these parts: bext; x.wav stays." in call("compress", path, "--remove-original")
    assert path.exists()


def test_the_original_stays_if_the_file_on_the_disk_is_not_whole(wav, monkeypatch):
    path, _ = wav()

    def broken(_path, **_more):
        raise Damaged("mic.flac: damaged")

    monkeypatch.setattr(sounds, "verify_sound", broken)
    assert "damaged" in call("compress", path, "--remove-original", status=1)
    assert path.exists()


def test_a_hash_that_is_not_there(wav):
    path, _ = wav()
    flac = compress_sound(path).path
    whole = bytearray(flac.read_bytes())
    whole[26:42] = bytes(16)
    flac.write_bytes(whole)
    assert verify_sound(flac) is False
    assert "names no hash" in call("verify", flac)
