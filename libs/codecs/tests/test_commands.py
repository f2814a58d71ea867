"""The command line, typed as users of mtscomp type it."""

import json

import numpy as np
import pytest
from bregma_codecs import Reader
from bregma_codecs.cli import main
from click.testing import CliRunner


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()

    def call(*words, status=0):
        done = CliRunner().invoke(main, [str(one) for one in words])
        assert done.exit_code == status, done.output
        return done.output

    return call


def test_there_and_back(run, raw, tmp_path):
    path, values = raw()
    said = run("compress", path, "-s", "1000", "-n", "30", "-d", "int16", "-c", "1", "-p", "2")
    assert "times smaller" in said
    cbin = path.with_suffix(".cbin")
    assert path.exists()
    assert "both hashes hold" in run("verify", cbin)
    facts = json.loads(run("info", cbin, "--json"))
    assert (facts["n_channels"], facts["n_samples"], facts["sample_rate"], facts["indexed"]) == (30, 2500, 1000.0, True)
    assert "2.5 s" in run("info", cbin)
    run("decompress", cbin, "-o", tmp_path / "back.bin")
    assert (tmp_path / "back.bin").read_bytes() == path.read_bytes()
    assert "there already" in run("decompress", cbin, "-o", tmp_path / "back.bin", status=1)
    run("decompress", cbin, cbin.with_suffix(".ch"), "-o", tmp_path / "back.bin", "-f", "-nc")
    assert "first 2 chunks" in run("chop", cbin, "-n", "2", "-o", tmp_path / "cut.cbin")
    assert "names no hash" in run("verify", tmp_path / "cut.cbin")
    assert np.array_equal(Reader.at(tmp_path / "cut.cbin")[:], values[:2000])


def test_options(run, raw, tmp_path):
    path, values = raw()
    words = [
        "-s",
        "1000",
        "-n",
        "30",
        "-d",
        "int16",
        "--order",
        "C",
        "--spatial-diff",
        "--no-time-diff",
        "--level",
        "6",
        "-nc",
        "-q",
    ]
    run("compress", path, tmp_path / "o.cbin", tmp_path / "o.ch", *words)
    header = json.loads((tmp_path / "o.ch").read_text())
    assert (header["chunk_order"], header["do_time_diff"], header["do_spatial_diff"], header["comp_level"]) == (
        "C",
        False,
        True,
        6,
    )
    assert np.array_equal(Reader.at(tmp_path / "o.cbin")[:], values)
    assert "there already" in run("compress", path, tmp_path / "o.cbin", tmp_path / "o.ch", *words, status=1)
    run("compress", path, tmp_path / "o.cbin", tmp_path / "o.ch", *words, "--force")


def test_defaults_of_mtscomp_hold(run, raw, tmp_path):
    path, _ = raw()
    run("compress", path, "-s", "1000", "-n", "30", "-d", "int16", "--profile", "fast", "--set-default")
    kept = json.loads((tmp_path / "home" / ".mtscomp").read_text())
    assert kept == {"sample_rate": 1000.0, "n_channels": 30, "dtype": "int16", "profile": "fast"}
    run("compress", path, "-f")
    assert json.loads(run("info", path.with_suffix(".cbin"), "--json"))["indexed"] is False
    run("compress", path, "-f", "--profile", "balanced")
    assert json.loads(run("info", path.with_suffix(".cbin"), "--json"))["indexed"] is True
    for spoiled, said in (("{", "no JSON"), ("[1]", "object"), ('{"colour": 1}', "no option colour")):
        (tmp_path / "home" / ".mtscomp").write_text(spoiled)
        assert said in run("compress", path, "-f", status=1)
    (tmp_path / "home" / ".mtscomp").write_text('{"algorithm": "zlib", "cache_size": 10, "sample_rate": 1000}')
    run("compress", path, "-f", "-n", "30", "-d", "int16")


def test_the_original_goes_only_when_it_was_read_back(run, raw, monkeypatch):
    path, _ = raw()
    words = ["compress", path, "-s", "1000", "-n", "30", "-d", "int16", "--remove-original"]
    assert "needs the check" in run(*words, "-nc", status=2)
    from bregma_codecs import Damaged, decompressing

    def broken(*_args, **_more):
        raise Damaged("x.cbin: chunk 3 is damaged")

    with monkeypatch.context() as patch:
        patch.setattr(decompressing, "verify_file", broken)
        assert "chunk 3" in run(*words, status=1)
    assert path.exists()
    run(*words, "-f")
    assert not path.exists()


def test_mistakes_are_sentences(run, raw, tmp_path):
    path, _ = raw()
    for words, said in (
        (["compress", path], "samples per second"), (["compress", path, "-s", "1000"], "how many channels"),
        (["compress", tmp_path / "no.bin", "-s", "1", "-n", "1", "-d", "int16"], "cannot be read"),
        (["compress", path, "-s", "1000", "-n", "30", "-d", "int16", "--profile", "x"], "no profile"),
        (["decompress", tmp_path / "no.cbin"], "no such header"), (["verify", tmp_path / "no.cbin"], "no such header"),
        (["info", tmp_path / "no.cbin"], "cannot be read"), (["chop", tmp_path / "no.cbin", "-n", "1"], "cannot be read"),
    ):  # fmt: skip
        found = run(*words, status=1)
        assert said in found
        assert "Traceback" not in found
    failed = CliRunner().invoke(main, ["compress", str(path), "-v"])
    assert failed.exit_code == 1
    assert type(failed.exception).__name__ == "BadInput"


@pytest.mark.parametrize("command", ["compress", "decompress", "verify", "info", "chop"])
def test_help_teaches(run, command):
    assert "Example: bregma" in run(command, "--help")


def test_unknown_options_of_functions():
    from bregma_codecs import BadInput, Writer

    with pytest.raises(BadInput, match="no option colour"):
        Writer(colour=1)
    with pytest.raises(BadInput, match="algorithm"):
        Writer(algorithm="lz4")


def test_progress_is_shown_on_a_terminal_only(capsys, monkeypatch):
    import sys

    from bregma_codecs.pipeline import shown

    with shown(100, "Working", quiet=False) as progress:
        progress(50)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with shown(100, "Working", quiet=False) as progress:
        progress(50)
    assert "Working" in capsys.readouterr().err
    with shown(100, "Working", quiet=True) as progress:
        progress(50)
    assert capsys.readouterr().err == ""
