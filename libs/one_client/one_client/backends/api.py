"""One HTTP connection to a Bregma (or Alyx) server: tokens, retries, pages, errors."""

import email.utils
import logging
import random
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from one_client.errors import BadRequest, Offline, OneError, ServerFault, from_answer

if TYPE_CHECKING:
    import httpx

_log = logging.getLogger("one_client")
_PAGE = 1000
_LATER = frozenset({429, 503})
_FIRST_WAIT, _LONGEST_WAIT = 0.3, 60.0
_NO_URL = "Give it: ONE(base_url='https://...'), the variable BREGMA_URL, or once for all `one login`."


class Api:
    """Calls of the REST interface, as plain JSON.

    Parameters
    ----------
    base_url : str
        Address of the server, without a path.
    token : str, optional
        Sent as ``Authorization: Token ...``, and to this server only.
    transport : httpx.BaseTransport, optional
        How requests travel; by default over the network.
    patience : float
        Seconds to keep trying when the server is away, busy or restarting.
    token_from : str
        The variable that the token came from, to be named when the server does not accept it.
    """

    def __init__(
        self,
        base_url: str,
        token: str = "",
        *,
        transport: "httpx.BaseTransport | None" = None,
        patience: float = 20.0,
        token_from: str = "",
    ) -> None:
        import httpx

        if not base_url:
            raise BadRequest("No server is known.", _NO_URL)
        if not base_url.startswith(("http://", "https://")):
            raise BadRequest(f"{base_url!r} is no address of a server.", "It begins with https:// or http://.")
        self.base_url = base_url.rstrip("/")
        self.token = token
        self.patience = patience
        self.token_from = token_from
        self._client = httpx.Client(
            base_url=self.base_url,
            transport=transport,
            headers={"Accept": "application/json", "User-Agent": _user_agent()},
            timeout=httpx.Timeout(60, connect=10),
            follow_redirects=False,  # the token must not travel elsewhere
        )

    def get(self, path: str, params: Mapping[str, Any] | None = None, **options: Any) -> Any:
        """Read; see `request` for the options."""
        return _json(self.request("GET", path, params=params, **options))

    def post(self, path: str, body: Any, *, repeatable: bool = False, **options: Any) -> Any:
        """Create or ask; say ``repeatable=True`` if a second time does no harm, then a cut connection is retried."""
        return _json(self.request("POST", path, body=body, repeatable=repeatable, **options))

    def patch(self, path: str, body: Any, **options: Any) -> Any:
        """Change fields; a second time changes nothing more, so it is retried."""
        return _json(self.request("PATCH", path, body=body, repeatable=True, **options))

    def delete(self, path: str, **options: Any) -> None:
        """Remove."""
        self.request("DELETE", path, **options)

    def page(self, path: str, params: Mapping[str, Any] | None = None, *, limit: int = _PAGE, offset: int = 0) -> Any:
        """One page, ``{"count", "next", "previous", "results", ...}``."""
        answer = self.get(path, {**(params or {}), "limit": limit, "offset": offset})
        if isinstance(answer, list):  # some endpoints answer without pages
            return {"count": len(answer), "next": None, "results": answer}
        if not isinstance(answer, dict) or "results" not in answer:
            raise ServerFault(f"{path}: the answer is no page.", f"Is {self.base_url} a Bregma or Alyx server?")
        return answer

    def pages(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """All records of a list, page after page."""
        offset = 0
        while True:
            page = self.page(path, params, offset=offset)
            yield from page["results"]
            offset += len(page["results"])
            if not page["next"] or not page["results"]:
                return

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
        patience: float | None = None,
    ) -> "httpx.Response":
        """Send a request until there is an answer.

        Parameters
        ----------
        method, path
            As in HTTP; the path is below the base URL.
        params : Mapping, optional
            The query; lists become ``a,b``.
        body : Any, optional
            Sent as JSON.
        headers : Mapping, optional
            Further headers.
        repeatable : bool, optional
            Whether it may be sent again when nobody knows if it arrived. GET always may, others if told so.
        patience : float, optional
            Seconds to keep trying; default that of the connection.

        Returns
        -------
        httpx.Response
            With a status below 400.

        Raises
        ------
        OneError
            The twin of the server's error, or `Offline` if there was no answer.
        """
        import httpx

        again = method == "GET" if repeatable is None else repeatable
        waits = _Waits(self.patience if patience is None else patience)
        what = f"{method} {path.partition('?')[0]}"
        request = self._client.build_request(
            method, path, params=_query(params), json=body, headers={**self._auth(), **(headers or {})}
        )
        while True:
            try:
                answer = self._client.send(request)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                waits.after(self._unreachable(what, error))
            except httpx.TransportError as error:
                if not again:
                    raise self._unreachable(what, error) from error
                waits.after(self._unreachable(what, error))
            else:
                if answer.status_code < 400:
                    return self._accept(answer, what)
                fault = from_answer(
                    answer.status_code, _body(answer), answer.headers, what=what, reason=answer.reason_phrase
                )
                if answer.status_code not in _LATER:
                    raise self._naming_the_token(fault)
                waits.after(fault, _retry_after(answer.headers.get("Retry-After", "")))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _auth(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.token}"} if self.token else {}

    def _naming_the_token(self, fault: OneError) -> OneError:
        """Say where a refused token came from: logging in again does not help while a variable hides that login."""
        if self.token_from and fault.code == "bad_token":
            fault.hint = f"The token came from {self.token_from}: unset it to use that of `one login`, or correct it."
        return fault

    def _unreachable(self, what: str, error: Exception) -> Offline:
        why = str(error) or type(error).__name__
        hint = "Check the network and the address; `one --offline` and ONE(mode='offline') load what is in the cache."
        return Offline(f"{what}: {self.base_url} cannot be reached ({why}).", hint)

    def _accept(self, answer: "httpx.Response", what: str) -> "httpx.Response":
        if answer.is_redirect and answer.status_code != HTTPStatus.NOT_MODIFIED:
            target = answer.headers.get("Location", "").partition("?")[0]
            hint = "Use the server's own address, with the right http:// or https://."
            raise BadRequest(f"{what}: {self.base_url} points to {target}.", hint, status=answer.status_code)
        return answer


