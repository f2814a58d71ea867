"""Downloads against a store that refuses, cuts and goes away."""

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from one_client.cache import Kept
from one_client.download import Downloader, Order, UrlBook
from one_client.errors import DiskFull, HashMismatch, NotServable, Offline, UrlExpired
from one_client.partial import LargeFile
from one_client.records import Dataset

BLOCK = 64 << 10


class Fixture:
    """Files in a store, and what is needed to fetch them."""

    def __init__(self, store, root: Path) -> None:
        self.store = store
        self.partial = root / "partial"
        self.target = root / "target"
        self.arrived: dict[str, Kept] = {}
        self.came = 0
        self.signed: list[list[str]] = []

    def file(self, name: str, length: int, **changes: object) -> Order:
        body = os.urandom(length)
        (self.store.root / name).write_bytes(body)
        dataset = Dataset(name, name, size=length, md5=hashlib.md5(body).hexdigest())
        return Order(replace(dataset, **changes), self.target / name, self.partial)

    def fetch(self, *orders: Order, lifetime: float | None = None, **options: object) -> None:
        def sign(names: list[str]) -> dict[str, str]:
            self.signed.append(list(names))
            return {name: self.store.sign(name) for name in names}

        book = UrlBook(sign, {o.dataset.id: self.store.sign(o.dataset.id, lifetime) for o in orders})
        downloader = Downloader(**{"workers": 4, "block": BLOCK, **options})
        try:
            downloader.fetch(orders, book, arrived=self._note, progress=self._count)
        finally:
            downloader.close()

    def _note(self, order: Order, kept: Kept) -> None:
        self.arrived[order.dataset.id] = kept

    def _count(self, arrived: int) -> None:
        self.came += arrived

    def whole(self, order: Order) -> bool:
        there = order.target.read_bytes() == (self.store.root / order.dataset.id).read_bytes()
        leftovers = [p for p in self.partial.rglob("*") if p.suffix != ".lock"]
        return there and not leftovers


@pytest.fixture
def fix(make_store: Callable, tmp_path: Path) -> Fixture:
    (tmp_path / "store").mkdir()
    return Fixture(make_store(tmp_path / "store"), tmp_path)


def test_many_small_files_and_a_large_one(fix: Fixture) -> None:
    orders = [fix.file(f"small{i}.npy", 1000 + i) for i in range(20)] + [fix.file("large.npy", 5 * BLOCK + 17)]
    fix.fetch(*orders)
    assert all(fix.whole(order) for order in orders)
    assert set(fix.arrived) == {order.dataset.id for order in orders}
    assert fix.came == sum(order.dataset.size for order in orders)
    assert fix.arrived["large.npy"].md5 == orders[-1].dataset.md5
    assert not list(fix.partial.iterdir())


def test_sha256_is_preferred_and_empty_files_work(fix: Fixture) -> None:
    order = fix.file("a.npy", 3 * BLOCK)
    sha256 = hashlib.sha256((fix.store.root / "a.npy").read_bytes()).hexdigest()
    order = replace(order, dataset=replace(order.dataset, sha256=sha256, md5="0" * 32))
    fix.fetch(order, fix.file("empty.bin", 0))
    assert fix.arrived["a.npy"].sha256 == sha256


def test_without_size_or_hash_the_file_comes_all_the_same(fix: Fixture) -> None:
    order = fix.file("a.npy", 2 * BLOCK, size=None, md5="")
    fix.fetch(order)
    assert fix.whole(order)
    assert fix.arrived["a.npy"].md5 == hashlib.md5(order.target.read_bytes()).hexdigest()


@pytest.mark.parametrize("size", [BLOCK - 5, 4 * BLOCK + 5])
def test_a_cut_connection_goes_on_where_it_was(fix: Fixture, size: int) -> None:
    order = fix.file("a.npy", size)
    fix.store.faults = ["cut", "", "cut", "cut"]
    fix.fetch(order)
    assert fix.whole(order)
    assert fix.came == size  # nothing came twice
    assert any(asked.startswith("bytes=") and not asked.startswith("bytes=0-") for _, asked in fix.store.requests)


def test_a_store_that_ignores_ranges(fix: Fixture) -> None:
    order = fix.file("a.npy", 3 * BLOCK + 1)
    fix.store.ignores_ranges = True
    fix.store.faults = ["cut"]
    fix.fetch(order, workers=1)
    assert fix.whole(order)
    assert fix.came == order.dataset.size


def test_a_busy_store_is_waited_for(fix: Fixture) -> None:
    order = fix.file("a.npy", 100)
    fix.store.faults = ["503", "503"]
    fix.fetch(order)
    assert fix.whole(order)


def test_expired_urls_are_signed_again_all_at_once(fix: Fixture) -> None:
    orders = [fix.file(f"f{i}.npy", 2 * BLOCK) for i in range(6)]
    fix.fetch(*orders, lifetime=-1)
    assert all(fix.whole(order) for order in orders)
    assert len(fix.signed) == 1
    assert sorted(fix.signed[0]) == sorted(order.dataset.id for order in orders)


def test_a_store_that_refuses_fresh_urls_too(fix: Fixture) -> None:
    order = fix.file("a.npy", 100)
    fix.store.faults = ["expired"] * 20
    with pytest.raises(UrlExpired, match="clock"):
        fix.fetch(order)
    assert not order.target.exists()


