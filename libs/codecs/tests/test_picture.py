"""A quick look: what is measured of a recording, and a picture that can be opened."""

import io
import sys

import numpy as np
import pytest
from bregma_codecs import BadInput, Reader, compress_file, picture
from bregma_codecs.cli import main
from click.testing import CliRunner


@pytest.fixture
def tones(tmp_path):
    """Two seconds of three channels: 100 Hz of amplitude 200, noise, nothing."""
    time = np.arange(2000) / 1000
    values = np.stack(
        [200 * np.sin(2 * np.pi * 100 * time) + 70, np.random.default_rng(0).normal(0, 30, 2000), np.full(2000, 5)], axis=1
    ).round().astype("int16")  # fmt: skip
    path = tmp_path / "tones.bin"
    values.tofile(path)
    return Reader.at(compress_file(path, sample_rate=1000, n_channels=3, dtype="int16").cbin), values


def test_loudness_and_spectrum(tones):
    reader, values = tones
    found = picture.look(reader, 0, 2)
    assert np.array_equal(found.values, values)
    assert found.rms == pytest.approx([200 / np.sqrt(2), 30, 0], rel=0.03)
    assert found.frequency[found.power[:, 0].argmax()] == pytest.approx(100, abs=1)
    # Parseval: what the spectrum holds is what the samples hold
    width = found.frequency[1]
    assert found.power.sum(axis=0)[:2] * width == pytest.approx(np.square(found.rms)[:2], rel=0.1)


def test_the_middle_unless_said_and_less_where_it_ends(tones):
    reader, values = tones
    found = picture.look(reader)
    assert found.start == 0.5
    assert np.array_equal(found.values, values[500:1500])
    assert len(picture.look(reader, 1.9).values) == 100
    assert len(picture.look(reader, None, 9).values) == 2000


@pytest.mark.parametrize(
    ("start", "seconds"), [(-1, 1), (1.99, 1), (0, 0.01), (2, 1), (float("nan"), 1), (0, 0), (0, 11), (0, float("nan"))]
)
def test_nothing_to_look_at(tones, start, seconds):
    with pytest.raises(BadInput):
        picture.look(tones[0], start, seconds)


@pytest.mark.parametrize("seconds", [1, 0.016, 0.5])
def test_the_picture_opens(tones, seconds):
    from PIL import Image

    made = picture.draw(picture.look(tones[0], 0.5, seconds), "tones")
    image = Image.open(io.BytesIO(made))
    image.load()
    assert image.size[0] > 1000
    assert len(np.unique(np.asarray(image.convert("L")))) > 20


def test_long_stretches_keep_their_spikes(packed):
    cbin, _ = packed(6000, 4)
    assert picture.draw(picture.look(Reader.at(cbin), 0, 6), "long", "svg").startswith(b"<?xml")


def test_without_matplotlib(tones, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(BadInput, match="pip install"):
        picture.draw(picture.look(tones[0]), "x")


def test_the_command(tones, tmp_path):
    cbin = tones[0].name
    done = CliRunner().invoke(main, ["info", cbin, "--plot", str(tmp_path / "x.png"), "--at", "0.2"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    assert "n_channels" in done.output
    CliRunner().invoke(main, ["info", cbin, "--plot", str(tmp_path / "x.svg")])
    assert b"<svg" in (tmp_path / "x.svg").read_bytes()
    wrong = CliRunner().invoke(main, ["info", cbin, "--plot", str(tmp_path / "x.jpg")])
    assert (wrong.exit_code, "png or .svg" in wrong.output) == (1, True)
