"""Hashing on the rig: right in one pass, and never of a file that somebody is writing to."""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from one_client.digest import MIB, digest, fill_in, part_size, recheck
from one_client.outgoing import FileChanged, OutgoingFile

LARGE = 9 * MIB + 5  # more than two reads


@pytest.fixture
def large(tmp_path):
    path = tmp_path / "spikes.times.npy"
    path.write_bytes(np.random.default_rng(1).bytes(LARGE))
    return path


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(size=st.integers(1, 6 * MIB), of_part=st.sampled_from([None, 1000, 65_536, MIB, 4 * MIB, 5 * MIB]))
def test_whole_and_parts_are_what_hashlib_says(tmp_path, size, of_part):
    data = np.random.default_rng(size).bytes(size)
    path = tmp_path / "a.b.npy"
    path.write_bytes(data)
    found = digest(OutgoingFile.of("a.b.npy", path), of_part)
    assert found.md5 == hashlib.md5(data).hexdigest()
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    parts = [data[at : at + of_part] for at in range(0, size, of_part)] if of_part else []
    assert found.part_md5 == [hashlib.md5(part).hexdigest() for part in parts]


@given(size=st.integers(1, 5 * 2**40))
def test_parts_fit_into_what_a_store_takes(size):
    of_part = part_size(size)
    if of_part is None:
        assert size <= 16 * MIB
    else:
        assert of_part % MIB == 0
        assert 5 * MIB <= of_part <= 5 * 2**30
        assert -(-size // of_part) <= 10_000


def _grow(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"more")


def _rewrite(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.seek(LARGE - 1)
        stream.write(b"!")
    os.utime(path, ns=(0, 1))


def _replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    stat = path.stat()
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(path)


def _truncate(path: Path) -> None:
    os.truncate(path, 4 * MIB)


@pytest.mark.parametrize("change", [_grow, _rewrite, _replace, _truncate, Path.unlink])
def test_a_file_that_is_changed_while_it_is_hashed_is_not_hashed(large, change):
    one = OutgoingFile.of("alf/spikes.times.npy", large)
    seen = []

    def meanwhile(count: int) -> None:
        if not seen:
            change(large)
        seen.append(count)

    with pytest.raises(FileChanged, match=r"alf/spikes\.times\.npy .* while it was hashed") as caught:
        fill_in(one, progress=meanwhile)
    assert caught.value.code == "file_changed"
    assert caught.value.hint
    assert (one.md5, one.part_md5) == ("", [])


def test_a_file_that_was_only_touched_goes_on(large):
    one = OutgoingFile.of("spikes.times.npy", large)
    fill_in(one)
    md5 = one.md5
    os.utime(large, ns=(5, 5))
    recheck(one)
    assert (one.mtime_ns, one.md5) == (5, md5)


@pytest.mark.parametrize("change", [_grow, _rewrite, Path.unlink])
def test_a_file_that_changed_while_it_waited_is_not_sent(large, change):
    one = OutgoingFile.of("spikes.times.npy", large)
    fill_in(one)
    change(large)
    with pytest.raises(FileChanged, match="while it was waiting in the spool"):
        recheck(one)


def test_what_cannot_be_read_is_said(large):
    one = OutgoingFile.of("spikes.times.npy", large)
    large.unlink()
    large.mkdir()
    with pytest.raises(FileChanged, match=r"spikes\.times\.npy cannot be read") as caught:
        fill_in(one)
    assert caught.value.code == "file_unreadable"


def test_hashing_can_be_stopped(large):
    with pytest.raises(InterruptedError):
        fill_in(OutgoingFile.of("spikes.times.npy", large), stopped=lambda: True)
