"""A running Alyx, read through its REST API as its own clients read it."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import click
import httpx

Record = dict[str, Any]
PAGE = 1000
TRIES = 8
LONGEST_WAIT = 60.0
_BUSY = frozenset({
    HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT,
})  # fmt: skip


class Unreadable(click.ClickException):
    """The source cannot be read; the message says what it answered."""


class Alyx:
    """One Alyx with the credentials of somebody who may read all of it."""

    def __init__(self, url: str, *, token: str = "", pause: float = 1.0) -> None:
        self.url = url.rstrip("/")
        headers = {"Accept": "application/json", **({"Authorization": f"Token {token}"} if token else {})}
        self._http = httpx.AsyncClient(base_url=self.url, headers=headers, timeout=120)
        self._pause = pause

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def log_in(self, username: str, password: str) -> None:
        """Exchange a password for a token."""
        answer = await self._http.post("/auth-token", data={"username": username, "password": password})
        if answer.status_code != HTTPStatus.OK:
            raise Unreadable(f"{self.url} does not let {username} in; check the name and the password.")
        self._http.headers["Authorization"] = f"Token {answer.json()['token']}"

    async def _get(self, path: str, **query: Any) -> httpx.Response:
        """Ask, and ask again while the source is busy or away."""
        said = ""
        for attempt in range(TRIES):
            try:
                answer = await self._http.get(path, params=query)
            except httpx.TransportError as error:
                said = f"does not answer ({type(error).__name__})"
            else:
                if answer.status_code not in _BUSY:
                    return answer
                said = f"is busy ({answer.status_code})"
            wait = min(self._pause * 2**attempt, LONGEST_WAIT)
            await asyncio.sleep(wait)
        raise Unreadable(f"{self.url}{path} {said}. Nothing is lost: the same command carries on later.")

    async def pages(self, path: str, **query: Any) -> AsyncIterator[tuple[int, list[Record]]]:
        """Give a list page by page: how many records there are, and some of them. Nothing if there is no such list."""
        offset = 0
        while True:
            answer = await self._get(path, limit=PAGE, offset=offset, **query)
            if answer.status_code == HTTPStatus.NOT_FOUND:
                return
            if answer.status_code != HTTPStatus.OK:
                raise Unreadable(f"{self.url}{path} answers {answer.status_code}: {answer.text[:200]}")
            page = answer.json()
            if isinstance(page, list):
                yield len(page), page
                return
            yield page["count"], page["results"]
            offset += len(page["results"])
            if not page["results"] or page["next"] is None:
                return

    async def detail(self, path: str, name: str) -> Record | None:
        """Read one record whole; None if it has gone meanwhile."""
        answer = await self._get(f"{path}/{quote(name, safe='')}")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return None
        if answer.status_code != HTTPStatus.OK:
            raise Unreadable(f"{self.url}{path}/{name} answers {answer.status_code}: {answer.text[:200]}")
        record: Record = answer.json()
        return record

    async def content(self, url: str) -> bytes | None:
        """Fetch a picture; None if the source does not hand it out."""
        answer = await self._get(url)
        is_image = answer.headers.get("content-type", "").startswith("image/")
        return answer.content if answer.status_code == HTTPStatus.OK and is_image else None
