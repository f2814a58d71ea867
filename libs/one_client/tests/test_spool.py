"""The spool: on the disk before anything else, one worker an entry, and nothing lost whenever the power goes."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from one_client.drafting import draft
from one_client.errors import BadRequest, Conflict, CorruptFile, DiskFull, NotFound
from one_client.spool import Spool, SpoolBusy, _words_for_full_disk, default_spool, write_durably

SERVER = "https://bregma.example.org"


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "KS014/2020-01-01/001"
    made.mkdir(parents=True)
    for name in ("licks.times", "wheel.position"):
        np.save(made / f"{name}.npy", np.arange(4.0))
    return made


def new(folder: Path, **more):
    return draft(SERVER, folder, check=False, **more)[0]


def python(code: str, *arguments: str, limit: int | None = None) -> "subprocess.Popen[str]":
    """Run code in a process of its own, which may write files of so many bytes only."""
    head = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n" if limit is not None else ""
    )
    command = [sys.executable, "-c", head + textwrap.dedent(code), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


HOLD = """
    import sys, time
    from one_client.spool import Spool
    spool = Spool(sys.argv[1])
    claim = spool.claim(sys.argv[2])
    print("held", flush=True)
    time.sleep(60)
"""


def test_an_entry_is_read_back_as_it_was_written(spool, folder):
    entry = new(folder, projects=["brainwide"])
    with spool.begin(entry) as claim:
        claim.entry.files[0].part_md5 = ["a", "b"]
        claim.save(now=True)
    assert spool.entries() == [entry]
    assert Spool(spool.root).entries()[0].files[0].part_md5 == ["a", "b"]


def test_no_token_is_ever_in_the_spool(spool, folder, monkeypatch):
    monkeypatch.setenv("BREGMA_TOKEN", "f" * 40)
    with spool.begin(new(folder)):
        (path,) = spool.root.glob("*.json")
        assert "f" * 40 not in path.read_text()


def test_an_entry_is_on_the_disk_before_begin_returns(spool, folder, monkeypatch):
    order = []
    real_fsync, real_replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (order.append("flush"), real_fsync(fd))[1])
    monkeypatch.setattr(os, "replace", lambda a, b: (order.append("rename"), real_replace(a, b))[1])
    with spool.begin(new(folder)):
        assert order == ["flush", "rename", "flush"]  # the content, its name, the folder that holds the name


def test_a_second_process_does_not_take_what_one_has_and_a_killed_one_gives_it_back(spool, folder):
    entry = new(folder)
    spool.begin(entry).release()
    holder = python(HOLD, str(spool.root), entry.id)
    try:
        assert holder.stdout.readline() == "held\n"
        assert spool.is_busy(entry.id)
        for work in (lambda: spool.claim(entry.id), lambda: spool.begin(new(folder)), lambda: spool.forget(entry.id)):
            with pytest.raises(SpoolBusy):
                work()
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        holder.stdout.close()
    assert not spool.is_busy(entry.id)
    with spool.claim(entry.id) as claim:
        assert claim.entry == entry


def test_of_processes_that_begin_the_same_folder_at_once_one_gets_it(spool, folder):
    code = """
        import sys, time
        from one_client.drafting import draft
        from one_client.spool import Spool, SpoolBusy
        try:
            claim = Spool(sys.argv[1]).begin(draft("https://bregma.example.org", sys.argv[2], check=False)[0])
            print("mine", flush=True)
            sys.stdin.read()
        except SpoolBusy:
            print("busy", flush=True)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(spool.root), str(folder)]
    racers = [subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) for _ in range(4)]
    said = sorted(racer.stdout.readline().strip() for racer in racers)
    for racer in racers:
        racer.communicate()
    assert said == ["busy", "busy", "busy", "mine"]
    assert len(spool.entries()) == 1


