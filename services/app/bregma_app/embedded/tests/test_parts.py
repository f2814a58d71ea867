"""The supervisor's parts, one at a time."""

import json
import os
import subprocess
import sys
import threading

import httpx
import psycopg
import pytest
import uvicorn
from bregma_app import migrate
from bregma_app.embedded import backup, logs, schema, upgrade
from bregma_app.embedded.doctor import examine
from bregma_app.embedded.front import Front
from bregma_app.embedded.home import AlreadyRunningError, Home, Kept, ProcessRecord, Run
from bregma_app.embedded.memory import tree_memory
from bregma_app.embedded.options import SERVICES, Options, settle
from bregma_app.embedded.report import without_password
from bregma_app.embedded.supervisor import end_leftovers
from bregma_kit.local.children import LocalServerError, command_of, identify, wait_until
from bregma_kit.local.ports import free_port


@pytest.fixture
def home(tmp_path):
    one = Home(tmp_path / "home")
    one.create()
    return one


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("BREGMA_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(
        LocalServerError, match=r"cannot be made or written: Not a directory\. It is chosen by BREGMA_HOME"
    ):
        Home().create()


# options


def test_the_services_are_the_rooms_of_the_application():
    from bregma_app.main import ROOMS

    assert tuple(ROOMS) == SERVICES


@pytest.mark.parametrize(
    ("options", "demo", "fsync"),
    [
        (Options(), True, False),
        (Options(demo=False), False, True),
        (Options(only=("metadata",)), False, True),
        (Options(fsync=True), True, True),
        (Options(demo=False, fsync=False), False, False),
    ],
)
def test_a_first_start_decides_and_later_ones_keep_it(options, demo, fsync):
    kept = settle(options, Kept())
    assert (kept.demo, kept.fsync) == (demo, fsync)
    again = settle(Options(), kept)
    assert (again.demo, again.fsync) == (demo, fsync)


def test_demo_and_real_data_do_not_mix():
    with pytest.raises(LocalServerError, match="must not mix"):
        settle(Options(demo=False), settle(Options(), Kept()))


def test_a_detached_supervisor_gets_the_same_flags():
    from bregma_app.commands.up import command

    options = Options(True, False, ("metadata",), True, 12345, False)
    context = command.make_context("up", options.words())
    assert (
        Options(
            *(context.params[name] for name in ("split", "demo")),
            (context.params["only"],),
            *(context.params[name] for name in ("fsync", "port", "backup")),
        )
        == options
    )
    assert command.make_context("up", Options().words()).params["demo"] is None


# folder


def test_one_supervisor_at_a_time(home):
    home.lock()
    with pytest.raises(AlreadyRunningError, match="bregma down"):
        Home(home.path).lock()


def test_a_damaged_state_is_told(home):
    (home.path / "state.json").write_text("{")
    with pytest.raises(LocalServerError, match=r"state\.json is damaged"):
        home.read_kept()


def test_what_is_kept_comes_back(home):
    kept = Kept(ports={"api": 12345}, demo=True, versions=["a"])
    home.write_kept(kept)
    assert home.read_kept() == kept
    run = Run(identify(os.getpid()), processes=[ProcessRecord("api", 1, 2, "x")], demo={"username": "admin"})
    home.write_run(run)
    assert home.read_run() == run
    assert home.secrets() == home.secrets()


def _record(process, **changes):
    identity = identify(process.pid)
    fields = {"pid": identity.pid, "started": identity.started, "command": command_of(process.pid)} | changes
    return ProcessRecord("api", **fields)


def test_leftovers_are_ended_and_others_with_their_number_are_not(home):
    left, reused, renamed = (subprocess.Popen(["sleep", "60"]) for _ in range(3))
    for process in (left, reused, renamed):
        assert wait_until(lambda p=process: command_of(p.pid) == "sleep 60", 5)
    records = [
        _record(left), _record(reused, started=identify(reused.pid).started - 1),
        _record(renamed, command="bregma serve"),
    ]  # fmt: skip
    home.write_run(Run(identify(os.getpid()), processes=records))
    end_leftovers(home)
    try:
        assert left.wait(5) == -15
        assert reused.poll() is None
        assert renamed.poll() is None
        assert home.read_run() is None
    finally:
        for process in (reused, renamed):
            process.kill()
            process.wait()


# logs and memory


