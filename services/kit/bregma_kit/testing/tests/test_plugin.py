"""The plugin gives each test a database of its own, and a run says what it did not look at."""

import os
import subprocess
import sys
import textwrap

import psycopg
import pytest


def run(tmp_path, code, **environment):
    (tmp_path / "test_it.py").write_text(textwrap.dedent(code))
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = real_data: needs recordings\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "bregma_kit.testing.plugin", "-p", "no:cacheprovider", "-rs", tmp_path],
        capture_output=True, text=True, cwd=tmp_path, check=False,
        env={k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "BREGMA"))} | environment,
    )  # fmt: skip
    return done.stdout


REAL = """
    import pytest

    @pytest.mark.real_data
    def test_recording(real_data):
        assert (real_data / "x").exists()

    def test_other(): pass
"""


def test_real_data_tests_run_where_there_are_recordings(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x").touch()
    said = run(tmp_path, REAL, BREGMA_REAL_DATA=str(tmp_path / "data"))
    assert "tests on real recordings: 1 ran, 0 skipped" in said
    assert "2 passed" in said


def test_real_data_tests_are_skipped_and_counted_where_there_are_none(tmp_path):
    said = run(tmp_path, REAL, BREGMA_REAL_DATA=str(tmp_path / "nothing"))
    assert "tests on real recordings: 0 ran, 1 skipped" in said
    assert "1 passed, 1 skipped" in said
    assert "set BREGMA_REAL_DATA" in said


def test_a_run_without_such_tests_says_nothing(tmp_path):
    assert "real recordings" not in run(tmp_path, "def test_other(): pass")


def test_loading_it_imports_nothing_heavy():
    code = (
        "import sys, bregma_kit.testing.plugin; "
        "print([m for m in ('boto3', 'psycopg', 'sqlalchemy', 'fastapi', 'httpx', 'h11') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("attempt", [1, 2])
def test_each_test_has_a_migrated_database_of_its_own(database_url, attempt):
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select count(*) from kit.alembic_version").fetchone()[0] > 0
        connection.execute("create table only_here (i int)")  # fails the second time if it were the same database