def test_the_same_folder_again_goes_on_with_its_entry(spool, folder):
    entry = new(folder)
    with spool.begin(entry) as claim:
        for one in claim.entry.files:
            one.md5, one.state = "0" * 32, "received"
        claim.entry.files[1].refuse("unknown_dataset_type", "...")
        claim.save(now=True)
    np.save(folder / "licks.extra.npy", np.arange(3))
    with spool.begin(new(folder, users=["ada"])) as claim:
        again = claim.entry
    assert (again.id, again.session["id"], again.session["users"]) == (entry.id, entry.session["id"], ["ada"])
    assert {one.path: (one.state, one.md5) for one in again.files} == {
        "licks.extra.npy": ("waiting", ""),
        "licks.times.npy": ("received", "0" * 32),
        "wheel.position.npy": ("waiting", ""),  # a refused one gets another chance
    }
    assert len(spool.entries()) == 1


def test_a_file_that_changed_since_is_begun_anew(spool, folder):
    with spool.begin(new(folder)) as claim:
        for one in claim.entry.files:
            one.md5, one.state = "0" * 32, "received"
        claim.save(now=True)
    np.save(folder / "licks.times.npy", np.arange(7.0))
    with spool.begin(new(folder)) as claim:
        states = {one.path: one.state for one in claim.entry.files}
    assert states == {"licks.times.npy": "waiting", "wheel.position.npy": "received"}


def test_a_folder_that_was_sent_in_part_cannot_become_another_session(spool, folder):
    with spool.begin(new(folder)):
        pass
    with spool.begin(new(folder, subject="KS015")) as claim:  # nothing was sent yet: the slip is mended
        assert claim.entry.place == "KS015/2020-01-01/001"
        claim.entry.eid = "8a1cf4ef-06e3-4c72-9bc7-e1baa189841b"
        claim.save(now=True)
    with pytest.raises(Conflict, match="sent as KS015") as caught:
        spool.begin(new(folder, subject="KS014"))
    assert "one session move" in caught.value.hint
    with spool.begin(new(folder, subject="KS015", lab="openlab")) as claim:  # the same session, said in full
        assert claim.entry.eid
    assert not spool.is_busy(claim.entry.id)


def test_a_folder_that_becomes_another_session_before_it_was_sent_waits_under_its_name(spool, folder):
    with spool.begin(new(folder)) as claim:
        claim.entry.files[0].md5 = "0" * 32
        claim.save(now=True)
    with spool.begin(new(folder, subject="KS015")) as claim:
        assert claim.instead_of.endswith("KS014/2020-01-01/001")
        assert claim.entry.id.startswith("KS015_")
        assert claim.entry.files[0].md5 == "0" * 32
    assert [entry.id for entry in spool.entries()] == [claim.entry.id]
    with spool.begin(new(folder, subject="KS015")) as claim:
        assert not claim.instead_of


def test_a_finished_entry_is_a_receipt(spool, folder):
    with spool.begin(new(folder)) as claim:
        claim.finish()
        name = claim.entry.id
    assert spool.entries() == []
    assert [one.id for one in spool.receipts()] == [name]
    assert sorted(path.name for path in spool.root.iterdir()) == [".adding.lock", "done"]
    with pytest.raises(NotFound):
        spool.claim(name)
    assert spool.forget(name)
    assert spool.receipts() == []


def test_a_crash_between_receipt_and_removal_leaves_an_entry_that_can_be_finished(spool, folder, monkeypatch):
    with spool.begin(new(folder)) as claim:
        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                claim.finish()
        assert len(spool.entries()) == len(spool.receipts()) == 1
        claim.finish()
    assert (len(spool.entries()), len(spool.receipts())) == (0, 1)


