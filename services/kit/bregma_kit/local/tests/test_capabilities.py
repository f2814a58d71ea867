"""The probe sees through a store that ignores what it should refuse."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from bregma_kit.local.capabilities import probe
from bregma_kit.local.ports import free_port, is_free
from bregma_kit.local.seaweedfs import s3_client


class Careless(BaseHTTPRequestHandler):
    """Stores anything, checks nothing, and answers Range with the whole: as some servers really do."""

    protocol_version = "HTTP/1.1"
    objects: ClassVar[dict] = {}

    def do_PUT(self):
        if self.headers.get("Expect") == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        self.objects[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200)

    def do_GET(self):
        self._answer(200, self.objects[self.path])

    def do_DELETE(self):
        self.objects.pop(self.path, None)
        self._answer(204)

    def _answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("ETag", '"0"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def careless():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Careless)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield s3_client(f"http://127.0.0.1:{server.server_port}", "key", "secret")
    server.shutdown()
    server.server_close()


def test_a_careless_store_is_seen_through_and_left_clean(careless):
    found = probe(careless, "bucket")
    assert found.as_dict() == dict.fromkeys(found.as_dict(), False)
    assert len(found.missing) == 2
    assert len(found.warnings) == 2
    assert Careless.objects == {}


def test_free_ports_are_free_and_leave_room_for_their_neighbours():
    first = free_port(with_grpc=True)
    second = free_port(with_grpc=True, avoid=[first, first + 10000])
    assert first != second
    assert all(is_free(port) for port in (first, first + 10000, second, second + 10000))
