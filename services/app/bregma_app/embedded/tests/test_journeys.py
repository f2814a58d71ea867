"""`bregma up` from a shell: starts, goes on after every kind of end, leaves nothing behind, and keeps to its folder."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psycopg
import pytest
from bregma_kit.local.children import identify, wait_until
from bregma_kit.local.seaweedfs import s3_client

BREGMA = [sys.executable, "-m", "bregma_app"]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("BREGMA_")}


class Installation:
    def __init__(self, home: Path, **environment) -> None:
        self.home = home
        self.environment = CLEAN | {"BREGMA_HOME": str(home)} | environment

    def bregma(self, *words, code=0):
        # files, not pipes: what is started in the background would hold a pipe open
        out = self.home.with_suffix(".out")
        with out.open("w+") as sink:
            done = subprocess.run(
                [*BREGMA, *words],
                env=self.environment,
                stdout=sink,
                stderr=subprocess.STDOUT,
                timeout=120,
                check=False,
            )
        assert done.returncode == code, out.read_text()
        return out.read_text()

    def status(self, code=0):
        return json.loads(self.bregma("status", "--json", code=code))

    def pids(self):
        return {one["name"]: one["pid"] for one in self.status()["processes"]}

    def everything(self):
        """All processes that belong to this installation, however they were started."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                environment = (entry / "environ").read_bytes()
                words = (entry / "cmdline").read_bytes() + str((entry / "cwd").readlink()).encode()
            except OSError:
                continue
            if f"BREGMA_HOME={self.home}\0".encode() in environment or str(self.home).encode() in words:
                found[int(entry.name)] = words
        return {pid: words for pid, words in found.items() if identify(pid)}

    def sql(self, statement, *values):
        with psycopg.connect(self.status()["database"]) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else None

    def client(self):
        keys = json.loads((self.home / "store" / "keys.json").read_text())
        return s3_client(self.status()["store"], keys["access_key"], keys["secret_key"])


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    one = Installation(tmp_path_factory.mktemp("whole") / "home")
    one.bregma("up", "--detach", "--no-demo")
    yield one
    one.bregma("down")
    assert one.everything() == {}


@pytest.fixture
def small(tmp_path):
    """An installation without a store, which starts faster."""
    one = Installation(tmp_path / "home")
    yield one
    one.bregma("down")
    assert one.everything() == {}


def test_everything_answers_and_status_says_where(installation):
    status = installation.status()
    assert httpx.get(status["api"] + "/readyz").json() == {"status": "ready"}
    assert {one["name"] for one in status["processes"]} == {"postgres", "store", "api", "worker", "supervisor"}
    assert status["store_details"]["capabilities"]["content_md5"] is True
    assert status["fsync"] is True  # no demo: real data
    assert status["demo"] is None
    assert status["memory_mb"] > 50
    text = installation.bregma("status")
    password = status["database"].split(":")[2].split("@")[0]
    assert password not in text
    assert "fsync on" in text


def test_a_second_up_says_so_and_changes_nothing(installation):
    before = installation.pids()
    assert "already runs" in installation.bregma("up")
    assert "already runs" in installation.bregma("up", "--detach")
    assert installation.pids() == before


def test_a_killed_process_is_started_again(installation):
    before = installation.pids()
    os.kill(before["api"], signal.SIGKILL)
    api = installation.status()["api"]
    assert wait_until(lambda: installation.pids()["api"] != before["api"], 20, pause=0.3)

    def answers():
        try:
            return httpx.get(api + "/readyz").is_success
        except httpx.TransportError:
            return False

    assert wait_until(answers, 20, pause=0.2)
    assert {name: pid for name, pid in installation.pids().items() if name != "api"} == {
        name: pid for name, pid in before.items() if name != "api"
    }


def keep_rows(installation):
    installation.sql("create table if not exists kept as select generate_series(1, 500) as i")


def test_after_kill_9_of_everything_nothing_acknowledged_is_lost(installation):
    ports = {name: installation.status()[name] for name in ("api", "store", "database")}
    keep_rows(installation)
    body = os.urandom(300_000)
    installation.client().put_object(Bucket="bregma", Key="a/b.npy", Body=body)
    for pid in sorted(installation.everything()):
        with contextlib.suppress(ProcessLookupError):  # it went with its parent
            os.kill(pid, signal.SIGKILL)
    installation.bregma("up", "--detach")
    assert installation.sql("select count(*) from kept") == [(500,)]
    assert installation.client().get_object(Bucket="bregma", Key="a/b.npy")["Body"].read() == body
    assert {name: installation.status()[name] for name in ports} == ports


def test_kill_9_of_the_supervisor_alone_takes_everything_with_it(installation):
    keep_rows(installation)
    os.kill(installation.pids()["supervisor"], signal.SIGKILL)
    assert wait_until(lambda: not installation.everything(), 30, pause=0.2), installation.everything()
    assert installation.status(code=3)["phase"] == "stopped"
    installation.bregma("up", "--detach")
    assert installation.sql("select count(*) from kept") == [(500,)]