def test_a_kill_at_any_moment_of_writing_leaves_the_old_or_the_new_entry(spool, folder):
    entry = new(folder)
    spool.begin(entry).release()
    code = """
        import sys
        from one_client.spool import Spool
        with Spool(sys.argv[1]).claim(sys.argv[2]) as claim:
            print("go", flush=True)
            while True:
                claim.entry.options["count"] = claim.entry.options.get("count", 0) + 1
                claim.entry.reason = "x" * 200_000
                claim.save(now=True)
    """
    counts = []
    for _ in range(5):
        writer = python(code, str(spool.root), entry.id)
        writer.stdout.readline()
        time.sleep(0.03)
        writer.kill()
        writer.wait()
        writer.stdout.close()
        (found,) = spool.entries()
        counts.append(found.options.get("count", 0))
    assert counts == sorted(counts)
    assert counts[-1] > 0
    for path in spool.root.glob(".*.new"):
        os.utime(path, (0, 0))
    spool.begin(new(folder)).release()
    assert list(spool.root.glob(".*.new")) == []


def test_a_full_disk_is_said_and_leaves_the_old_entry(spool, folder):
    entry = new(folder)
    spool.begin(entry).release()
    code = """
        import sys
        from one_client.spool import Spool
        from one_client.errors import DiskFull
        with Spool(sys.argv[1]).claim(sys.argv[2]) as claim:
            claim.entry.reason = "x" * 100_000
            try:
                claim.save(now=True)
            except DiskFull as error:
                print(error)
    """
    process = python(code, str(spool.root), entry.id, limit=20_000)
    said = process.communicate()[0]
    assert "no room for the spool" in said
    assert "--spool" in said
    assert spool.entries() == [entry]
    assert list(spool.root.glob(".*.new")) == []


def test_a_full_disk_before_the_first_byte_was_sent_leaves_nothing(spool, folder):
    code = """
        import sys
        from one_client.drafting import draft
        from one_client.spool import Spool
        from one_client.errors import DiskFull
        try:
            Spool(sys.argv[1]).begin(draft("https://bregma.example.org", sys.argv[2], check=False)[0])
        except DiskFull:
            print("full")
    """
    assert python(code, str(spool.root), str(folder), limit=100).communicate()[0] == "full\n"
    assert spool.entries() == spool.damaged() == []
    spool.begin(new(folder)).release()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full here")
def test_a_disk_without_room_is_told_from_other_troubles():
    with pytest.raises(DiskFull), _words_for_full_disk(Path("/dev/full")), Path("/dev/full").open("wb", 0) as stream:
        stream.write(b"x")
    with pytest.raises(FileNotFoundError), _words_for_full_disk(Path("gone")):
        Path("gone/a").read_bytes()


def test_what_cannot_be_read_is_shown_and_not_sent(spool, folder):
    spool.begin(new(folder)).release()
    (spool.root / "torn.json").write_text('{"version": 1, "id"')
    (spool.root / "newer.json").write_text(json.dumps({"version": 99}))
    assert len(spool.entries()) == 1
    assert sorted(path.stem for path in spool.damaged()) == ["newer", "torn"]
    with pytest.raises(CorruptFile):
        spool.claim("torn")
    assert spool.forget("torn")


@pytest.mark.parametrize("name", ["../x", "a/b", "a\\b", "", ".adding", "c:x"])
def test_a_name_cannot_lead_out_of_the_spool(spool, name):
    with pytest.raises(BadRequest, match="no name of a spool entry"):
        spool.claim(name)


def test_saving_is_rare_unless_it_must_be_now(spool, folder):
    with spool.begin(new(folder)) as claim:
        claim.entry.reason = "first"
        claim.save()
        assert spool.entries()[0].reason == ""
        claim.save(now=True)
        assert spool.entries()[0].reason == "first"


def test_the_spool_is_where_the_user_says(tmp_path, monkeypatch):
    monkeypatch.setenv("BREGMA_ONE_SPOOL", str(tmp_path / "here"))
    assert Spool().root == default_spool() == tmp_path / "here"
    monkeypatch.delenv("BREGMA_ONE_SPOOL")
    assert Spool().root.name == "spool"


def test_write_durably_leaves_no_litter(tmp_path):
    write_durably(tmp_path / "a.json", {"é": 1})
    with pytest.raises(TypeError):
        write_durably(tmp_path / "a.json", {"x": object()})
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert json.loads((tmp_path / "a.json").read_bytes()) == {"é": 1}
