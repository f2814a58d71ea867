"""Which server, and which token: from arguments, the environment, or the user's own file (mode 0600).

The file lies where the system keeps such things (``~/.config/bregma-one/config.json`` on Linux); ``BREGMA_ONE_CONFIG``
names another. It holds tokens, never passwords::

    {"default": "https://a.example", "servers": {"https://a.example": {"username": "ada", "token": "..."}}}
"""

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from one_client.errors import BadRequest, Unauthorized
from one_client.files import read_json, write_atomically

if TYPE_CHECKING:
    import httpx

_APP = "bregma-one"
_TOKEN = "BREGMA_TOKEN"  # noqa: S105 - a variable's name
_PATIENCE = 3.0
"""Seconds: somebody who logs in has more likely mistyped the address than met a restart."""


@dataclass(frozen=True, slots=True)
class Login:
    """A server and who is calling."""

    base_url: str
    token: str = field(default="", repr=False)
    username: str = ""
    token_from: str = field(default="", compare=False)
    """The variable that the token came from; empty if it came from elsewhere."""


def config_path() -> Path:
    """Where the user's file is, or will be."""
    if named := os.environ.get("BREGMA_ONE_CONFIG"):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path(_APP, appauthor=False) / "config.json"


def cache_path(base_url: str) -> Path:
    """Where the files of a server are cached by default; ``BREGMA_ONE_CACHE`` names another folder for all servers."""
    address = urlsplit(base_url)
    folder = re.sub(r"[^A-Za-z0-9.-]", "_", address.netloc.rpartition("@")[2] + address.path.rstrip("/"))
    if named := os.environ.get("BREGMA_ONE_CACHE"):
        return Path(named).expanduser() / folder
    from platformdirs import user_data_path

    return user_data_path(_APP, appauthor=False) / "cache" / folder


def find_login(base_url: str | None = None, token: str | None = None) -> Login:
    """Put together what is known: arguments before ``BREGMA_URL`` and ``BREGMA_TOKEN``, those before the user's file.

    Parameters
    ----------
    base_url, token : str, optional
        As given by the caller.

    Returns
    -------
    Login
        Its token is empty if none is known; its address is never empty.

    Raises
    ------
    BadRequest
        If no server is known.
    """
    kept = _read()
    url = base_url or os.environ.get("BREGMA_URL") or str(kept.get("default") or "")
    if not url:
        raise BadRequest(
            "No server is known.", "Run `one login`, or set BREGMA_URL, or write ONE(base_url='https://...')."
        )
    url = url.rstrip("/")
    server = kept.get("servers", {}).get(url, {})
    # a token from the environment belongs to the server of the environment
    from_environment = os.environ.get(_TOKEN, "") if url == _environment_url(url) else ""
    named = _TOKEN if from_environment and not token else ""
    return Login(url, token or from_environment or server.get("token", ""), server.get("username", ""), named)


def log_in(base_url: str, username: str, password: str, *, transport: "httpx.BaseTransport | None" = None) -> Login:
    """Get a token for a name and password; neither is stored.

    Raises
    ------
    Unauthorized
        If the server does not accept them.
    """
    from one_client.backends.api import Api

    api = Api(base_url, transport=transport, patience=_PATIENCE)
    try:
        answer = api.post("/auth-token", {"username": username, "password": password}, repeatable=True)
    except BadRequest as error:
        hint = "Check both; a forgotten password is reset by your administrator."
        raise Unauthorized(f"{base_url} does not accept this name and password.", hint, status=error.status) from error
    finally:
        api.close()
    return Login(base_url.rstrip("/"), str(answer["token"]), username)


def keep(login: Login) -> Path:
    """Write a login to the user's file and make its server the default; other servers' entries stay."""
    from filelock import FileLock

    path = config_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock"), timeout=20):
        kept = _read()
        servers = {**kept.get("servers", {}), login.base_url: {"username": login.username, "token": login.token}}
        body = {**kept, "default": login.base_url, "servers": servers}
        write_atomically(path, json.dumps(body, indent=1).encode(), private=True)
    return path


def forget(base_url: str | None = None) -> str:
    """Remove a login from the user's file and return its address; by default that of the last one.

    Raises
    ------
    BadRequest
        If there is none.
    """
    from filelock import FileLock

    path = config_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock"), timeout=20):
        kept = _read()
        servers = dict(kept.get("servers", {}))
        url = (base_url or str(kept.get("default") or "")).rstrip("/")
        if url not in servers:
            known = ", ".join(servers) or "none"
            raise BadRequest(f"There is no login for {url or 'any server'}.", f"Logged in to: {known}.")
        del servers[url]
        body = {**kept, "servers": servers}
        if kept.get("default") == url:
            del body["default"]
        write_atomically(path, json.dumps(body, indent=1).encode(), private=True)
    return url


def _environment_url(otherwise: str) -> str:
    return os.environ.get("BREGMA_URL", otherwise).rstrip("/")


def _read() -> dict[str, Any]:
    path = config_path()
    body = read_json(path)
    if body is None and path.exists():
        raise BadRequest(f"{path} is not readable as JSON.", "Remove it and run `one login` again.")
    return body if isinstance(body, dict) else {}