def test_demo_data_never_come_into_an_installation_without(installation):
    installation.bregma("down")
    assert "must not mix" in installation.bregma("up", "--demo", code=1)
    assert installation.everything() == {}
    installation.bregma("up", "--detach", "--split")
    assert {"metadata", "files", "front", "worker"} <= set(installation.pids())
    api = installation.status()["api"]
    assert httpx.get(api + "/readyz").json() == {"status": "ready"}
    assert httpx.get(api + "/labs").headers["bregma-error"] == "not_signed_in"
    assert httpx.get(api + "/data-formats").headers["bregma-error"] == "not_signed_in"
    assert httpx.get(api + "/no-such-thing").status_code == 404


def test_secrets_are_private_and_in_no_log(installation):
    secrets = [installation.home / name for name in ("secrets.json", "postgres/passwords.json", "store/keys.json")]
    words = [word for path in secrets for word in json.loads(path.read_text()).values()]
    logs = "".join(path.read_text(errors="replace") for path in (installation.home / "logs").iterdir())
    assert logs
    assert [word for word in words if word in logs] == []
    for path in [*secrets, *installation.home.glob("*.json")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_logs_prints_one_or_all(installation):
    assert "database system is ready" in installation.bregma("logs", "postgres", "-n", "500")
    assert "store" in installation.bregma("logs", "-n", "1")
    assert "There are: " in installation.bregma("logs", "nothing", code=1)


def test_two_installations_side_by_side_and_ctrl_c_ends_only_one(installation, small):
    process = subprocess.Popen(
        [*BREGMA, "up", "--only", "metadata"], env=small.environment, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    said = ""
    while "Three things to try" not in said:
        said += (line := process.stdout.readline())
        assert line, said
    assert set(small.pids()) == {"postgres", "api", "supervisor"}
    assert small.status()["store"] is None
    assert small.status()["api"] != installation.status()["api"]
    assert httpx.get(small.status()["api"] + "/labs").status_code == 403
    assert httpx.get(small.status()["api"] + "/data-formats").status_code == 404
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    assert process.wait(30) == 0
    assert small.everything() == {}
    assert httpx.get(installation.status()["api"] + "/readyz").is_success


def test_ctrl_c_while_starting_ends_everything(small):
    process = subprocess.Popen([*BREGMA, "up"], env=small.environment, stdout=subprocess.DEVNULL)
    assert wait_until((small.home / "postgres" / "cluster.new").exists, 20)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert wait_until(lambda: small.everything() == {}, 5)


def test_the_three_things_to_try_work_as_printed(small, tmp_path):
    said = small.bregma("up", "--detach")
    status = small.status()
    admin = status["demo"]["admin"]
    assert f"{admin['username']} / {admin['password']}" in said
    assert status["fsync"] is False
    lines = [line.strip() for line in said.split("Three things to try:")[1].splitlines()]
    commands = [line[line.index("/one ") :].removeprefix("/one ") for line in lines if "/one " in line]
    one = str(Path(sys.executable).with_name("one"))
    environment = CLEAN | {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "c"),
        "XDG_CACHE_HOME": str(tmp_path / "k"),
    }
    printed = [
        subprocess.run([one, *command.split()], env=environment, capture_output=True, text=True, check=True).stdout
        for command in commands
    ]
    assert len(printed) == 3
    assert "DEMO_001/2026-01-05/001" in printed[1]
    assert "intervals" in printed[2]
    sessions = small.sql("select count(*) from metadata.sessions")
    small.bregma("down")
    small.bregma("up", "--detach")
    assert small.status()["demo"]["admin"] == admin
    assert small.sql("select count(*) from metadata.sessions") == sessions  # seeded once


def test_servers_of_ones_own_instead_of_the_embedded_ones(tmp_path, postgres_server, object_store, bucket):
    name = "bregma_external"
    postgres_server.create(name)
    one = Installation(
        tmp_path / "home", BREGMA_DATABASE_URL=postgres_server.address(name), BREGMA_S3_ENDPOINT=object_store.endpoint,
        BREGMA_S3_ACCESS_KEY=object_store.access_key, BREGMA_S3_SECRET_KEY=object_store.secret_key,
        BREGMA_S3_BUCKET=bucket,
    )  # fmt: skip
    try:
        one.bregma("up", "--detach", "--no-demo")
        assert set(one.pids()) == {"api", "worker", "supervisor"}
        assert httpx.get(one.status()["api"] + "/readyz").is_success
        assert "durability as its operator" in one.bregma("status")
        assert "external PostgreSQL" in one.bregma("doctor")
    finally:
        one.bregma("down")
        postgres_server.drop(name)


def test_an_unusable_store_is_told_and_nothing_stays_running(tmp_path, object_store):
    one = Installation(
        tmp_path / "home", BREGMA_S3_ENDPOINT=object_store.endpoint, BREGMA_S3_ACCESS_KEY=object_store.access_key,
        BREGMA_S3_SECRET_KEY="wrong",
    )  # fmt: skip
    said = one.bregma("up", "--detach", code=1)
    assert "BREGMA_S3_SECRET_KEY" in said
    assert "Traceback" not in said
    assert one.everything() == {}
