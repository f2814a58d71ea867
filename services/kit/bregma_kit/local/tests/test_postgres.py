"""A server of one's own keeps committed rows through every kind of end, under every kind of account."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import psycopg
import pytest
from bregma_kit.local import accounts
from bregma_kit.local.binaries import find_postgres, postgres_folders
from bregma_kit.local.children import LocalServerError, identify, wait_until, working_in
from bregma_kit.local.postgres import LocalPostgres

KIT = Path(__file__).parents[3]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to lend PostgreSQL an account")


@pytest.fixture
def open_folder():
    """A folder that other accounts may enter, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="bregma-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def server(tmp_path):
    one = LocalPostgres(tmp_path / "pg", tmp_path / "pg.log")
    yield one
    one.kill()


def rows(server):
    with psycopg.connect(server.url) as connection:
        return connection.execute("select count(*) from t").fetchone()[0]


def test_committed_rows_survive_stop_and_kill_and_uncommitted_do_not(server):
    server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("create table t as select generate_series(1, 1000) as i")
    server.stop()
    server.start()
    assert rows(server) == 1000
    pending = psycopg.connect(server.url)
    pending.execute("insert into t values (0)")
    server.kill()
    server.start()
    assert rows(server) == 1000


def test_it_has_what_the_migrations_need_and_its_owner_is_no_superuser(server):
    server.start()
    with psycopg.connect(server.url) as connection:
        for extension in ("pg_trgm", "btree_gist"):
            connection.execute(f"create extension {extension}")
        connection.execute("create role bregma_room nologin")
        assert connection.execute("select lower('ÜBER'), 'Z' < 'a'").fetchone() == ("über", True)
        assert connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (False,)


def test_only_loopback_with_the_password_gets_in(server):
    server.start()
    listening = subprocess.run(["ss", "-ltnH"], capture_output=True, text=True, check=True).stdout
    addresses = [line.split()[3] for line in listening.splitlines() if line.split()[3].endswith(f":{server.port}")]
    assert addresses == [f"127.0.0.1:{server.port}"]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://bregma:wrong@127.0.0.1:{server.port}/bregma")
    assert (server.data_dir / "passwords.json").stat().st_mode & 0o777 == 0o600
    assert not list(server.data_dir.glob("initdb*"))


def test_two_servers_run_side_by_side(server, tmp_path):
    with server, LocalPostgres(tmp_path / "other", tmp_path / "other.log") as other:
        assert server.port != other.port
        with psycopg.connect(server.url) as one, psycopg.connect(other.url) as two:
            assert one.info.port != two.info.port


def test_data_of_another_major_are_refused_with_what_to_do(server):
    server.start()
    server.stop()
    (server.cluster / "PG_VERSION").write_text("14\n")
    with pytest.raises(LocalServerError, match=r"(?s)written by PostgreSQL 14.*BREGMA_POSTGRES_BIN=") as refusal:
        server.start()
    assert "pg_dump" in str(refusal.value)


def test_a_half_made_cluster_is_made_again(server):
    draft = server.data_dir / "cluster.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")  # initdb writes this early
    server.start()
    assert server.is_ready()


def test_an_empty_lock_file_after_a_power_cut_does_not_matter(server):
    server.start()
    server.kill()
    wait_until(lambda: not working_in(server.cluster), 10)
    (server.cluster / "postmaster.pid").write_text("")
    server.start()
    assert server.is_ready()


def test_a_server_left_running_is_ended_before_the_next_starts(server, tmp_path):
    server.start()
    left = identify(server.process.pid)
    with LocalPostgres(server.data_dir, tmp_path / "second.log") as second:
        assert second.is_ready()
        assert identify(left.pid) != left


