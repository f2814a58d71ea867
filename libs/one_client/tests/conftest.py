"""A stand-in object store (it refuses what a real one refuses), and a backend that serves a folder through it."""

import hashlib
import hmac
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest
from one_client.backends.folder import FolderBackend
from one_client.errors import Offline
from one_client.records import Dataset, Location, SessionListing


class Store:
    """Serves files below a folder to signed, unexpired requests without credentials; faults on demand."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.key = os.urandom(16)
        self.lifetime = 60.0
        self.requests: list[tuple[str, str]] = []  # path, Range
        self.faults: list[str] = []  # taken one per request: "cut", "503", "expired", "short", "wrong", "shifted"
        self.cut_after = 1000
        self.ignores_ranges = False
        self.moved = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @classmethod
    def of_another_process(cls, port: int, key: bytes) -> "Store":
        """Only signs, for a store that runs elsewhere."""
        store = cls.__new__(cls)
        store.port, store.key, store.lifetime = port, key, 60.0
        return store

    def sign(self, path: str, lifetime: float | None = None) -> str:
        expires = f"{time.time() + (self.lifetime if lifetime is None else lifetime):.3f}"
        return (
            f"http://127.0.0.1:{self.port}/{quote(path)}?expires={expires}&signature={self._signature(path, expires)}"
        )

    def _signature(self, path: str, expires: str) -> str:
        return hmac.new(self.key, f"{path} {expires}".encode(), hashlib.sha256).hexdigest()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        store = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: object) -> None:
                pass

            def do_GET(self) -> None:
                url = urlsplit(self.path)
                path = unquote(url.path)[1:]
                query = parse_qs(url.query)
                store.requests.append((path, self.headers.get("Range", "")))
                fault = store.faults.pop(0) if store.faults else ""
                if self.headers.get("Authorization"):
                    self.refuse(400, "two ways to authenticate")
                    return
                expires = query.get("expires", ["0"])[0]
                good = store._signature(path, expires) == query.get("signature", [""])[0]
                if not good or float(expires) < time.time() or fault == "expired":
                    self.refuse(403, "Request has expired")
                elif fault == "503":
                    self.refuse(503, "SlowDown")
                elif not (store.root / path).is_file():
                    self.refuse(404, "NoSuchKey")
                else:
                    self.serve((store.root / path).read_bytes(), fault)

            def serve(self, body: bytes, fault: str) -> None:
                status, start, stop = 200, 0, len(body)
                asked = "" if store.ignores_ranges else self.headers.get("Range")
                if asked:
                    first, _, last = asked.removeprefix("bytes=").partition("-")
                    status, start, stop = 206, int(first), min(int(last or len(body) - 1) + 1, len(body))
                    if start >= len(body):
                        self.refuse(416, "InvalidRange")
                        return
                body, stop = spoilt(body, start, stop, fault)
                self.send_response(status)
                self.send_header("Content-Length", str(stop - start))
                told = f"bytes {start + (fault == 'shifted')}-{stop - 1}/{len(body)}"
                self.send_header("Content-Range" if status == 206 else "X-Whole", told)
                self.end_headers()
                store.moved += stop - start
                if fault == "cut":
                    self.wfile.write(body[start : min(start + store.cut_after, stop)])
                    self.wfile.flush()
                    self.close_connection = True
                    return
                self.wfile.write(body[start:stop])

            def refuse(self, status: int, why: str) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(why)))
                self.end_headers()
                self.wfile.write(why.encode())

        return Handler


def spoilt(body: bytes, start: int, stop: int, fault: str) -> tuple[bytes, int]:
    """What a store that loses or changes bytes sends, and where it ends."""
    if fault == "wrong":
        return bytes(one ^ 0x55 for one in body), stop
    return body, start + (stop - start) // 2 if fault == "short" else stop


class RemoteFolder(FolderBackend):
    """A folder whose files come by signed URL, with hashes, as from a server; it can go away."""

    local = False

    def __init__(self, root: Path, store: Store) -> None:
        super().__init__(root)
        self.store = store
        self.away = False
        self.asked: list[str] = []

    def listing(self, eid: str, known: SessionListing | None = None) -> SessionListing | None:
        self._ask("listing")
        listing = super().listing(eid)
        assert listing is not None
        datasets = tuple(self._hashed(eid, d) for d in listing.datasets)
        etag = hashlib.sha256(repr(datasets).encode()).hexdigest()
        return None if known and known.etag == etag else replace(listing, datasets=datasets, etag=etag)

    def locate(self, listing: SessionListing, datasets: Sequence[Dataset]) -> list[Location]:
        self._ask("locate")
        super().locate(listing, datasets)
        return [Location(d, url=self.store.sign(f"{listing.eid}/{d.path}")) for d in datasets]

    def _hashed(self, eid: str, dataset: Dataset) -> Dataset:
        md5 = hashlib.md5((self.root / eid / dataset.path).read_bytes()).hexdigest()
        # ids of a server are no paths
        return replace(dataset, id=hashlib.md5(dataset.id.encode()).hexdigest(), md5=md5)

    def _ask(self, what: str) -> None:
        if self.away:
            raise Offline("the server cannot be reached")
        self.asked.append(what)


@pytest.fixture
def make_store() -> Iterator[type[Store]]:
    made: list[Store] = []

    def make(root: Path) -> Store:
        made.append(Store(root))
        return made[-1]

    yield make  # type: ignore[misc]
    for store in made:
        store.close()


@pytest.fixture(scope="class")
def class_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("unused"))
    yield store
    store.close()


@pytest.fixture(scope="session")
def remote_folder() -> type[RemoteFolder]:
    return RemoteFolder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The real recordings, or skip."""
    root = Path(__file__).resolve().parents[3]
    data = Path(os.environ.get("BREGMA_REAL_DATA", root.parent / "shared" / "data"))
    if not (data / "behavior").is_dir():
        pytest.skip(f"no real recordings at {data}; set BREGMA_REAL_DATA")
    return data