@pytest.mark.parametrize("size", [1000, 3 * BLOCK])
def test_wrong_bytes_never_reach_their_place(fix: Fixture, size: int) -> None:
    order = fix.file("a.npy", size, md5="0" * 32)
    with pytest.raises(HashMismatch, match=r"a\.npy"):
        fix.fetch(order)
    assert not order.target.exists()
    assert not [p for p in fix.partial.iterdir() if p.suffix != ".lock"]
    assert fix.arrived == {}


@pytest.mark.parametrize("size", [1000, 3 * BLOCK])
def test_an_object_shorter_or_longer_than_registered(fix: Fixture, size: int) -> None:
    for registered in (size + 10, size - 10):
        order = fix.file("a.npy", size, size=registered)
        with pytest.raises((HashMismatch, Offline)):
            fix.fetch(order)
        assert not order.target.exists()


def test_one_missing_object_does_not_stop_the_others(fix: Fixture) -> None:
    gone = fix.file("gone.npy", 100)
    (fix.store.root / "gone.npy").unlink()
    others = [fix.file(f"f{i}.npy", 100) for i in range(10)]
    with pytest.raises(NotServable, match=r"gone\.npy"):
        fix.fetch(gone, *others)
    assert all(fix.whole(order) for order in others)


def test_several_errors_are_all_named(fix: Fixture) -> None:
    orders = [fix.file(f"f{i}.npy", 100, md5="0" * 32) for i in range(3)]
    with pytest.raises(HashMismatch) as caught:
        fix.fetch(*orders)
    assert len(caught.value.__notes__) == 2


def test_what_arrived_before_an_interruption_is_not_fetched_again(fix: Fixture) -> None:
    order = fix.file("a.npy", 8 * BLOCK)

    class Stopped(Exception):
        pass

    def stop_halfway(arrived: int) -> None:
        fix.came += arrived
        if fix.came >= 4 * BLOCK:
            raise Stopped

    book = UrlBook(lambda names: {}, {"a.npy": fix.store.sign("a.npy")})
    downloader = Downloader(workers=1, block=BLOCK)
    with pytest.raises(Stopped):
        downloader.fetch([order], book, arrived=fix._note, progress=stop_halfway)
    assert not order.target.exists()
    before = len(fix.store.requests)
    fix.came = 0
    fix.fetch(order)
    assert fix.whole(order)
    assert len(fix.store.requests) - before <= 5
    assert fix.came == order.dataset.size  # the bar counts what was there


def test_a_torn_journal_or_another_block_size_starts_anew(fix: Fixture) -> None:
    order = fix.file("a.npy", 4 * BLOCK)
    fix.partial.mkdir()
    name = f"a.npy.{order.dataset.md5[:16]}"
    (fix.partial / f"{name}.part").write_bytes(b"\0" * order.dataset.size)
    (fix.partial / f"{name}.done").write_text(f"{order.dataset.size} {2 * BLOCK} {order.dataset.md5} \n0\n1\n")
    fix.fetch(order)
    assert fix.whole(order)


def test_damage_to_the_partial_file_is_found_and_the_next_try_succeeds(fix: Fixture) -> None:
    order = fix.file("a.npy", 4 * BLOCK)
    fix.partial.mkdir()
    name = f"a.npy.{order.dataset.md5[:16]}"
    (fix.partial / f"{name}.part").write_bytes(b"\0" * order.dataset.size)
    (fix.partial / f"{name}.done").write_text(f"{order.dataset.size} {BLOCK} {order.dataset.md5} \n0\n1\n")
    with pytest.raises(HashMismatch):
        fix.fetch(order)
    fix.fetch(order)
    assert fix.whole(order)


def test_two_at_once_fetch_a_large_file_once(fix: Fixture, monkeypatch: pytest.MonkeyPatch) -> None:
    order = fix.file("a.npy", 6 * BLOCK)
    errors: list[BaseException] = []
    at_once, opened = threading.Barrier(3), LargeFile.open

    def together(large: LargeFile, given_up: Callable[[], bool]) -> bool:
        at_once.wait(30)
        return opened(large, given_up)

    monkeypatch.setattr(LargeFile, "open", together)

    def fetch() -> None:
        try:
            fix.fetch(order)
        except BaseException as error:  # noqa: BLE001 - shown below
            errors.append(error)

    threads = [threading.Thread(target=fetch) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert fix.whole(order)
    assert len(fix.store.requests) <= 2 * 6


def test_a_store_that_is_away(fix: Fixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("one_client.download._TRIES", 2)
    orders = [fix.file(f"f{i}.npy", 100) for i in range(50)]
    fix.store.close()
    with pytest.raises(Offline, match="cannot be reached"):
        fix.fetch(*orders)


def test_a_full_disk_is_said_in_words(fix: Fixture) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    order = fix.file("a.npy", 3 * BLOCK)
    fix.partial.mkdir()
    (fix.partial / f"a.npy.{order.dataset.md5[:16]}.done").symlink_to("/dev/full")
    with pytest.raises(DiskFull, match="no space"):
        fix.fetch(order)


def test_no_credentials_go_to_the_store(fix: Fixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # the store answers 400 to a request that has an Authorization header, as S3 does
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    order = fix.file("a.npy", 100)
    fix.fetch(order)
    assert fix.whole(order)