def test_somebody_elses_process_with_the_number_in_the_lock_file_is_left_alone(server):
    server.start()
    server.kill()
    bystander = subprocess.Popen(["sleep", "60"])
    lock = server.cluster / "postmaster.pid"
    lock.write_text(lock.read_text().replace(lock.read_text().splitlines()[0], str(bystander.pid), 1))
    server.start()
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_it_ends_with_the_program_that_started_it(tmp_path):
    script = f"""
        import time
        from pathlib import Path
        from bregma_kit.local.postgres import LocalPostgres
        folder = Path({str(tmp_path)!r})
        server = LocalPostgres(folder / "pg", folder / "pg.log", durable=False).start()
        print(server.process.pid, flush=True)
        time.sleep(60)
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    assert identify(pid)
    parent.kill()
    parent.wait()
    assert wait_until(lambda: identify(pid) is None, 20)


def test_a_taken_port_is_told(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = LocalPostgres(tmp_path / "pg", tmp_path / "pg.log", port=taken.getsockname()[1], durable=False)
        with pytest.raises(LocalServerError, match="Address already in use"):
            server.start()


@as_root
def test_root_lends_an_account_where_it_reaches_the_data(open_folder):
    with LocalPostgres(open_folder / "pg", open_folder / "pg.log", durable=False) as server:
        assert server.runs.startswith("as the account")
        assert Path(f"/proc/{server.process.pid}").stat().st_uid == server.cluster.stat().st_uid != 0


@as_root
@pytest.mark.skipif(not accounts.user_namespaces_work(), reason="this machine has no user namespaces")
def test_root_uses_a_user_namespace_where_no_account_may_enter(tmp_path):
    tmp_path.chmod(0o700)
    with LocalPostgres(tmp_path / "pg", tmp_path / "pg.log", durable=False) as server:
        assert "user namespace" in server.runs
        assert server.cluster.stat().st_uid == 0


@as_root
def test_data_follow_when_the_account_changes(open_folder):
    server = LocalPostgres(open_folder / "pg", open_folder / "pg.log", durable=False).start()
    server.stop()
    for path in [server.cluster, *server.cluster.rglob("*")]:  # as after a restore by root
        os.chown(path, 0, 0, follow_symlinks=False)
    with server:
        assert server.is_ready()


def test_copied_binaries_find_their_libraries(open_folder):
    binaries, major = find_postgres()
    copy = accounts._copy(binaries, open_folder / "binaries")
    said = subprocess.run([copy / "psql", "--version"], capture_output=True, text=True, check=True, env={}).stdout
    assert f" {major}." in said


def test_the_binaries_of_the_settings_come_first():
    folders = list(postgres_folders())
    last, major = folders[-1]
    assert find_postgres(last) == (last, major)
    with pytest.raises(LocalServerError, match="BREGMA_POSTGRES_BIN"):
        find_postgres(Path("/nonexistent"))


def _python_for_others():
    """A Python of our version that the account nobody can run, and the modules it needs."""
    for candidate in (sys.executable, f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"):
        try:
            subprocess.run([candidate, "-c", "pass"], user=65534, group=65534, extra_groups=[], check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return candidate
    return None


@as_root
def test_an_ordinary_user_runs_both_servers(open_folder):
    python = _python_for_others()
    if python is None:
        pytest.skip("no Python here that the account nobody can run")
    os.chown(open_folder, 65534, 65534)
    script = """
        import sys
        from pathlib import Path
        from bregma_kit.local.postgres import LocalPostgres
        from bregma_kit.local.seaweedfs import LocalSeaweed
        folder, weed = Path(sys.argv[1]), Path(sys.argv[2])
        with LocalPostgres(folder / "pg", folder / "pg.log") as database, \\
                LocalSeaweed(folder / "store", folder / "store.log", weed) as store:
            store.create_bucket("bregma")
            print(database.runs, database.is_ready(), store.is_ready())
    """
    from bregma_kit.local.binaries import find_weed

    packages = Path(psycopg.__file__).parents[1]
    done = subprocess.run(
        [python, "-c", textwrap.dedent(script), open_folder, find_weed()], user=65534, group=65534, extra_groups=[],
        env={"PYTHONPATH": f"{KIT}:{packages}", "PATH": "/usr/bin:/bin", "HOME": str(open_folder)},
        cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "as you True True", done.stderr


def test_stop_is_orderly(server):
    server.start()
    process = server.process
    server.stop()
    assert process.returncode == 0
    assert "database system is shut down" in server.log.read_text()