def test_fewer_than_no_lines_are_a_mistake():
    from bregma_app.commands.logs import command
    from click.testing import CliRunner

    assert CliRunner().invoke(command, ["-n", "-3"]).exit_code == 2


def test_large_logs_are_set_aside_and_their_writer_goes_on(tmp_path):
    path = tmp_path / "api.log"
    with path.open("ab") as writer:
        for number in range(5):
            writer.write(f"line {number}\n".encode() * 100)
            writer.flush()
            logs.rotate(tmp_path, largest=500)
        writer.write(b"last\n")
    assert path.read_bytes() == b"last\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["api.log", "api.log.1", "api.log.2", "api.log.3"]
    assert "line 4" in (tmp_path / "api.log.1").read_text()
    assert "line 2" in (tmp_path / "api.log.3").read_text()


def test_following_yields_new_whole_lines_also_after_a_rotation(tmp_path):
    path = tmp_path / "api.log"
    path.write_text("old 1\nold 2\n")
    found, end = logs.tail(path, 1)
    assert found == ["old 2"]
    lines = logs.follow([path], {path: end}, pause=0.01)
    with path.open("a") as writer:
        writer.write("new\nhalf")
    assert next(lines) == (path, "new")
    path.write_text("fresh\n")
    assert next(lines) == (path, "fresh")


def test_memory_counts_descendants():
    code = "import subprocess as s, sys; p = s.Popen(['sleep', '60']); print(flush=True); sys.stdin.read(); p.kill()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert tree_memory(process.pid) > tree_memory(process.pid, descendants=False) > 1_000_000
        process.stdin.close()
    assert tree_memory(process.pid) == 0


def test_a_shown_address_has_no_password():
    assert without_password("postgresql://bregma:secret@127.0.0.1:1/x") == "postgresql://bregma:…@127.0.0.1:1/x"
    assert without_password("postgresql:///x") == "postgresql:///x"


# migrations


def _compare(*versions):
    words = [sys.executable, "-m", "bregma_app.embedded.schema", *versions]
    return json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


def _settings(home, url):
    return {"BREGMA_HOME": str(home.path), "BREGMA_DATABASE_URL": url, "BREGMA_S3_ENDPOINT": ""}


async def test_an_older_database_is_saved_and_then_migrated(home, database_url):
    url = database_url
    now = schema.versions(url)
    assert _compare(*now) == {"missing": [], "unknown": []}
    migrate.downgrade(url, "-1")
    assert _compare(*schema.versions(url))["missing"] != []
    said = []
    kept = Kept()
    await upgrade.bring_up_to_date(home, kept, _settings(home, url), None, save=True, say=said.append)
    assert schema.versions(url) == now == kept.versions
    (dump,) = (home.path / "backups").iterdir()
    assert str(dump) in "".join(said)
    assert dump.read_bytes().startswith(b"PGDMP")
    assert dump.stat().st_mode & 0o077 == 0


async def test_a_database_that_is_up_to_date_is_left_alone(home, database_url):
    kept = Kept(migrations=schema.fingerprint(), versions=schema.versions(database_url))
    await upgrade.bring_up_to_date(home, kept, _settings(home, database_url), None, save=True, say=pytest.fail)
    assert not (home.path / "backups").exists()
    assert not (home.logs / "migrate.log").exists()


