"""`bregma repository`, typed by an operator who mistypes."""

import secrets

import pytest
from bregma_app.cli import bregma
from bregma_kit.settings import settings_from_environment
from click.testing import CliRunner


@pytest.fixture
def run(house_url, object_store, bucket, monkeypatch):
    given = {
        "DATABASE_URL": house_url, "S3_ENDPOINT": object_store.endpoint, "S3_ACCESS_KEY": object_store.access_key,
        "S3_SECRET_KEY": object_store.secret_key, "S3_REGION": object_store.region, "S3_BUCKET": bucket,
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(f"BREGMA_{name}", value)
    settings_from_environment.cache_clear()

    def call(*words, status=0):
        done = CliRunner().invoke(bregma, ["repository", *words])
        assert done.exit_code == status, done.output
        return done.output if status else done.stdout

    yield call
    settings_from_environment.cache_clear()


def listed(run):
    return {line.split()[0]: line.split()[1:] for line in run("list").splitlines()}


def test_a_bucket_that_is_not_there_is_refused_and_made_on_request(run, object_store, bucket):
    name = f"b-{secrets.token_hex(4)}"
    said = run("add", "archive", "--lab", "openlab", "--bucket", name, status=1)
    assert f"has no bucket '{name}'" in said
    assert "--create-bucket" in said
    assert listed(run) == {}, "what was refused has left nothing"
    said = run("add", "archive", "--lab", "openlab", "--bucket", name, "--create-bucket")
    assert "uploads of openlab go to archive" in said
    object_store.client().head_bucket(Bucket=name)
    said = run("add", "main", "--lab", "openlab")
    assert "uploads of openlab go to archive" in said, "a second repository takes nothing over unasked"
    assert "uploads of openlab go to main" in run("default", "main", "--lab", "openlab")
    assert listed(run) == {"archive": [name, "0", "files", "openlab"], "main": [bucket, "0", "files", "openlab*"]}
    assert f"rebind archive --bucket {bucket}" in run("add", "archive", status=1)
    run("rebind", "archive", "--bucket", bucket)
    assert "no bucket" in run("rebind", "archive", "--bucket", f"{name}-2", status=1)
    assert "uploads of openlab go to archive" in run("remove", "main", "--lab", "openlab")
    assert "openlab does not have 'main'" in run("remove", "main", "--lab", "openlab", status=1)
    assert "uploads of openlab have no place" in run("remove", "archive", "--lab", "openlab")
    run("remove", "archive")
    assert listed(run) == {"main": [bucket, "0", "files", "no", "lab"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "BAD NAME", "--lab", "openlab"], "'BAD NAME' is not a repository's name"),
        (["add", "archive", "--bucket", "X Y"], "'X Y' is not a bucket's name"),
        (["add", "archive", "--lab", "nolab"], "There is no lab 'nolab'"),
        (["remove", "nope"], "There is no repository 'nope'"),
        (["remove", "nope", "--lab", "openlab"], "There is no repository 'nope'"),
        (["default", "nope", "--lab", "openlab"], "There is no repository 'nope'"),
        (["rebind", "nope", "--bucket", "some-bucket", "--create-bucket"], "There is no repository 'nope'"),
    ],
)
def test_mistakes_are_sentences(run, words, said):
    assert said in run(*words, status=1)
    assert listed(run) == {}


def test_a_store_that_does_not_run_is_said(run, monkeypatch):
    monkeypatch.setenv("BREGMA_S3_ENDPOINT", "http://127.0.0.1:9")
    settings_from_environment.cache_clear()
    assert "does not answer" in run("add", "main", "--lab", "openlab", status=1)
    monkeypatch.setenv("BREGMA_S3_ENDPOINT", "")
    settings_from_environment.cache_clear()
    assert "No object store runs or is configured" in run("add", "main", "--lab", "openlab", status=1)