class _Waits:
    """Waits a growing, random while between tries, until patience ends."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._until = time.monotonic() + patience
        self._wait = _FIRST_WAIT
        self._said = False

    def after(self, error: Exception, at_least: float = 0.0) -> None:
        """Wait before the next try, or raise the error."""
        left = self._until - time.monotonic()
        if left <= 0 or at_least > left:
            raise error
        # what is left of the patience is used to its end, where the last try is
        wait = min(left, max(at_least, self._wait * random.uniform(0.5, 1.5)))  # noqa: S311 - spreads retries, no secret
        if not self._said and self._wait > 1:  # a person who waits wants to know for what
            self._said = True
            _log.warning("%s Trying for %d seconds.", getattr(error, "detail", error), round(self._patience))
        time.sleep(wait)
        self._wait = min(self._wait * 2, _LONGEST_WAIT)


def _query(params: Mapping[str, Any] | None) -> dict[str, str] | None:
    if params is None:
        return None
    return {
        name: ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        for name, value in params.items()
        if value is not None
    }


def _body(answer: "httpx.Response") -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _json(answer: "httpx.Response") -> Any:
    if answer.status_code == 204 or not answer.content:
        return None
    try:
        return answer.json()
    except ValueError:
        raise ServerFault(
            f"{answer.request.url.path}: the answer is no JSON.", "Is this the address of the API, not of a web page?"
        ) from None


def _retry_after(text: str) -> float:
    """Seconds to wait, given as seconds or as an HTTP date."""
    if text.isdigit():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _user_agent() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"bregma-one-client/{version('bregma-one-client')}"
    except PackageNotFoundError:
        return "bregma-one-client"