async def test_a_database_of_a_newer_release_is_refused_and_left_alone(home, database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute("insert into kit.alembic_version values ('from_the_future')")
    with pytest.raises(LocalServerError, match=r"newer Bregma \(from_the_future is unknown here\)"):
        await upgrade.bring_up_to_date(home, Kept(), _settings(home, database_url), None, save=True, say=pytest.fail)


def test_a_failed_backup_stops_the_migration(home):
    address = f"postgresql://nobody:secret@127.0.0.1:{free_port()}/nothing"
    with pytest.raises(LocalServerError, match="nothing was migrated") as refusal:
        backup.dump(address, home.path / "backups", None)
    assert "secret" not in str(refusal.value)
    assert list((home.path / "backups").iterdir()) == []


# doctor


def test_doctor_finds_nothing_wrong_with_a_new_folder_and_leaves_no_trace(tmp_path):
    before = set(tmp_path.iterdir())
    findings = list(examine(Home(tmp_path / "home")))
    assert [one.what for one in findings if one.level == "bad"] == []
    assert set(tmp_path.iterdir()) == before


def test_doctor_names_what_is_wrong_and_what_to_do(home, monkeypatch):
    home.secrets()
    (home.path / "secrets.json").chmod(0o644)
    (home.path / "postgres" / "cluster").mkdir(parents=True)
    (home.path / "postgres" / "cluster" / "PG_VERSION").write_text("9\n")
    bad = {one.what: one.todo for one in examine(home) if one.level == "bad"}
    assert bad[f"{home.path}/secrets.json can be read by others"] == f"chmod 600 {home.path}/secrets.json"
    assert "BREGMA_POSTGRES_BIN" in bad["the data were written by PostgreSQL 9"]
    monkeypatch.setenv("BREGMA_POSTGRES_BIN", "/nonexistent")
    monkeypatch.setenv("BREGMA_S3_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    bad = [one.todo for one in examine(home) if one.level == "bad"]
    assert any("holds no PostgreSQL" in todo for todo in bad)
    assert any("Check BREGMA_S3_ENDPOINT" in todo for todo in bad)


# front


class Echo:
    """A service that says what reached it."""

    def __init__(self, name):
        self.name = name

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        said = {
            "name": self.name, "path": scope["raw_path"].decode(), "query": scope["query_string"].decode(),
            "method": scope["method"], "headers": headers, "size": len(body),
        }  # fmt: skip
        await send({"type": "http.response.start", "status": 201, "headers": [(b"x-twice", b"1"), (b"x-twice", b"2")]})
        await send({"type": "http.response.body", "body": json.dumps(said).encode()})


def _serve(app):
    config = uvicorn.Config(app, host="127.0.0.1", port=free_port(), log_level="error", lifespan="auto")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert wait_until(lambda: server.started, 10)
    return f"http://127.0.0.1:{config.port}", server, thread


@pytest.fixture(scope="module")
def front():
    running = [_serve(Echo("metadata")), _serve(Echo("files"))]
    targets = {"metadata": running[0][0], "files": running[1][0]}
    address = f"http://127.0.0.1:{free_port()}"
    running.append(_serve(Front({**targets, "away": address}, {"labs": "metadata", "data": "files", "gone": "away"})))
    yield running[2][0]
    for _, server, thread in running:
        server.should_exit = True
        thread.join(10)


def test_each_first_segment_goes_to_its_owner(front):
    names = {
        path: httpx.get(front + path).json()["name"] for path in ("/labs", "/data/a/b", "/", "/unknown", "/labs/x")
    }
    assert names == {
        "/labs": "metadata",
        "/data/a/b": "files",
        "/": "metadata",
        "/unknown": "metadata",
        "/labs/x": "metadata",
    }


def test_a_request_arrives_as_it_was_sent(front):
    answer = httpx.put(
        front + "/data/%23rev%23/a%20b?x=1&y=%2F", content=bytes(3_000_000), headers={"Authorization": "Token 0"}
    )
    said = answer.json()
    assert (said["path"], said["query"], said["method"], said["size"]) == (
        "/data/%23rev%23/a%20b",
        "x=1&y=%2F",
        "PUT",
        3_000_000,
    )
    assert said["headers"]["host"] == front.removeprefix("http://")
    assert said["headers"]["authorization"] == "Token 0"
    assert answer.status_code == 201
    assert answer.headers.get_list("x-twice") == ["1", "2"]


def test_a_streamed_body_of_unknown_length_arrives(front):
    assert httpx.post(front + "/data/x", content=iter([b"abc"] * 1000)).json()["size"] == 3000


def test_a_service_that_is_away_is_told(front):
    answer = httpx.get(front + "/gone/x")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "try again" in answer.json()["detail"]
    assert httpx.get(front + "/healthz").status_code == 200
    assert httpx.get(front + "/readyz").status_code == 503


# command line


def test_status_is_quick_because_it_imports_no_web_framework(tmp_path):
    code = (
        "import sys; from bregma_app.cli import bregma; bregma(['status'], standalone_mode=False); "
        "print([m for m in ('fastapi', 'sqlalchemy', 'boto3', 'pydantic') if m in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"BREGMA_HOME": str(tmp_path)},
    ).stdout
    assert said.endswith("[]\n")
    assert "Start it with `bregma up`" in said


def test_every_command_explains_itself():
    from bregma_app.cli import bregma
    from click.testing import CliRunner

    for name in bregma.list_commands(None):
        said = CliRunner().invoke(bregma, [name, "--help"])
        assert said.exit_code == 0, name
        assert len(said.output.splitlines()) > 4, name
