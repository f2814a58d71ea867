"""Logins: the user's file, the environment, and who wins."""

import json
import os
import stat
from pathlib import Path

import httpx
import pytest
from one_client import ONE
from one_client.auth import Login, cache_path, config_path, find_login, keep, log_in
from one_client.errors import BadRequest, Unauthorized

A, B = "https://a.test", "https://b.test"


@pytest.fixture(autouse=True)
def own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("BREGMA_URL", "BREGMA_TOKEN", "BREGMA_ONE_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BREGMA_ONE_CONFIG", str(tmp_path / "deep" / "config.json"))
    return tmp_path / "deep" / "config.json"


def test_a_login_is_kept_for_its_owner_only(own_config: Path) -> None:
    keep(Login(A, "ta", "ada"))
    keep(Login(B, "tb", "ada"))
    assert find_login() == Login(B, "tb", "ada")
    assert find_login(A) == find_login(A + "/") == Login(A, "ta", "ada")
    assert find_login("https://c.test").token == ""
    if os.name != "nt":
        assert stat.S_IMODE(own_config.stat().st_mode) == 0o600
    assert "ta" not in repr(find_login(A))


def test_arguments_win_over_the_environment_and_that_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(Login(A, "kept", "ada"))
    monkeypatch.setenv("BREGMA_URL", B)
    monkeypatch.setenv("BREGMA_TOKEN", "from environment")
    assert find_login() == Login(B, "from environment", "")
    assert find_login(token="given").token == "given"
    assert find_login(A).token == "kept"  # the environment's token is not for this server


def test_no_server_is_known() -> None:
    with pytest.raises(BadRequest, match="one login"):
        ONE()


def test_a_broken_file_is_said_to_be(own_config: Path) -> None:
    own_config.parent.mkdir()
    own_config.write_text("{")
    with pytest.raises(BadRequest, match=r"config\.json"):
        find_login()


def test_logging_in() -> None:
    def server(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/auth-token"
        if json.loads(request.content) == {"username": "ada", "password": "right"}:
            return httpx.Response(200, json={"token": "t" * 40})
        return httpx.Response(400, json={"non_field_errors": ["Unable to log in with provided credentials."]})

    transport = httpx.MockTransport(server)
    assert log_in(A, "ada", "right", transport=transport) == Login(A, "t" * 40, "ada")
    with pytest.raises(Unauthorized, match="does not accept"):
        log_in(A, "ada", "wrong", transport=transport)


def test_each_server_has_a_cache_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BREGMA_ONE_CACHE", str(tmp_path))
    assert cache_path("https://bregma.test:8443/x/") == tmp_path / "bregma.test_8443_x"
    assert cache_path("http://user:secret@h") == tmp_path / "h"
    monkeypatch.delenv("BREGMA_ONE_CACHE")
    assert cache_path(A) != cache_path(B)


def test_by_default_it_is_a_place_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BREGMA_ONE_CONFIG")
    assert config_path().name == "config.json"
    assert "bregma-one" in str(config_path())
