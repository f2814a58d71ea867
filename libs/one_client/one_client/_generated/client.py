"""Typed calls of the API, one for each operation, for programs and for asyncio.

Written by `make client` from docs/openapi.json; never edited by hand. Bytes of files do not pass here: they travel by
signed URLs (`one_client.download`, `one_client.upload`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self
from urllib.parse import quote
from uuid import UUID

if TYPE_CHECKING:
    import httpx
    from one_client._generated import models as m

PAGE = 1000
"""Records that the iterators ask for at a time."""


class Sender(Protocol):
    """What sends requests; `one_client.backends.api.Api` does so with retries."""

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
    ) -> httpx.Response:
        """Send a request; raise `one_client.errors.OneError` unless the status is below 400."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


class AsyncSender(Protocol):
    """What sends requests under asyncio."""

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
    ) -> httpx.Response:
        """Send a request; raise `one_client.errors.OneError` unless the status is below 400."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class _Plain:
    """Sends each request once."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
    ) -> httpx.Response:
        try:
            answer = self._client.request(method, path, params=params, json=body, headers=headers)
        except _transport_error() as error:
            raise _away(method, path, error) from error
        return _accepted(answer, f"{method} {path}")

    def close(self) -> None:
        self._client.close()


class _AsyncPlain:
    """Sends each request once."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
    ) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, params=params, json=body, headers=headers)
        except _transport_error() as error:
            raise _away(method, path, error) from error
        return _accepted(answer, f"{method} {path}")

    async def aclose(self) -> None:
        await self._client.aclose()


def _transport_error() -> type[Exception]:
    import httpx

    return httpx.TransportError


def _away(method: str, path: str, error: Exception) -> Exception:
    from one_client.errors import Offline

    why = str(error) or type(error).__name__
    return Offline(f"{method} {path}: the server cannot be reached ({why}).", "Check the network and the address.")


def _accepted(answer: httpx.Response, what: str) -> httpx.Response:
    if answer.status_code < 400:
        return answer
    from one_client.errors import from_answer

    try:
        body = answer.json()
    except ValueError:
        body = None
    raise from_answer(answer.status_code, body, answer.headers, what=what, reason=answer.reason_phrase)


def _value(answer: httpx.Response, model: str) -> Any:
    """Turn an answer into its model, or into plain JSON if it has none."""
    if answer.status_code == 204 or not answer.content:
        return None
    if not model:
        return answer.json()
    from one_client._generated import models

    return getattr(models, model).model_validate_json(answer.content)


def _json(body: Any) -> Any:
    """Turn a model into JSON values; fields that were not set are not sent."""
    return body.model_dump(mode="json", by_alias=True, exclude_unset=True) if hasattr(body, "model_dump") else body


def _query(params: Mapping[str, Any]) -> dict[str, str]:
    """Write parameters as the server reads them; None is left out."""
    return {name: _text(value) for name, value in params.items() if value is not None}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, set, frozenset)):
        return ",".join(map(_text, value))
    return str(value)


def _part(value: Any) -> str:
    """Write a value as one part of a path."""
    return quote(str(value), safe="")


def _pages(page: Callable[..., Any], given: Mapping[str, Any]) -> Iterator[Any]:
    offset = 0
    while True:
        one = page(**given, limit=PAGE, offset=offset)
        yield from one.results
        offset += len(one.results)
        if one.next is None or not one.results:
            return


async def _apages(page: Callable[..., Any], given: Mapping[str, Any]) -> AsyncIterator[Any]:
    offset = 0
    while True:
        one = await page(**given, limit=PAGE, offset=offset)
        for record in one.results:
            yield record
        offset += len(one.results)
        if one.next is None or not one.results:
            return


class Client:
    """Calls of the API.

    Parameters
    ----------
    sender : Sender
        What sends the requests, for instance `one_client.backends.api.Api`; `Client.connect` makes a plain one.
    """

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    @classmethod
    def connect(
        cls, base_url: str, token: str = "", *, transport: httpx.BaseTransport | None = None, timeout: float = 60
    ) -> Self:
        """Make one for a server; every request is sent once."""
        import httpx

        headers = {"Authorization": f"Token {token}"} if token else {}
        return cls(_Plain(httpx.Client(base_url=base_url, headers=headers, transport=transport, timeout=timeout)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._sender.close()

    def auth_token_create(self, body: m.Login | Mapping[str, Any]) -> m.Token:
        """Log in.

        Exchange a user name and password for a token. Earlier tokens stay valid.

        May be called by: open to everybody.
        """
        answer = self._sender.request("POST", "/auth-token", body=_json(body))
        value: m.Token = _value(answer, "Token")
        return value

    def invitations_accept(self, body: m.Acceptance | Mapping[str, Any]) -> m.Accepted:
        """Set a password by invitation.

        `bregma user invite` makes the key. It works once; whoever has none asks the operator.

        May be called by: open to everybody.
        """
        answer = self._sender.request("POST", "/invitations/accept", body=_json(body))
        value: m.Accepted = _value(answer, "Accepted")
        return value

    def me_list(self) -> m.Me:
        """Who am I.

        Say who the caller is.

        May be called by: any signed-in account.
        """
        answer = self._sender.request("GET", "/me")
        value: m.Me = _value(answer, "Me")
        return value

    def users_list(
        self,
        *,
        username: str | None = None,
        django: str | None = None,
        id: str | None = None,
        email: str | None = None,
        is_stock_manager: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.UserPage:
        """List users.

        Accounts. Passwords and roles are set with `bregma user` on the server.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/users",
            params=_query(
                {
                    "username": username,
                    "django": django,
                    "id": id,
                    "email": email,
                    "is_stock_manager": is_stock_manager,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.UserPage = _value(answer, "UserPage")
        return value

    def users_all(
        self,
        *,
        username: str | None = None,
        django: str | None = None,
        id: str | None = None,
        email: str | None = None,
        is_stock_manager: bool | None = None,
    ) -> Iterator[m.User]:
        """List users, page after page."""
        return _pages(
            self.users_list,
            {"username": username, "django": django, "id": id, "email": email, "is_stock_manager": is_stock_manager},
        )

    def users_create(self, body: m.UserWrite | Mapping[str, Any]) -> m.User:
        """Create a user.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/users", body=_json(body))
        value: m.User = _value(answer, "User")
        return value

    def users_read(self, id: str) -> m.User:
        """Read one user.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            username of the user
        """
        answer = self._sender.request("GET", f"/users/{_part(id)}")
        value: m.User = _value(answer, "User")
        return value

    def users_update(self, id: str, body: m.UserWrite | Mapping[str, Any]) -> m.User:
        """Replace a user.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            username of the user
        """
        answer = self._sender.request("PUT", f"/users/{_part(id)}", body=_json(body), repeatable=True)
        value: m.User = _value(answer, "User")
        return value

    def users_partial_update(self, id: str, body: m.UserPatch | Mapping[str, Any]) -> m.User:
        """Change parts of a user.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            username of the user
        """
        answer = self._sender.request("PATCH", f"/users/{_part(id)}", body=_json(body), repeatable=True)
        value: m.User = _value(answer, "User")
        return value

    def users_delete(self, id: str) -> None:
        """Delete a user.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            username of the user
        """
        answer = self._sender.request("DELETE", f"/users/{_part(id)}")
        _value(answer, "")

    def labs_list(
        self,
        *,
        repositories: str | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        institution: str | None = None,
        address: str | None = None,
        timezone: str | None = None,
        reference_weight_pct: float | None = None,
        zscore_weight_pct: float | None = None,
        visibility: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.LabPage:
        """List labs.

        Labs. A lab's time zone is the one of its sessions, weighings and nights.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        repositories
            name of one of its repositories
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/labs",
            params=_query(
                {
                    "repositories": repositories,
                    "django": django,
                    "id": id,
                    "name": name,
                    "institution": institution,
                    "address": address,
                    "timezone": timezone,
                    "reference_weight_pct": reference_weight_pct,
                    "zscore_weight_pct": zscore_weight_pct,
                    "visibility": visibility,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.LabPage = _value(answer, "LabPage")
        return value

    def labs_all(
        self,
        *,
        repositories: str | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        institution: str | None = None,
        address: str | None = None,
        timezone: str | None = None,
        reference_weight_pct: float | None = None,
        zscore_weight_pct: float | None = None,
        visibility: str | None = None,
    ) -> Iterator[m.Lab]:
        """List labs, page after page."""
        return _pages(
            self.labs_list,
            {
                "repositories": repositories,
                "django": django,
                "id": id,
                "name": name,
                "institution": institution,
                "address": address,
                "timezone": timezone,
                "reference_weight_pct": reference_weight_pct,
                "zscore_weight_pct": zscore_weight_pct,
                "visibility": visibility,
            },
        )

    def labs_create(self, body: m.LabWrite | Mapping[str, Any]) -> m.Lab:
        """Create a lab.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/labs", body=_json(body))
        value: m.Lab = _value(answer, "Lab")
        return value

    def labs_read(self, id: str) -> m.Lab:
        """Read one lab.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the lab
        """
        answer = self._sender.request("GET", f"/labs/{_part(id)}")
        value: m.Lab = _value(answer, "Lab")
        return value

    def labs_update(self, id: str, body: m.LabWrite | Mapping[str, Any]) -> m.Lab:
        """Replace a lab.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the lab
        """
        answer = self._sender.request("PUT", f"/labs/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Lab = _value(answer, "Lab")
        return value

    def labs_partial_update(self, id: str, body: m.LabPatch | Mapping[str, Any]) -> m.Lab:
        """Change parts of a lab.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the lab
        """
        answer = self._sender.request("PATCH", f"/labs/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Lab = _value(answer, "Lab")
        return value

    def labs_delete(self, id: str) -> None:
        """Delete a lab.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the lab
        """
        answer = self._sender.request("DELETE", f"/labs/{_part(id)}")
        _value(answer, "")

    def locations_list(
        self, *, name: str | None = None, lab: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> m.LabLocationPage:
        """List locations.

        Rigs and rooms.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        lab
            its name
        """
        answer = self._sender.request(
            "GET", "/locations", params=_query({"name": name, "lab": lab, "limit": limit, "offset": offset})
        )
        value: m.LabLocationPage = _value(answer, "LabLocationPage")
        return value

    def locations_all(self, *, name: str | None = None, lab: str | None = None) -> Iterator[m.LabLocation]:
        """List locations, page after page."""
        return _pages(self.locations_list, {"name": name, "lab": lab})

    def locations_create(self, body: m.LabLocationWrite | Mapping[str, Any]) -> m.LabLocation:
        """Create a lab location.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/locations", body=_json(body))
        value: m.LabLocation = _value(answer, "LabLocation")
        return value

    def locations_read(self, id: str) -> m.LabLocation:
        """Read one lab location.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the lab location
        """
        answer = self._sender.request("GET", f"/locations/{_part(id)}")
        value: m.LabLocation = _value(answer, "LabLocation")
        return value

    def locations_update(self, id: str, body: m.LabLocationWrite | Mapping[str, Any]) -> m.LabLocation:
        """Replace a lab location.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the lab location
        """
        answer = self._sender.request("PUT", f"/locations/{_part(id)}", body=_json(body), repeatable=True)
        value: m.LabLocation = _value(answer, "LabLocation")
        return value

    def locations_partial_update(self, id: str, body: m.LabLocationPatch | Mapping[str, Any]) -> m.LabLocation:
        """Change parts of a lab location.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the lab location
        """
        answer = self._sender.request("PATCH", f"/locations/{_part(id)}", body=_json(body), repeatable=True)
        value: m.LabLocation = _value(answer, "LabLocation")
        return value

    def procedures_list(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ProcedureTypePage:
        """List procedures.

        Kinds of procedures.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.
        """
        answer = self._sender.request(
            "GET",
            "/procedures",
            params=_query({"name": name, "id": id, "description": description, "limit": limit, "offset": offset}),
        )
        value: m.ProcedureTypePage = _value(answer, "ProcedureTypePage")
        return value

    def procedures_all(
        self, *, name: str | None = None, id: str | None = None, description: str | None = None
    ) -> Iterator[m.ProcedureType]:
        """List procedures, page after page."""
        return _pages(self.procedures_list, {"name": name, "id": id, "description": description})

    def procedures_create(self, body: m.ProcedureTypeWrite | Mapping[str, Any]) -> m.ProcedureType:
        """Create a procedure type.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/procedures", body=_json(body))
        value: m.ProcedureType = _value(answer, "ProcedureType")
        return value

    def projects_list(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        users: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ProjectPage:
        """List projects.

        Projects that sessions and subjects belong to.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        users
            username of one of them
        """
        answer = self._sender.request(
            "GET",
            "/projects",
            params=_query(
                {"name": name, "id": id, "description": description, "users": users, "limit": limit, "offset": offset}
            ),
        )
        value: m.ProjectPage = _value(answer, "ProjectPage")
        return value

    def projects_all(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        users: str | None = None,
    ) -> Iterator[m.Project]:
        """List projects, page after page."""
        return _pages(self.projects_list, {"name": name, "id": id, "description": description, "users": users})

    def projects_create(self, body: m.ProjectWrite | Mapping[str, Any]) -> m.Project:
        """Create a project.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/projects", body=_json(body))
        value: m.Project = _value(answer, "Project")
        return value

    def projects_read(self, id: str) -> m.Project:
        """Read one project.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the project
        """
        answer = self._sender.request("GET", f"/projects/{_part(id)}")
        value: m.Project = _value(answer, "Project")
        return value

    def projects_update(self, id: str, body: m.ProjectWrite | Mapping[str, Any]) -> m.Project:
        """Replace a project.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the project
        """
        answer = self._sender.request("PUT", f"/projects/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Project = _value(answer, "Project")
        return value

    def projects_partial_update(self, id: str, body: m.ProjectPatch | Mapping[str, Any]) -> m.Project:
        """Change parts of a project.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the project
        """
        answer = self._sender.request("PATCH", f"/projects/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Project = _value(answer, "Project")
        return value

    def projects_delete(self, id: str) -> None:
        """Delete a project.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the project
        """
        answer = self._sender.request("DELETE", f"/projects/{_part(id)}")
        _value(answer, "")

    def subjects_list(
        self,
        *,
        nickname: str | None = None,
        alive: bool | None = None,
        lab: str | None = None,
        responsible_user: str | None = None,
        sex: str | None = None,
        project: str | None = None,
        stock: bool | None = None,
        species: str | None = None,
        strain: str | None = None,
        line: str | None = None,
        litter: str | None = None,
        source: str | None = None,
        to_be_culled: bool | None = None,
        to_be_genotyped: bool | None = None,
        water_restricted: bool | None = None,
        json: str | None = None,
        cage: str | None = None,
        genotype: str | None = None,
        genotype_test: str | None = None,
        cull_method: str | None = None,
        reduced: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        birth_date: date | str | None = None,
        death_date: date | str | None = None,
        projects: str | None = None,
        description: str | None = None,
        wean_date: date | str | None = None,
        genotype_date: date | str | None = None,
        reduced_date: date | str | None = None,
        ear_mark: str | None = None,
        protocol_number: str | None = None,
        adverse_effects: str | None = None,
        actual_severity: int | None = None,
        request: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SubjectPage:
        """List subjects.

        Animals. Two labs may have one of the same name: the one in the caller's lab is meant; an id names any.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        project
            name of a project
        stock
            its responsible user manages the stock
        litter
            name of its litter
        water_restricted
            of living animals
        json
            part of the JSON, as text
        cage
            name of the cage it lives in
        genotype
            nickname of an allele that it has or lacks
        genotype_test
            name of a sequence that it was tested for
        cull_method
            how it was culled
        reduced
            was reduced
        django
            look-ups along relations: name,value[,name,value]
        projects
            name of one of them
        """
        answer = self._sender.request(
            "GET",
            "/subjects",
            params=_query(
                {
                    "nickname": nickname,
                    "alive": alive,
                    "lab": lab,
                    "responsible_user": responsible_user,
                    "sex": sex,
                    "project": project,
                    "stock": stock,
                    "species": species,
                    "strain": strain,
                    "line": line,
                    "litter": litter,
                    "source": source,
                    "to_be_culled": to_be_culled,
                    "to_be_genotyped": to_be_genotyped,
                    "water_restricted": water_restricted,
                    "json": json,
                    "cage": cage,
                    "genotype": genotype,
                    "genotype_test": genotype_test,
                    "cull_method": cull_method,
                    "reduced": reduced,
                    "django": django,
                    "id": id,
                    "birth_date": birth_date,
                    "death_date": death_date,
                    "projects": projects,
                    "description": description,
                    "wean_date": wean_date,
                    "genotype_date": genotype_date,
                    "reduced_date": reduced_date,
                    "ear_mark": ear_mark,
                    "protocol_number": protocol_number,
                    "adverse_effects": adverse_effects,
                    "actual_severity": actual_severity,
                    "request": request,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.SubjectPage = _value(answer, "SubjectPage")
        return value

    def subjects_all(
        self,
        *,
        nickname: str | None = None,
        alive: bool | None = None,
        lab: str | None = None,
        responsible_user: str | None = None,
        sex: str | None = None,
        project: str | None = None,
        stock: bool | None = None,
        species: str | None = None,
        strain: str | None = None,
        line: str | None = None,
        litter: str | None = None,
        source: str | None = None,
        to_be_culled: bool | None = None,
        to_be_genotyped: bool | None = None,
        water_restricted: bool | None = None,
        json: str | None = None,
        cage: str | None = None,
        genotype: str | None = None,
        genotype_test: str | None = None,
        cull_method: str | None = None,
        reduced: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        birth_date: date | str | None = None,
        death_date: date | str | None = None,
        projects: str | None = None,
        description: str | None = None,
        wean_date: date | str | None = None,
        genotype_date: date | str | None = None,
        reduced_date: date | str | None = None,
        ear_mark: str | None = None,
        protocol_number: str | None = None,
        adverse_effects: str | None = None,
        actual_severity: int | None = None,
        request: str | None = None,
    ) -> Iterator[m.Subject]:
        """List subjects, page after page."""
        return _pages(
            self.subjects_list,
            {
                "nickname": nickname,
                "alive": alive,
                "lab": lab,
                "responsible_user": responsible_user,
                "sex": sex,
                "project": project,
                "stock": stock,
                "species": species,
                "strain": strain,
                "line": line,
                "litter": litter,
                "source": source,
                "to_be_culled": to_be_culled,
                "to_be_genotyped": to_be_genotyped,
                "water_restricted": water_restricted,
                "json": json,
                "cage": cage,
                "genotype": genotype,
                "genotype_test": genotype_test,
                "cull_method": cull_method,
                "reduced": reduced,
                "django": django,
                "id": id,
                "birth_date": birth_date,
                "death_date": death_date,
                "projects": projects,
                "description": description,
                "wean_date": wean_date,
                "genotype_date": genotype_date,
                "reduced_date": reduced_date,
                "ear_mark": ear_mark,
                "protocol_number": protocol_number,
                "adverse_effects": adverse_effects,
                "actual_severity": actual_severity,
                "request": request,
            },
        )

    def subjects_create(self, body: m.SubjectWrite | Mapping[str, Any]) -> m.Subject:
        """Create a subject.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/subjects", body=_json(body))
        value: m.Subject = _value(answer, "Subject")
        return value

    def subjects_read(self, id: str) -> m.Subject:
        """Read one subject.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            nickname of the subject
        """
        answer = self._sender.request("GET", f"/subjects/{_part(id)}")
        value: m.Subject = _value(answer, "Subject")
        return value

    def subjects_update(self, id: str, body: m.SubjectWrite | Mapping[str, Any]) -> m.Subject:
        """Replace a subject.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            nickname of the subject
        """
        answer = self._sender.request("PUT", f"/subjects/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Subject = _value(answer, "Subject")
        return value

    def subjects_partial_update(self, id: str, body: m.SubjectPatch | Mapping[str, Any]) -> m.Subject:
        """Change parts of a subject.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            nickname of the subject
        """
        answer = self._sender.request("PATCH", f"/subjects/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Subject = _value(answer, "Subject")
        return value

    def subjects_delete(self, id: str) -> None:
        """Delete a subject.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            nickname of the subject
        """
        answer = self._sender.request("DELETE", f"/subjects/{_part(id)}")
        _value(answer, "")

    def species_list(
        self,
        *,
        name: str | None = None,
        nickname: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SpeciesPage:
        """List species.

        Species that subjects are described by (not an Alyx path).

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/species",
            params=_query({"name": name, "nickname": nickname, "django": django, "limit": limit, "offset": offset}),
        )
        value: m.SpeciesPage = _value(answer, "SpeciesPage")
        return value

    def species_all(
        self, *, name: str | None = None, nickname: str | None = None, django: str | None = None
    ) -> Iterator[m.Species]:
        """List species, page after page."""
        return _pages(self.species_list, {"name": name, "nickname": nickname, "django": django})

    def species_create(self, body: m.SpeciesWrite | Mapping[str, Any]) -> m.Species:
        """Create a species.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/species", body=_json(body))
        value: m.Species = _value(answer, "Species")
        return value

    def species_read(self, id: str) -> m.Species:
        """Read one species.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the species
        """
        answer = self._sender.request("GET", f"/species/{_part(id)}")
        value: m.Species = _value(answer, "Species")
        return value

    def species_update(self, id: str, body: m.SpeciesWrite | Mapping[str, Any]) -> m.Species:
        """Replace a species.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the species
        """
        answer = self._sender.request("PUT", f"/species/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Species = _value(answer, "Species")
        return value

    def species_partial_update(self, id: str, body: m.SpeciesPatch | Mapping[str, Any]) -> m.Species:
        """Change parts of a species.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the species
        """
        answer = self._sender.request("PATCH", f"/species/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Species = _value(answer, "Species")
        return value

    def species_delete(self, id: str) -> None:
        """Delete a species.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the species
        """
        answer = self._sender.request("DELETE", f"/species/{_part(id)}")
        _value(answer, "")

    def strains_list(
        self,
        *,
        name: str | None = None,
        django: str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.StrainPage:
        """List strains.

        Strains that subjects are described by (not an Alyx path).

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/strains",
            params=_query(
                {"name": name, "django": django, "description": description, "limit": limit, "offset": offset}
            ),
        )
        value: m.StrainPage = _value(answer, "StrainPage")
        return value

    def strains_all(
        self, *, name: str | None = None, django: str | None = None, description: str | None = None
    ) -> Iterator[m.Strain]:
        """List strains, page after page."""
        return _pages(self.strains_list, {"name": name, "django": django, "description": description})

    def strains_create(self, body: m.StrainWrite | Mapping[str, Any]) -> m.Strain:
        """Create a strain.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/strains", body=_json(body))
        value: m.Strain = _value(answer, "Strain")
        return value

    def strains_read(self, id: str) -> m.Strain:
        """Read one strain.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the strain
        """
        answer = self._sender.request("GET", f"/strains/{_part(id)}")
        value: m.Strain = _value(answer, "Strain")
        return value

    def strains_update(self, id: str, body: m.StrainWrite | Mapping[str, Any]) -> m.Strain:
        """Replace a strain.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the strain
        """
        answer = self._sender.request("PUT", f"/strains/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Strain = _value(answer, "Strain")
        return value

    def strains_partial_update(self, id: str, body: m.StrainPatch | Mapping[str, Any]) -> m.Strain:
        """Change parts of a strain.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the strain
        """
        answer = self._sender.request("PATCH", f"/strains/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Strain = _value(answer, "Strain")
        return value

    def strains_delete(self, id: str) -> None:
        """Delete a strain.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the strain
        """
        answer = self._sender.request("DELETE", f"/strains/{_part(id)}")
        _value(answer, "")

    def sources_list(
        self,
        *,
        name: str | None = None,
        django: str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SourcePage:
        """List sources.

        Where animals come from (not an Alyx path).

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/sources",
            params=_query(
                {"name": name, "django": django, "description": description, "limit": limit, "offset": offset}
            ),
        )
        value: m.SourcePage = _value(answer, "SourcePage")
        return value

    def sources_all(
        self, *, name: str | None = None, django: str | None = None, description: str | None = None
    ) -> Iterator[m.Source]:
        """List sources, page after page."""
        return _pages(self.sources_list, {"name": name, "django": django, "description": description})

    def sources_create(self, body: m.SourceWrite | Mapping[str, Any]) -> m.Source:
        """Create a source.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/sources", body=_json(body))
        value: m.Source = _value(answer, "Source")
        return value

    def sources_read(self, id: str) -> m.Source:
        """Read one source.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the source
        """
        answer = self._sender.request("GET", f"/sources/{_part(id)}")
        value: m.Source = _value(answer, "Source")
        return value

    def sources_update(self, id: str, body: m.SourceWrite | Mapping[str, Any]) -> m.Source:
        """Replace a source.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the source
        """
        answer = self._sender.request("PUT", f"/sources/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Source = _value(answer, "Source")
        return value

    def sources_partial_update(self, id: str, body: m.SourcePatch | Mapping[str, Any]) -> m.Source:
        """Change parts of a source.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the source
        """
        answer = self._sender.request("PATCH", f"/sources/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Source = _value(answer, "Source")
        return value

    def sources_delete(self, id: str) -> None:
        """Delete a source.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the source
        """
        answer = self._sender.request("DELETE", f"/sources/{_part(id)}")
        _value(answer, "")

    def lines_list(
        self,
        *,
        name: str | None = None,
        nickname: str | None = None,
        is_active: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        description: str | None = None,
        target_phenotype: str | None = None,
        strain: str | None = None,
        species: str | None = None,
        source: str | None = None,
        source_identifier: str | None = None,
        source_url: str | None = None,
        expression_data_url: str | None = None,
        alleles: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.LinePage:
        """List lines.

        Breeding lines; each names its animals, pairs and litters (not an Alyx path).

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        strain
            its name
        species
            its nickname
        source
            its name
        alleles
            nickname of one of them
        """
        answer = self._sender.request(
            "GET",
            "/lines",
            params=_query(
                {
                    "name": name,
                    "nickname": nickname,
                    "is_active": is_active,
                    "django": django,
                    "id": id,
                    "description": description,
                    "target_phenotype": target_phenotype,
                    "strain": strain,
                    "species": species,
                    "source": source,
                    "source_identifier": source_identifier,
                    "source_url": source_url,
                    "expression_data_url": expression_data_url,
                    "alleles": alleles,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.LinePage = _value(answer, "LinePage")
        return value

    def lines_all(
        self,
        *,
        name: str | None = None,
        nickname: str | None = None,
        is_active: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        description: str | None = None,
        target_phenotype: str | None = None,
        strain: str | None = None,
        species: str | None = None,
        source: str | None = None,
        source_identifier: str | None = None,
        source_url: str | None = None,
        expression_data_url: str | None = None,
        alleles: str | None = None,
    ) -> Iterator[m.Line]:
        """List lines, page after page."""
        return _pages(
            self.lines_list,
            {
                "name": name,
                "nickname": nickname,
                "is_active": is_active,
                "django": django,
                "id": id,
                "description": description,
                "target_phenotype": target_phenotype,
                "strain": strain,
                "species": species,
                "source": source,
                "source_identifier": source_identifier,
                "source_url": source_url,
                "expression_data_url": expression_data_url,
                "alleles": alleles,
            },
        )

    def lines_create(self, body: m.LineWrite | Mapping[str, Any]) -> m.Line:
        """Create a line.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/lines", body=_json(body))
        value: m.Line = _value(answer, "Line")
        return value

    def lines_read(self, id: str) -> m.Line:
        """Read one line.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the line
        """
        answer = self._sender.request("GET", f"/lines/{_part(id)}")
        value: m.Line = _value(answer, "Line")
        return value

    def lines_update(self, id: str, body: m.LineWrite | Mapping[str, Any]) -> m.Line:
        """Replace a line.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the line
        """
        answer = self._sender.request("PUT", f"/lines/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Line = _value(answer, "Line")
        return value

    def lines_partial_update(self, id: str, body: m.LinePatch | Mapping[str, Any]) -> m.Line:
        """Change parts of a line.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the line
        """
        answer = self._sender.request("PATCH", f"/lines/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Line = _value(answer, "Line")
        return value

    def lines_delete(self, id: str) -> None:
        """Delete a line.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the line
        """
        answer = self._sender.request("DELETE", f"/lines/{_part(id)}")
        _value(answer, "")

    def sequences_list(
        self,
        *,
        name: str | None = None,
        django: str | None = None,
        id: str | None = None,
        base_pairs: str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SequencePage:
        """List sequences.

        Genetic sequences that animals are tested for.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/sequences",
            params=_query(
                {
                    "name": name,
                    "django": django,
                    "id": id,
                    "base_pairs": base_pairs,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.SequencePage = _value(answer, "SequencePage")
        return value

    def sequences_all(
        self,
        *,
        name: str | None = None,
        django: str | None = None,
        id: str | None = None,
        base_pairs: str | None = None,
        description: str | None = None,
    ) -> Iterator[m.Sequence]:
        """List sequences, page after page."""
        return _pages(
            self.sequences_list,
            {"name": name, "django": django, "id": id, "base_pairs": base_pairs, "description": description},
        )

    def sequences_create(self, body: m.SequenceWrite | Mapping[str, Any]) -> m.Sequence:
        """Create a sequence.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/sequences", body=_json(body))
        value: m.Sequence = _value(answer, "Sequence")
        return value

    def sequences_read(self, id: str) -> m.Sequence:
        """Read one sequence.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the sequence
        """
        answer = self._sender.request("GET", f"/sequences/{_part(id)}")
        value: m.Sequence = _value(answer, "Sequence")
        return value

    def sequences_update(self, id: str, body: m.SequenceWrite | Mapping[str, Any]) -> m.Sequence:
        """Replace a sequence.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the sequence
        """
        answer = self._sender.request("PUT", f"/sequences/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Sequence = _value(answer, "Sequence")
        return value

    def sequences_partial_update(self, id: str, body: m.SequencePatch | Mapping[str, Any]) -> m.Sequence:
        """Change parts of a sequence.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the sequence
        """
        answer = self._sender.request("PATCH", f"/sequences/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Sequence = _value(answer, "Sequence")
        return value

    def sequences_delete(self, id: str) -> None:
        """Delete a sequence.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the sequence
        """
        answer = self._sender.request("DELETE", f"/sequences/{_part(id)}")
        _value(answer, "")

    def alleles_list(
        self,
        *,
        nickname: str | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        sequences: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.AllelePage:
        """List alleles.

        Alleles, by the nickname that labs use.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        sequences
            name of one of them
        """
        answer = self._sender.request(
            "GET",
            "/alleles",
            params=_query(
                {
                    "nickname": nickname,
                    "django": django,
                    "id": id,
                    "name": name,
                    "sequences": sequences,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.AllelePage = _value(answer, "AllelePage")
        return value

    def alleles_all(
        self,
        *,
        nickname: str | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        sequences: str | None = None,
    ) -> Iterator[m.Allele]:
        """List alleles, page after page."""
        return _pages(
            self.alleles_list, {"nickname": nickname, "django": django, "id": id, "name": name, "sequences": sequences}
        )

    def alleles_create(self, body: m.AlleleWrite | Mapping[str, Any]) -> m.Allele:
        """Create a allele.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/alleles", body=_json(body))
        value: m.Allele = _value(answer, "Allele")
        return value

    def alleles_read(self, id: str) -> m.Allele:
        """Read one allele.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            nickname of the allele
        """
        answer = self._sender.request("GET", f"/alleles/{_part(id)}")
        value: m.Allele = _value(answer, "Allele")
        return value

    def alleles_update(self, id: str, body: m.AlleleWrite | Mapping[str, Any]) -> m.Allele:
        """Replace a allele.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            nickname of the allele
        """
        answer = self._sender.request("PUT", f"/alleles/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Allele = _value(answer, "Allele")
        return value

    def alleles_partial_update(self, id: str, body: m.AllelePatch | Mapping[str, Any]) -> m.Allele:
        """Change parts of a allele.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            nickname of the allele
        """
        answer = self._sender.request("PATCH", f"/alleles/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Allele = _value(answer, "Allele")
        return value

    def alleles_delete(self, id: str) -> None:
        """Delete a allele.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            nickname of the allele
        """
        answer = self._sender.request("DELETE", f"/alleles/{_part(id)}")
        _value(answer, "")

    def zygosities_list(
        self,
        *,
        subject: str | None = None,
        allele: str | None = None,
        zygosity: int | None = None,
        django: str | None = None,
        id: str | None = None,
        origin: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ZygosityPage:
        """List zygosities.

        What animals have of an allele: entered, told by tests, or following from the parents.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        subject
            nickname, whatever the case
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/zygosities",
            params=_query(
                {
                    "subject": subject,
                    "allele": allele,
                    "zygosity": zygosity,
                    "django": django,
                    "id": id,
                    "origin": origin,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ZygosityPage = _value(answer, "ZygosityPage")
        return value

    def zygosities_all(
        self,
        *,
        subject: str | None = None,
        allele: str | None = None,
        zygosity: int | None = None,
        django: str | None = None,
        id: str | None = None,
        origin: str | None = None,
    ) -> Iterator[m.Zygosity]:
        """List zygosities, page after page."""
        return _pages(
            self.zygosities_list,
            {"subject": subject, "allele": allele, "zygosity": zygosity, "django": django, "id": id, "origin": origin},
        )

    def zygosities_create(self, body: m.ZygosityWrite | Mapping[str, Any]) -> m.Zygosity:
        """Create a zygosity.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/zygosities", body=_json(body))
        value: m.Zygosity = _value(answer, "Zygosity")
        return value

    def zygosities_read(self, id: UUID | str) -> m.Zygosity:
        """Read one zygosity.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the zygosity
        """
        answer = self._sender.request("GET", f"/zygosities/{_part(id)}")
        value: m.Zygosity = _value(answer, "Zygosity")
        return value

    def zygosities_update(self, id: UUID | str, body: m.ZygosityWrite | Mapping[str, Any]) -> m.Zygosity:
        """Replace a zygosity.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the zygosity
        """
        answer = self._sender.request("PUT", f"/zygosities/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Zygosity = _value(answer, "Zygosity")
        return value

    def zygosities_partial_update(self, id: UUID | str, body: m.ZygosityPatch | Mapping[str, Any]) -> m.Zygosity:
        """Change parts of a zygosity.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the zygosity
        """
        answer = self._sender.request("PATCH", f"/zygosities/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Zygosity = _value(answer, "Zygosity")
        return value

    def zygosities_delete(self, id: UUID | str) -> None:
        """Delete a zygosity.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the zygosity
        """
        answer = self._sender.request("DELETE", f"/zygosities/{_part(id)}")
        _value(answer, "")

    def zygosity_rules_list(
        self,
        *,
        line: str | None = None,
        allele: str | None = None,
        django: str | None = None,
        id: str | None = None,
        sequence0: str | None = None,
        sequence0_result: int | None = None,
        sequence1: str | None = None,
        sequence1_result: int | None = None,
        zygosity: int | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ZygosityRulePage:
        """List zygosity rules.

        Which results of one or two tests mean which zygosity in a line; saving one works out its tested animals
        anew.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        sequence0
            its name
        sequence1
            its name
        """
        answer = self._sender.request(
            "GET",
            "/zygosity-rules",
            params=_query(
                {
                    "line": line,
                    "allele": allele,
                    "django": django,
                    "id": id,
                    "sequence0": sequence0,
                    "sequence0_result": sequence0_result,
                    "sequence1": sequence1,
                    "sequence1_result": sequence1_result,
                    "zygosity": zygosity,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ZygosityRulePage = _value(answer, "ZygosityRulePage")
        return value

    def zygosity_rules_all(
        self,
        *,
        line: str | None = None,
        allele: str | None = None,
        django: str | None = None,
        id: str | None = None,
        sequence0: str | None = None,
        sequence0_result: int | None = None,
        sequence1: str | None = None,
        sequence1_result: int | None = None,
        zygosity: int | None = None,
    ) -> Iterator[m.ZygosityRule]:
        """List zygosity rules, page after page."""
        return _pages(
            self.zygosity_rules_list,
            {
                "line": line,
                "allele": allele,
                "django": django,
                "id": id,
                "sequence0": sequence0,
                "sequence0_result": sequence0_result,
                "sequence1": sequence1,
                "sequence1_result": sequence1_result,
                "zygosity": zygosity,
            },
        )

    def zygosity_rules_create(self, body: m.ZygosityRuleWrite | Mapping[str, Any]) -> m.ZygosityRule:
        """Create a zygosity rule.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/zygosity-rules", body=_json(body))
        value: m.ZygosityRule = _value(answer, "ZygosityRule")
        return value

    def zygosity_rules_read(self, id: UUID | str) -> m.ZygosityRule:
        """Read one zygosity rule.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the zygosity rule
        """
        answer = self._sender.request("GET", f"/zygosity-rules/{_part(id)}")
        value: m.ZygosityRule = _value(answer, "ZygosityRule")
        return value

    def zygosity_rules_update(self, id: UUID | str, body: m.ZygosityRuleWrite | Mapping[str, Any]) -> m.ZygosityRule:
        """Replace a zygosity rule.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the zygosity rule
        """
        answer = self._sender.request("PUT", f"/zygosity-rules/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ZygosityRule = _value(answer, "ZygosityRule")
        return value

    def zygosity_rules_partial_update(
        self, id: UUID | str, body: m.ZygosityRulePatch | Mapping[str, Any]
    ) -> m.ZygosityRule:
        """Change parts of a zygosity rule.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the zygosity rule
        """
        answer = self._sender.request("PATCH", f"/zygosity-rules/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ZygosityRule = _value(answer, "ZygosityRule")
        return value

    def zygosity_rules_delete(self, id: UUID | str) -> None:
        """Delete a zygosity rule.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the zygosity rule
        """
        answer = self._sender.request("DELETE", f"/zygosity-rules/{_part(id)}")
        _value(answer, "")

    def genotype_tests_list(
        self,
        *,
        subject: str | None = None,
        sequence: str | None = None,
        django: str | None = None,
        id: str | None = None,
        test_result: int | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.GenotypeTestPage:
        """List genotype tests.

        Results of genotype tests; saving or deleting one works out the animal's zygosities anew.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        subject
            nickname, whatever the case
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/genotype-tests",
            params=_query(
                {
                    "subject": subject,
                    "sequence": sequence,
                    "django": django,
                    "id": id,
                    "test_result": test_result,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.GenotypeTestPage = _value(answer, "GenotypeTestPage")
        return value

    def genotype_tests_all(
        self,
        *,
        subject: str | None = None,
        sequence: str | None = None,
        django: str | None = None,
        id: str | None = None,
        test_result: int | None = None,
    ) -> Iterator[m.GenotypeTest]:
        """List genotype tests, page after page."""
        return _pages(
            self.genotype_tests_list,
            {"subject": subject, "sequence": sequence, "django": django, "id": id, "test_result": test_result},
        )

    def genotype_tests_create(self, body: m.GenotypeTestWrite | Mapping[str, Any]) -> m.GenotypeTest:
        """Create a genotype test.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/genotype-tests", body=_json(body))
        value: m.GenotypeTest = _value(answer, "GenotypeTest")
        return value

    def genotype_tests_read(self, id: UUID | str) -> m.GenotypeTest:
        """Read one genotype test.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the genotype test
        """
        answer = self._sender.request("GET", f"/genotype-tests/{_part(id)}")
        value: m.GenotypeTest = _value(answer, "GenotypeTest")
        return value

    def genotype_tests_update(self, id: UUID | str, body: m.GenotypeTestWrite | Mapping[str, Any]) -> m.GenotypeTest:
        """Replace a genotype test.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the genotype test
        """
        answer = self._sender.request("PUT", f"/genotype-tests/{_part(id)}", body=_json(body), repeatable=True)
        value: m.GenotypeTest = _value(answer, "GenotypeTest")
        return value

    def genotype_tests_partial_update(
        self, id: UUID | str, body: m.GenotypeTestPatch | Mapping[str, Any]
    ) -> m.GenotypeTest:
        """Change parts of a genotype test.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the genotype test
        """
        answer = self._sender.request("PATCH", f"/genotype-tests/{_part(id)}", body=_json(body), repeatable=True)
        value: m.GenotypeTest = _value(answer, "GenotypeTest")
        return value

    def genotype_tests_delete(self, id: UUID | str) -> None:
        """Delete a genotype test.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the genotype test
        """
        answer = self._sender.request("DELETE", f"/genotype-tests/{_part(id)}")
        _value(answer, "")

    def breeding_pairs_list(
        self,
        *,
        name: str | None = None,
        lab: str | None = None,
        line: str | None = None,
        father: str | None = None,
        mother1: str | None = None,
        mother2: str | None = None,
        current: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        start_date: date | str | None = None,
        end_date: date | str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.BreedingPairPage:
        """List breeding pairs.

        A father and one mother or two; without a name (or with '-') the line names the pair: LINE_BP_001.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        father
            nickname, whatever the case
        mother1
            nickname, whatever the case
        mother2
            nickname, whatever the case
        current
            has not ended
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/breeding-pairs",
            params=_query(
                {
                    "name": name,
                    "lab": lab,
                    "line": line,
                    "father": father,
                    "mother1": mother1,
                    "mother2": mother2,
                    "current": current,
                    "django": django,
                    "id": id,
                    "start_date": start_date,
                    "end_date": end_date,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.BreedingPairPage = _value(answer, "BreedingPairPage")
        return value

    def breeding_pairs_all(
        self,
        *,
        name: str | None = None,
        lab: str | None = None,
        line: str | None = None,
        father: str | None = None,
        mother1: str | None = None,
        mother2: str | None = None,
        current: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        start_date: date | str | None = None,
        end_date: date | str | None = None,
        description: str | None = None,
    ) -> Iterator[m.BreedingPair]:
        """List breeding pairs, page after page."""
        return _pages(
            self.breeding_pairs_list,
            {
                "name": name,
                "lab": lab,
                "line": line,
                "father": father,
                "mother1": mother1,
                "mother2": mother2,
                "current": current,
                "django": django,
                "id": id,
                "start_date": start_date,
                "end_date": end_date,
                "description": description,
            },
        )

    def breeding_pairs_create(self, body: m.BreedingPairWrite | Mapping[str, Any]) -> m.BreedingPair:
        """Create a breeding pair.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/breeding-pairs", body=_json(body))
        value: m.BreedingPair = _value(answer, "BreedingPair")
        return value

    def breeding_pairs_read(self, id: str) -> m.BreedingPair:
        """Read one breeding pair.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the breeding pair
        """
        answer = self._sender.request("GET", f"/breeding-pairs/{_part(id)}")
        value: m.BreedingPair = _value(answer, "BreedingPair")
        return value

    def breeding_pairs_update(self, id: str, body: m.BreedingPairWrite | Mapping[str, Any]) -> m.BreedingPair:
        """Replace a breeding pair.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the breeding pair
        """
        answer = self._sender.request("PUT", f"/breeding-pairs/{_part(id)}", body=_json(body), repeatable=True)
        value: m.BreedingPair = _value(answer, "BreedingPair")
        return value

    def breeding_pairs_partial_update(self, id: str, body: m.BreedingPairPatch | Mapping[str, Any]) -> m.BreedingPair:
        """Change parts of a breeding pair.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the breeding pair
        """
        answer = self._sender.request("PATCH", f"/breeding-pairs/{_part(id)}", body=_json(body), repeatable=True)
        value: m.BreedingPair = _value(answer, "BreedingPair")
        return value

    def breeding_pairs_delete(self, id: str) -> None:
        """Delete a breeding pair.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the breeding pair
        """
        answer = self._sender.request("DELETE", f"/breeding-pairs/{_part(id)}")
        _value(answer, "")

    def litters_list(
        self,
        *,
        name: str | None = None,
        lab: str | None = None,
        line: str | None = None,
        breeding_pair: str | None = None,
        django: str | None = None,
        id: str | None = None,
        birth_date: date | str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.LitterPage:
        """List litters.

        Pups of one birth; without a name (or with '-') the line names the litter: LINE_L_001.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        breeding_pair
            its name
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/litters",
            params=_query(
                {
                    "name": name,
                    "lab": lab,
                    "line": line,
                    "breeding_pair": breeding_pair,
                    "django": django,
                    "id": id,
                    "birth_date": birth_date,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.LitterPage = _value(answer, "LitterPage")
        return value

    def litters_all(
        self,
        *,
        name: str | None = None,
        lab: str | None = None,
        line: str | None = None,
        breeding_pair: str | None = None,
        django: str | None = None,
        id: str | None = None,
        birth_date: date | str | None = None,
        description: str | None = None,
    ) -> Iterator[m.Litter]:
        """List litters, page after page."""
        return _pages(
            self.litters_list,
            {
                "name": name,
                "lab": lab,
                "line": line,
                "breeding_pair": breeding_pair,
                "django": django,
                "id": id,
                "birth_date": birth_date,
                "description": description,
            },
        )

    def litters_create(self, body: m.LitterWrite | Mapping[str, Any]) -> m.Litter:
        """Create a litter.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/litters", body=_json(body))
        value: m.Litter = _value(answer, "Litter")
        return value

    def litters_read(self, id: str) -> m.Litter:
        """Read one litter.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the litter
        """
        answer = self._sender.request("GET", f"/litters/{_part(id)}")
        value: m.Litter = _value(answer, "Litter")
        return value

    def litters_update(self, id: str, body: m.LitterWrite | Mapping[str, Any]) -> m.Litter:
        """Replace a litter.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the litter
        """
        answer = self._sender.request("PUT", f"/litters/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Litter = _value(answer, "Litter")
        return value

    def litters_partial_update(self, id: str, body: m.LitterPatch | Mapping[str, Any]) -> m.Litter:
        """Change parts of a litter.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the litter
        """
        answer = self._sender.request("PATCH", f"/litters/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Litter = _value(answer, "Litter")
        return value

    def litters_delete(self, id: str) -> None:
        """Delete a litter.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the litter
        """
        answer = self._sender.request("DELETE", f"/litters/{_part(id)}")
        _value(answer, "")

    def cages_list(
        self,
        *,
        name: str | None = None,
        lab: str | None = None,
        django: str | None = None,
        id: str | None = None,
        cage_type: str | None = None,
        enrichment: str | None = None,
        food: str | None = None,
        light_cycle: str | None = None,
        cleaning_days: int | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.CagePage:
        """List cages.

        Cages; when one is kept differently its animals begin a new stay, so that former conditions stay known.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/cages",
            params=_query(
                {
                    "name": name,
                    "lab": lab,
                    "django": django,
                    "id": id,
                    "cage_type": cage_type,
                    "enrichment": enrichment,
                    "food": food,
                    "light_cycle": light_cycle,
                    "cleaning_days": cleaning_days,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.CagePage = _value(answer, "CagePage")
        return value

    def cages_all(
        self,
        *,
        name: str | None = None,
        lab: str | None = None,
        django: str | None = None,
        id: str | None = None,
        cage_type: str | None = None,
        enrichment: str | None = None,
        food: str | None = None,
        light_cycle: str | None = None,
        cleaning_days: int | None = None,
    ) -> Iterator[m.Cage]:
        """List cages, page after page."""
        return _pages(
            self.cages_list,
            {
                "name": name,
                "lab": lab,
                "django": django,
                "id": id,
                "cage_type": cage_type,
                "enrichment": enrichment,
                "food": food,
                "light_cycle": light_cycle,
                "cleaning_days": cleaning_days,
            },
        )

    def cages_create(self, body: m.CageWrite | Mapping[str, Any]) -> m.Cage:
        """Create a cage.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/cages", body=_json(body))
        value: m.Cage = _value(answer, "Cage")
        return value

    def cages_read(self, id: str) -> m.Cage:
        """Read one cage.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the cage
        """
        answer = self._sender.request("GET", f"/cages/{_part(id)}")
        value: m.Cage = _value(answer, "Cage")
        return value

    def cages_update(self, id: str, body: m.CageWrite | Mapping[str, Any]) -> m.Cage:
        """Replace a cage.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the cage
        """
        answer = self._sender.request("PUT", f"/cages/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Cage = _value(answer, "Cage")
        return value

    def cages_partial_update(self, id: str, body: m.CagePatch | Mapping[str, Any]) -> m.Cage:
        """Change parts of a cage.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the cage
        """
        answer = self._sender.request("PATCH", f"/cages/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Cage = _value(answer, "Cage")
        return value

    def cages_delete(self, id: str) -> None:
        """Delete a cage.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the cage
        """
        answer = self._sender.request("DELETE", f"/cages/{_part(id)}")
        _value(answer, "")

    def housings_list(
        self,
        *,
        subject: str | None = None,
        cage: str | None = None,
        current: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        start_time: str | None = None,
        end_time: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.HousingPage:
        """List housings.

        Stays of animals in cages, newest first; a new one closes the former.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        subject
            nickname, whatever the case
        current
            has not ended
        django
            look-ups along relations: name,value[,name,value]
        start_time
            exactly
        end_time
            exactly
        """
        answer = self._sender.request(
            "GET",
            "/housings",
            params=_query(
                {
                    "subject": subject,
                    "cage": cage,
                    "current": current,
                    "django": django,
                    "id": id,
                    "start_time": start_time,
                    "end_time": end_time,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.HousingPage = _value(answer, "HousingPage")
        return value

    def housings_all(
        self,
        *,
        subject: str | None = None,
        cage: str | None = None,
        current: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        start_time: str | None = None,
        end_time: str | None = None,
    ) -> Iterator[m.Housing]:
        """List housings, page after page."""
        return _pages(
            self.housings_list,
            {
                "subject": subject,
                "cage": cage,
                "current": current,
                "django": django,
                "id": id,
                "start_time": start_time,
                "end_time": end_time,
            },
        )

    def housings_create(self, body: m.HousingWrite | Mapping[str, Any]) -> m.Housing:
        """Create a housing.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/housings", body=_json(body))
        value: m.Housing = _value(answer, "Housing")
        return value

    def housings_read(self, id: UUID | str) -> m.Housing:
        """Read one housing.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the housing
        """
        answer = self._sender.request("GET", f"/housings/{_part(id)}")
        value: m.Housing = _value(answer, "Housing")
        return value

    def housings_update(self, id: UUID | str, body: m.HousingPut | Mapping[str, Any]) -> m.Housing:
        """Replace a housing.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the housing
        """
        answer = self._sender.request("PUT", f"/housings/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Housing = _value(answer, "Housing")
        return value

    def housings_partial_update(self, id: UUID | str, body: m.HousingPatch | Mapping[str, Any]) -> m.Housing:
        """Change parts of a housing.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the housing
        """
        answer = self._sender.request("PATCH", f"/housings/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Housing = _value(answer, "Housing")
        return value

    def housings_delete(self, id: UUID | str) -> None:
        """Delete a housing.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the housing
        """
        answer = self._sender.request("DELETE", f"/housings/{_part(id)}")
        _value(answer, "")

    def culls_list(
        self,
        *,
        subject: str | None = None,
        reason: str | None = None,
        method: str | None = None,
        django: str | None = None,
        id: str | None = None,
        user: str | None = None,
        date: date | str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.CullPage:
        """List culls.

        Culls: the day becomes the animal's day of death; deleting a cull takes it back.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        subject
            nickname, whatever the case
        django
            look-ups along relations: name,value[,name,value]
        user
            its username
        """
        answer = self._sender.request(
            "GET",
            "/culls",
            params=_query(
                {
                    "subject": subject,
                    "reason": reason,
                    "method": method,
                    "django": django,
                    "id": id,
                    "user": user,
                    "date": date,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.CullPage = _value(answer, "CullPage")
        return value

    def culls_all(
        self,
        *,
        subject: str | None = None,
        reason: str | None = None,
        method: str | None = None,
        django: str | None = None,
        id: str | None = None,
        user: str | None = None,
        date: date | str | None = None,
        description: str | None = None,
    ) -> Iterator[m.Cull]:
        """List culls, page after page."""
        return _pages(
            self.culls_list,
            {
                "subject": subject,
                "reason": reason,
                "method": method,
                "django": django,
                "id": id,
                "user": user,
                "date": date,
                "description": description,
            },
        )

    def culls_create(self, body: m.CullWrite | Mapping[str, Any]) -> m.Cull:
        """Create a cull.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/culls", body=_json(body))
        value: m.Cull = _value(answer, "Cull")
        return value

    def culls_read(self, id: UUID | str) -> m.Cull:
        """Read one cull.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the cull
        """
        answer = self._sender.request("GET", f"/culls/{_part(id)}")
        value: m.Cull = _value(answer, "Cull")
        return value

    def culls_update(self, id: UUID | str, body: m.CullWrite | Mapping[str, Any]) -> m.Cull:
        """Replace a cull.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the cull
        """
        answer = self._sender.request("PUT", f"/culls/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Cull = _value(answer, "Cull")
        return value

    def culls_partial_update(self, id: UUID | str, body: m.CullPatch | Mapping[str, Any]) -> m.Cull:
        """Change parts of a cull.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the cull
        """
        answer = self._sender.request("PATCH", f"/culls/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Cull = _value(answer, "Cull")
        return value

    def culls_delete(self, id: UUID | str) -> None:
        """Delete a cull.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the cull
        """
        answer = self._sender.request("DELETE", f"/culls/{_part(id)}")
        _value(answer, "")

    def subject_requests_list(
        self,
        *,
        lab: str | None = None,
        user: str | None = None,
        line: str | None = None,
        django: str | None = None,
        id: str | None = None,
        count: int | None = None,
        date: date | str | None = None,
        due_date: date | str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SubjectRequestPage:
        """List subject requests.

        Animals that people ask for, newest first; open while some remain to be given.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/subject-requests",
            params=_query(
                {
                    "lab": lab,
                    "user": user,
                    "line": line,
                    "django": django,
                    "id": id,
                    "count": count,
                    "date": date,
                    "due_date": due_date,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.SubjectRequestPage = _value(answer, "SubjectRequestPage")
        return value

    def subject_requests_all(
        self,
        *,
        lab: str | None = None,
        user: str | None = None,
        line: str | None = None,
        django: str | None = None,
        id: str | None = None,
        count: int | None = None,
        date: date | str | None = None,
        due_date: date | str | None = None,
        description: str | None = None,
    ) -> Iterator[m.SubjectRequest]:
        """List subject requests, page after page."""
        return _pages(
            self.subject_requests_list,
            {
                "lab": lab,
                "user": user,
                "line": line,
                "django": django,
                "id": id,
                "count": count,
                "date": date,
                "due_date": due_date,
                "description": description,
            },
        )

    def subject_requests_create(self, body: m.SubjectRequestWrite | Mapping[str, Any]) -> m.SubjectRequest:
        """Create a subject request.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/subject-requests", body=_json(body))
        value: m.SubjectRequest = _value(answer, "SubjectRequest")
        return value

    def subject_requests_read(self, id: UUID | str) -> m.SubjectRequest:
        """Read one subject request.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the subject request
        """
        answer = self._sender.request("GET", f"/subject-requests/{_part(id)}")
        value: m.SubjectRequest = _value(answer, "SubjectRequest")
        return value

    def subject_requests_update(
        self, id: UUID | str, body: m.SubjectRequestWrite | Mapping[str, Any]
    ) -> m.SubjectRequest:
        """Replace a subject request.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the subject request
        """
        answer = self._sender.request("PUT", f"/subject-requests/{_part(id)}", body=_json(body), repeatable=True)
        value: m.SubjectRequest = _value(answer, "SubjectRequest")
        return value

    def subject_requests_partial_update(
        self, id: UUID | str, body: m.SubjectRequestPatch | Mapping[str, Any]
    ) -> m.SubjectRequest:
        """Change parts of a subject request.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the subject request
        """
        answer = self._sender.request("PATCH", f"/subject-requests/{_part(id)}", body=_json(body), repeatable=True)
        value: m.SubjectRequest = _value(answer, "SubjectRequest")
        return value

    def subject_requests_delete(self, id: UUID | str) -> None:
        """Delete a subject request.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the subject request
        """
        answer = self._sender.request("DELETE", f"/subject-requests/{_part(id)}")
        _value(answer, "")

    def colony_sessions_list(
        self,
        *,
        line: str | None = None,
        genotype: Sequence[str] | None = None,
        age_weeks: str | None = None,
        weight_pct: str | None = None,
        dataset_types: Sequence[str] | None = None,
        subject: str | None = None,
        lab: str | None = None,
        task_protocol: str | None = None,
        project: str | None = None,
        number: float | None = None,
        date_range: str | None = None,
        django: str | None = None,
        start_time: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ColonySessionPage:
        """List colony sessions.

        Sessions by what the colony knows of their animals, newest first, with the types of the datasets that can be
        loaded.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        line
            name of the animal's line
        genotype
            comma list such as 'Pvalb-Cre +/-,Ai32 +', all of which hold; + is carried, on one chromosome or both
        age_weeks
            first,last: whole weeks on that day, both included; a single number is that week
        weight_pct
            first,last: percent of the expected weight on that day, both without the implant; ask something else
            besides
        dataset_types
            comma list; all of them can be loaded
        subject
            nickname, any case
        lab
            name, any case
        task_protocol
            part of it, any case
        project
            the same as projects
        number
            leading zeros are fine
        date_range
            first,last: both days included, in lab time
        django
            look-ups along relations: name,value[,name,value]
        start_time
            exactly
        """
        answer = self._sender.request(
            "GET",
            "/colony-sessions",
            params=_query(
                {
                    "line": line,
                    "genotype": genotype,
                    "age_weeks": age_weeks,
                    "weight_pct": weight_pct,
                    "dataset_types": dataset_types,
                    "subject": subject,
                    "lab": lab,
                    "task_protocol": task_protocol,
                    "project": project,
                    "number": number,
                    "date_range": date_range,
                    "django": django,
                    "start_time": start_time,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ColonySessionPage = _value(answer, "ColonySessionPage")
        return value

    def colony_sessions_all(
        self,
        *,
        line: str | None = None,
        genotype: Sequence[str] | None = None,
        age_weeks: str | None = None,
        weight_pct: str | None = None,
        dataset_types: Sequence[str] | None = None,
        subject: str | None = None,
        lab: str | None = None,
        task_protocol: str | None = None,
        project: str | None = None,
        number: float | None = None,
        date_range: str | None = None,
        django: str | None = None,
        start_time: str | None = None,
    ) -> Iterator[m.ColonySession]:
        """List colony sessions, page after page."""
        return _pages(
            self.colony_sessions_list,
            {
                "line": line,
                "genotype": genotype,
                "age_weeks": age_weeks,
                "weight_pct": weight_pct,
                "dataset_types": dataset_types,
                "subject": subject,
                "lab": lab,
                "task_protocol": task_protocol,
                "project": project,
                "number": number,
                "date_range": date_range,
                "django": django,
                "start_time": start_time,
            },
        )

    def weighings_list(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        user: str | None = None,
        date_time: str | None = None,
        id: str | None = None,
        location: str | None = None,
        django: str | None = None,
        weight: float | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.WeighingPage:
        """List weighings.

        Weighings of animals in grams, newest first. Whoever entered one, or a manager, deletes it.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        subject
            nickname, whatever the case
        nickname
            the same as subject
        lab
            name of the animal's lab, whatever the case
        users
            user name
        date_range
            first,last day
        date_time
            exactly
        location
            Weighings have no location
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/weighings",
            params=_query(
                {
                    "subject": subject,
                    "nickname": nickname,
                    "lab": lab,
                    "users": users,
                    "date_range": date_range,
                    "user": user,
                    "date_time": date_time,
                    "id": id,
                    "location": location,
                    "django": django,
                    "weight": weight,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.WeighingPage = _value(answer, "WeighingPage")
        return value

    def weighings_all(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        user: str | None = None,
        date_time: str | None = None,
        id: str | None = None,
        location: str | None = None,
        django: str | None = None,
        weight: float | None = None,
    ) -> Iterator[m.Weighing]:
        """List weighings, page after page."""
        return _pages(
            self.weighings_list,
            {
                "subject": subject,
                "nickname": nickname,
                "lab": lab,
                "users": users,
                "date_range": date_range,
                "user": user,
                "date_time": date_time,
                "id": id,
                "location": location,
                "django": django,
                "weight": weight,
            },
        )

    def weighings_create(self, body: m.WeighingWrite | Mapping[str, Any]) -> m.Weighing:
        """Create a weighing.

        With the header `Idempotency-Key` (any text, new for each entry) a repeated call answers what the first one
        made.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/weighings", body=_json(body))
        value: m.Weighing = _value(answer, "Weighing")
        return value

    def weighings_read(self, id: UUID | str) -> m.Weighing:
        """Read one weighing.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the weighing
        """
        answer = self._sender.request("GET", f"/weighings/{_part(id)}")
        value: m.Weighing = _value(answer, "Weighing")
        return value

    def weighings_delete(self, id: UUID | str) -> None:
        """Delete a weighing.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the weighing
        """
        answer = self._sender.request("DELETE", f"/weighings/{_part(id)}")
        _value(answer, "")

    def water_type_list(
        self,
        *,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.WaterTypePage:
        """List water type.

        What animals are given to drink.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/water-type",
            params=_query({"django": django, "id": id, "name": name, "limit": limit, "offset": offset}),
        )
        value: m.WaterTypePage = _value(answer, "WaterTypePage")
        return value

    def water_type_all(
        self, *, django: str | None = None, id: str | None = None, name: str | None = None
    ) -> Iterator[m.WaterType]:
        """List water type, page after page."""
        return _pages(self.water_type_list, {"django": django, "id": id, "name": name})

    def water_type_create(self, body: m.WaterTypeWrite | Mapping[str, Any]) -> m.WaterType:
        """Create a water type.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/water-type", body=_json(body))
        value: m.WaterType = _value(answer, "WaterType")
        return value

    def water_type_again(self, id: str) -> m.WaterTypePage:
        """List water type.

        What animals are given to drink.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            any: the answer is the whole list
        """
        answer = self._sender.request("GET", f"/water-type/{_part(id)}")
        value: m.WaterTypePage = _value(answer, "WaterTypePage")
        return value

    def water_administrations_list(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        user: str | None = None,
        water_type: str | None = None,
        session: str | None = None,
        date_time: str | None = None,
        id: str | None = None,
        location: str | None = None,
        django: str | None = None,
        water_administered: float | None = None,
        adlib: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.WaterAdministrationPage:
        """List water administrations.

        Water that animals got, in mL, newest first: with a session as a reward, without as a supplement.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        subject
            nickname, whatever the case
        nickname
            the same as subject
        lab
            name of the animal's lab, whatever the case
        users
            user name
        date_range
            first,last day
        date_time
            exactly
        location
            Water administrations have no location
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/water-administrations",
            params=_query(
                {
                    "subject": subject,
                    "nickname": nickname,
                    "lab": lab,
                    "users": users,
                    "date_range": date_range,
                    "user": user,
                    "water_type": water_type,
                    "session": session,
                    "date_time": date_time,
                    "id": id,
                    "location": location,
                    "django": django,
                    "water_administered": water_administered,
                    "adlib": adlib,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.WaterAdministrationPage = _value(answer, "WaterAdministrationPage")
        return value

    def water_administrations_all(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        user: str | None = None,
        water_type: str | None = None,
        session: str | None = None,
        date_time: str | None = None,
        id: str | None = None,
        location: str | None = None,
        django: str | None = None,
        water_administered: float | None = None,
        adlib: bool | None = None,
    ) -> Iterator[m.WaterAdministration]:
        """List water administrations, page after page."""
        return _pages(
            self.water_administrations_list,
            {
                "subject": subject,
                "nickname": nickname,
                "lab": lab,
                "users": users,
                "date_range": date_range,
                "user": user,
                "water_type": water_type,
                "session": session,
                "date_time": date_time,
                "id": id,
                "location": location,
                "django": django,
                "water_administered": water_administered,
                "adlib": adlib,
            },
        )

    def water_administrations_create(
        self, body: m.WaterAdministrationWrite | Mapping[str, Any]
    ) -> m.WaterAdministration:
        """Create a water administration.

        With the header `Idempotency-Key` (any text, new for each entry) a repeated call answers what the first one
        made.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/water-administrations", body=_json(body))
        value: m.WaterAdministration = _value(answer, "WaterAdministration")
        return value

    def water_administrations_read(self, id: UUID | str) -> m.WaterAdministration:
        """Read one water administration.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the water administration
        """
        answer = self._sender.request("GET", f"/water-administrations/{_part(id)}")
        value: m.WaterAdministration = _value(answer, "WaterAdministration")
        return value

    def water_administrations_update(
        self, id: UUID | str, body: m.WaterAdministrationWrite | Mapping[str, Any]
    ) -> m.WaterAdministration:
        """Replace a water administration.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the water administration
        """
        answer = self._sender.request("PUT", f"/water-administrations/{_part(id)}", body=_json(body), repeatable=True)
        value: m.WaterAdministration = _value(answer, "WaterAdministration")
        return value

    def water_administrations_partial_update(
        self, id: UUID | str, body: m.WaterAdministrationPatch | Mapping[str, Any]
    ) -> m.WaterAdministration:
        """Change parts of a water administration.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the water administration
        """
        answer = self._sender.request("PATCH", f"/water-administrations/{_part(id)}", body=_json(body), repeatable=True)
        value: m.WaterAdministration = _value(answer, "WaterAdministration")
        return value

    def water_administrations_delete(self, id: UUID | str) -> None:
        """Delete a water administration.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the water administration
        """
        answer = self._sender.request("DELETE", f"/water-administrations/{_part(id)}")
        _value(answer, "")

    def water_restriction_list(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        water_type: str | None = None,
        start_time: str | None = None,
        end_time: str | None = None,
        id: str | None = None,
        location: str | None = None,
        django: str | None = None,
        reference_weight: float | None = None,
        narrative: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.WaterRestrictionPage:
        """List water restriction.

        Water restrictions, running ones first. Alyx only lists them; here they are begun, ended (PATCH end_time)
        and deleted.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        subject
            nickname, whatever the case
        nickname
            the same as subject
        lab
            name of the animal's lab, whatever the case
        users
            user names, all of them
        date_range
            first,last day
        start_time
            exactly
        end_time
            exactly
        location
            Water restrictions have no location
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/water-restriction",
            params=_query(
                {
                    "subject": subject,
                    "nickname": nickname,
                    "lab": lab,
                    "users": users,
                    "date_range": date_range,
                    "water_type": water_type,
                    "start_time": start_time,
                    "end_time": end_time,
                    "id": id,
                    "location": location,
                    "django": django,
                    "reference_weight": reference_weight,
                    "narrative": narrative,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.WaterRestrictionPage = _value(answer, "WaterRestrictionPage")
        return value

    def water_restriction_all(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        water_type: str | None = None,
        start_time: str | None = None,
        end_time: str | None = None,
        id: str | None = None,
        location: str | None = None,
        django: str | None = None,
        reference_weight: float | None = None,
        narrative: str | None = None,
    ) -> Iterator[m.WaterRestriction]:
        """List water restriction, page after page."""
        return _pages(
            self.water_restriction_list,
            {
                "subject": subject,
                "nickname": nickname,
                "lab": lab,
                "users": users,
                "date_range": date_range,
                "water_type": water_type,
                "start_time": start_time,
                "end_time": end_time,
                "id": id,
                "location": location,
                "django": django,
                "reference_weight": reference_weight,
                "narrative": narrative,
            },
        )

    def water_restriction_create(self, body: m.WaterRestrictionWrite | Mapping[str, Any]) -> m.WaterRestriction:
        """Create a water restriction.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/water-restriction", body=_json(body))
        value: m.WaterRestriction = _value(answer, "WaterRestriction")
        return value

    def water_restriction_read(self, id: UUID | str) -> m.WaterRestriction:
        """Read one water restriction.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the water restriction
        """
        answer = self._sender.request("GET", f"/water-restriction/{_part(id)}")
        value: m.WaterRestriction = _value(answer, "WaterRestriction")
        return value

    def water_restriction_partial_update(
        self, id: UUID | str, body: m.WaterRestrictionPatch | Mapping[str, Any]
    ) -> m.WaterRestriction:
        """Change parts of a water restriction.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the water restriction
        """
        answer = self._sender.request("PATCH", f"/water-restriction/{_part(id)}", body=_json(body), repeatable=True)
        value: m.WaterRestriction = _value(answer, "WaterRestriction")
        return value

    def water_restriction_delete(self, id: UUID | str) -> None:
        """Delete a water restriction.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the water restriction
        """
        answer = self._sender.request("DELETE", f"/water-restriction/{_part(id)}")
        _value(answer, "")

    def water_restricted_subjects_list(
        self,
        *,
        django: str | None = None,
        nickname: str | None = None,
        id: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.WaterRestrictedSubjectPage:
        """List water restricted subjects.

        Living animals whose water is restricted now.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/water-restricted-subjects",
            params=_query({"django": django, "nickname": nickname, "id": id, "limit": limit, "offset": offset}),
        )
        value: m.WaterRestrictedSubjectPage = _value(answer, "WaterRestrictedSubjectPage")
        return value

    def water_restricted_subjects_all(
        self, *, django: str | None = None, nickname: str | None = None, id: str | None = None
    ) -> Iterator[m.WaterRestrictedSubject]:
        """List water restricted subjects, page after page."""
        return _pages(self.water_restricted_subjects_list, {"django": django, "nickname": nickname, "id": id})

    def water_requirement_read(
        self, id: str, *, start_date: date | str | None = None, end_date: date | str | None = None
    ) -> Any:
        """Read an animal's weights and water, day by day.

        From its first weighing or dose until today (or until it died) unless said. Weights in g, water in mL; what
        is not known is null. `colour` is red below `min_weight`, orange up to two percent points above it.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            nickname of the animal
        start_date
            first day
        end_date
            last day
        """
        answer = self._sender.request(
            "GET", f"/water-requirement/{_part(id)}", params=_query({"start_date": start_date, "end_date": end_date})
        )
        value: Any = _value(answer, "")
        return value

    def today_animals(self) -> m.Board:
        """What restricted animals need today.

        The page /today shows these: every restricted living animal that the caller sees, those with water due
        first.

        May be called by: any signed-in account.
        """
        answer = self._sender.request("GET", "/today/animals")
        value: m.Board = _value(answer, "Board")
        return value

    def surgeries_list(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        location: str | None = None,
        procedure: str | None = None,
        start_time: str | None = None,
        id: str | None = None,
        json: str | None = None,
        django: str | None = None,
        procedures: str | None = None,
        projects: str | None = None,
        narrative: str | None = None,
        end_time: str | None = None,
        outcome_type: str | None = None,
        implant_weight: float | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SurgeryPage:
        """List surgeries.

        Surgeries, newest first. Alyx reads and changes them by REST; creating them is an addition of ours.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        subject
            nickname, whatever the case
        nickname
            the same as subject
        lab
            name of the animal's lab, whatever the case
        users
            user names, all of them
        date_range
            first,last day
        location
            part of the location's name
        procedure
            name of a procedure, whatever the case
        start_time
            exactly
        json
            part of the JSON, as text
        django
            look-ups along relations: name,value[,name,value]
        procedures
            name of one of them
        projects
            name of one of them
        end_time
            exactly
        """
        answer = self._sender.request(
            "GET",
            "/surgeries",
            params=_query(
                {
                    "subject": subject,
                    "nickname": nickname,
                    "lab": lab,
                    "users": users,
                    "date_range": date_range,
                    "location": location,
                    "procedure": procedure,
                    "start_time": start_time,
                    "id": id,
                    "json": json,
                    "django": django,
                    "procedures": procedures,
                    "projects": projects,
                    "narrative": narrative,
                    "end_time": end_time,
                    "outcome_type": outcome_type,
                    "implant_weight": implant_weight,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.SurgeryPage = _value(answer, "SurgeryPage")
        return value

    def surgeries_all(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        location: str | None = None,
        procedure: str | None = None,
        start_time: str | None = None,
        id: str | None = None,
        json: str | None = None,
        django: str | None = None,
        procedures: str | None = None,
        projects: str | None = None,
        narrative: str | None = None,
        end_time: str | None = None,
        outcome_type: str | None = None,
        implant_weight: float | None = None,
    ) -> Iterator[m.Surgery]:
        """List surgeries, page after page."""
        return _pages(
            self.surgeries_list,
            {
                "subject": subject,
                "nickname": nickname,
                "lab": lab,
                "users": users,
                "date_range": date_range,
                "location": location,
                "procedure": procedure,
                "start_time": start_time,
                "id": id,
                "json": json,
                "django": django,
                "procedures": procedures,
                "projects": projects,
                "narrative": narrative,
                "end_time": end_time,
                "outcome_type": outcome_type,
                "implant_weight": implant_weight,
            },
        )

    def surgeries_create(self, body: m.SurgeryWrite | Mapping[str, Any]) -> m.Surgery:
        """Create a surgery.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/surgeries", body=_json(body))
        value: m.Surgery = _value(answer, "Surgery")
        return value

    def surgeries_read(self, id: UUID | str) -> m.Surgery:
        """Read one surgery.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the surgery
        """
        answer = self._sender.request("GET", f"/surgeries/{_part(id)}")
        value: m.Surgery = _value(answer, "Surgery")
        return value

    def surgeries_update(self, id: UUID | str, body: m.SurgeryWrite | Mapping[str, Any]) -> m.Surgery:
        """Replace a surgery.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the surgery
        """
        answer = self._sender.request("PUT", f"/surgeries/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Surgery = _value(answer, "Surgery")
        return value

    def surgeries_partial_update(self, id: UUID | str, body: m.SurgeryPatch | Mapping[str, Any]) -> m.Surgery:
        """Change parts of a surgery.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the surgery
        """
        answer = self._sender.request("PATCH", f"/surgeries/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Surgery = _value(answer, "Surgery")
        return value

    def sessions_list(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        location: str | None = None,
        task_protocol: str | None = None,
        projects: str | None = None,
        project: str | None = None,
        procedures: str | None = None,
        type: str | None = None,
        number: float | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        dataset_types: Sequence[str] | None = None,
        datasets: Sequence[str] | None = None,
        dataset_qc_lte: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        servable_only: bool | None = None,
        servable: bool | None = None,
        performance_gte: float | None = None,
        performance_lte: float | None = None,
        qc: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        tag: str | None = None,
        id: str | None = None,
        narrative: str | None = None,
        start_time: str | None = None,
        end_time: str | None = None,
        auto_datetime: str | None = None,
        n_trials: int | None = None,
        n_correct_trials: int | None = None,
        parent_session: str | None = None,
        extended_qc: str | None = None,
        json: str | None = None,
        histology: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SessionPage:
        """List sessions.

        Sessions, newest first.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        subject
            nickname, any case
        nickname
            the same as subject
        lab
            name, any case
        location
            part of its name, any case
        task_protocol
            part of it, any case
        projects
            part of any project's name
        project
            the same as projects
        procedures
            part of any procedure's name
        number
            leading zeros are fine
        users
            comma list of user names, all present
        date_range
            first,last: both days included, in lab time
        dataset_types
            comma list of dataset types, all present
        datasets
            comma list of file names, all present and existing, none worse than dataset_qc_lte
        dataset_qc_lte
            some dataset this good or better
        servable_only
            dataset_types must be loadable now
        servable
            some dataset can be loaded now
        performance_gte
            percent of correct trials
        performance_lte
            percent of correct trials
        qc
            name of a QC value
        tag
            part of the name of a tag on any dataset
        start_time
            exactly, in lab time
        end_time
            exactly, in lab time
        auto_datetime
            exactly
        extended_qc
            inside of extended_qc: key,value[,key,value]
        json
            inside of json: key,value[,key,value]
        histology
            of the animal, in any session
        atlas_acronym
            acronym, any case
        atlas_id
            number of a region
        atlas_name
            part of a region's name, any case
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/sessions",
            params=_query(
                {
                    "subject": subject,
                    "nickname": nickname,
                    "lab": lab,
                    "location": location,
                    "task_protocol": task_protocol,
                    "projects": projects,
                    "project": project,
                    "procedures": procedures,
                    "type": type,
                    "number": number,
                    "users": users,
                    "date_range": date_range,
                    "dataset_types": dataset_types,
                    "datasets": datasets,
                    "dataset_qc_lte": dataset_qc_lte,
                    "servable_only": servable_only,
                    "servable": servable,
                    "performance_gte": performance_gte,
                    "performance_lte": performance_lte,
                    "qc": qc,
                    "tag": tag,
                    "id": id,
                    "narrative": narrative,
                    "start_time": start_time,
                    "end_time": end_time,
                    "auto_datetime": auto_datetime,
                    "n_trials": n_trials,
                    "n_correct_trials": n_correct_trials,
                    "parent_session": parent_session,
                    "extended_qc": extended_qc,
                    "json": json,
                    "histology": histology,
                    "atlas_acronym": atlas_acronym,
                    "atlas_id": atlas_id,
                    "atlas_name": atlas_name,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.SessionPage = _value(answer, "SessionPage")
        return value

    def sessions_all(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        location: str | None = None,
        task_protocol: str | None = None,
        projects: str | None = None,
        project: str | None = None,
        procedures: str | None = None,
        type: str | None = None,
        number: float | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        dataset_types: Sequence[str] | None = None,
        datasets: Sequence[str] | None = None,
        dataset_qc_lte: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        servable_only: bool | None = None,
        servable: bool | None = None,
        performance_gte: float | None = None,
        performance_lte: float | None = None,
        qc: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        tag: str | None = None,
        id: str | None = None,
        narrative: str | None = None,
        start_time: str | None = None,
        end_time: str | None = None,
        auto_datetime: str | None = None,
        n_trials: int | None = None,
        n_correct_trials: int | None = None,
        parent_session: str | None = None,
        extended_qc: str | None = None,
        json: str | None = None,
        histology: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
    ) -> Iterator[m.Session]:
        """List sessions, page after page."""
        return _pages(
            self.sessions_list,
            {
                "subject": subject,
                "nickname": nickname,
                "lab": lab,
                "location": location,
                "task_protocol": task_protocol,
                "projects": projects,
                "project": project,
                "procedures": procedures,
                "type": type,
                "number": number,
                "users": users,
                "date_range": date_range,
                "dataset_types": dataset_types,
                "datasets": datasets,
                "dataset_qc_lte": dataset_qc_lte,
                "servable_only": servable_only,
                "servable": servable,
                "performance_gte": performance_gte,
                "performance_lte": performance_lte,
                "qc": qc,
                "tag": tag,
                "id": id,
                "narrative": narrative,
                "start_time": start_time,
                "end_time": end_time,
                "auto_datetime": auto_datetime,
                "n_trials": n_trials,
                "n_correct_trials": n_correct_trials,
                "parent_session": parent_session,
                "extended_qc": extended_qc,
                "json": json,
                "histology": histology,
                "atlas_acronym": atlas_acronym,
                "atlas_id": atlas_id,
                "atlas_name": atlas_name,
                "django": django,
            },
        )

    def sessions_create(self, body: m.SessionWrite | Mapping[str, Any]) -> m.Session:
        """Create a session.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/sessions", body=_json(body))
        value: m.Session = _value(answer, "Session")
        return value

    def sessions_read(self, id: UUID | str) -> m.Session:
        """Read one session.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the session
        """
        answer = self._sender.request("GET", f"/sessions/{_part(id)}")
        value: m.Session = _value(answer, "Session")
        return value

    def sessions_update(self, id: UUID | str, body: m.SessionWrite | Mapping[str, Any]) -> m.Session:
        """Replace a session.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the session
        """
        answer = self._sender.request("PUT", f"/sessions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Session = _value(answer, "Session")
        return value

    def sessions_partial_update(self, id: UUID | str, body: m.SessionPatch | Mapping[str, Any]) -> m.Session:
        """Change parts of a session.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the session
        """
        answer = self._sender.request("PATCH", f"/sessions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Session = _value(answer, "Session")
        return value

    def sessions_delete(self, id: UUID | str) -> None:
        """Delete a session.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the session
        """
        answer = self._sender.request("DELETE", f"/sessions/{_part(id)}")
        _value(answer, "")

    def notifications_list(
        self,
        *,
        notification_type: str | None = None,
        status: str | None = None,
        django: str | None = None,
        id: str | None = None,
        subject: str | None = None,
        title: str | None = None,
        message: str | None = None,
        created_datetime: str | None = None,
        sent_datetime: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.NotificationPage:
        """List notifications.

        What you were told about animals, newest first; your own only.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        subject
            its nickname
        created_datetime
            exactly
        sent_datetime
            exactly
        """
        answer = self._sender.request(
            "GET",
            "/notifications",
            params=_query(
                {
                    "notification_type": notification_type,
                    "status": status,
                    "django": django,
                    "id": id,
                    "subject": subject,
                    "title": title,
                    "message": message,
                    "created_datetime": created_datetime,
                    "sent_datetime": sent_datetime,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.NotificationPage = _value(answer, "NotificationPage")
        return value

    def notifications_all(
        self,
        *,
        notification_type: str | None = None,
        status: str | None = None,
        django: str | None = None,
        id: str | None = None,
        subject: str | None = None,
        title: str | None = None,
        message: str | None = None,
        created_datetime: str | None = None,
        sent_datetime: str | None = None,
    ) -> Iterator[m.Notification]:
        """List notifications, page after page."""
        return _pages(
            self.notifications_list,
            {
                "notification_type": notification_type,
                "status": status,
                "django": django,
                "id": id,
                "subject": subject,
                "title": title,
                "message": message,
                "created_datetime": created_datetime,
                "sent_datetime": sent_datetime,
            },
        )

    def notifications_read(self, id: UUID | str) -> m.Notification:
        """Read one notification.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the notification
        """
        answer = self._sender.request("GET", f"/notifications/{_part(id)}")
        value: m.Notification = _value(answer, "Notification")
        return value

    def notification_rules_list(
        self,
        *,
        django: str | None = None,
        id: str | None = None,
        notification_type: str | None = None,
        subjects_scope: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.NotificationRulePage:
        """List notification rules.

        Your rules. Without one you are told about the animals that you are responsible for.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/notification-rules",
            params=_query(
                {
                    "django": django,
                    "id": id,
                    "notification_type": notification_type,
                    "subjects_scope": subjects_scope,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.NotificationRulePage = _value(answer, "NotificationRulePage")
        return value

    def notification_rules_all(
        self,
        *,
        django: str | None = None,
        id: str | None = None,
        notification_type: str | None = None,
        subjects_scope: str | None = None,
    ) -> Iterator[m.NotificationRule]:
        """List notification rules, page after page."""
        return _pages(
            self.notification_rules_list,
            {"django": django, "id": id, "notification_type": notification_type, "subjects_scope": subjects_scope},
        )

    def notification_rules_create(self, body: m.NotificationRuleWrite | Mapping[str, Any]) -> m.NotificationRule:
        """Create a notification rule.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/notification-rules", body=_json(body))
        value: m.NotificationRule = _value(answer, "NotificationRule")
        return value

    def notification_rules_read(self, id: UUID | str) -> m.NotificationRule:
        """Read one notification rule.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the notification rule
        """
        answer = self._sender.request("GET", f"/notification-rules/{_part(id)}")
        value: m.NotificationRule = _value(answer, "NotificationRule")
        return value

    def notification_rules_update(
        self, id: UUID | str, body: m.NotificationRuleWrite | Mapping[str, Any]
    ) -> m.NotificationRule:
        """Replace a notification rule.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the notification rule
        """
        answer = self._sender.request("PUT", f"/notification-rules/{_part(id)}", body=_json(body), repeatable=True)
        value: m.NotificationRule = _value(answer, "NotificationRule")
        return value

    def notification_rules_partial_update(
        self, id: UUID | str, body: m.NotificationRulePatch | Mapping[str, Any]
    ) -> m.NotificationRule:
        """Change parts of a notification rule.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the notification rule
        """
        answer = self._sender.request("PATCH", f"/notification-rules/{_part(id)}", body=_json(body), repeatable=True)
        value: m.NotificationRule = _value(answer, "NotificationRule")
        return value

    def notification_rules_delete(self, id: UUID | str) -> None:
        """Delete a notification rule.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the notification rule
        """
        answer = self._sender.request("DELETE", f"/notification-rules/{_part(id)}")
        _value(answer, "")

    def tasks_list(
        self,
        *,
        lab: str | None = None,
        status: Literal["Waiting", "Held", "Started", "Errored", "Abandoned", "Empty", "Incomplete", "Complete"]
        | None = None,
        session: str | None = None,
        data_repository: str | None = None,
        parents: str | None = None,
        id: str | None = None,
        name: str | None = None,
        graph: str | None = None,
        executable: str | None = None,
        log: str | None = None,
        version: str | None = None,
        level: float | None = None,
        priority: float | None = None,
        io_charge: float | None = None,
        gpu: float | None = None,
        cpu: float | None = None,
        ram: float | None = None,
        time_out_secs: float | None = None,
        time_elapsed_secs: float | None = None,
        arguments: str | None = None,
        datetime: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.TaskPage:
        """List tasks.

        Steps of pipelines, in the order of level, priority (highest first) and session (newest first).

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        lab
            name of the session's lab
        status
            name of a status
        data_repository
            name
        parents
            id of a task that these wait for
        arguments
            exactly, as JSON
        datetime
            exactly, as the record shows it
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/tasks",
            params=_query(
                {
                    "lab": lab,
                    "status": status,
                    "session": session,
                    "data_repository": data_repository,
                    "parents": parents,
                    "id": id,
                    "name": name,
                    "graph": graph,
                    "executable": executable,
                    "log": log,
                    "version": version,
                    "level": level,
                    "priority": priority,
                    "io_charge": io_charge,
                    "gpu": gpu,
                    "cpu": cpu,
                    "ram": ram,
                    "time_out_secs": time_out_secs,
                    "time_elapsed_secs": time_elapsed_secs,
                    "arguments": arguments,
                    "datetime": datetime,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.TaskPage = _value(answer, "TaskPage")
        return value

    def tasks_all(
        self,
        *,
        lab: str | None = None,
        status: Literal["Waiting", "Held", "Started", "Errored", "Abandoned", "Empty", "Incomplete", "Complete"]
        | None = None,
        session: str | None = None,
        data_repository: str | None = None,
        parents: str | None = None,
        id: str | None = None,
        name: str | None = None,
        graph: str | None = None,
        executable: str | None = None,
        log: str | None = None,
        version: str | None = None,
        level: float | None = None,
        priority: float | None = None,
        io_charge: float | None = None,
        gpu: float | None = None,
        cpu: float | None = None,
        ram: float | None = None,
        time_out_secs: float | None = None,
        time_elapsed_secs: float | None = None,
        arguments: str | None = None,
        datetime: str | None = None,
        django: str | None = None,
    ) -> Iterator[m.Task]:
        """List tasks, page after page."""
        return _pages(
            self.tasks_list,
            {
                "lab": lab,
                "status": status,
                "session": session,
                "data_repository": data_repository,
                "parents": parents,
                "id": id,
                "name": name,
                "graph": graph,
                "executable": executable,
                "log": log,
                "version": version,
                "level": level,
                "priority": priority,
                "io_charge": io_charge,
                "gpu": gpu,
                "cpu": cpu,
                "ram": ram,
                "time_out_secs": time_out_secs,
                "time_elapsed_secs": time_elapsed_secs,
                "arguments": arguments,
                "datetime": datetime,
                "django": django,
            },
        )

    def tasks_create(self, body: m.TaskWrite | Mapping[str, Any]) -> m.Task:
        """Create a task.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/tasks", body=_json(body))
        value: m.Task = _value(answer, "Task")
        return value

    def tasks_read(self, id: UUID | str) -> m.Task:
        """Read one task.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the task
        """
        answer = self._sender.request("GET", f"/tasks/{_part(id)}")
        value: m.Task = _value(answer, "Task")
        return value

    def tasks_update(self, id: UUID | str, body: m.TaskWrite | Mapping[str, Any]) -> m.Task:
        """Replace a task.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the task
        """
        answer = self._sender.request("PUT", f"/tasks/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Task = _value(answer, "Task")
        return value

    def tasks_partial_update(self, id: UUID | str, body: m.TaskPatch | Mapping[str, Any]) -> m.Task:
        """Change parts of a task.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the task
        """
        answer = self._sender.request("PATCH", f"/tasks/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Task = _value(answer, "Task")
        return value

    def tasks_delete(self, id: UUID | str) -> None:
        """Delete a task.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the task
        """
        answer = self._sender.request("DELETE", f"/tasks/{_part(id)}")
        _value(answer, "")

    def insertions_list(
        self,
        *,
        subject: str | None = None,
        date: date | str | None = None,
        experiment_number: float | None = None,
        name: str | None = None,
        session: str | None = None,
        model: str | None = None,
        dataset_types: Sequence[str] | None = None,
        datasets: Sequence[str] | None = None,
        dataset_qc_lte: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        lab: str | None = None,
        project: str | None = None,
        task_protocol: str | None = None,
        tag: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        chronic_insertion: str | None = None,
        django: str | None = None,
        id: str | None = None,
        serial: str | None = None,
        auto_datetime: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ProbeInsertionPage:
        """List insertions.

        Probes in the brain during a session, those of the newest session first.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        subject
            nickname
        date
            of the session
        experiment_number
            the session's
        session
            id
        model
            name or part number
        dataset_types
            comma list of dataset types, all present
        datasets
            comma list of file names, all present, none worse than dataset_qc_lte
        dataset_qc_lte
            some dataset this good or better
        lab
            name, any case
        project
            part of its name, any case
        task_protocol
            part of it, any case
        tag
            part of the name of a tag on any dataset
        atlas_acronym
            acronym, any case
        atlas_id
            number of a region
        atlas_name
            part of a region's name, any case
        chronic_insertion
            id
        django
            look-ups along relations: name,value[,name,value]
        auto_datetime
            exactly
        """
        answer = self._sender.request(
            "GET",
            "/insertions",
            params=_query(
                {
                    "subject": subject,
                    "date": date,
                    "experiment_number": experiment_number,
                    "name": name,
                    "session": session,
                    "model": model,
                    "dataset_types": dataset_types,
                    "datasets": datasets,
                    "dataset_qc_lte": dataset_qc_lte,
                    "lab": lab,
                    "project": project,
                    "task_protocol": task_protocol,
                    "tag": tag,
                    "atlas_acronym": atlas_acronym,
                    "atlas_id": atlas_id,
                    "atlas_name": atlas_name,
                    "chronic_insertion": chronic_insertion,
                    "django": django,
                    "id": id,
                    "serial": serial,
                    "auto_datetime": auto_datetime,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ProbeInsertionPage = _value(answer, "ProbeInsertionPage")
        return value

    def insertions_all(
        self,
        *,
        subject: str | None = None,
        date: date | str | None = None,
        experiment_number: float | None = None,
        name: str | None = None,
        session: str | None = None,
        model: str | None = None,
        dataset_types: Sequence[str] | None = None,
        datasets: Sequence[str] | None = None,
        dataset_qc_lte: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        lab: str | None = None,
        project: str | None = None,
        task_protocol: str | None = None,
        tag: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        chronic_insertion: str | None = None,
        django: str | None = None,
        id: str | None = None,
        serial: str | None = None,
        auto_datetime: str | None = None,
    ) -> Iterator[m.ProbeInsertion]:
        """List insertions, page after page."""
        return _pages(
            self.insertions_list,
            {
                "subject": subject,
                "date": date,
                "experiment_number": experiment_number,
                "name": name,
                "session": session,
                "model": model,
                "dataset_types": dataset_types,
                "datasets": datasets,
                "dataset_qc_lte": dataset_qc_lte,
                "lab": lab,
                "project": project,
                "task_protocol": task_protocol,
                "tag": tag,
                "atlas_acronym": atlas_acronym,
                "atlas_id": atlas_id,
                "atlas_name": atlas_name,
                "chronic_insertion": chronic_insertion,
                "django": django,
                "id": id,
                "serial": serial,
                "auto_datetime": auto_datetime,
            },
        )

    def insertions_create(self, body: m.ProbeInsertionWrite | Mapping[str, Any]) -> m.ProbeInsertion:
        """Create a probe insertion.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/insertions", body=_json(body))
        value: m.ProbeInsertion = _value(answer, "ProbeInsertion")
        return value

    def insertions_read(self, id: UUID | str) -> m.ProbeInsertion:
        """Read one probe insertion.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the probe insertion
        """
        answer = self._sender.request("GET", f"/insertions/{_part(id)}")
        value: m.ProbeInsertion = _value(answer, "ProbeInsertion")
        return value

    def insertions_update(self, id: UUID | str, body: m.ProbeInsertionWrite | Mapping[str, Any]) -> m.ProbeInsertion:
        """Replace a probe insertion.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the probe insertion
        """
        answer = self._sender.request("PUT", f"/insertions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ProbeInsertion = _value(answer, "ProbeInsertion")
        return value

    def insertions_partial_update(
        self, id: UUID | str, body: m.ProbeInsertionPatch | Mapping[str, Any]
    ) -> m.ProbeInsertion:
        """Change parts of a probe insertion.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the probe insertion
        """
        answer = self._sender.request("PATCH", f"/insertions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ProbeInsertion = _value(answer, "ProbeInsertion")
        return value

    def insertions_delete(self, id: UUID | str) -> None:
        """Delete a probe insertion.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the probe insertion
        """
        answer = self._sender.request("DELETE", f"/insertions/{_part(id)}")
        _value(answer, "")

    def chronic_insertions_list(
        self,
        *,
        subject: str | None = None,
        lab: str | None = None,
        model: str | None = None,
        probe: str | None = None,
        session: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        start_time: str | None = None,
        serial: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ChronicInsertionPage:
        """List chronic insertions.

        Probes that stay in an animal over many sessions; each session's insertion names its chronic one.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        subject
            nickname
        lab
            name
        model
            name or part number
        probe
            id of an insertion
        session
            id
        atlas_acronym
            acronym, any case
        atlas_id
            number of a region
        atlas_name
            part of a region's name, any case
        django
            look-ups along relations: name,value[,name,value]
        start_time
            exactly
        """
        answer = self._sender.request(
            "GET",
            "/chronic-insertions",
            params=_query(
                {
                    "subject": subject,
                    "lab": lab,
                    "model": model,
                    "probe": probe,
                    "session": session,
                    "atlas_acronym": atlas_acronym,
                    "atlas_id": atlas_id,
                    "atlas_name": atlas_name,
                    "django": django,
                    "id": id,
                    "name": name,
                    "start_time": start_time,
                    "serial": serial,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ChronicInsertionPage = _value(answer, "ChronicInsertionPage")
        return value

    def chronic_insertions_all(
        self,
        *,
        subject: str | None = None,
        lab: str | None = None,
        model: str | None = None,
        probe: str | None = None,
        session: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        start_time: str | None = None,
        serial: str | None = None,
    ) -> Iterator[m.ChronicInsertion]:
        """List chronic insertions, page after page."""
        return _pages(
            self.chronic_insertions_list,
            {
                "subject": subject,
                "lab": lab,
                "model": model,
                "probe": probe,
                "session": session,
                "atlas_acronym": atlas_acronym,
                "atlas_id": atlas_id,
                "atlas_name": atlas_name,
                "django": django,
                "id": id,
                "name": name,
                "start_time": start_time,
                "serial": serial,
            },
        )

    def chronic_insertions_create(self, body: m.ChronicInsertionWrite | Mapping[str, Any]) -> m.ChronicInsertion:
        """Create a chronic insertion.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/chronic-insertions", body=_json(body))
        value: m.ChronicInsertion = _value(answer, "ChronicInsertion")
        return value

    def chronic_insertions_read(self, id: UUID | str) -> m.ChronicInsertion:
        """Read one chronic insertion.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the chronic insertion
        """
        answer = self._sender.request("GET", f"/chronic-insertions/{_part(id)}")
        value: m.ChronicInsertion = _value(answer, "ChronicInsertion")
        return value

    def chronic_insertions_update(
        self, id: UUID | str, body: m.ChronicInsertionWrite | Mapping[str, Any]
    ) -> m.ChronicInsertion:
        """Replace a chronic insertion.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the chronic insertion
        """
        answer = self._sender.request("PUT", f"/chronic-insertions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ChronicInsertion = _value(answer, "ChronicInsertion")
        return value

    def chronic_insertions_partial_update(
        self, id: UUID | str, body: m.ChronicInsertionPatch | Mapping[str, Any]
    ) -> m.ChronicInsertion:
        """Change parts of a chronic insertion.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the chronic insertion
        """
        answer = self._sender.request("PATCH", f"/chronic-insertions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ChronicInsertion = _value(answer, "ChronicInsertion")
        return value

    def chronic_insertions_delete(self, id: UUID | str) -> None:
        """Delete a chronic insertion.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the chronic insertion
        """
        answer = self._sender.request("DELETE", f"/chronic-insertions/{_part(id)}")
        _value(answer, "")

    def probe_models_list(
        self,
        *,
        name: str | None = None,
        probe_model: str | None = None,
        django: str | None = None,
        id: str | None = None,
        probe_manufacturer: str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ProbeModelPage:
        """List probe models.

        Kinds of probes, by their makers' part numbers (not an Alyx path).

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/probe-models",
            params=_query(
                {
                    "name": name,
                    "probe_model": probe_model,
                    "django": django,
                    "id": id,
                    "probe_manufacturer": probe_manufacturer,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ProbeModelPage = _value(answer, "ProbeModelPage")
        return value

    def probe_models_all(
        self,
        *,
        name: str | None = None,
        probe_model: str | None = None,
        django: str | None = None,
        id: str | None = None,
        probe_manufacturer: str | None = None,
        description: str | None = None,
    ) -> Iterator[m.ProbeModel]:
        """List probe models, page after page."""
        return _pages(
            self.probe_models_list,
            {
                "name": name,
                "probe_model": probe_model,
                "django": django,
                "id": id,
                "probe_manufacturer": probe_manufacturer,
                "description": description,
            },
        )

    def probe_models_create(self, body: m.ProbeModelWrite | Mapping[str, Any]) -> m.ProbeModel:
        """Create a probe model.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/probe-models", body=_json(body))
        value: m.ProbeModel = _value(answer, "ProbeModel")
        return value

    def probe_models_read(self, id: str) -> m.ProbeModel:
        """Read one probe model.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            probe_model of the probe model
        """
        answer = self._sender.request("GET", f"/probe-models/{_part(id)}")
        value: m.ProbeModel = _value(answer, "ProbeModel")
        return value

    def probe_models_update(self, id: str, body: m.ProbeModelWrite | Mapping[str, Any]) -> m.ProbeModel:
        """Replace a probe model.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            probe_model of the probe model
        """
        answer = self._sender.request("PUT", f"/probe-models/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ProbeModel = _value(answer, "ProbeModel")
        return value

    def probe_models_partial_update(self, id: str, body: m.ProbeModelPatch | Mapping[str, Any]) -> m.ProbeModel:
        """Change parts of a probe model.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            probe_model of the probe model
        """
        answer = self._sender.request("PATCH", f"/probe-models/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ProbeModel = _value(answer, "ProbeModel")
        return value

    def probe_models_delete(self, id: str) -> None:
        """Delete a probe model.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            probe_model of the probe model
        """
        answer = self._sender.request("DELETE", f"/probe-models/{_part(id)}")
        _value(answer, "")

    def brain_regions_list(
        self,
        *,
        id: int | None = None,
        acronym: str | None = None,
        name: str | None = None,
        description: str | None = None,
        parent: int | None = None,
        ancestors: str | None = None,
        descendants: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.BrainRegionPage:
        """List brain regions.

        The structures of the Allen atlas, in the order of its tree. Only the description can be changed.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        acronym
            any case
        name
            part of it, any case
        description
            part of it, any case
        parent
            number
        ancestors
            number or acronym: the region and those around it
        descendants
            number or acronym: the region and its parts
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/brain-regions",
            params=_query(
                {
                    "id": id,
                    "acronym": acronym,
                    "name": name,
                    "description": description,
                    "parent": parent,
                    "ancestors": ancestors,
                    "descendants": descendants,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.BrainRegionPage = _value(answer, "BrainRegionPage")
        return value

    def brain_regions_all(
        self,
        *,
        id: int | None = None,
        acronym: str | None = None,
        name: str | None = None,
        description: str | None = None,
        parent: int | None = None,
        ancestors: str | None = None,
        descendants: str | None = None,
        django: str | None = None,
    ) -> Iterator[m.BrainRegion]:
        """List brain regions, page after page."""
        return _pages(
            self.brain_regions_list,
            {
                "id": id,
                "acronym": acronym,
                "name": name,
                "description": description,
                "parent": parent,
                "ancestors": ancestors,
                "descendants": descendants,
                "django": django,
            },
        )

    def brain_regions_read(self, id: int) -> m.BrainRegion:
        """Read one brain region.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the brain region
        """
        answer = self._sender.request("GET", f"/brain-regions/{_part(id)}")
        value: m.BrainRegion = _value(answer, "BrainRegion")
        return value

    def brain_regions_update(self, id: int, body: m.BrainRegionWrite | Mapping[str, Any]) -> m.BrainRegion:
        """Replace a brain region.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the brain region
        """
        answer = self._sender.request("PUT", f"/brain-regions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.BrainRegion = _value(answer, "BrainRegion")
        return value

    def brain_regions_partial_update(self, id: int, body: m.BrainRegionPatch | Mapping[str, Any]) -> m.BrainRegion:
        """Change parts of a brain region.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the brain region
        """
        answer = self._sender.request("PATCH", f"/brain-regions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.BrainRegion = _value(answer, "BrainRegion")
        return value

    def trajectories_list(
        self,
        *,
        provenance: Literal["Planned", "Micro-manipulator", "Histology track", "Ephys aligned histology track"]
        | None = None,
        subject: str | None = None,
        project: str | None = None,
        date: date | str | None = None,
        experiment_number: float | None = None,
        session: str | None = None,
        probe: str | None = None,
        probe_insertion: str | None = None,
        chronic_insertion: str | None = None,
        coordinate_system: str | None = None,
        django: str | None = None,
        id: str | None = None,
        x: float | None = None,
        y: float | None = None,
        z: float | None = None,
        depth: float | None = None,
        theta: float | None = None,
        phi: float | None = None,
        roll: float | None = None,
        datetime: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.TrajectoryEstimatePage:
        """List trajectories.

        Straight ways of probes through the brain, one for each way of finding out.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        provenance
            name, any case
        subject
            nickname
        project
            name
        date
            of the session
        experiment_number
            the session's
        session
            id
        probe
            name of the insertion
        probe_insertion
            id
        chronic_insertion
            id
        coordinate_system
            id
        django
            look-ups along relations: name,value[,name,value]
        datetime
            exactly
        """
        answer = self._sender.request(
            "GET",
            "/trajectories",
            params=_query(
                {
                    "provenance": provenance,
                    "subject": subject,
                    "project": project,
                    "date": date,
                    "experiment_number": experiment_number,
                    "session": session,
                    "probe": probe,
                    "probe_insertion": probe_insertion,
                    "chronic_insertion": chronic_insertion,
                    "coordinate_system": coordinate_system,
                    "django": django,
                    "id": id,
                    "x": x,
                    "y": y,
                    "z": z,
                    "depth": depth,
                    "theta": theta,
                    "phi": phi,
                    "roll": roll,
                    "datetime": datetime,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.TrajectoryEstimatePage = _value(answer, "TrajectoryEstimatePage")
        return value

    def trajectories_all(
        self,
        *,
        provenance: Literal["Planned", "Micro-manipulator", "Histology track", "Ephys aligned histology track"]
        | None = None,
        subject: str | None = None,
        project: str | None = None,
        date: date | str | None = None,
        experiment_number: float | None = None,
        session: str | None = None,
        probe: str | None = None,
        probe_insertion: str | None = None,
        chronic_insertion: str | None = None,
        coordinate_system: str | None = None,
        django: str | None = None,
        id: str | None = None,
        x: float | None = None,
        y: float | None = None,
        z: float | None = None,
        depth: float | None = None,
        theta: float | None = None,
        phi: float | None = None,
        roll: float | None = None,
        datetime: str | None = None,
    ) -> Iterator[m.TrajectoryEstimate]:
        """List trajectories, page after page."""
        return _pages(
            self.trajectories_list,
            {
                "provenance": provenance,
                "subject": subject,
                "project": project,
                "date": date,
                "experiment_number": experiment_number,
                "session": session,
                "probe": probe,
                "probe_insertion": probe_insertion,
                "chronic_insertion": chronic_insertion,
                "coordinate_system": coordinate_system,
                "django": django,
                "id": id,
                "x": x,
                "y": y,
                "z": z,
                "depth": depth,
                "theta": theta,
                "phi": phi,
                "roll": roll,
                "datetime": datetime,
            },
        )

    def trajectories_create(self, body: m.TrajectoryEstimateWrite | Mapping[str, Any]) -> m.TrajectoryEstimate:
        """Create a trajectory estimate.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/trajectories", body=_json(body))
        value: m.TrajectoryEstimate = _value(answer, "TrajectoryEstimate")
        return value

    def trajectories_read(self, id: UUID | str) -> m.TrajectoryEstimate:
        """Read one trajectory estimate.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the trajectory estimate
        """
        answer = self._sender.request("GET", f"/trajectories/{_part(id)}")
        value: m.TrajectoryEstimate = _value(answer, "TrajectoryEstimate")
        return value

    def trajectories_update(
        self, id: UUID | str, body: m.TrajectoryEstimateWrite | Mapping[str, Any]
    ) -> m.TrajectoryEstimate:
        """Replace a trajectory estimate.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the trajectory estimate
        """
        answer = self._sender.request("PUT", f"/trajectories/{_part(id)}", body=_json(body), repeatable=True)
        value: m.TrajectoryEstimate = _value(answer, "TrajectoryEstimate")
        return value

    def trajectories_partial_update(
        self, id: UUID | str, body: m.TrajectoryEstimatePatch | Mapping[str, Any]
    ) -> m.TrajectoryEstimate:
        """Change parts of a trajectory estimate.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the trajectory estimate
        """
        answer = self._sender.request("PATCH", f"/trajectories/{_part(id)}", body=_json(body), repeatable=True)
        value: m.TrajectoryEstimate = _value(answer, "TrajectoryEstimate")
        return value

    def trajectories_delete(self, id: UUID | str) -> None:
        """Delete a trajectory estimate.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the trajectory estimate
        """
        answer = self._sender.request("DELETE", f"/trajectories/{_part(id)}")
        _value(answer, "")

    def channels_list(
        self,
        *,
        session: str | None = None,
        probe_insertion: str | None = None,
        subject: str | None = None,
        lab: str | None = None,
        trajectory_estimate: str | None = None,
        brain_region: int | None = None,
        lateral: float | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        axial: float | None = None,
        x: float | None = None,
        y: float | None = None,
        z: float | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ChannelPage:
        """List channels.

        Recording sites along trajectories, and the regions they lie in.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        session
            id
        probe_insertion
            id
        subject
            nickname
        lab
            name
        trajectory_estimate
            id
        brain_region
            number
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/channels",
            params=_query(
                {
                    "session": session,
                    "probe_insertion": probe_insertion,
                    "subject": subject,
                    "lab": lab,
                    "trajectory_estimate": trajectory_estimate,
                    "brain_region": brain_region,
                    "lateral": lateral,
                    "django": django,
                    "id": id,
                    "name": name,
                    "axial": axial,
                    "x": x,
                    "y": y,
                    "z": z,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ChannelPage = _value(answer, "ChannelPage")
        return value

    def channels_all(
        self,
        *,
        session: str | None = None,
        probe_insertion: str | None = None,
        subject: str | None = None,
        lab: str | None = None,
        trajectory_estimate: str | None = None,
        brain_region: int | None = None,
        lateral: float | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        axial: float | None = None,
        x: float | None = None,
        y: float | None = None,
        z: float | None = None,
    ) -> Iterator[m.Channel]:
        """List channels, page after page."""
        return _pages(
            self.channels_list,
            {
                "session": session,
                "probe_insertion": probe_insertion,
                "subject": subject,
                "lab": lab,
                "trajectory_estimate": trajectory_estimate,
                "brain_region": brain_region,
                "lateral": lateral,
                "django": django,
                "id": id,
                "name": name,
                "axial": axial,
                "x": x,
                "y": y,
                "z": z,
            },
        )

    def channels_create(self, body: m.ChannelWrite | Mapping[str, Any] | Sequence[Any]) -> Any:
        """Create a channel.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/channels", body=_json(body))
        value: Any = _value(answer, "")
        return value

    def channels_read(self, id: UUID | str) -> m.Channel:
        """Read one channel.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the channel
        """
        answer = self._sender.request("GET", f"/channels/{_part(id)}")
        value: m.Channel = _value(answer, "Channel")
        return value

    def channels_update(self, id: UUID | str, body: m.ChannelWrite | Mapping[str, Any]) -> m.Channel:
        """Replace a channel.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the channel
        """
        answer = self._sender.request("PUT", f"/channels/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Channel = _value(answer, "Channel")
        return value

    def channels_partial_update(self, id: UUID | str, body: m.ChannelPatch | Mapping[str, Any]) -> m.Channel:
        """Change parts of a channel.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the channel
        """
        answer = self._sender.request("PATCH", f"/channels/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Channel = _value(answer, "Channel")
        return value

    def channels_delete(self, id: UUID | str) -> None:
        """Delete a channel.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the channel
        """
        answer = self._sender.request("DELETE", f"/channels/{_part(id)}")
        _value(answer, "")

    def coordinate_systems_list(
        self,
        *,
        name: str | None = None,
        origin: str | None = None,
        django: str | None = None,
        id: str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.CoordinateSystemPage:
        """List coordinate systems.

        Systems that places in the brain are told in (not an Alyx path).

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/coordinate-systems",
            params=_query(
                {
                    "name": name,
                    "origin": origin,
                    "django": django,
                    "id": id,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.CoordinateSystemPage = _value(answer, "CoordinateSystemPage")
        return value

    def coordinate_systems_all(
        self,
        *,
        name: str | None = None,
        origin: str | None = None,
        django: str | None = None,
        id: str | None = None,
        description: str | None = None,
    ) -> Iterator[m.CoordinateSystem]:
        """List coordinate systems, page after page."""
        return _pages(
            self.coordinate_systems_list,
            {"name": name, "origin": origin, "django": django, "id": id, "description": description},
        )

    def coordinate_systems_create(self, body: m.CoordinateSystemWrite | Mapping[str, Any]) -> m.CoordinateSystem:
        """Create a coordinate system.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/coordinate-systems", body=_json(body))
        value: m.CoordinateSystem = _value(answer, "CoordinateSystem")
        return value

    def coordinate_systems_read(self, id: str) -> m.CoordinateSystem:
        """Read one coordinate system.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the coordinate system
        """
        answer = self._sender.request("GET", f"/coordinate-systems/{_part(id)}")
        value: m.CoordinateSystem = _value(answer, "CoordinateSystem")
        return value

    def coordinate_systems_update(
        self, id: str, body: m.CoordinateSystemWrite | Mapping[str, Any]
    ) -> m.CoordinateSystem:
        """Replace a coordinate system.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the coordinate system
        """
        answer = self._sender.request("PUT", f"/coordinate-systems/{_part(id)}", body=_json(body), repeatable=True)
        value: m.CoordinateSystem = _value(answer, "CoordinateSystem")
        return value

    def coordinate_systems_partial_update(
        self, id: str, body: m.CoordinateSystemPatch | Mapping[str, Any]
    ) -> m.CoordinateSystem:
        """Change parts of a coordinate system.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the coordinate system
        """
        answer = self._sender.request("PATCH", f"/coordinate-systems/{_part(id)}", body=_json(body), repeatable=True)
        value: m.CoordinateSystem = _value(answer, "CoordinateSystem")
        return value

    def coordinate_systems_delete(self, id: str) -> None:
        """Delete a coordinate system.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the coordinate system
        """
        answer = self._sender.request("DELETE", f"/coordinate-systems/{_part(id)}")
        _value(answer, "")

    def fields_of_view_list(
        self,
        *,
        id: str | None = None,
        session: str | None = None,
        stack: str | None = None,
        name: str | None = None,
        subject: str | None = None,
        lab: str | None = None,
        project: str | None = None,
        date: date | str | None = None,
        experiment_number: float | None = None,
        imaging_type: str | None = None,
        dataset_types: Sequence[str] | None = None,
        datasets: Sequence[str] | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.FOVPage:
        """List fields of view.

        Fields of view of imaging sessions with their locations, of the newest session first.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        subject
            nickname
        lab
            name, any case
        project
            name
        date
            of the session, in lab time
        experiment_number
            the session's
        imaging_type
            part of its name, any case
        dataset_types
            comma list, all present
        datasets
            comma list of file names, all present
        atlas_acronym
            acronym, any case
        atlas_id
            number of a region
        atlas_name
            part of a region's name, any case
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/fields-of-view",
            params=_query(
                {
                    "id": id,
                    "session": session,
                    "stack": stack,
                    "name": name,
                    "subject": subject,
                    "lab": lab,
                    "project": project,
                    "date": date,
                    "experiment_number": experiment_number,
                    "imaging_type": imaging_type,
                    "dataset_types": dataset_types,
                    "datasets": datasets,
                    "atlas_acronym": atlas_acronym,
                    "atlas_id": atlas_id,
                    "atlas_name": atlas_name,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.FOVPage = _value(answer, "FOVPage")
        return value

    def fields_of_view_all(
        self,
        *,
        id: str | None = None,
        session: str | None = None,
        stack: str | None = None,
        name: str | None = None,
        subject: str | None = None,
        lab: str | None = None,
        project: str | None = None,
        date: date | str | None = None,
        experiment_number: float | None = None,
        imaging_type: str | None = None,
        dataset_types: Sequence[str] | None = None,
        datasets: Sequence[str] | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
    ) -> Iterator[m.FOV]:
        """List fields of view, page after page."""
        return _pages(
            self.fields_of_view_list,
            {
                "id": id,
                "session": session,
                "stack": stack,
                "name": name,
                "subject": subject,
                "lab": lab,
                "project": project,
                "date": date,
                "experiment_number": experiment_number,
                "imaging_type": imaging_type,
                "dataset_types": dataset_types,
                "datasets": datasets,
                "atlas_acronym": atlas_acronym,
                "atlas_id": atlas_id,
                "atlas_name": atlas_name,
                "django": django,
            },
        )

    def fields_of_view_create(self, body: m.FOVWrite | Mapping[str, Any]) -> m.FOV:
        """Create a fov.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/fields-of-view", body=_json(body))
        value: m.FOV = _value(answer, "FOV")
        return value

    def fields_of_view_read(self, id: UUID | str) -> m.FOV:
        """Read one fov.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the fov
        """
        answer = self._sender.request("GET", f"/fields-of-view/{_part(id)}")
        value: m.FOV = _value(answer, "FOV")
        return value

    def fields_of_view_update(self, id: UUID | str, body: m.FOVWrite | Mapping[str, Any]) -> m.FOV:
        """Replace a fov.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the fov
        """
        answer = self._sender.request("PUT", f"/fields-of-view/{_part(id)}", body=_json(body), repeatable=True)
        value: m.FOV = _value(answer, "FOV")
        return value

    def fields_of_view_partial_update(self, id: UUID | str, body: m.FOVPatch | Mapping[str, Any]) -> m.FOV:
        """Change parts of a fov.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the fov
        """
        answer = self._sender.request("PATCH", f"/fields-of-view/{_part(id)}", body=_json(body), repeatable=True)
        value: m.FOV = _value(answer, "FOV")
        return value

    def fields_of_view_delete(self, id: UUID | str) -> None:
        """Delete a fov.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the fov
        """
        answer = self._sender.request("DELETE", f"/fields-of-view/{_part(id)}")
        _value(answer, "")

    def fov_location_list(
        self,
        *,
        id: str | None = None,
        field_of_view: str | None = None,
        provenance: str | None = None,
        default_provenance: bool | None = None,
        coordinate_system: str | None = None,
        x: float | None = None,
        y: float | None = None,
        z: float | None = None,
        n_xyz: float | None = None,
        brain_region: Sequence[str] | None = None,
        name: str | None = None,
        auto_datetime: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.FOVLocationPage:
        """List fov location.

        Where fields of view lie in the brain, one for each way of finding out: E(stimate), F(unctional),
        L(andmark), H(istology).

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        provenance
            letter or word
        coordinate_system
            name
        x
            one of its numbers
        y
            one of its numbers
        z
            one of its numbers
        n_xyz
            one of its numbers
        brain_region
            numbers, all covered
        name
            locations have none
        auto_datetime
            as shown
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/fov-location",
            params=_query(
                {
                    "id": id,
                    "field_of_view": field_of_view,
                    "provenance": provenance,
                    "default_provenance": default_provenance,
                    "coordinate_system": coordinate_system,
                    "x": x,
                    "y": y,
                    "z": z,
                    "n_xyz": n_xyz,
                    "brain_region": brain_region,
                    "name": name,
                    "auto_datetime": auto_datetime,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.FOVLocationPage = _value(answer, "FOVLocationPage")
        return value

    def fov_location_all(
        self,
        *,
        id: str | None = None,
        field_of_view: str | None = None,
        provenance: str | None = None,
        default_provenance: bool | None = None,
        coordinate_system: str | None = None,
        x: float | None = None,
        y: float | None = None,
        z: float | None = None,
        n_xyz: float | None = None,
        brain_region: Sequence[str] | None = None,
        name: str | None = None,
        auto_datetime: str | None = None,
        django: str | None = None,
    ) -> Iterator[m.FOVLocation]:
        """List fov location, page after page."""
        return _pages(
            self.fov_location_list,
            {
                "id": id,
                "field_of_view": field_of_view,
                "provenance": provenance,
                "default_provenance": default_provenance,
                "coordinate_system": coordinate_system,
                "x": x,
                "y": y,
                "z": z,
                "n_xyz": n_xyz,
                "brain_region": brain_region,
                "name": name,
                "auto_datetime": auto_datetime,
                "django": django,
            },
        )

    def fov_location_create(self, body: m.FOVLocationWrite | Mapping[str, Any]) -> m.FOVLocation:
        """Create a fovlocation.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/fov-location", body=_json(body))
        value: m.FOVLocation = _value(answer, "FOVLocation")
        return value

    def fov_location_read(self, id: UUID | str) -> m.FOVLocation:
        """Read one fovlocation.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the fovlocation
        """
        answer = self._sender.request("GET", f"/fov-location/{_part(id)}")
        value: m.FOVLocation = _value(answer, "FOVLocation")
        return value

    def fov_location_update(self, id: UUID | str, body: m.FOVLocationWrite | Mapping[str, Any]) -> m.FOVLocation:
        """Replace a fovlocation.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the fovlocation
        """
        answer = self._sender.request("PUT", f"/fov-location/{_part(id)}", body=_json(body), repeatable=True)
        value: m.FOVLocation = _value(answer, "FOVLocation")
        return value

    def fov_location_partial_update(
        self, id: UUID | str, body: m.FOVLocationPatch | Mapping[str, Any]
    ) -> m.FOVLocation:
        """Change parts of a fovlocation.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the fovlocation
        """
        answer = self._sender.request("PATCH", f"/fov-location/{_part(id)}", body=_json(body), repeatable=True)
        value: m.FOVLocation = _value(answer, "FOVLocation")
        return value

    def fov_location_delete(self, id: UUID | str) -> None:
        """Delete a fovlocation.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the fovlocation
        """
        answer = self._sender.request("DELETE", f"/fov-location/{_part(id)}")
        _value(answer, "")

    def imaging_stack_list(
        self,
        *,
        id: str | None = None,
        name: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ImagingStackPage:
        """List imaging stack.

        Fields of view that lie above each other along one axis; a field of view names its stack.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        atlas_acronym
            acronym, any case
        atlas_id
            number of a region
        atlas_name
            part of a region's name, any case
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/imaging-stack",
            params=_query(
                {
                    "id": id,
                    "name": name,
                    "atlas_acronym": atlas_acronym,
                    "atlas_id": atlas_id,
                    "atlas_name": atlas_name,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ImagingStackPage = _value(answer, "ImagingStackPage")
        return value

    def imaging_stack_all(
        self,
        *,
        id: str | None = None,
        name: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
    ) -> Iterator[m.ImagingStack]:
        """List imaging stack, page after page."""
        return _pages(
            self.imaging_stack_list,
            {
                "id": id,
                "name": name,
                "atlas_acronym": atlas_acronym,
                "atlas_id": atlas_id,
                "atlas_name": atlas_name,
                "django": django,
            },
        )

    def imaging_stack_create(self, body: m.ImagingStackWrite | Mapping[str, Any]) -> m.ImagingStack:
        """Create a imaging stack.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/imaging-stack", body=_json(body))
        value: m.ImagingStack = _value(answer, "ImagingStack")
        return value

    def imaging_stack_read(self, id: UUID | str) -> m.ImagingStack:
        """Read one imaging stack.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the imaging stack
        """
        answer = self._sender.request("GET", f"/imaging-stack/{_part(id)}")
        value: m.ImagingStack = _value(answer, "ImagingStack")
        return value

    def imaging_types_list(
        self,
        *,
        name: str | None = None,
        django: str | None = None,
        id: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ImagingTypePage:
        """List imaging types.

        Ways of imaging (not an Alyx path).

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/imaging-types",
            params=_query({"name": name, "django": django, "id": id, "limit": limit, "offset": offset}),
        )
        value: m.ImagingTypePage = _value(answer, "ImagingTypePage")
        return value

    def imaging_types_all(
        self, *, name: str | None = None, django: str | None = None, id: str | None = None
    ) -> Iterator[m.ImagingType]:
        """List imaging types, page after page."""
        return _pages(self.imaging_types_list, {"name": name, "django": django, "id": id})

    def imaging_types_create(self, body: m.ImagingTypeWrite | Mapping[str, Any]) -> m.ImagingType:
        """Create a imaging type.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/imaging-types", body=_json(body))
        value: m.ImagingType = _value(answer, "ImagingType")
        return value

    def imaging_types_read(self, id: str) -> m.ImagingType:
        """Read one imaging type.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the imaging type
        """
        answer = self._sender.request("GET", f"/imaging-types/{_part(id)}")
        value: m.ImagingType = _value(answer, "ImagingType")
        return value

    def imaging_types_update(self, id: str, body: m.ImagingTypeWrite | Mapping[str, Any]) -> m.ImagingType:
        """Replace a imaging type.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the imaging type
        """
        answer = self._sender.request("PUT", f"/imaging-types/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ImagingType = _value(answer, "ImagingType")
        return value

    def imaging_types_partial_update(self, id: str, body: m.ImagingTypePatch | Mapping[str, Any]) -> m.ImagingType:
        """Change parts of a imaging type.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the imaging type
        """
        answer = self._sender.request("PATCH", f"/imaging-types/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ImagingType = _value(answer, "ImagingType")
        return value

    def imaging_types_delete(self, id: str) -> None:
        """Delete a imaging type.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the imaging type
        """
        answer = self._sender.request("DELETE", f"/imaging-types/{_part(id)}")
        _value(answer, "")

    def notes_list(
        self,
        *,
        django: str | None = None,
        id: str | None = None,
        user: str | None = None,
        date_time: str | None = None,
        content_type: str | None = None,
        object_id: str | None = None,
        text: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.NotePage:
        """List notes.

        What people wrote about sessions, animals and other records. An image comes as the part `image` of a form,
        with a `width` in pixels (800 unless said, never enlarged) or `orig`.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        user
            its username
        date_time
            exactly
        """
        answer = self._sender.request(
            "GET",
            "/notes",
            params=_query(
                {
                    "django": django,
                    "id": id,
                    "user": user,
                    "date_time": date_time,
                    "content_type": content_type,
                    "object_id": object_id,
                    "text": text,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.NotePage = _value(answer, "NotePage")
        return value

    def notes_all(
        self,
        *,
        django: str | None = None,
        id: str | None = None,
        user: str | None = None,
        date_time: str | None = None,
        content_type: str | None = None,
        object_id: str | None = None,
        text: str | None = None,
    ) -> Iterator[m.Note]:
        """List notes, page after page."""
        return _pages(
            self.notes_list,
            {
                "django": django,
                "id": id,
                "user": user,
                "date_time": date_time,
                "content_type": content_type,
                "object_id": object_id,
                "text": text,
            },
        )

    def notes_create(self, body: m.NoteWrite | Mapping[str, Any]) -> m.Note:
        """Create a note.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/notes", body=_json(body))
        value: m.Note = _value(answer, "Note")
        return value

    def notes_read(self, id: UUID | str) -> m.Note:
        """Read one note.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the note
        """
        answer = self._sender.request("GET", f"/notes/{_part(id)}")
        value: m.Note = _value(answer, "Note")
        return value

    def notes_update(self, id: UUID | str, body: m.NoteWrite | Mapping[str, Any]) -> m.Note:
        """Replace a note.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the note
        """
        answer = self._sender.request("PUT", f"/notes/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Note = _value(answer, "Note")
        return value

    def notes_partial_update(self, id: UUID | str, body: m.NotePatch | Mapping[str, Any]) -> m.Note:
        """Change parts of a note.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the note
        """
        answer = self._sender.request("PATCH", f"/notes/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Note = _value(answer, "Note")
        return value

    def notes_delete(self, id: UUID | str) -> None:
        """Delete a note.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the note
        """
        answer = self._sender.request("DELETE", f"/notes/{_part(id)}")
        _value(answer, "")

    def dataset_types_list(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        filename_pattern: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.DatasetTypePage:
        """List dataset types.

        Dataset types. `/data/types` explains each with its unit and dimensions.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.
        """
        answer = self._sender.request(
            "GET",
            "/dataset-types",
            params=_query(
                {
                    "name": name,
                    "id": id,
                    "description": description,
                    "filename_pattern": filename_pattern,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.DatasetTypePage = _value(answer, "DatasetTypePage")
        return value

    def dataset_types_all(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        filename_pattern: str | None = None,
    ) -> Iterator[m.DatasetType]:
        """List dataset types, page after page."""
        return _pages(
            self.dataset_types_list,
            {"name": name, "id": id, "description": description, "filename_pattern": filename_pattern},
        )

    def dataset_types_create(self, body: m.DatasetTypeWrite | Mapping[str, Any]) -> m.DatasetType:
        """Create a dataset type.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/dataset-types", body=_json(body))
        value: m.DatasetType = _value(answer, "DatasetType")
        return value

    def dataset_types_read(self, id: str) -> m.DatasetType:
        """Read one dataset type.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the dataset type
        """
        answer = self._sender.request("GET", f"/dataset-types/{_part(id)}")
        value: m.DatasetType = _value(answer, "DatasetType")
        return value

    def dataset_types_update(self, id: str, body: m.DatasetTypeWrite | Mapping[str, Any]) -> m.DatasetType:
        """Replace a dataset type.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the dataset type
        """
        answer = self._sender.request("PUT", f"/dataset-types/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DatasetType = _value(answer, "DatasetType")
        return value

    def dataset_types_partial_update(self, id: str, body: m.DatasetTypePatch | Mapping[str, Any]) -> m.DatasetType:
        """Change parts of a dataset type.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the dataset type
        """
        answer = self._sender.request("PATCH", f"/dataset-types/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DatasetType = _value(answer, "DatasetType")
        return value

    def dataset_types_delete(self, id: str) -> None:
        """Delete a dataset type.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the dataset type
        """
        answer = self._sender.request("DELETE", f"/dataset-types/{_part(id)}")
        _value(answer, "")

    def data_formats_list(
        self,
        *,
        name: str | None = None,
        file_extension: str | None = None,
        id: str | None = None,
        description: str | None = None,
        matlab_loader_function: str | None = None,
        python_loader_function: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.DataFormatPage:
        """List data formats.

        File formats, known by their last extension.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.
        """
        answer = self._sender.request(
            "GET",
            "/data-formats",
            params=_query(
                {
                    "name": name,
                    "file_extension": file_extension,
                    "id": id,
                    "description": description,
                    "matlab_loader_function": matlab_loader_function,
                    "python_loader_function": python_loader_function,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.DataFormatPage = _value(answer, "DataFormatPage")
        return value

    def data_formats_all(
        self,
        *,
        name: str | None = None,
        file_extension: str | None = None,
        id: str | None = None,
        description: str | None = None,
        matlab_loader_function: str | None = None,
        python_loader_function: str | None = None,
    ) -> Iterator[m.DataFormat]:
        """List data formats, page after page."""
        return _pages(
            self.data_formats_list,
            {
                "name": name,
                "file_extension": file_extension,
                "id": id,
                "description": description,
                "matlab_loader_function": matlab_loader_function,
                "python_loader_function": python_loader_function,
            },
        )

    def data_formats_create(self, body: m.DataFormatWrite | Mapping[str, Any]) -> m.DataFormat:
        """Create a data format.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/data-formats", body=_json(body))
        value: m.DataFormat = _value(answer, "DataFormat")
        return value

    def data_formats_read(self, id: str) -> m.DataFormat:
        """Read one data format.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the data format
        """
        answer = self._sender.request("GET", f"/data-formats/{_part(id)}")
        value: m.DataFormat = _value(answer, "DataFormat")
        return value

    def data_formats_update(self, id: str, body: m.DataFormatWrite | Mapping[str, Any]) -> m.DataFormat:
        """Replace a data format.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the data format
        """
        answer = self._sender.request("PUT", f"/data-formats/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataFormat = _value(answer, "DataFormat")
        return value

    def data_formats_partial_update(self, id: str, body: m.DataFormatPatch | Mapping[str, Any]) -> m.DataFormat:
        """Change parts of a data format.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the data format
        """
        answer = self._sender.request("PATCH", f"/data-formats/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataFormat = _value(answer, "DataFormat")
        return value

    def data_formats_delete(self, id: str) -> None:
        """Delete a data format.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the data format
        """
        answer = self._sender.request("DELETE", f"/data-formats/{_part(id)}")
        _value(answer, "")

    def data_repository_type_list(
        self, *, id: str | None = None, name: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> m.DataRepositoryTypePage:
        """List data repository type.

        Kinds of repositories.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.
        """
        answer = self._sender.request(
            "GET", "/data-repository-type", params=_query({"id": id, "name": name, "limit": limit, "offset": offset})
        )
        value: m.DataRepositoryTypePage = _value(answer, "DataRepositoryTypePage")
        return value

    def data_repository_type_all(
        self, *, id: str | None = None, name: str | None = None
    ) -> Iterator[m.DataRepositoryType]:
        """List data repository type, page after page."""
        return _pages(self.data_repository_type_list, {"id": id, "name": name})

    def data_repository_type_create(self, body: m.DataRepositoryTypeWrite | Mapping[str, Any]) -> m.DataRepositoryType:
        """Create a data repository type.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/data-repository-type", body=_json(body))
        value: m.DataRepositoryType = _value(answer, "DataRepositoryType")
        return value

    def data_repository_type_read(self, id: str) -> m.DataRepositoryType:
        """Read one data repository type.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the data repository type
        """
        answer = self._sender.request("GET", f"/data-repository-type/{_part(id)}")
        value: m.DataRepositoryType = _value(answer, "DataRepositoryType")
        return value

    def data_repository_type_update(
        self, id: str, body: m.DataRepositoryTypeWrite | Mapping[str, Any]
    ) -> m.DataRepositoryType:
        """Replace a data repository type.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the data repository type
        """
        answer = self._sender.request("PUT", f"/data-repository-type/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataRepositoryType = _value(answer, "DataRepositoryType")
        return value

    def data_repository_type_partial_update(
        self, id: str, body: m.DataRepositoryTypePatch | Mapping[str, Any]
    ) -> m.DataRepositoryType:
        """Change parts of a data repository type.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the data repository type
        """
        answer = self._sender.request("PATCH", f"/data-repository-type/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataRepositoryType = _value(answer, "DataRepositoryType")
        return value

    def data_repository_type_delete(self, id: str) -> None:
        """Delete a data repository type.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the data repository type
        """
        answer = self._sender.request("DELETE", f"/data-repository-type/{_part(id)}")
        _value(answer, "")

    def data_repository_list(
        self,
        *,
        name: str | None = None,
        globus_endpoint_id: str | None = None,
        globus_is_personal: bool | None = None,
        repository_type: str | None = None,
        timezone: str | None = None,
        globus_path: str | None = None,
        hostname: str | None = None,
        data_url: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.DataRepositoryPage:
        """List data repository.

        Places that hold copies. One that was made here holds what callers declare; a managed one is bound to a
        bucket with `bregma repository add` and holds what Bregma has verified. Entries of `json` named like keys,
        secrets, tokens or passwords are shown to administrators and to the roles of labs that have the repository,
        never to a public account.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.
        """
        answer = self._sender.request(
            "GET",
            "/data-repository",
            params=_query(
                {
                    "name": name,
                    "globus_endpoint_id": globus_endpoint_id,
                    "globus_is_personal": globus_is_personal,
                    "repository_type": repository_type,
                    "timezone": timezone,
                    "globus_path": globus_path,
                    "hostname": hostname,
                    "data_url": data_url,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.DataRepositoryPage = _value(answer, "DataRepositoryPage")
        return value

    def data_repository_all(
        self,
        *,
        name: str | None = None,
        globus_endpoint_id: str | None = None,
        globus_is_personal: bool | None = None,
        repository_type: str | None = None,
        timezone: str | None = None,
        globus_path: str | None = None,
        hostname: str | None = None,
        data_url: str | None = None,
    ) -> Iterator[m.DataRepository]:
        """List data repository, page after page."""
        return _pages(
            self.data_repository_list,
            {
                "name": name,
                "globus_endpoint_id": globus_endpoint_id,
                "globus_is_personal": globus_is_personal,
                "repository_type": repository_type,
                "timezone": timezone,
                "globus_path": globus_path,
                "hostname": hostname,
                "data_url": data_url,
            },
        )

    def data_repository_create(self, body: m.DataRepositoryWrite | Mapping[str, Any]) -> m.DataRepository:
        """Create a data repository.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/data-repository", body=_json(body))
        value: m.DataRepository = _value(answer, "DataRepository")
        return value

    def data_repository_read(self, id: str) -> m.DataRepository:
        """Read one data repository.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the data repository
        """
        answer = self._sender.request("GET", f"/data-repository/{_part(id)}")
        value: m.DataRepository = _value(answer, "DataRepository")
        return value

    def data_repository_update(self, id: str, body: m.DataRepositoryWrite | Mapping[str, Any]) -> m.DataRepository:
        """Replace a data repository.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the data repository
        """
        answer = self._sender.request("PUT", f"/data-repository/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataRepository = _value(answer, "DataRepository")
        return value

    def data_repository_partial_update(
        self, id: str, body: m.DataRepositoryPatch | Mapping[str, Any]
    ) -> m.DataRepository:
        """Change parts of a data repository.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the data repository
        """
        answer = self._sender.request("PATCH", f"/data-repository/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataRepository = _value(answer, "DataRepository")
        return value

    def data_repository_delete(self, id: str) -> None:
        """Delete a data repository.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the data repository
        """
        answer = self._sender.request("DELETE", f"/data-repository/{_part(id)}")
        _value(answer, "")

    def datasets_list(
        self,
        *,
        subject: str | None = None,
        lab: str | None = None,
        date: str | None = None,
        created_date: date | str | None = None,
        created_date_gte: date | str | None = None,
        created_date_lte: date | str | None = None,
        created_by: str | None = None,
        dataset_type: str | None = None,
        data_format: str | None = None,
        experiment_number: str | None = None,
        exists: bool | None = None,
        public: bool | None = None,
        protected: bool | None = None,
        tag: str | None = None,
        revision: str | None = None,
        qc: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        session: str | None = None,
        id: str | None = None,
        name: str | None = None,
        collection: str | None = None,
        hash: str | None = None,
        version: str | None = None,
        generating_software: str | None = None,
        default_dataset: bool | None = None,
        file_size: int | None = None,
        object_id: str | None = None,
        probe_insertion: str | None = None,
        django: str | None = None,
        created_datetime: str | None = None,
        auto_datetime: str | None = None,
        tags: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.DatasetPage:
        """List datasets.

        Datasets with their file records, newest first.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        date
            of its session
        created_by
            user name
        exists
            a copy that others can reach exists
        tag
            name of a tag
        probe_insertion
            id; the collection tells its name
        django
            look-ups along relations: name,value[,name,value]
        created_datetime
            exactly
        auto_datetime
            exactly
        tags
            name of one of them
        """
        answer = self._sender.request(
            "GET",
            "/datasets",
            params=_query(
                {
                    "subject": subject,
                    "lab": lab,
                    "date": date,
                    "created_date": created_date,
                    "created_date_gte": created_date_gte,
                    "created_date_lte": created_date_lte,
                    "created_by": created_by,
                    "dataset_type": dataset_type,
                    "data_format": data_format,
                    "experiment_number": experiment_number,
                    "exists": exists,
                    "public": public,
                    "protected": protected,
                    "tag": tag,
                    "revision": revision,
                    "qc": qc,
                    "session": session,
                    "id": id,
                    "name": name,
                    "collection": collection,
                    "hash": hash,
                    "version": version,
                    "generating_software": generating_software,
                    "default_dataset": default_dataset,
                    "file_size": file_size,
                    "object_id": object_id,
                    "probe_insertion": probe_insertion,
                    "django": django,
                    "created_datetime": created_datetime,
                    "auto_datetime": auto_datetime,
                    "tags": tags,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.DatasetPage = _value(answer, "DatasetPage")
        return value

    def datasets_all(
        self,
        *,
        subject: str | None = None,
        lab: str | None = None,
        date: str | None = None,
        created_date: date | str | None = None,
        created_date_gte: date | str | None = None,
        created_date_lte: date | str | None = None,
        created_by: str | None = None,
        dataset_type: str | None = None,
        data_format: str | None = None,
        experiment_number: str | None = None,
        exists: bool | None = None,
        public: bool | None = None,
        protected: bool | None = None,
        tag: str | None = None,
        revision: str | None = None,
        qc: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        session: str | None = None,
        id: str | None = None,
        name: str | None = None,
        collection: str | None = None,
        hash: str | None = None,
        version: str | None = None,
        generating_software: str | None = None,
        default_dataset: bool | None = None,
        file_size: int | None = None,
        object_id: str | None = None,
        probe_insertion: str | None = None,
        django: str | None = None,
        created_datetime: str | None = None,
        auto_datetime: str | None = None,
        tags: str | None = None,
    ) -> Iterator[m.Dataset]:
        """List datasets, page after page."""
        return _pages(
            self.datasets_list,
            {
                "subject": subject,
                "lab": lab,
                "date": date,
                "created_date": created_date,
                "created_date_gte": created_date_gte,
                "created_date_lte": created_date_lte,
                "created_by": created_by,
                "dataset_type": dataset_type,
                "data_format": data_format,
                "experiment_number": experiment_number,
                "exists": exists,
                "public": public,
                "protected": protected,
                "tag": tag,
                "revision": revision,
                "qc": qc,
                "session": session,
                "id": id,
                "name": name,
                "collection": collection,
                "hash": hash,
                "version": version,
                "generating_software": generating_software,
                "default_dataset": default_dataset,
                "file_size": file_size,
                "object_id": object_id,
                "probe_insertion": probe_insertion,
                "django": django,
                "created_datetime": created_datetime,
                "auto_datetime": auto_datetime,
                "tags": tags,
            },
        )

    def datasets_create(self, body: m.DatasetWrite | Mapping[str, Any]) -> m.Dataset:
        """Create a dataset.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/datasets", body=_json(body))
        value: m.Dataset = _value(answer, "Dataset")
        return value

    def datasets_read(self, id: UUID | str) -> m.Dataset:
        """Read one dataset.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the dataset
        """
        answer = self._sender.request("GET", f"/datasets/{_part(id)}")
        value: m.Dataset = _value(answer, "Dataset")
        return value

    def datasets_update(self, id: UUID | str, body: m.DatasetPut | Mapping[str, Any]) -> m.Dataset:
        """Replace a dataset.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the dataset
        """
        answer = self._sender.request("PUT", f"/datasets/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Dataset = _value(answer, "Dataset")
        return value

    def datasets_partial_update(self, id: UUID | str, body: m.DatasetPatch | Mapping[str, Any]) -> m.Dataset:
        """Change parts of a dataset.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the dataset
        """
        answer = self._sender.request("PATCH", f"/datasets/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Dataset = _value(answer, "Dataset")
        return value

    def datasets_delete(self, id: UUID | str) -> None:
        """Delete a dataset.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the dataset
        """
        answer = self._sender.request("DELETE", f"/datasets/{_part(id)}")
        _value(answer, "")

    def revisions_list(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        created_datetime: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.RevisionPage:
        """List revisions.

        Revisions of datasets. One that datasets have is not offered any more once it is deleted; their paths keep
        telling it.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        created_datetime
            exactly
        """
        answer = self._sender.request(
            "GET",
            "/revisions",
            params=_query(
                {
                    "name": name,
                    "id": id,
                    "description": description,
                    "created_datetime": created_datetime,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.RevisionPage = _value(answer, "RevisionPage")
        return value

    def revisions_all(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        created_datetime: str | None = None,
    ) -> Iterator[m.Revision]:
        """List revisions, page after page."""
        return _pages(
            self.revisions_list,
            {"name": name, "id": id, "description": description, "created_datetime": created_datetime},
        )

    def revisions_create(self, body: m.RevisionWrite | Mapping[str, Any]) -> m.Revision:
        """Create a revision.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/revisions", body=_json(body))
        value: m.Revision = _value(answer, "Revision")
        return value

    def revisions_read(self, id: str) -> m.Revision:
        """Read one revision.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the revision
        """
        answer = self._sender.request("GET", f"/revisions/{_part(id)}")
        value: m.Revision = _value(answer, "Revision")
        return value

    def revisions_update(self, id: str, body: m.RevisionWrite | Mapping[str, Any]) -> m.Revision:
        """Replace a revision.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the revision
        """
        answer = self._sender.request("PUT", f"/revisions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Revision = _value(answer, "Revision")
        return value

    def revisions_partial_update(self, id: str, body: m.RevisionPatch | Mapping[str, Any]) -> m.Revision:
        """Change parts of a revision.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the revision
        """
        answer = self._sender.request("PATCH", f"/revisions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Revision = _value(answer, "Revision")
        return value

    def revisions_delete(self, id: str) -> None:
        """Delete a revision.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the revision
        """
        answer = self._sender.request("DELETE", f"/revisions/{_part(id)}")
        _value(answer, "")

    def tags_list(
        self,
        *,
        name: str | None = None,
        protected: bool | None = None,
        public: bool | None = None,
        id: str | None = None,
        description: str | None = None,
        hash: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.TagPage:
        """List tags.

        Tags. A protected tag forbids changing its datasets; a public one releases them.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.
        """
        answer = self._sender.request(
            "GET",
            "/tags",
            params=_query(
                {
                    "name": name,
                    "protected": protected,
                    "public": public,
                    "id": id,
                    "description": description,
                    "hash": hash,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.TagPage = _value(answer, "TagPage")
        return value

    def tags_all(
        self,
        *,
        name: str | None = None,
        protected: bool | None = None,
        public: bool | None = None,
        id: str | None = None,
        description: str | None = None,
        hash: str | None = None,
    ) -> Iterator[m.Tag]:
        """List tags, page after page."""
        return _pages(
            self.tags_list,
            {
                "name": name,
                "protected": protected,
                "public": public,
                "id": id,
                "description": description,
                "hash": hash,
            },
        )

    def tags_create(self, body: m.TagWrite | Mapping[str, Any]) -> m.Tag:
        """Create a tag.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/tags", body=_json(body))
        value: m.Tag = _value(answer, "Tag")
        return value

    def tags_read(self, id: str) -> m.Tag:
        """Read one tag.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            name of the tag
        """
        answer = self._sender.request("GET", f"/tags/{_part(id)}")
        value: m.Tag = _value(answer, "Tag")
        return value

    def tags_update(self, id: str, body: m.TagWrite | Mapping[str, Any]) -> m.Tag:
        """Replace a tag.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the tag
        """
        answer = self._sender.request("PUT", f"/tags/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Tag = _value(answer, "Tag")
        return value

    def tags_partial_update(self, id: str, body: m.TagPatch | Mapping[str, Any]) -> m.Tag:
        """Change parts of a tag.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the tag
        """
        answer = self._sender.request("PATCH", f"/tags/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Tag = _value(answer, "Tag")
        return value

    def tags_delete(self, id: str) -> None:
        """Delete a tag.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            name of the tag
        """
        answer = self._sender.request("DELETE", f"/tags/{_part(id)}")
        _value(answer, "")

    def files_list(
        self,
        *,
        dataset: str | None = None,
        exists: bool | None = None,
        lab: str | None = None,
        data_repository: str | None = None,
        globus_is_personal: bool | None = None,
        id: str | None = None,
        relative_path: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.FileRecordPage:
        """List files.

        File records: one for each copy. On a managed repository `exists` says what Bregma has verified, whatever
        was sent.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        django
            look-ups along relations: name,value[,name,value]
        """
        answer = self._sender.request(
            "GET",
            "/files",
            params=_query(
                {
                    "dataset": dataset,
                    "exists": exists,
                    "lab": lab,
                    "data_repository": data_repository,
                    "globus_is_personal": globus_is_personal,
                    "id": id,
                    "relative_path": relative_path,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.FileRecordPage = _value(answer, "FileRecordPage")
        return value

    def files_all(
        self,
        *,
        dataset: str | None = None,
        exists: bool | None = None,
        lab: str | None = None,
        data_repository: str | None = None,
        globus_is_personal: bool | None = None,
        id: str | None = None,
        relative_path: str | None = None,
        django: str | None = None,
    ) -> Iterator[m.FileRecord]:
        """List files, page after page."""
        return _pages(
            self.files_list,
            {
                "dataset": dataset,
                "exists": exists,
                "lab": lab,
                "data_repository": data_repository,
                "globus_is_personal": globus_is_personal,
                "id": id,
                "relative_path": relative_path,
                "django": django,
            },
        )

    def files_create(self, body: m.FileRecordWrite | Mapping[str, Any]) -> m.FileRecord:
        """Create a file record.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/files", body=_json(body))
        value: m.FileRecord = _value(answer, "FileRecord")
        return value

    def files_read(self, id: UUID | str) -> m.FileRecord:
        """Read one file record.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the file record
        """
        answer = self._sender.request("GET", f"/files/{_part(id)}")
        value: m.FileRecord = _value(answer, "FileRecord")
        return value

    def files_update(self, id: UUID | str, body: m.FileRecordWrite | Mapping[str, Any]) -> m.FileRecord:
        """Replace a file record.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the file record
        """
        answer = self._sender.request("PUT", f"/files/{_part(id)}", body=_json(body), repeatable=True)
        value: m.FileRecord = _value(answer, "FileRecord")
        return value

    def files_partial_update(self, id: UUID | str, body: m.FileRecordPatch | Mapping[str, Any]) -> m.FileRecord:
        """Change parts of a file record.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the file record
        """
        answer = self._sender.request("PATCH", f"/files/{_part(id)}", body=_json(body), repeatable=True)
        value: m.FileRecord = _value(answer, "FileRecord")
        return value

    def files_delete(self, id: UUID | str) -> None:
        """Delete a file record.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the file record
        """
        answer = self._sender.request("DELETE", f"/files/{_part(id)}")
        _value(answer, "")

    def register_file_create(self, body: m.RegisterFileBody | Mapping[str, Any]) -> Any:
        """Register files that lie in a repository already.

        All files or none. On a managed repository `exists` stays false until Bregma has verified the bytes.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/register-file", body=_json(body))
        value: Any = _value(answer, "")
        return value

    def check_protected_list(
        self,
        body: Mapping[str, Any] | None = None,
        *,
        path: str | None = None,
        filenames: str | None = None,
        created_by: str | None = None,
    ) -> Any:
        """Are these files protected.

        Say which files are protected; the request comes in the body of the GET, or in its query.

        May be called by: any signed-in account.

        Parameters
        ----------
        filenames
            comma list
        """
        answer = self._sender.request(
            "GET",
            "/check-protected",
            params=_query({"path": path, "filenames": filenames, "created_by": created_by}),
            body=_json(body),
        )
        value: Any = _value(answer, "")
        return value

    def data_notices_list(
        self,
        *,
        datasets: str | None = None,
        dataset_tag: str | None = None,
        name: str | None = None,
        importance: int | None = None,
        created_by: str | None = None,
        version_affected: str | None = None,
        affected_date_start: date | str | None = None,
        affected_date_end: date | str | None = None,
        django: str | None = None,
        id: str | None = None,
        description: str | None = None,
        created_datetime: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.DataNoticePage:
        """List data notices.

        Notices about the quality of datasets, the gravest first. Importance: 50 critical, 40 major, 30 minor, 20
        insignificant.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        datasets
            ids with commas between
        dataset_tag
            name of a tag
        created_by
            user name
        django
            look-ups along relations: name,value[,name,value]
        created_datetime
            exactly
        """
        answer = self._sender.request(
            "GET",
            "/data-notices",
            params=_query(
                {
                    "datasets": datasets,
                    "dataset_tag": dataset_tag,
                    "name": name,
                    "importance": importance,
                    "created_by": created_by,
                    "version_affected": version_affected,
                    "affected_date_start": affected_date_start,
                    "affected_date_end": affected_date_end,
                    "django": django,
                    "id": id,
                    "description": description,
                    "created_datetime": created_datetime,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.DataNoticePage = _value(answer, "DataNoticePage")
        return value

    def data_notices_all(
        self,
        *,
        datasets: str | None = None,
        dataset_tag: str | None = None,
        name: str | None = None,
        importance: int | None = None,
        created_by: str | None = None,
        version_affected: str | None = None,
        affected_date_start: date | str | None = None,
        affected_date_end: date | str | None = None,
        django: str | None = None,
        id: str | None = None,
        description: str | None = None,
        created_datetime: str | None = None,
    ) -> Iterator[m.DataNotice]:
        """List data notices, page after page."""
        return _pages(
            self.data_notices_list,
            {
                "datasets": datasets,
                "dataset_tag": dataset_tag,
                "name": name,
                "importance": importance,
                "created_by": created_by,
                "version_affected": version_affected,
                "affected_date_start": affected_date_start,
                "affected_date_end": affected_date_end,
                "django": django,
                "id": id,
                "description": description,
                "created_datetime": created_datetime,
            },
        )

    def data_notices_create(self, body: m.DataNoticeWrite | Mapping[str, Any]) -> m.DataNotice:
        """Create a data notice.

        Answers the record as it was stored. All of it or nothing: a refused request changes nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/data-notices", body=_json(body))
        value: m.DataNotice = _value(answer, "DataNotice")
        return value

    def data_notices_read(self, id: UUID | str) -> m.DataNotice:
        """Read one data notice.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the data notice
        """
        answer = self._sender.request("GET", f"/data-notices/{_part(id)}")
        value: m.DataNotice = _value(answer, "DataNotice")
        return value

    def data_notices_update(self, id: UUID | str, body: m.DataNoticeWrite | Mapping[str, Any]) -> m.DataNotice:
        """Replace a data notice.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the data notice
        """
        answer = self._sender.request("PUT", f"/data-notices/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataNotice = _value(answer, "DataNotice")
        return value

    def data_notices_partial_update(self, id: UUID | str, body: m.DataNoticePatch | Mapping[str, Any]) -> m.DataNotice:
        """Change parts of a data notice.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the data notice
        """
        answer = self._sender.request("PATCH", f"/data-notices/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataNotice = _value(answer, "DataNotice")
        return value

    def data_notices_delete(self, id: UUID | str) -> None:
        """Delete a data notice.

        Refused while other records refer to it.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the data notice
        """
        answer = self._sender.request("DELETE", f"/data-notices/{_part(id)}")
        _value(answer, "")

    def downloads_list(
        self,
        *,
        user: str | None = None,
        dataset: str | None = None,
        dataset_type: str | None = None,
        json: str | None = None,
        count: int | None = None,
        django: str | None = None,
        id: str | None = None,
        first_download: str | None = None,
        last_download: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.DownloadPage:
        """List downloads.

        How often whom downloaded what, the latest first: what programs have said with `POST /new-download`.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.

        Parameters
        ----------
        user
            user name
        dataset
            name of the dataset
        dataset_type
            part of the name of its type
        json
            part of the JSON, as text
        django
            look-ups along relations: name,value[,name,value]
        first_download
            exactly
        last_download
            exactly
        """
        answer = self._sender.request(
            "GET",
            "/downloads",
            params=_query(
                {
                    "user": user,
                    "dataset": dataset,
                    "dataset_type": dataset_type,
                    "json": json,
                    "count": count,
                    "django": django,
                    "id": id,
                    "first_download": first_download,
                    "last_download": last_download,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.DownloadPage = _value(answer, "DownloadPage")
        return value

    def downloads_all(
        self,
        *,
        user: str | None = None,
        dataset: str | None = None,
        dataset_type: str | None = None,
        json: str | None = None,
        count: int | None = None,
        django: str | None = None,
        id: str | None = None,
        first_download: str | None = None,
        last_download: str | None = None,
    ) -> Iterator[m.Download]:
        """List downloads, page after page."""
        return _pages(
            self.downloads_list,
            {
                "user": user,
                "dataset": dataset,
                "dataset_type": dataset_type,
                "json": json,
                "count": count,
                "django": django,
                "id": id,
                "first_download": first_download,
                "last_download": last_download,
            },
        )

    def downloads_read(self, id: UUID | str) -> m.Download:
        """Read one download.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the download
        """
        answer = self._sender.request("GET", f"/downloads/{_part(id)}")
        value: m.Download = _value(answer, "Download")
        return value

    def downloads_update(self, id: UUID | str, body: m.DownloadWrite | Mapping[str, Any]) -> m.Download:
        """Replace a download.

        Fields that are not given stay as they are.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the download
        """
        answer = self._sender.request("PUT", f"/downloads/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Download = _value(answer, "Download")
        return value

    def downloads_partial_update(self, id: UUID | str, body: m.DownloadPatch | Mapping[str, Any]) -> m.Download:
        """Change parts of a download.

        Fields that are not given stay as they are; a `json` field is replaced as a whole.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the download
        """
        answer = self._sender.request("PATCH", f"/downloads/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Download = _value(answer, "Download")
        return value

    def new_download_create(self, body: m.NewDownloadBody | Mapping[str, Any]) -> Any:
        """Log that datasets were downloaded.

        In the order asked: the id of each log entry, and how often its dataset was downloaded by now.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/new-download", body=_json(body))
        value: Any = _value(answer, "")
        return value

    def sync_file_status_list(self) -> Any:
        """How complete each repository is.

        Of each repository: records (`wanted`), those whose file exists (`present`: verified on a managed
        repository, declared on another) and the difference (`missing`). Only files of labs that the caller may see
        count.

        May be called by: any signed-in account.
        """
        answer = self._sender.request("GET", "/sync-file-status")
        value: Any = _value(answer, "")
        return value

    def sync_file_status_create(self) -> Any:
        """Look for missing files at their places.

        Queues a look at up to 1000 places on managed repositories where a file of the caller's labs is missing, the
        newest first, and answers as GET does, with their number (`queued`). What a repository elsewhere holds is
        its lab's to say.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/sync-file-status")
        value: Any = _value(answer, "")
        return value

    def corrections_create(self, body: m.Correction | Mapping[str, Any]) -> m.Report:
        """Move, merge, withdraw or restore a session.

        For a session under the wrong animal, date or number, one that was started twice, or a test run. Ids and
        bytes stay, old paths redirect, protected data refuse. A dry run unless `dry_run` is false.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/corrections", body=_json(body))
        value: m.Report = _value(answer, "Report")
        return value

    def cache_info(self) -> Any:
        """What the cache tables hold.

        ONE-api's tables of all sessions, datasets and insertions that the caller may see. The tables are made anew
        when something changed since they were last asked for.

        May be called by: any signed-in account.
        """
        answer = self._sender.request("GET", "/cache/info")
        value: Any = _value(answer, "")
        return value

    def uploads_list(
        self,
        *,
        session: str | None = None,
        state: Literal["wanted", "received", "verifying", "verified", "quarantined", "aborted", "expired"]
        | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.UploadOutPage:
        """List uploads, newest first.

        List uploads.

        May be called by: any signed-in account.

        Parameters
        ----------
        session
            id of a session
        """
        answer = self._sender.request(
            "GET", "/uploads", params=_query({"session": session, "state": state, "limit": limit, "offset": offset})
        )
        value: m.UploadOutPage = _value(answer, "UploadOutPage")
        return value

    def uploads_all(
        self,
        *,
        session: str | None = None,
        state: Literal["wanted", "received", "verifying", "verified", "quarantined", "aborted", "expired"]
        | None = None,
    ) -> Iterator[m.UploadOut]:
        """List uploads, newest first, page after page."""
        return _pages(self.uploads_list, {"session": session, "state": state})

    def uploads_create(self, body: m.RegisterBody | Mapping[str, Any]) -> m.Registered:
        """Register files and say whose bytes are needed.

        At most 1,000 files of one session in one transaction. One bad file does not stop the others. A call may be
        repeated: a file on its way keeps its upload, and one that is verified needs nothing.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/uploads", body=_json(body))
        value: m.Registered = _value(answer, "Registered")
        return value

    def uploads_read(self, id: str) -> m.UploadOut:
        """Read one upload, with the parts that the store has.

        Read one upload.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the upload
        """
        answer = self._sender.request("GET", f"/uploads/{_part(id)}")
        value: m.UploadOut = _value(answer, "UploadOut")
        return value

    def uploads_sign(self, body: m.SignBody | Mapping[str, Any]) -> m.SignedAll:
        """Sign PUTs and parts, at any time and again.

        Sign URLs.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/uploads/sign", body=_json(body))
        value: m.SignedAll = _value(answer, "SignedAll")
        return value

    def uploads_complete(self, body: m.UploadsBody | Mapping[str, Any]) -> m.UploadStates:
        """Say that all bytes were sent.

        The store is asked what it has. The files become visible when verification has read them back.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/uploads/complete", body=_json(body))
        value: m.UploadStates = _value(answer, "UploadStates")
        return value

    def uploads_abort(self, body: m.UploadsBody | Mapping[str, Any]) -> m.UploadStates:
        """Give uploads up.

        Abort uploads.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/uploads/abort", body=_json(body))
        value: m.UploadStates = _value(answer, "UploadStates")
        return value

    def signed_urls_create(self, body: m.SignedUrlsBody | Mapping[str, Any]) -> m.SignedUrls:
        """Signed URLs of up to 1,000 datasets.

        In the order asked. A dataset that cannot be served, or that the caller may not see, has an error instead.

        May be called by: any signed-in account.
        """
        answer = self._sender.request("POST", "/signed-urls", body=_json(body))
        value: m.SignedUrls = _value(answer, "SignedUrls")
        return value

    def retirements_list(
        self,
        *,
        state: str | None = None,
        dataset: str | None = None,
        lab: str | None = None,
        name: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.RetirementPage:
        """List retirements.

        Raw copies that a policy wants gone, the latest first. kept: `reason` says why. waiting: out of sight, and
        deleted after `delete_after` unless somebody undoes it. deleting, deleted, undone.

        Answers a page; follow `next`, or raise `offset`, for more. Parameters narrow the list together.

        May be called by: any signed-in account.
        """
        answer = self._sender.request(
            "GET",
            "/retirements",
            params=_query(
                {"state": state, "dataset": dataset, "lab": lab, "name": name, "limit": limit, "offset": offset}
            ),
        )
        value: m.RetirementPage = _value(answer, "RetirementPage")
        return value

    def retirements_all(
        self, *, state: str | None = None, dataset: str | None = None, lab: str | None = None, name: str | None = None
    ) -> Iterator[m.Retirement]:
        """List retirements, page after page."""
        return _pages(self.retirements_list, {"state": state, "dataset": dataset, "lab": lab, "name": name})

    def retirements_read(self, id: UUID | str) -> m.Retirement:
        """Read one retirement.

        Answers the whole record.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the retirement
        """
        answer = self._sender.request("GET", f"/retirements/{_part(id)}")
        value: m.Retirement = _value(answer, "Retirement")
        return value

    def retirements_undo(self, id: str) -> None:
        """Bring a retired copy back, or say that it shall stay.

        Until `delete_after`; for managers of the lab. No policy retires it again.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the retirement
        """
        answer = self._sender.request("POST", f"/retirements/{_part(id)}/undo")
        _value(answer, "")

    def compression_jobs_list(
        self,
        *,
        dataset: str | None = None,
        session: str | None = None,
        state: Literal["queued", "running", "done", "failed", "cancelled"] | None = None,
        lab: str | None = None,
        rule: str | None = None,
        software_version: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.CompressionJobPage:
        """List jobs, newest first.

        Which software, in which version and how, made which files of which bytes; and what is under way.

        May be called by: any signed-in account.

        Parameters
        ----------
        dataset
            id of the raw file, or of a file that was made of it
        session
            id of a session
        lab
            name of a lab
        rule
            name of a rule
        software_version
            version of the codecs
        """
        answer = self._sender.request(
            "GET",
            "/compression/jobs",
            params=_query(
                {
                    "dataset": dataset,
                    "session": session,
                    "state": state,
                    "lab": lab,
                    "rule": rule,
                    "software_version": software_version,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.CompressionJobPage = _value(answer, "CompressionJobPage")
        return value

    def compression_jobs_all(
        self,
        *,
        dataset: str | None = None,
        session: str | None = None,
        state: Literal["queued", "running", "done", "failed", "cancelled"] | None = None,
        lab: str | None = None,
        rule: str | None = None,
        software_version: str | None = None,
    ) -> Iterator[m.CompressionJob]:
        """List jobs, newest first, page after page."""
        return _pages(
            self.compression_jobs_list,
            {
                "dataset": dataset,
                "session": session,
                "state": state,
                "lab": lab,
                "rule": rule,
                "software_version": software_version,
            },
        )

    def compression_jobs_create(self, body: m.CompressionRequest | Mapping[str, Any]) -> m.CompressionJob:
        """Compress a raw recording.

        The compressed files are registered beside the raw one when every sample was read back from the store. Where
        such files are there already the new ones are a new revision.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/compression/jobs", body=_json(body))
        value: m.CompressionJob = _value(answer, "CompressionJob")
        return value

    def compression_jobs_read(self, id: str) -> m.CompressionJob:
        """Read one job.

        Read a job.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the job
        """
        answer = self._sender.request("GET", f"/compression/jobs/{_part(id)}")
        value: m.CompressionJob = _value(answer, "CompressionJob")
        return value

    def compression_jobs_cancel(self, id: str) -> m.CompressionJob:
        """Cancel a job that is queued or running.

        Cancel a job.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the job
        """
        answer = self._sender.request("POST", f"/compression/jobs/{_part(id)}/cancel")
        value: m.CompressionJob = _value(answer, "CompressionJob")
        return value

    def compression_jobs_retry(self, id: str) -> m.CompressionJob:
        """Try a failed or cancelled job again.

        Try a job again.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the job
        """
        answer = self._sender.request("POST", f"/compression/jobs/{_part(id)}/retry")
        value: m.CompressionJob = _value(answer, "CompressionJob")
        return value

    def compression_rules_list(self, *, limit: int | None = None, offset: int | None = None) -> m.CompressionRulePage:
        """List rules, the first in rank first.

        List rules.

        May be called by: any signed-in account.
        """
        answer = self._sender.request("GET", "/compression/rules", params=_query({"limit": limit, "offset": offset}))
        value: m.CompressionRulePage = _value(answer, "CompressionRulePage")
        return value

    def compression_rules_all(self) -> Iterator[m.CompressionRule]:
        """List rules, the first in rank first, page after page."""
        return _pages(self.compression_rules_list, {})

    def compression_rules_create(self, body: m.RuleIn | Mapping[str, Any]) -> m.CompressionRule:
        """Say which raw recordings are compressed by themselves.

        A recording whose bytes are verified from now on is compressed by the first rule that is about it.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/compression/rules", body=_json(body))
        value: m.CompressionRule = _value(answer, "CompressionRule")
        return value

    def compression_rules_read(self, id: str) -> m.CompressionRule:
        """Read one rule.

        Read a rule.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the rule
        """
        answer = self._sender.request("GET", f"/compression/rules/{_part(id)}")
        value: m.CompressionRule = _value(answer, "CompressionRule")
        return value

    def compression_rules_partial_update(self, id: str, body: m.RuleChange | Mapping[str, Any]) -> m.CompressionRule:
        """Change parts of a rule.

        Change a rule.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the rule
        """
        answer = self._sender.request("PATCH", f"/compression/rules/{_part(id)}", body=_json(body), repeatable=True)
        value: m.CompressionRule = _value(answer, "CompressionRule")
        return value

    def compression_rules_delete(self, id: str) -> None:
        """Delete a rule; its jobs stay.

        Delete a rule.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the rule
        """
        answer = self._sender.request("DELETE", f"/compression/rules/{_part(id)}")
        _value(answer, "")

    def slices_read(
        self,
        dataset: str,
        *,
        start: int | None = None,
        stop: int | None = None,
        t0: float | None = None,
        t1: float | None = None,
        channels: str | None = None,
        format: Literal["json", "npy"] | None = None,
    ) -> m.Slice:
        """A part of a recording or array as JSON or npy.

        For MATLAB, browsers and whoever reads neither mtscomp's files nor byte ranges; our own client reads the
        object store directly and is not bounded. At most 16 MiB as npy, 2 MiB of values as JSON. Without a part
        JSON tells the shape. `npy` answers application/octet-stream.

        May be called by: any signed-in account; Basic credentials are accepted.

        Parameters
        ----------
        dataset
            id of the dataset: a .cbin, a flat .bin or an .npy
        start
            first sample; 0 unless said
        stop
            the sample after the last
        t0
            instead: from this time, in seconds; 0 unless said
        t1
            to before this time
        channels
            4, or 0,4,9, or 0:96; all unless said
        format
            json unless said
        """
        answer = self._sender.request(
            "GET",
            f"/slices/{_part(dataset)}",
            params=_query({"start": start, "stop": stop, "t0": t0, "t1": t1, "channels": channels, "format": format}),
        )
        value: m.Slice = _value(answer, "Slice")
        return value

    def transfers_list(
        self,
        *,
        dataset: str | None = None,
        session: str | None = None,
        state: Literal["queued", "moving", "paused", "done", "failed", "quarantined", "cancelled"] | None = None,
        lab: str | None = None,
        rule: str | None = None,
        source: str | None = None,
        target: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.TransferPage:
        """List transfers, newest first.

        Which files are on their way to where, how far they are, and why some did not arrive.

        May be called by: any signed-in account.

        Parameters
        ----------
        dataset
            id of a dataset
        session
            id of a session
        lab
            name of a lab
        rule
            name of a rule
        source
            name of the repository it comes from
        target
            name of the repository it goes to
        """
        answer = self._sender.request(
            "GET",
            "/transfers",
            params=_query(
                {
                    "dataset": dataset,
                    "session": session,
                    "state": state,
                    "lab": lab,
                    "rule": rule,
                    "source": source,
                    "target": target,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.TransferPage = _value(answer, "TransferPage")
        return value

    def transfers_all(
        self,
        *,
        dataset: str | None = None,
        session: str | None = None,
        state: Literal["queued", "moving", "paused", "done", "failed", "quarantined", "cancelled"] | None = None,
        lab: str | None = None,
        rule: str | None = None,
        source: str | None = None,
        target: str | None = None,
    ) -> Iterator[m.Transfer]:
        """List transfers, newest first, page after page."""
        return _pages(
            self.transfers_list,
            {
                "dataset": dataset,
                "session": session,
                "state": state,
                "lab": lab,
                "rule": rule,
                "source": source,
                "target": target,
            },
        )

    def transfers_read(self, id: str) -> m.Transfer:
        """Read one transfer.

        Read a movement.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the transfer
        """
        answer = self._sender.request("GET", f"/transfers/{_part(id)}")
        value: m.Transfer = _value(answer, "Transfer")
        return value

    def transfers_pause(self, id: str) -> m.Transfer:
        """Let a transfer wait; what was sent stays.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the transfer
        """
        answer = self._sender.request("POST", f"/transfers/{_part(id)}/pause")
        value: m.Transfer = _value(answer, "Transfer")
        return value

    def transfers_resume(self, id: str) -> m.Transfer:
        """Go on with a paused transfer.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the transfer
        """
        answer = self._sender.request("POST", f"/transfers/{_part(id)}/resume")
        value: m.Transfer = _value(answer, "Transfer")
        return value

    def transfers_cancel(self, id: str) -> m.Transfer:
        """Cancel a transfer and remove what was sent.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the transfer
        """
        answer = self._sender.request("POST", f"/transfers/{_part(id)}/cancel")
        value: m.Transfer = _value(answer, "Transfer")
        return value

    def transfers_retry(self, id: str) -> m.Transfer:
        """Try a failed, quarantined or cancelled transfer again.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the transfer
        """
        answer = self._sender.request("POST", f"/transfers/{_part(id)}/retry")
        value: m.Transfer = _value(answer, "Transfer")
        return value

    def transfers_plan(self, body: m.TransferPlanRequest | Mapping[str, Any]) -> m.TransferPlan:
        """Look now for what rules want and is missing.

        What is on its way already is not sent again; with `dry_run` nothing is sent.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/transfers/plan", body=_json(body))
        value: m.TransferPlan = _value(answer, "TransferPlan")
        return value

    def transfer_rules_list(self, *, limit: int | None = None, offset: int | None = None) -> m.TransferRulePage:
        """List rules, the first in rank first.

        List rules.

        May be called by: any signed-in account.
        """
        answer = self._sender.request("GET", "/transfer-rules", params=_query({"limit": limit, "offset": offset}))
        value: m.TransferRulePage = _value(answer, "TransferRulePage")
        return value

    def transfer_rules_all(self) -> Iterator[m.TransferRule]:
        """List rules, the first in rank first, page after page."""
        return _pages(self.transfer_rules_list, {})

    def transfer_rules_create(self, body: m.TransferRuleIn | Mapping[str, Any]) -> m.TransferRule:
        """Say which datasets shall have a verified copy where.

        At 02:00 in each lab's time zone, and where the rule says so as soon as a dataset is verified, what is
        missing is sent.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/transfer-rules", body=_json(body))
        value: m.TransferRule = _value(answer, "TransferRule")
        return value

    def transfer_rules_read(self, id: str) -> m.TransferRule:
        """Read one rule.

        Read a rule.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the rule
        """
        answer = self._sender.request("GET", f"/transfer-rules/{_part(id)}")
        value: m.TransferRule = _value(answer, "TransferRule")
        return value

    def transfer_rules_partial_update(self, id: str, body: m.TransferRuleChange | Mapping[str, Any]) -> m.TransferRule:
        """Change parts of a rule.

        Change a rule.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the rule
        """
        answer = self._sender.request("PATCH", f"/transfer-rules/{_part(id)}", body=_json(body), repeatable=True)
        value: m.TransferRule = _value(answer, "TransferRule")
        return value

    def transfer_rules_delete(self, id: str) -> None:
        """Delete a rule; its movements stay.

        Delete a rule.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the rule
        """
        answer = self._sender.request("DELETE", f"/transfer-rules/{_part(id)}")
        _value(answer, "")

    def transfer_limits_list(self, *, limit: int | None = None, offset: int | None = None) -> m.TransferLimitPage:
        """List what repositories take at the same time.

        List limits.

        May be called by: any signed-in account.
        """
        answer = self._sender.request("GET", "/transfer-limits", params=_query({"limit": limit, "offset": offset}))
        value: m.TransferLimitPage = _value(answer, "TransferLimitPage")
        return value

    def transfer_limits_all(self) -> Iterator[m.TransferLimit]:
        """List what repositories take at the same time, page after page."""
        return _pages(self.transfer_limits_list, {})

    def transfer_limits_create(self, body: m.TransferLimitIn | Mapping[str, Any]) -> m.TransferLimit:
        """Limit the files and bytes a second of a repository, always or between two times of the day.

        A window counts before what always holds. All workers together keep to it.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/transfer-limits", body=_json(body))
        value: m.TransferLimit = _value(answer, "TransferLimit")
        return value

    def transfer_limits_delete(self, id: str) -> None:
        """Delete a limit.

        Delete a limit.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the limit
        """
        answer = self._sender.request("DELETE", f"/transfer-limits/{_part(id)}")
        _value(answer, "")

    def transfer_sources_list(self, *, limit: int | None = None, offset: int | None = None) -> m.TransferSourcePage:
        """List the repositories outside that copies are made of.

        List sources.

        May be called by: any signed-in account.
        """
        answer = self._sender.request("GET", "/transfer-sources", params=_query({"limit": limit, "offset": offset}))
        value: m.TransferSourcePage = _value(answer, "TransferSourcePage")
        return value

    def transfer_sources_all(self) -> Iterator[m.TransferSource]:
        """List the repositories outside that copies are made of, page after page."""
        return _pages(self.transfer_sources_list, {})

    def transfer_sources_create(self, body: m.TransferSourceIn | Mapping[str, Any]) -> m.TransferSource:
        """Let copies be made of what is declared on a repository that is not managed.

        Rules say which of its files are wanted where; each is read back in its new place before it counts.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/transfer-sources", body=_json(body))
        value: m.TransferSource = _value(answer, "TransferSource")
        return value

    def transfer_sources_read(self, id: str) -> m.TransferSource:
        """Read one source.

        Read a source.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the source
        """
        answer = self._sender.request("GET", f"/transfer-sources/{_part(id)}")
        value: m.TransferSource = _value(answer, "TransferSource")
        return value

    def transfer_sources_delete(self, id: str) -> None:
        """Let a repository be no source any more; the copies stay.

        Delete a source.

        May be called by: any signed-in account that is not read-only.

        Parameters
        ----------
        id
            id of the source
        """
        answer = self._sender.request("DELETE", f"/transfer-sources/{_part(id)}")
        _value(answer, "")

    def certificates_create(self, body: m.CertificateRequest | Mapping[str, Any]) -> m.Certificate:
        """Ask which files on a rig may be deleted.

        A file may go when two verified copies of these very bytes lie in different durable stores at this moment.
        `one clean` asks this, keeps the signed answer, and deletes.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/certificates", body=_json(body))
        value: m.Certificate = _value(answer, "Certificate")
        return value

    def certificates_list(
        self, *, session: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> m.KeptCertificatePage:
        """List the certificates that were given away, newest first.

        List certificates.

        May be called by: any signed-in account.

        Parameters
        ----------
        session
            id of a session
        """
        answer = self._sender.request(
            "GET", "/certificates", params=_query({"session": session, "limit": limit, "offset": offset})
        )
        value: m.KeptCertificatePage = _value(answer, "KeptCertificatePage")
        return value

    def certificates_all(self, *, session: str | None = None) -> Iterator[m.KeptCertificate]:
        """List the certificates that were given away, newest first, page after page."""
        return _pages(self.certificates_list, {"session": session})

    def certificates_read(self, id: str) -> m.KeptCertificate:
        """Read a certificate as it was given away.

        Read a certificate.

        May be called by: any signed-in account.

        Parameters
        ----------
        id
            id of the certificate
        """
        answer = self._sender.request("GET", f"/certificates/{_part(id)}")
        value: m.KeptCertificate = _value(answer, "KeptCertificate")
        return value

    def certificate_key_read(self) -> m.CertificateKey:
        """Read the public key of this installation's certificates.

        Tell the public key.

        May be called by: any signed-in account.
        """
        answer = self._sender.request("GET", "/certificate-key")
        value: m.CertificateKey = _value(answer, "CertificateKey")
        return value

    def agent_claims_create(self, body: m.AgentClaim | Mapping[str, Any]) -> m.AgentClaimed:
        """Take files to send from a lab.

        The files are this agent's until the lease ends; beats renew it. Every later call names the attempt, and
        what an older attempt says counts no more.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/agent-claims", body=_json(body))
        value: m.AgentClaimed = _value(answer, "AgentClaimed")
        return value

    def agent_starts_create(self, body: m.AgentStarts | Mapping[str, Any]) -> m.AgentReadies:
        """Begin to send files, or go on.

        Begin to send files.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/agent-starts", body=_json(body))
        value: m.AgentReadies = _value(answer, "AgentReadies")
        return value

    def agent_parts_create(self, body: m.AgentParts | Mapping[str, Any]) -> m.AgentPuts:
        """Sign parts of a file.

        Sign parts.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/agent-parts", body=_json(body))
        value: m.AgentPuts = _value(answer, "AgentPuts")
        return value

    def agent_sent_create(self, body: m.AgentSent | Mapping[str, Any]) -> m.AgentWords:
        """Say that all bytes of files were sent.

        They are read back before they count.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/agent-sent", body=_json(body))
        value: m.AgentWords = _value(answer, "AgentWords")
        return value

    def agent_beats_create(self, body: m.AgentBeats | Mapping[str, Any]) -> m.AgentWords:
        """Say how far files are and keep them.

        Renew leases.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/agent-beats", body=_json(body))
        value: m.AgentWords = _value(answer, "AgentWords")
        return value

    def agent_failures_create(self, body: m.AgentFailures | Mapping[str, Any]) -> m.AgentWords:
        """Say which files cannot be sent as they are.

        Note what cannot be sent.

        May be called by: any signed-in account that is not read-only.
        """
        answer = self._sender.request("POST", "/agent-failures", body=_json(body))
        value: m.AgentWords = _value(answer, "AgentWords")
        return value


class AsyncClient:
    """Calls of the API under asyncio.

    Parameters
    ----------
    sender : AsyncSender
        What sends the requests; `AsyncClient.connect` makes a plain one.
    """

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    @classmethod
    def connect(
        cls, base_url: str, token: str = "", *, transport: httpx.AsyncBaseTransport | None = None, timeout: float = 60
    ) -> Self:
        """Make one for a server; every request is sent once."""
        import httpx

        headers = {"Authorization": f"Token {token}"} if token else {}
        client = httpx.AsyncClient(base_url=base_url, headers=headers, transport=transport, timeout=timeout)
        return cls(_AsyncPlain(client))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._sender.aclose()

    async def auth_token_create(self, body: m.Login | Mapping[str, Any]) -> m.Token:
        """Log in."""
        answer = await self._sender.request("POST", "/auth-token", body=_json(body))
        value: m.Token = _value(answer, "Token")
        return value

    async def invitations_accept(self, body: m.Acceptance | Mapping[str, Any]) -> m.Accepted:
        """Set a password by invitation."""
        answer = await self._sender.request("POST", "/invitations/accept", body=_json(body))
        value: m.Accepted = _value(answer, "Accepted")
        return value

    async def me_list(self) -> m.Me:
        """Who am I."""
        answer = await self._sender.request("GET", "/me")
        value: m.Me = _value(answer, "Me")
        return value

    async def users_list(
        self,
        *,
        username: str | None = None,
        django: str | None = None,
        id: str | None = None,
        email: str | None = None,
        is_stock_manager: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.UserPage:
        """List users."""
        answer = await self._sender.request(
            "GET",
            "/users",
            params=_query(
                {
                    "username": username,
                    "django": django,
                    "id": id,
                    "email": email,
                    "is_stock_manager": is_stock_manager,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.UserPage = _value(answer, "UserPage")
        return value

    def users_all(
        self,
        *,
        username: str | None = None,
        django: str | None = None,
        id: str | None = None,
        email: str | None = None,
        is_stock_manager: bool | None = None,
    ) -> AsyncIterator[m.User]:
        """List users, page after page."""
        return _apages(
            self.users_list,
            {"username": username, "django": django, "id": id, "email": email, "is_stock_manager": is_stock_manager},
        )

    async def users_create(self, body: m.UserWrite | Mapping[str, Any]) -> m.User:
        """Create a user."""
        answer = await self._sender.request("POST", "/users", body=_json(body))
        value: m.User = _value(answer, "User")
        return value

    async def users_read(self, id: str) -> m.User:
        """Read one user."""
        answer = await self._sender.request("GET", f"/users/{_part(id)}")
        value: m.User = _value(answer, "User")
        return value

    async def users_update(self, id: str, body: m.UserWrite | Mapping[str, Any]) -> m.User:
        """Replace a user."""
        answer = await self._sender.request("PUT", f"/users/{_part(id)}", body=_json(body), repeatable=True)
        value: m.User = _value(answer, "User")
        return value

    async def users_partial_update(self, id: str, body: m.UserPatch | Mapping[str, Any]) -> m.User:
        """Change parts of a user."""
        answer = await self._sender.request("PATCH", f"/users/{_part(id)}", body=_json(body), repeatable=True)
        value: m.User = _value(answer, "User")
        return value

    async def users_delete(self, id: str) -> None:
        """Delete a user."""
        answer = await self._sender.request("DELETE", f"/users/{_part(id)}")
        _value(answer, "")

    async def labs_list(
        self,
        *,
        repositories: str | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        institution: str | None = None,
        address: str | None = None,
        timezone: str | None = None,
        reference_weight_pct: float | None = None,
        zscore_weight_pct: float | None = None,
        visibility: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.LabPage:
        """List labs."""
        answer = await self._sender.request(
            "GET",
            "/labs",
            params=_query(
                {
                    "repositories": repositories,
                    "django": django,
                    "id": id,
                    "name": name,
                    "institution": institution,
                    "address": address,
                    "timezone": timezone,
                    "reference_weight_pct": reference_weight_pct,
                    "zscore_weight_pct": zscore_weight_pct,
                    "visibility": visibility,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.LabPage = _value(answer, "LabPage")
        return value

    def labs_all(
        self,
        *,
        repositories: str | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        institution: str | None = None,
        address: str | None = None,
        timezone: str | None = None,
        reference_weight_pct: float | None = None,
        zscore_weight_pct: float | None = None,
        visibility: str | None = None,
    ) -> AsyncIterator[m.Lab]:
        """List labs, page after page."""
        return _apages(
            self.labs_list,
            {
                "repositories": repositories,
                "django": django,
                "id": id,
                "name": name,
                "institution": institution,
                "address": address,
                "timezone": timezone,
                "reference_weight_pct": reference_weight_pct,
                "zscore_weight_pct": zscore_weight_pct,
                "visibility": visibility,
            },
        )

    async def labs_create(self, body: m.LabWrite | Mapping[str, Any]) -> m.Lab:
        """Create a lab."""
        answer = await self._sender.request("POST", "/labs", body=_json(body))
        value: m.Lab = _value(answer, "Lab")
        return value

    async def labs_read(self, id: str) -> m.Lab:
        """Read one lab."""
        answer = await self._sender.request("GET", f"/labs/{_part(id)}")
        value: m.Lab = _value(answer, "Lab")
        return value

    async def labs_update(self, id: str, body: m.LabWrite | Mapping[str, Any]) -> m.Lab:
        """Replace a lab."""
        answer = await self._sender.request("PUT", f"/labs/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Lab = _value(answer, "Lab")
        return value

    async def labs_partial_update(self, id: str, body: m.LabPatch | Mapping[str, Any]) -> m.Lab:
        """Change parts of a lab."""
        answer = await self._sender.request("PATCH", f"/labs/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Lab = _value(answer, "Lab")
        return value

    async def labs_delete(self, id: str) -> None:
        """Delete a lab."""
        answer = await self._sender.request("DELETE", f"/labs/{_part(id)}")
        _value(answer, "")

    async def locations_list(
        self, *, name: str | None = None, lab: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> m.LabLocationPage:
        """List locations."""
        answer = await self._sender.request(
            "GET", "/locations", params=_query({"name": name, "lab": lab, "limit": limit, "offset": offset})
        )
        value: m.LabLocationPage = _value(answer, "LabLocationPage")
        return value

    def locations_all(self, *, name: str | None = None, lab: str | None = None) -> AsyncIterator[m.LabLocation]:
        """List locations, page after page."""
        return _apages(self.locations_list, {"name": name, "lab": lab})

    async def locations_create(self, body: m.LabLocationWrite | Mapping[str, Any]) -> m.LabLocation:
        """Create a lab location."""
        answer = await self._sender.request("POST", "/locations", body=_json(body))
        value: m.LabLocation = _value(answer, "LabLocation")
        return value

    async def locations_read(self, id: str) -> m.LabLocation:
        """Read one lab location."""
        answer = await self._sender.request("GET", f"/locations/{_part(id)}")
        value: m.LabLocation = _value(answer, "LabLocation")
        return value

    async def locations_update(self, id: str, body: m.LabLocationWrite | Mapping[str, Any]) -> m.LabLocation:
        """Replace a lab location."""
        answer = await self._sender.request("PUT", f"/locations/{_part(id)}", body=_json(body), repeatable=True)
        value: m.LabLocation = _value(answer, "LabLocation")
        return value

    async def locations_partial_update(self, id: str, body: m.LabLocationPatch | Mapping[str, Any]) -> m.LabLocation:
        """Change parts of a lab location."""
        answer = await self._sender.request("PATCH", f"/locations/{_part(id)}", body=_json(body), repeatable=True)
        value: m.LabLocation = _value(answer, "LabLocation")
        return value

    async def procedures_list(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ProcedureTypePage:
        """List procedures."""
        answer = await self._sender.request(
            "GET",
            "/procedures",
            params=_query({"name": name, "id": id, "description": description, "limit": limit, "offset": offset}),
        )
        value: m.ProcedureTypePage = _value(answer, "ProcedureTypePage")
        return value

    def procedures_all(
        self, *, name: str | None = None, id: str | None = None, description: str | None = None
    ) -> AsyncIterator[m.ProcedureType]:
        """List procedures, page after page."""
        return _apages(self.procedures_list, {"name": name, "id": id, "description": description})

    async def procedures_create(self, body: m.ProcedureTypeWrite | Mapping[str, Any]) -> m.ProcedureType:
        """Create a procedure type."""
        answer = await self._sender.request("POST", "/procedures", body=_json(body))
        value: m.ProcedureType = _value(answer, "ProcedureType")
        return value

    async def projects_list(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        users: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ProjectPage:
        """List projects."""
        answer = await self._sender.request(
            "GET",
            "/projects",
            params=_query(
                {"name": name, "id": id, "description": description, "users": users, "limit": limit, "offset": offset}
            ),
        )
        value: m.ProjectPage = _value(answer, "ProjectPage")
        return value

    def projects_all(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        users: str | None = None,
    ) -> AsyncIterator[m.Project]:
        """List projects, page after page."""
        return _apages(self.projects_list, {"name": name, "id": id, "description": description, "users": users})

    async def projects_create(self, body: m.ProjectWrite | Mapping[str, Any]) -> m.Project:
        """Create a project."""
        answer = await self._sender.request("POST", "/projects", body=_json(body))
        value: m.Project = _value(answer, "Project")
        return value

    async def projects_read(self, id: str) -> m.Project:
        """Read one project."""
        answer = await self._sender.request("GET", f"/projects/{_part(id)}")
        value: m.Project = _value(answer, "Project")
        return value

    async def projects_update(self, id: str, body: m.ProjectWrite | Mapping[str, Any]) -> m.Project:
        """Replace a project."""
        answer = await self._sender.request("PUT", f"/projects/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Project = _value(answer, "Project")
        return value

    async def projects_partial_update(self, id: str, body: m.ProjectPatch | Mapping[str, Any]) -> m.Project:
        """Change parts of a project."""
        answer = await self._sender.request("PATCH", f"/projects/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Project = _value(answer, "Project")
        return value

    async def projects_delete(self, id: str) -> None:
        """Delete a project."""
        answer = await self._sender.request("DELETE", f"/projects/{_part(id)}")
        _value(answer, "")

    async def subjects_list(
        self,
        *,
        nickname: str | None = None,
        alive: bool | None = None,
        lab: str | None = None,
        responsible_user: str | None = None,
        sex: str | None = None,
        project: str | None = None,
        stock: bool | None = None,
        species: str | None = None,
        strain: str | None = None,
        line: str | None = None,
        litter: str | None = None,
        source: str | None = None,
        to_be_culled: bool | None = None,
        to_be_genotyped: bool | None = None,
        water_restricted: bool | None = None,
        json: str | None = None,
        cage: str | None = None,
        genotype: str | None = None,
        genotype_test: str | None = None,
        cull_method: str | None = None,
        reduced: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        birth_date: date | str | None = None,
        death_date: date | str | None = None,
        projects: str | None = None,
        description: str | None = None,
        wean_date: date | str | None = None,
        genotype_date: date | str | None = None,
        reduced_date: date | str | None = None,
        ear_mark: str | None = None,
        protocol_number: str | None = None,
        adverse_effects: str | None = None,
        actual_severity: int | None = None,
        request: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SubjectPage:
        """List subjects."""
        answer = await self._sender.request(
            "GET",
            "/subjects",
            params=_query(
                {
                    "nickname": nickname,
                    "alive": alive,
                    "lab": lab,
                    "responsible_user": responsible_user,
                    "sex": sex,
                    "project": project,
                    "stock": stock,
                    "species": species,
                    "strain": strain,
                    "line": line,
                    "litter": litter,
                    "source": source,
                    "to_be_culled": to_be_culled,
                    "to_be_genotyped": to_be_genotyped,
                    "water_restricted": water_restricted,
                    "json": json,
                    "cage": cage,
                    "genotype": genotype,
                    "genotype_test": genotype_test,
                    "cull_method": cull_method,
                    "reduced": reduced,
                    "django": django,
                    "id": id,
                    "birth_date": birth_date,
                    "death_date": death_date,
                    "projects": projects,
                    "description": description,
                    "wean_date": wean_date,
                    "genotype_date": genotype_date,
                    "reduced_date": reduced_date,
                    "ear_mark": ear_mark,
                    "protocol_number": protocol_number,
                    "adverse_effects": adverse_effects,
                    "actual_severity": actual_severity,
                    "request": request,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.SubjectPage = _value(answer, "SubjectPage")
        return value

    def subjects_all(
        self,
        *,
        nickname: str | None = None,
        alive: bool | None = None,
        lab: str | None = None,
        responsible_user: str | None = None,
        sex: str | None = None,
        project: str | None = None,
        stock: bool | None = None,
        species: str | None = None,
        strain: str | None = None,
        line: str | None = None,
        litter: str | None = None,
        source: str | None = None,
        to_be_culled: bool | None = None,
        to_be_genotyped: bool | None = None,
        water_restricted: bool | None = None,
        json: str | None = None,
        cage: str | None = None,
        genotype: str | None = None,
        genotype_test: str | None = None,
        cull_method: str | None = None,
        reduced: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        birth_date: date | str | None = None,
        death_date: date | str | None = None,
        projects: str | None = None,
        description: str | None = None,
        wean_date: date | str | None = None,
        genotype_date: date | str | None = None,
        reduced_date: date | str | None = None,
        ear_mark: str | None = None,
        protocol_number: str | None = None,
        adverse_effects: str | None = None,
        actual_severity: int | None = None,
        request: str | None = None,
    ) -> AsyncIterator[m.Subject]:
        """List subjects, page after page."""
        return _apages(
            self.subjects_list,
            {
                "nickname": nickname,
                "alive": alive,
                "lab": lab,
                "responsible_user": responsible_user,
                "sex": sex,
                "project": project,
                "stock": stock,
                "species": species,
                "strain": strain,
                "line": line,
                "litter": litter,
                "source": source,
                "to_be_culled": to_be_culled,
                "to_be_genotyped": to_be_genotyped,
                "water_restricted": water_restricted,
                "json": json,
                "cage": cage,
                "genotype": genotype,
                "genotype_test": genotype_test,
                "cull_method": cull_method,
                "reduced": reduced,
                "django": django,
                "id": id,
                "birth_date": birth_date,
                "death_date": death_date,
                "projects": projects,
                "description": description,
                "wean_date": wean_date,
                "genotype_date": genotype_date,
                "reduced_date": reduced_date,
                "ear_mark": ear_mark,
                "protocol_number": protocol_number,
                "adverse_effects": adverse_effects,
                "actual_severity": actual_severity,
                "request": request,
            },
        )

    async def subjects_create(self, body: m.SubjectWrite | Mapping[str, Any]) -> m.Subject:
        """Create a subject."""
        answer = await self._sender.request("POST", "/subjects", body=_json(body))
        value: m.Subject = _value(answer, "Subject")
        return value

    async def subjects_read(self, id: str) -> m.Subject:
        """Read one subject."""
        answer = await self._sender.request("GET", f"/subjects/{_part(id)}")
        value: m.Subject = _value(answer, "Subject")
        return value

    async def subjects_update(self, id: str, body: m.SubjectWrite | Mapping[str, Any]) -> m.Subject:
        """Replace a subject."""
        answer = await self._sender.request("PUT", f"/subjects/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Subject = _value(answer, "Subject")
        return value

    async def subjects_partial_update(self, id: str, body: m.SubjectPatch | Mapping[str, Any]) -> m.Subject:
        """Change parts of a subject."""
        answer = await self._sender.request("PATCH", f"/subjects/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Subject = _value(answer, "Subject")
        return value

    async def subjects_delete(self, id: str) -> None:
        """Delete a subject."""
        answer = await self._sender.request("DELETE", f"/subjects/{_part(id)}")
        _value(answer, "")

    async def species_list(
        self,
        *,
        name: str | None = None,
        nickname: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SpeciesPage:
        """List species."""
        answer = await self._sender.request(
            "GET",
            "/species",
            params=_query({"name": name, "nickname": nickname, "django": django, "limit": limit, "offset": offset}),
        )
        value: m.SpeciesPage = _value(answer, "SpeciesPage")
        return value

    def species_all(
        self, *, name: str | None = None, nickname: str | None = None, django: str | None = None
    ) -> AsyncIterator[m.Species]:
        """List species, page after page."""
        return _apages(self.species_list, {"name": name, "nickname": nickname, "django": django})

    async def species_create(self, body: m.SpeciesWrite | Mapping[str, Any]) -> m.Species:
        """Create a species."""
        answer = await self._sender.request("POST", "/species", body=_json(body))
        value: m.Species = _value(answer, "Species")
        return value

    async def species_read(self, id: str) -> m.Species:
        """Read one species."""
        answer = await self._sender.request("GET", f"/species/{_part(id)}")
        value: m.Species = _value(answer, "Species")
        return value

    async def species_update(self, id: str, body: m.SpeciesWrite | Mapping[str, Any]) -> m.Species:
        """Replace a species."""
        answer = await self._sender.request("PUT", f"/species/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Species = _value(answer, "Species")
        return value

    async def species_partial_update(self, id: str, body: m.SpeciesPatch | Mapping[str, Any]) -> m.Species:
        """Change parts of a species."""
        answer = await self._sender.request("PATCH", f"/species/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Species = _value(answer, "Species")
        return value

    async def species_delete(self, id: str) -> None:
        """Delete a species."""
        answer = await self._sender.request("DELETE", f"/species/{_part(id)}")
        _value(answer, "")

    async def strains_list(
        self,
        *,
        name: str | None = None,
        django: str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.StrainPage:
        """List strains."""
        answer = await self._sender.request(
            "GET",
            "/strains",
            params=_query(
                {"name": name, "django": django, "description": description, "limit": limit, "offset": offset}
            ),
        )
        value: m.StrainPage = _value(answer, "StrainPage")
        return value

    def strains_all(
        self, *, name: str | None = None, django: str | None = None, description: str | None = None
    ) -> AsyncIterator[m.Strain]:
        """List strains, page after page."""
        return _apages(self.strains_list, {"name": name, "django": django, "description": description})

    async def strains_create(self, body: m.StrainWrite | Mapping[str, Any]) -> m.Strain:
        """Create a strain."""
        answer = await self._sender.request("POST", "/strains", body=_json(body))
        value: m.Strain = _value(answer, "Strain")
        return value

    async def strains_read(self, id: str) -> m.Strain:
        """Read one strain."""
        answer = await self._sender.request("GET", f"/strains/{_part(id)}")
        value: m.Strain = _value(answer, "Strain")
        return value

    async def strains_update(self, id: str, body: m.StrainWrite | Mapping[str, Any]) -> m.Strain:
        """Replace a strain."""
        answer = await self._sender.request("PUT", f"/strains/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Strain = _value(answer, "Strain")
        return value

    async def strains_partial_update(self, id: str, body: m.StrainPatch | Mapping[str, Any]) -> m.Strain:
        """Change parts of a strain."""
        answer = await self._sender.request("PATCH", f"/strains/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Strain = _value(answer, "Strain")
        return value

    async def strains_delete(self, id: str) -> None:
        """Delete a strain."""
        answer = await self._sender.request("DELETE", f"/strains/{_part(id)}")
        _value(answer, "")

    async def sources_list(
        self,
        *,
        name: str | None = None,
        django: str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SourcePage:
        """List sources."""
        answer = await self._sender.request(
            "GET",
            "/sources",
            params=_query(
                {"name": name, "django": django, "description": description, "limit": limit, "offset": offset}
            ),
        )
        value: m.SourcePage = _value(answer, "SourcePage")
        return value

    def sources_all(
        self, *, name: str | None = None, django: str | None = None, description: str | None = None
    ) -> AsyncIterator[m.Source]:
        """List sources, page after page."""
        return _apages(self.sources_list, {"name": name, "django": django, "description": description})

    async def sources_create(self, body: m.SourceWrite | Mapping[str, Any]) -> m.Source:
        """Create a source."""
        answer = await self._sender.request("POST", "/sources", body=_json(body))
        value: m.Source = _value(answer, "Source")
        return value

    async def sources_read(self, id: str) -> m.Source:
        """Read one source."""
        answer = await self._sender.request("GET", f"/sources/{_part(id)}")
        value: m.Source = _value(answer, "Source")
        return value

    async def sources_update(self, id: str, body: m.SourceWrite | Mapping[str, Any]) -> m.Source:
        """Replace a source."""
        answer = await self._sender.request("PUT", f"/sources/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Source = _value(answer, "Source")
        return value

    async def sources_partial_update(self, id: str, body: m.SourcePatch | Mapping[str, Any]) -> m.Source:
        """Change parts of a source."""
        answer = await self._sender.request("PATCH", f"/sources/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Source = _value(answer, "Source")
        return value

    async def sources_delete(self, id: str) -> None:
        """Delete a source."""
        answer = await self._sender.request("DELETE", f"/sources/{_part(id)}")
        _value(answer, "")

    async def lines_list(
        self,
        *,
        name: str | None = None,
        nickname: str | None = None,
        is_active: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        description: str | None = None,
        target_phenotype: str | None = None,
        strain: str | None = None,
        species: str | None = None,
        source: str | None = None,
        source_identifier: str | None = None,
        source_url: str | None = None,
        expression_data_url: str | None = None,
        alleles: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.LinePage:
        """List lines."""
        answer = await self._sender.request(
            "GET",
            "/lines",
            params=_query(
                {
                    "name": name,
                    "nickname": nickname,
                    "is_active": is_active,
                    "django": django,
                    "id": id,
                    "description": description,
                    "target_phenotype": target_phenotype,
                    "strain": strain,
                    "species": species,
                    "source": source,
                    "source_identifier": source_identifier,
                    "source_url": source_url,
                    "expression_data_url": expression_data_url,
                    "alleles": alleles,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.LinePage = _value(answer, "LinePage")
        return value

    def lines_all(
        self,
        *,
        name: str | None = None,
        nickname: str | None = None,
        is_active: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        description: str | None = None,
        target_phenotype: str | None = None,
        strain: str | None = None,
        species: str | None = None,
        source: str | None = None,
        source_identifier: str | None = None,
        source_url: str | None = None,
        expression_data_url: str | None = None,
        alleles: str | None = None,
    ) -> AsyncIterator[m.Line]:
        """List lines, page after page."""
        return _apages(
            self.lines_list,
            {
                "name": name,
                "nickname": nickname,
                "is_active": is_active,
                "django": django,
                "id": id,
                "description": description,
                "target_phenotype": target_phenotype,
                "strain": strain,
                "species": species,
                "source": source,
                "source_identifier": source_identifier,
                "source_url": source_url,
                "expression_data_url": expression_data_url,
                "alleles": alleles,
            },
        )

    async def lines_create(self, body: m.LineWrite | Mapping[str, Any]) -> m.Line:
        """Create a line."""
        answer = await self._sender.request("POST", "/lines", body=_json(body))
        value: m.Line = _value(answer, "Line")
        return value

    async def lines_read(self, id: str) -> m.Line:
        """Read one line."""
        answer = await self._sender.request("GET", f"/lines/{_part(id)}")
        value: m.Line = _value(answer, "Line")
        return value

    async def lines_update(self, id: str, body: m.LineWrite | Mapping[str, Any]) -> m.Line:
        """Replace a line."""
        answer = await self._sender.request("PUT", f"/lines/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Line = _value(answer, "Line")
        return value

    async def lines_partial_update(self, id: str, body: m.LinePatch | Mapping[str, Any]) -> m.Line:
        """Change parts of a line."""
        answer = await self._sender.request("PATCH", f"/lines/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Line = _value(answer, "Line")
        return value

    async def lines_delete(self, id: str) -> None:
        """Delete a line."""
        answer = await self._sender.request("DELETE", f"/lines/{_part(id)}")
        _value(answer, "")

    async def sequences_list(
        self,
        *,
        name: str | None = None,
        django: str | None = None,
        id: str | None = None,
        base_pairs: str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SequencePage:
        """List sequences."""
        answer = await self._sender.request(
            "GET",
            "/sequences",
            params=_query(
                {
                    "name": name,
                    "django": django,
                    "id": id,
                    "base_pairs": base_pairs,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.SequencePage = _value(answer, "SequencePage")
        return value

    def sequences_all(
        self,
        *,
        name: str | None = None,
        django: str | None = None,
        id: str | None = None,
        base_pairs: str | None = None,
        description: str | None = None,
    ) -> AsyncIterator[m.Sequence]:
        """List sequences, page after page."""
        return _apages(
            self.sequences_list,
            {"name": name, "django": django, "id": id, "base_pairs": base_pairs, "description": description},
        )

    async def sequences_create(self, body: m.SequenceWrite | Mapping[str, Any]) -> m.Sequence:
        """Create a sequence."""
        answer = await self._sender.request("POST", "/sequences", body=_json(body))
        value: m.Sequence = _value(answer, "Sequence")
        return value

    async def sequences_read(self, id: str) -> m.Sequence:
        """Read one sequence."""
        answer = await self._sender.request("GET", f"/sequences/{_part(id)}")
        value: m.Sequence = _value(answer, "Sequence")
        return value

    async def sequences_update(self, id: str, body: m.SequenceWrite | Mapping[str, Any]) -> m.Sequence:
        """Replace a sequence."""
        answer = await self._sender.request("PUT", f"/sequences/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Sequence = _value(answer, "Sequence")
        return value

    async def sequences_partial_update(self, id: str, body: m.SequencePatch | Mapping[str, Any]) -> m.Sequence:
        """Change parts of a sequence."""
        answer = await self._sender.request("PATCH", f"/sequences/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Sequence = _value(answer, "Sequence")
        return value

    async def sequences_delete(self, id: str) -> None:
        """Delete a sequence."""
        answer = await self._sender.request("DELETE", f"/sequences/{_part(id)}")
        _value(answer, "")

    async def alleles_list(
        self,
        *,
        nickname: str | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        sequences: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.AllelePage:
        """List alleles."""
        answer = await self._sender.request(
            "GET",
            "/alleles",
            params=_query(
                {
                    "nickname": nickname,
                    "django": django,
                    "id": id,
                    "name": name,
                    "sequences": sequences,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.AllelePage = _value(answer, "AllelePage")
        return value

    def alleles_all(
        self,
        *,
        nickname: str | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        sequences: str | None = None,
    ) -> AsyncIterator[m.Allele]:
        """List alleles, page after page."""
        return _apages(
            self.alleles_list, {"nickname": nickname, "django": django, "id": id, "name": name, "sequences": sequences}
        )

    async def alleles_create(self, body: m.AlleleWrite | Mapping[str, Any]) -> m.Allele:
        """Create a allele."""
        answer = await self._sender.request("POST", "/alleles", body=_json(body))
        value: m.Allele = _value(answer, "Allele")
        return value

    async def alleles_read(self, id: str) -> m.Allele:
        """Read one allele."""
        answer = await self._sender.request("GET", f"/alleles/{_part(id)}")
        value: m.Allele = _value(answer, "Allele")
        return value

    async def alleles_update(self, id: str, body: m.AlleleWrite | Mapping[str, Any]) -> m.Allele:
        """Replace a allele."""
        answer = await self._sender.request("PUT", f"/alleles/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Allele = _value(answer, "Allele")
        return value

    async def alleles_partial_update(self, id: str, body: m.AllelePatch | Mapping[str, Any]) -> m.Allele:
        """Change parts of a allele."""
        answer = await self._sender.request("PATCH", f"/alleles/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Allele = _value(answer, "Allele")
        return value

    async def alleles_delete(self, id: str) -> None:
        """Delete a allele."""
        answer = await self._sender.request("DELETE", f"/alleles/{_part(id)}")
        _value(answer, "")

    async def zygosities_list(
        self,
        *,
        subject: str | None = None,
        allele: str | None = None,
        zygosity: int | None = None,
        django: str | None = None,
        id: str | None = None,
        origin: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ZygosityPage:
        """List zygosities."""
        answer = await self._sender.request(
            "GET",
            "/zygosities",
            params=_query(
                {
                    "subject": subject,
                    "allele": allele,
                    "zygosity": zygosity,
                    "django": django,
                    "id": id,
                    "origin": origin,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ZygosityPage = _value(answer, "ZygosityPage")
        return value

    def zygosities_all(
        self,
        *,
        subject: str | None = None,
        allele: str | None = None,
        zygosity: int | None = None,
        django: str | None = None,
        id: str | None = None,
        origin: str | None = None,
    ) -> AsyncIterator[m.Zygosity]:
        """List zygosities, page after page."""
        return _apages(
            self.zygosities_list,
            {"subject": subject, "allele": allele, "zygosity": zygosity, "django": django, "id": id, "origin": origin},
        )

    async def zygosities_create(self, body: m.ZygosityWrite | Mapping[str, Any]) -> m.Zygosity:
        """Create a zygosity."""
        answer = await self._sender.request("POST", "/zygosities", body=_json(body))
        value: m.Zygosity = _value(answer, "Zygosity")
        return value

    async def zygosities_read(self, id: UUID | str) -> m.Zygosity:
        """Read one zygosity."""
        answer = await self._sender.request("GET", f"/zygosities/{_part(id)}")
        value: m.Zygosity = _value(answer, "Zygosity")
        return value

    async def zygosities_update(self, id: UUID | str, body: m.ZygosityWrite | Mapping[str, Any]) -> m.Zygosity:
        """Replace a zygosity."""
        answer = await self._sender.request("PUT", f"/zygosities/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Zygosity = _value(answer, "Zygosity")
        return value

    async def zygosities_partial_update(self, id: UUID | str, body: m.ZygosityPatch | Mapping[str, Any]) -> m.Zygosity:
        """Change parts of a zygosity."""
        answer = await self._sender.request("PATCH", f"/zygosities/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Zygosity = _value(answer, "Zygosity")
        return value

    async def zygosities_delete(self, id: UUID | str) -> None:
        """Delete a zygosity."""
        answer = await self._sender.request("DELETE", f"/zygosities/{_part(id)}")
        _value(answer, "")

    async def zygosity_rules_list(
        self,
        *,
        line: str | None = None,
        allele: str | None = None,
        django: str | None = None,
        id: str | None = None,
        sequence0: str | None = None,
        sequence0_result: int | None = None,
        sequence1: str | None = None,
        sequence1_result: int | None = None,
        zygosity: int | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ZygosityRulePage:
        """List zygosity rules."""
        answer = await self._sender.request(
            "GET",
            "/zygosity-rules",
            params=_query(
                {
                    "line": line,
                    "allele": allele,
                    "django": django,
                    "id": id,
                    "sequence0": sequence0,
                    "sequence0_result": sequence0_result,
                    "sequence1": sequence1,
                    "sequence1_result": sequence1_result,
                    "zygosity": zygosity,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ZygosityRulePage = _value(answer, "ZygosityRulePage")
        return value

    def zygosity_rules_all(
        self,
        *,
        line: str | None = None,
        allele: str | None = None,
        django: str | None = None,
        id: str | None = None,
        sequence0: str | None = None,
        sequence0_result: int | None = None,
        sequence1: str | None = None,
        sequence1_result: int | None = None,
        zygosity: int | None = None,
    ) -> AsyncIterator[m.ZygosityRule]:
        """List zygosity rules, page after page."""
        return _apages(
            self.zygosity_rules_list,
            {
                "line": line,
                "allele": allele,
                "django": django,
                "id": id,
                "sequence0": sequence0,
                "sequence0_result": sequence0_result,
                "sequence1": sequence1,
                "sequence1_result": sequence1_result,
                "zygosity": zygosity,
            },
        )

    async def zygosity_rules_create(self, body: m.ZygosityRuleWrite | Mapping[str, Any]) -> m.ZygosityRule:
        """Create a zygosity rule."""
        answer = await self._sender.request("POST", "/zygosity-rules", body=_json(body))
        value: m.ZygosityRule = _value(answer, "ZygosityRule")
        return value

    async def zygosity_rules_read(self, id: UUID | str) -> m.ZygosityRule:
        """Read one zygosity rule."""
        answer = await self._sender.request("GET", f"/zygosity-rules/{_part(id)}")
        value: m.ZygosityRule = _value(answer, "ZygosityRule")
        return value

    async def zygosity_rules_update(
        self, id: UUID | str, body: m.ZygosityRuleWrite | Mapping[str, Any]
    ) -> m.ZygosityRule:
        """Replace a zygosity rule."""
        answer = await self._sender.request("PUT", f"/zygosity-rules/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ZygosityRule = _value(answer, "ZygosityRule")
        return value

    async def zygosity_rules_partial_update(
        self, id: UUID | str, body: m.ZygosityRulePatch | Mapping[str, Any]
    ) -> m.ZygosityRule:
        """Change parts of a zygosity rule."""
        answer = await self._sender.request("PATCH", f"/zygosity-rules/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ZygosityRule = _value(answer, "ZygosityRule")
        return value

    async def zygosity_rules_delete(self, id: UUID | str) -> None:
        """Delete a zygosity rule."""
        answer = await self._sender.request("DELETE", f"/zygosity-rules/{_part(id)}")
        _value(answer, "")

    async def genotype_tests_list(
        self,
        *,
        subject: str | None = None,
        sequence: str | None = None,
        django: str | None = None,
        id: str | None = None,
        test_result: int | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.GenotypeTestPage:
        """List genotype tests."""
        answer = await self._sender.request(
            "GET",
            "/genotype-tests",
            params=_query(
                {
                    "subject": subject,
                    "sequence": sequence,
                    "django": django,
                    "id": id,
                    "test_result": test_result,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.GenotypeTestPage = _value(answer, "GenotypeTestPage")
        return value

    def genotype_tests_all(
        self,
        *,
        subject: str | None = None,
        sequence: str | None = None,
        django: str | None = None,
        id: str | None = None,
        test_result: int | None = None,
    ) -> AsyncIterator[m.GenotypeTest]:
        """List genotype tests, page after page."""
        return _apages(
            self.genotype_tests_list,
            {"subject": subject, "sequence": sequence, "django": django, "id": id, "test_result": test_result},
        )

    async def genotype_tests_create(self, body: m.GenotypeTestWrite | Mapping[str, Any]) -> m.GenotypeTest:
        """Create a genotype test."""
        answer = await self._sender.request("POST", "/genotype-tests", body=_json(body))
        value: m.GenotypeTest = _value(answer, "GenotypeTest")
        return value

    async def genotype_tests_read(self, id: UUID | str) -> m.GenotypeTest:
        """Read one genotype test."""
        answer = await self._sender.request("GET", f"/genotype-tests/{_part(id)}")
        value: m.GenotypeTest = _value(answer, "GenotypeTest")
        return value

    async def genotype_tests_update(
        self, id: UUID | str, body: m.GenotypeTestWrite | Mapping[str, Any]
    ) -> m.GenotypeTest:
        """Replace a genotype test."""
        answer = await self._sender.request("PUT", f"/genotype-tests/{_part(id)}", body=_json(body), repeatable=True)
        value: m.GenotypeTest = _value(answer, "GenotypeTest")
        return value

    async def genotype_tests_partial_update(
        self, id: UUID | str, body: m.GenotypeTestPatch | Mapping[str, Any]
    ) -> m.GenotypeTest:
        """Change parts of a genotype test."""
        answer = await self._sender.request("PATCH", f"/genotype-tests/{_part(id)}", body=_json(body), repeatable=True)
        value: m.GenotypeTest = _value(answer, "GenotypeTest")
        return value

    async def genotype_tests_delete(self, id: UUID | str) -> None:
        """Delete a genotype test."""
        answer = await self._sender.request("DELETE", f"/genotype-tests/{_part(id)}")
        _value(answer, "")

    async def breeding_pairs_list(
        self,
        *,
        name: str | None = None,
        lab: str | None = None,
        line: str | None = None,
        father: str | None = None,
        mother1: str | None = None,
        mother2: str | None = None,
        current: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        start_date: date | str | None = None,
        end_date: date | str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.BreedingPairPage:
        """List breeding pairs."""
        answer = await self._sender.request(
            "GET",
            "/breeding-pairs",
            params=_query(
                {
                    "name": name,
                    "lab": lab,
                    "line": line,
                    "father": father,
                    "mother1": mother1,
                    "mother2": mother2,
                    "current": current,
                    "django": django,
                    "id": id,
                    "start_date": start_date,
                    "end_date": end_date,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.BreedingPairPage = _value(answer, "BreedingPairPage")
        return value

    def breeding_pairs_all(
        self,
        *,
        name: str | None = None,
        lab: str | None = None,
        line: str | None = None,
        father: str | None = None,
        mother1: str | None = None,
        mother2: str | None = None,
        current: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        start_date: date | str | None = None,
        end_date: date | str | None = None,
        description: str | None = None,
    ) -> AsyncIterator[m.BreedingPair]:
        """List breeding pairs, page after page."""
        return _apages(
            self.breeding_pairs_list,
            {
                "name": name,
                "lab": lab,
                "line": line,
                "father": father,
                "mother1": mother1,
                "mother2": mother2,
                "current": current,
                "django": django,
                "id": id,
                "start_date": start_date,
                "end_date": end_date,
                "description": description,
            },
        )

    async def breeding_pairs_create(self, body: m.BreedingPairWrite | Mapping[str, Any]) -> m.BreedingPair:
        """Create a breeding pair."""
        answer = await self._sender.request("POST", "/breeding-pairs", body=_json(body))
        value: m.BreedingPair = _value(answer, "BreedingPair")
        return value

    async def breeding_pairs_read(self, id: str) -> m.BreedingPair:
        """Read one breeding pair."""
        answer = await self._sender.request("GET", f"/breeding-pairs/{_part(id)}")
        value: m.BreedingPair = _value(answer, "BreedingPair")
        return value

    async def breeding_pairs_update(self, id: str, body: m.BreedingPairWrite | Mapping[str, Any]) -> m.BreedingPair:
        """Replace a breeding pair."""
        answer = await self._sender.request("PUT", f"/breeding-pairs/{_part(id)}", body=_json(body), repeatable=True)
        value: m.BreedingPair = _value(answer, "BreedingPair")
        return value

    async def breeding_pairs_partial_update(
        self, id: str, body: m.BreedingPairPatch | Mapping[str, Any]
    ) -> m.BreedingPair:
        """Change parts of a breeding pair."""
        answer = await self._sender.request("PATCH", f"/breeding-pairs/{_part(id)}", body=_json(body), repeatable=True)
        value: m.BreedingPair = _value(answer, "BreedingPair")
        return value

    async def breeding_pairs_delete(self, id: str) -> None:
        """Delete a breeding pair."""
        answer = await self._sender.request("DELETE", f"/breeding-pairs/{_part(id)}")
        _value(answer, "")

    async def litters_list(
        self,
        *,
        name: str | None = None,
        lab: str | None = None,
        line: str | None = None,
        breeding_pair: str | None = None,
        django: str | None = None,
        id: str | None = None,
        birth_date: date | str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.LitterPage:
        """List litters."""
        answer = await self._sender.request(
            "GET",
            "/litters",
            params=_query(
                {
                    "name": name,
                    "lab": lab,
                    "line": line,
                    "breeding_pair": breeding_pair,
                    "django": django,
                    "id": id,
                    "birth_date": birth_date,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.LitterPage = _value(answer, "LitterPage")
        return value

    def litters_all(
        self,
        *,
        name: str | None = None,
        lab: str | None = None,
        line: str | None = None,
        breeding_pair: str | None = None,
        django: str | None = None,
        id: str | None = None,
        birth_date: date | str | None = None,
        description: str | None = None,
    ) -> AsyncIterator[m.Litter]:
        """List litters, page after page."""
        return _apages(
            self.litters_list,
            {
                "name": name,
                "lab": lab,
                "line": line,
                "breeding_pair": breeding_pair,
                "django": django,
                "id": id,
                "birth_date": birth_date,
                "description": description,
            },
        )

    async def litters_create(self, body: m.LitterWrite | Mapping[str, Any]) -> m.Litter:
        """Create a litter."""
        answer = await self._sender.request("POST", "/litters", body=_json(body))
        value: m.Litter = _value(answer, "Litter")
        return value

    async def litters_read(self, id: str) -> m.Litter:
        """Read one litter."""
        answer = await self._sender.request("GET", f"/litters/{_part(id)}")
        value: m.Litter = _value(answer, "Litter")
        return value

    async def litters_update(self, id: str, body: m.LitterWrite | Mapping[str, Any]) -> m.Litter:
        """Replace a litter."""
        answer = await self._sender.request("PUT", f"/litters/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Litter = _value(answer, "Litter")
        return value

    async def litters_partial_update(self, id: str, body: m.LitterPatch | Mapping[str, Any]) -> m.Litter:
        """Change parts of a litter."""
        answer = await self._sender.request("PATCH", f"/litters/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Litter = _value(answer, "Litter")
        return value

    async def litters_delete(self, id: str) -> None:
        """Delete a litter."""
        answer = await self._sender.request("DELETE", f"/litters/{_part(id)}")
        _value(answer, "")

    async def cages_list(
        self,
        *,
        name: str | None = None,
        lab: str | None = None,
        django: str | None = None,
        id: str | None = None,
        cage_type: str | None = None,
        enrichment: str | None = None,
        food: str | None = None,
        light_cycle: str | None = None,
        cleaning_days: int | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.CagePage:
        """List cages."""
        answer = await self._sender.request(
            "GET",
            "/cages",
            params=_query(
                {
                    "name": name,
                    "lab": lab,
                    "django": django,
                    "id": id,
                    "cage_type": cage_type,
                    "enrichment": enrichment,
                    "food": food,
                    "light_cycle": light_cycle,
                    "cleaning_days": cleaning_days,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.CagePage = _value(answer, "CagePage")
        return value

    def cages_all(
        self,
        *,
        name: str | None = None,
        lab: str | None = None,
        django: str | None = None,
        id: str | None = None,
        cage_type: str | None = None,
        enrichment: str | None = None,
        food: str | None = None,
        light_cycle: str | None = None,
        cleaning_days: int | None = None,
    ) -> AsyncIterator[m.Cage]:
        """List cages, page after page."""
        return _apages(
            self.cages_list,
            {
                "name": name,
                "lab": lab,
                "django": django,
                "id": id,
                "cage_type": cage_type,
                "enrichment": enrichment,
                "food": food,
                "light_cycle": light_cycle,
                "cleaning_days": cleaning_days,
            },
        )

    async def cages_create(self, body: m.CageWrite | Mapping[str, Any]) -> m.Cage:
        """Create a cage."""
        answer = await self._sender.request("POST", "/cages", body=_json(body))
        value: m.Cage = _value(answer, "Cage")
        return value

    async def cages_read(self, id: str) -> m.Cage:
        """Read one cage."""
        answer = await self._sender.request("GET", f"/cages/{_part(id)}")
        value: m.Cage = _value(answer, "Cage")
        return value

    async def cages_update(self, id: str, body: m.CageWrite | Mapping[str, Any]) -> m.Cage:
        """Replace a cage."""
        answer = await self._sender.request("PUT", f"/cages/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Cage = _value(answer, "Cage")
        return value

    async def cages_partial_update(self, id: str, body: m.CagePatch | Mapping[str, Any]) -> m.Cage:
        """Change parts of a cage."""
        answer = await self._sender.request("PATCH", f"/cages/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Cage = _value(answer, "Cage")
        return value

    async def cages_delete(self, id: str) -> None:
        """Delete a cage."""
        answer = await self._sender.request("DELETE", f"/cages/{_part(id)}")
        _value(answer, "")

    async def housings_list(
        self,
        *,
        subject: str | None = None,
        cage: str | None = None,
        current: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        start_time: str | None = None,
        end_time: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.HousingPage:
        """List housings."""
        answer = await self._sender.request(
            "GET",
            "/housings",
            params=_query(
                {
                    "subject": subject,
                    "cage": cage,
                    "current": current,
                    "django": django,
                    "id": id,
                    "start_time": start_time,
                    "end_time": end_time,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.HousingPage = _value(answer, "HousingPage")
        return value

    def housings_all(
        self,
        *,
        subject: str | None = None,
        cage: str | None = None,
        current: bool | None = None,
        django: str | None = None,
        id: str | None = None,
        start_time: str | None = None,
        end_time: str | None = None,
    ) -> AsyncIterator[m.Housing]:
        """List housings, page after page."""
        return _apages(
            self.housings_list,
            {
                "subject": subject,
                "cage": cage,
                "current": current,
                "django": django,
                "id": id,
                "start_time": start_time,
                "end_time": end_time,
            },
        )

    async def housings_create(self, body: m.HousingWrite | Mapping[str, Any]) -> m.Housing:
        """Create a housing."""
        answer = await self._sender.request("POST", "/housings", body=_json(body))
        value: m.Housing = _value(answer, "Housing")
        return value

    async def housings_read(self, id: UUID | str) -> m.Housing:
        """Read one housing."""
        answer = await self._sender.request("GET", f"/housings/{_part(id)}")
        value: m.Housing = _value(answer, "Housing")
        return value

    async def housings_update(self, id: UUID | str, body: m.HousingPut | Mapping[str, Any]) -> m.Housing:
        """Replace a housing."""
        answer = await self._sender.request("PUT", f"/housings/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Housing = _value(answer, "Housing")
        return value

    async def housings_partial_update(self, id: UUID | str, body: m.HousingPatch | Mapping[str, Any]) -> m.Housing:
        """Change parts of a housing."""
        answer = await self._sender.request("PATCH", f"/housings/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Housing = _value(answer, "Housing")
        return value

    async def housings_delete(self, id: UUID | str) -> None:
        """Delete a housing."""
        answer = await self._sender.request("DELETE", f"/housings/{_part(id)}")
        _value(answer, "")

    async def culls_list(
        self,
        *,
        subject: str | None = None,
        reason: str | None = None,
        method: str | None = None,
        django: str | None = None,
        id: str | None = None,
        user: str | None = None,
        date: date | str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.CullPage:
        """List culls."""
        answer = await self._sender.request(
            "GET",
            "/culls",
            params=_query(
                {
                    "subject": subject,
                    "reason": reason,
                    "method": method,
                    "django": django,
                    "id": id,
                    "user": user,
                    "date": date,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.CullPage = _value(answer, "CullPage")
        return value

    def culls_all(
        self,
        *,
        subject: str | None = None,
        reason: str | None = None,
        method: str | None = None,
        django: str | None = None,
        id: str | None = None,
        user: str | None = None,
        date: date | str | None = None,
        description: str | None = None,
    ) -> AsyncIterator[m.Cull]:
        """List culls, page after page."""
        return _apages(
            self.culls_list,
            {
                "subject": subject,
                "reason": reason,
                "method": method,
                "django": django,
                "id": id,
                "user": user,
                "date": date,
                "description": description,
            },
        )

    async def culls_create(self, body: m.CullWrite | Mapping[str, Any]) -> m.Cull:
        """Create a cull."""
        answer = await self._sender.request("POST", "/culls", body=_json(body))
        value: m.Cull = _value(answer, "Cull")
        return value

    async def culls_read(self, id: UUID | str) -> m.Cull:
        """Read one cull."""
        answer = await self._sender.request("GET", f"/culls/{_part(id)}")
        value: m.Cull = _value(answer, "Cull")
        return value

    async def culls_update(self, id: UUID | str, body: m.CullWrite | Mapping[str, Any]) -> m.Cull:
        """Replace a cull."""
        answer = await self._sender.request("PUT", f"/culls/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Cull = _value(answer, "Cull")
        return value

    async def culls_partial_update(self, id: UUID | str, body: m.CullPatch | Mapping[str, Any]) -> m.Cull:
        """Change parts of a cull."""
        answer = await self._sender.request("PATCH", f"/culls/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Cull = _value(answer, "Cull")
        return value

    async def culls_delete(self, id: UUID | str) -> None:
        """Delete a cull."""
        answer = await self._sender.request("DELETE", f"/culls/{_part(id)}")
        _value(answer, "")

    async def subject_requests_list(
        self,
        *,
        lab: str | None = None,
        user: str | None = None,
        line: str | None = None,
        django: str | None = None,
        id: str | None = None,
        count: int | None = None,
        date: date | str | None = None,
        due_date: date | str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SubjectRequestPage:
        """List subject requests."""
        answer = await self._sender.request(
            "GET",
            "/subject-requests",
            params=_query(
                {
                    "lab": lab,
                    "user": user,
                    "line": line,
                    "django": django,
                    "id": id,
                    "count": count,
                    "date": date,
                    "due_date": due_date,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.SubjectRequestPage = _value(answer, "SubjectRequestPage")
        return value

    def subject_requests_all(
        self,
        *,
        lab: str | None = None,
        user: str | None = None,
        line: str | None = None,
        django: str | None = None,
        id: str | None = None,
        count: int | None = None,
        date: date | str | None = None,
        due_date: date | str | None = None,
        description: str | None = None,
    ) -> AsyncIterator[m.SubjectRequest]:
        """List subject requests, page after page."""
        return _apages(
            self.subject_requests_list,
            {
                "lab": lab,
                "user": user,
                "line": line,
                "django": django,
                "id": id,
                "count": count,
                "date": date,
                "due_date": due_date,
                "description": description,
            },
        )

    async def subject_requests_create(self, body: m.SubjectRequestWrite | Mapping[str, Any]) -> m.SubjectRequest:
        """Create a subject request."""
        answer = await self._sender.request("POST", "/subject-requests", body=_json(body))
        value: m.SubjectRequest = _value(answer, "SubjectRequest")
        return value

    async def subject_requests_read(self, id: UUID | str) -> m.SubjectRequest:
        """Read one subject request."""
        answer = await self._sender.request("GET", f"/subject-requests/{_part(id)}")
        value: m.SubjectRequest = _value(answer, "SubjectRequest")
        return value

    async def subject_requests_update(
        self, id: UUID | str, body: m.SubjectRequestWrite | Mapping[str, Any]
    ) -> m.SubjectRequest:
        """Replace a subject request."""
        answer = await self._sender.request("PUT", f"/subject-requests/{_part(id)}", body=_json(body), repeatable=True)
        value: m.SubjectRequest = _value(answer, "SubjectRequest")
        return value

    async def subject_requests_partial_update(
        self, id: UUID | str, body: m.SubjectRequestPatch | Mapping[str, Any]
    ) -> m.SubjectRequest:
        """Change parts of a subject request."""
        answer = await self._sender.request(
            "PATCH", f"/subject-requests/{_part(id)}", body=_json(body), repeatable=True
        )
        value: m.SubjectRequest = _value(answer, "SubjectRequest")
        return value

    async def subject_requests_delete(self, id: UUID | str) -> None:
        """Delete a subject request."""
        answer = await self._sender.request("DELETE", f"/subject-requests/{_part(id)}")
        _value(answer, "")

    async def colony_sessions_list(
        self,
        *,
        line: str | None = None,
        genotype: Sequence[str] | None = None,
        age_weeks: str | None = None,
        weight_pct: str | None = None,
        dataset_types: Sequence[str] | None = None,
        subject: str | None = None,
        lab: str | None = None,
        task_protocol: str | None = None,
        project: str | None = None,
        number: float | None = None,
        date_range: str | None = None,
        django: str | None = None,
        start_time: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ColonySessionPage:
        """List colony sessions."""
        answer = await self._sender.request(
            "GET",
            "/colony-sessions",
            params=_query(
                {
                    "line": line,
                    "genotype": genotype,
                    "age_weeks": age_weeks,
                    "weight_pct": weight_pct,
                    "dataset_types": dataset_types,
                    "subject": subject,
                    "lab": lab,
                    "task_protocol": task_protocol,
                    "project": project,
                    "number": number,
                    "date_range": date_range,
                    "django": django,
                    "start_time": start_time,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ColonySessionPage = _value(answer, "ColonySessionPage")
        return value

    def colony_sessions_all(
        self,
        *,
        line: str | None = None,
        genotype: Sequence[str] | None = None,
        age_weeks: str | None = None,
        weight_pct: str | None = None,
        dataset_types: Sequence[str] | None = None,
        subject: str | None = None,
        lab: str | None = None,
        task_protocol: str | None = None,
        project: str | None = None,
        number: float | None = None,
        date_range: str | None = None,
        django: str | None = None,
        start_time: str | None = None,
    ) -> AsyncIterator[m.ColonySession]:
        """List colony sessions, page after page."""
        return _apages(
            self.colony_sessions_list,
            {
                "line": line,
                "genotype": genotype,
                "age_weeks": age_weeks,
                "weight_pct": weight_pct,
                "dataset_types": dataset_types,
                "subject": subject,
                "lab": lab,
                "task_protocol": task_protocol,
                "project": project,
                "number": number,
                "date_range": date_range,
                "django": django,
                "start_time": start_time,
            },
        )

    async def weighings_list(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        user: str | None = None,
        date_time: str | None = None,
        id: str | None = None,
        location: str | None = None,
        django: str | None = None,
        weight: float | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.WeighingPage:
        """List weighings."""
        answer = await self._sender.request(
            "GET",
            "/weighings",
            params=_query(
                {
                    "subject": subject,
                    "nickname": nickname,
                    "lab": lab,
                    "users": users,
                    "date_range": date_range,
                    "user": user,
                    "date_time": date_time,
                    "id": id,
                    "location": location,
                    "django": django,
                    "weight": weight,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.WeighingPage = _value(answer, "WeighingPage")
        return value

    def weighings_all(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        user: str | None = None,
        date_time: str | None = None,
        id: str | None = None,
        location: str | None = None,
        django: str | None = None,
        weight: float | None = None,
    ) -> AsyncIterator[m.Weighing]:
        """List weighings, page after page."""
        return _apages(
            self.weighings_list,
            {
                "subject": subject,
                "nickname": nickname,
                "lab": lab,
                "users": users,
                "date_range": date_range,
                "user": user,
                "date_time": date_time,
                "id": id,
                "location": location,
                "django": django,
                "weight": weight,
            },
        )

    async def weighings_create(self, body: m.WeighingWrite | Mapping[str, Any]) -> m.Weighing:
        """Create a weighing."""
        answer = await self._sender.request("POST", "/weighings", body=_json(body))
        value: m.Weighing = _value(answer, "Weighing")
        return value

    async def weighings_read(self, id: UUID | str) -> m.Weighing:
        """Read one weighing."""
        answer = await self._sender.request("GET", f"/weighings/{_part(id)}")
        value: m.Weighing = _value(answer, "Weighing")
        return value

    async def weighings_delete(self, id: UUID | str) -> None:
        """Delete a weighing."""
        answer = await self._sender.request("DELETE", f"/weighings/{_part(id)}")
        _value(answer, "")

    async def water_type_list(
        self,
        *,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.WaterTypePage:
        """List water type."""
        answer = await self._sender.request(
            "GET",
            "/water-type",
            params=_query({"django": django, "id": id, "name": name, "limit": limit, "offset": offset}),
        )
        value: m.WaterTypePage = _value(answer, "WaterTypePage")
        return value

    def water_type_all(
        self, *, django: str | None = None, id: str | None = None, name: str | None = None
    ) -> AsyncIterator[m.WaterType]:
        """List water type, page after page."""
        return _apages(self.water_type_list, {"django": django, "id": id, "name": name})

    async def water_type_create(self, body: m.WaterTypeWrite | Mapping[str, Any]) -> m.WaterType:
        """Create a water type."""
        answer = await self._sender.request("POST", "/water-type", body=_json(body))
        value: m.WaterType = _value(answer, "WaterType")
        return value

    async def water_type_again(self, id: str) -> m.WaterTypePage:
        """List water type."""
        answer = await self._sender.request("GET", f"/water-type/{_part(id)}")
        value: m.WaterTypePage = _value(answer, "WaterTypePage")
        return value

    async def water_administrations_list(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        user: str | None = None,
        water_type: str | None = None,
        session: str | None = None,
        date_time: str | None = None,
        id: str | None = None,
        location: str | None = None,
        django: str | None = None,
        water_administered: float | None = None,
        adlib: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.WaterAdministrationPage:
        """List water administrations."""
        answer = await self._sender.request(
            "GET",
            "/water-administrations",
            params=_query(
                {
                    "subject": subject,
                    "nickname": nickname,
                    "lab": lab,
                    "users": users,
                    "date_range": date_range,
                    "user": user,
                    "water_type": water_type,
                    "session": session,
                    "date_time": date_time,
                    "id": id,
                    "location": location,
                    "django": django,
                    "water_administered": water_administered,
                    "adlib": adlib,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.WaterAdministrationPage = _value(answer, "WaterAdministrationPage")
        return value

    def water_administrations_all(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        user: str | None = None,
        water_type: str | None = None,
        session: str | None = None,
        date_time: str | None = None,
        id: str | None = None,
        location: str | None = None,
        django: str | None = None,
        water_administered: float | None = None,
        adlib: bool | None = None,
    ) -> AsyncIterator[m.WaterAdministration]:
        """List water administrations, page after page."""
        return _apages(
            self.water_administrations_list,
            {
                "subject": subject,
                "nickname": nickname,
                "lab": lab,
                "users": users,
                "date_range": date_range,
                "user": user,
                "water_type": water_type,
                "session": session,
                "date_time": date_time,
                "id": id,
                "location": location,
                "django": django,
                "water_administered": water_administered,
                "adlib": adlib,
            },
        )

    async def water_administrations_create(
        self, body: m.WaterAdministrationWrite | Mapping[str, Any]
    ) -> m.WaterAdministration:
        """Create a water administration."""
        answer = await self._sender.request("POST", "/water-administrations", body=_json(body))
        value: m.WaterAdministration = _value(answer, "WaterAdministration")
        return value

    async def water_administrations_read(self, id: UUID | str) -> m.WaterAdministration:
        """Read one water administration."""
        answer = await self._sender.request("GET", f"/water-administrations/{_part(id)}")
        value: m.WaterAdministration = _value(answer, "WaterAdministration")
        return value

    async def water_administrations_update(
        self, id: UUID | str, body: m.WaterAdministrationWrite | Mapping[str, Any]
    ) -> m.WaterAdministration:
        """Replace a water administration."""
        answer = await self._sender.request(
            "PUT", f"/water-administrations/{_part(id)}", body=_json(body), repeatable=True
        )
        value: m.WaterAdministration = _value(answer, "WaterAdministration")
        return value

    async def water_administrations_partial_update(
        self, id: UUID | str, body: m.WaterAdministrationPatch | Mapping[str, Any]
    ) -> m.WaterAdministration:
        """Change parts of a water administration."""
        answer = await self._sender.request(
            "PATCH", f"/water-administrations/{_part(id)}", body=_json(body), repeatable=True
        )
        value: m.WaterAdministration = _value(answer, "WaterAdministration")
        return value

    async def water_administrations_delete(self, id: UUID | str) -> None:
        """Delete a water administration."""
        answer = await self._sender.request("DELETE", f"/water-administrations/{_part(id)}")
        _value(answer, "")

    async def water_restriction_list(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        water_type: str | None = None,
        start_time: str | None = None,
        end_time: str | None = None,
        id: str | None = None,
        location: str | None = None,
        django: str | None = None,
        reference_weight: float | None = None,
        narrative: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.WaterRestrictionPage:
        """List water restriction."""
        answer = await self._sender.request(
            "GET",
            "/water-restriction",
            params=_query(
                {
                    "subject": subject,
                    "nickname": nickname,
                    "lab": lab,
                    "users": users,
                    "date_range": date_range,
                    "water_type": water_type,
                    "start_time": start_time,
                    "end_time": end_time,
                    "id": id,
                    "location": location,
                    "django": django,
                    "reference_weight": reference_weight,
                    "narrative": narrative,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.WaterRestrictionPage = _value(answer, "WaterRestrictionPage")
        return value

    def water_restriction_all(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        water_type: str | None = None,
        start_time: str | None = None,
        end_time: str | None = None,
        id: str | None = None,
        location: str | None = None,
        django: str | None = None,
        reference_weight: float | None = None,
        narrative: str | None = None,
    ) -> AsyncIterator[m.WaterRestriction]:
        """List water restriction, page after page."""
        return _apages(
            self.water_restriction_list,
            {
                "subject": subject,
                "nickname": nickname,
                "lab": lab,
                "users": users,
                "date_range": date_range,
                "water_type": water_type,
                "start_time": start_time,
                "end_time": end_time,
                "id": id,
                "location": location,
                "django": django,
                "reference_weight": reference_weight,
                "narrative": narrative,
            },
        )

    async def water_restriction_create(self, body: m.WaterRestrictionWrite | Mapping[str, Any]) -> m.WaterRestriction:
        """Create a water restriction."""
        answer = await self._sender.request("POST", "/water-restriction", body=_json(body))
        value: m.WaterRestriction = _value(answer, "WaterRestriction")
        return value

    async def water_restriction_read(self, id: UUID | str) -> m.WaterRestriction:
        """Read one water restriction."""
        answer = await self._sender.request("GET", f"/water-restriction/{_part(id)}")
        value: m.WaterRestriction = _value(answer, "WaterRestriction")
        return value

    async def water_restriction_partial_update(
        self, id: UUID | str, body: m.WaterRestrictionPatch | Mapping[str, Any]
    ) -> m.WaterRestriction:
        """Change parts of a water restriction."""
        answer = await self._sender.request(
            "PATCH", f"/water-restriction/{_part(id)}", body=_json(body), repeatable=True
        )
        value: m.WaterRestriction = _value(answer, "WaterRestriction")
        return value

    async def water_restriction_delete(self, id: UUID | str) -> None:
        """Delete a water restriction."""
        answer = await self._sender.request("DELETE", f"/water-restriction/{_part(id)}")
        _value(answer, "")

    async def water_restricted_subjects_list(
        self,
        *,
        django: str | None = None,
        nickname: str | None = None,
        id: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.WaterRestrictedSubjectPage:
        """List water restricted subjects."""
        answer = await self._sender.request(
            "GET",
            "/water-restricted-subjects",
            params=_query({"django": django, "nickname": nickname, "id": id, "limit": limit, "offset": offset}),
        )
        value: m.WaterRestrictedSubjectPage = _value(answer, "WaterRestrictedSubjectPage")
        return value

    def water_restricted_subjects_all(
        self, *, django: str | None = None, nickname: str | None = None, id: str | None = None
    ) -> AsyncIterator[m.WaterRestrictedSubject]:
        """List water restricted subjects, page after page."""
        return _apages(self.water_restricted_subjects_list, {"django": django, "nickname": nickname, "id": id})

    async def water_requirement_read(
        self, id: str, *, start_date: date | str | None = None, end_date: date | str | None = None
    ) -> Any:
        """Read an animal's weights and water, day by day."""
        answer = await self._sender.request(
            "GET", f"/water-requirement/{_part(id)}", params=_query({"start_date": start_date, "end_date": end_date})
        )
        value: Any = _value(answer, "")
        return value

    async def today_animals(self) -> m.Board:
        """What restricted animals need today."""
        answer = await self._sender.request("GET", "/today/animals")
        value: m.Board = _value(answer, "Board")
        return value

    async def surgeries_list(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        location: str | None = None,
        procedure: str | None = None,
        start_time: str | None = None,
        id: str | None = None,
        json: str | None = None,
        django: str | None = None,
        procedures: str | None = None,
        projects: str | None = None,
        narrative: str | None = None,
        end_time: str | None = None,
        outcome_type: str | None = None,
        implant_weight: float | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SurgeryPage:
        """List surgeries."""
        answer = await self._sender.request(
            "GET",
            "/surgeries",
            params=_query(
                {
                    "subject": subject,
                    "nickname": nickname,
                    "lab": lab,
                    "users": users,
                    "date_range": date_range,
                    "location": location,
                    "procedure": procedure,
                    "start_time": start_time,
                    "id": id,
                    "json": json,
                    "django": django,
                    "procedures": procedures,
                    "projects": projects,
                    "narrative": narrative,
                    "end_time": end_time,
                    "outcome_type": outcome_type,
                    "implant_weight": implant_weight,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.SurgeryPage = _value(answer, "SurgeryPage")
        return value

    def surgeries_all(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        location: str | None = None,
        procedure: str | None = None,
        start_time: str | None = None,
        id: str | None = None,
        json: str | None = None,
        django: str | None = None,
        procedures: str | None = None,
        projects: str | None = None,
        narrative: str | None = None,
        end_time: str | None = None,
        outcome_type: str | None = None,
        implant_weight: float | None = None,
    ) -> AsyncIterator[m.Surgery]:
        """List surgeries, page after page."""
        return _apages(
            self.surgeries_list,
            {
                "subject": subject,
                "nickname": nickname,
                "lab": lab,
                "users": users,
                "date_range": date_range,
                "location": location,
                "procedure": procedure,
                "start_time": start_time,
                "id": id,
                "json": json,
                "django": django,
                "procedures": procedures,
                "projects": projects,
                "narrative": narrative,
                "end_time": end_time,
                "outcome_type": outcome_type,
                "implant_weight": implant_weight,
            },
        )

    async def surgeries_create(self, body: m.SurgeryWrite | Mapping[str, Any]) -> m.Surgery:
        """Create a surgery."""
        answer = await self._sender.request("POST", "/surgeries", body=_json(body))
        value: m.Surgery = _value(answer, "Surgery")
        return value

    async def surgeries_read(self, id: UUID | str) -> m.Surgery:
        """Read one surgery."""
        answer = await self._sender.request("GET", f"/surgeries/{_part(id)}")
        value: m.Surgery = _value(answer, "Surgery")
        return value

    async def surgeries_update(self, id: UUID | str, body: m.SurgeryWrite | Mapping[str, Any]) -> m.Surgery:
        """Replace a surgery."""
        answer = await self._sender.request("PUT", f"/surgeries/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Surgery = _value(answer, "Surgery")
        return value

    async def surgeries_partial_update(self, id: UUID | str, body: m.SurgeryPatch | Mapping[str, Any]) -> m.Surgery:
        """Change parts of a surgery."""
        answer = await self._sender.request("PATCH", f"/surgeries/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Surgery = _value(answer, "Surgery")
        return value

    async def sessions_list(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        location: str | None = None,
        task_protocol: str | None = None,
        projects: str | None = None,
        project: str | None = None,
        procedures: str | None = None,
        type: str | None = None,
        number: float | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        dataset_types: Sequence[str] | None = None,
        datasets: Sequence[str] | None = None,
        dataset_qc_lte: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        servable_only: bool | None = None,
        servable: bool | None = None,
        performance_gte: float | None = None,
        performance_lte: float | None = None,
        qc: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        tag: str | None = None,
        id: str | None = None,
        narrative: str | None = None,
        start_time: str | None = None,
        end_time: str | None = None,
        auto_datetime: str | None = None,
        n_trials: int | None = None,
        n_correct_trials: int | None = None,
        parent_session: str | None = None,
        extended_qc: str | None = None,
        json: str | None = None,
        histology: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.SessionPage:
        """List sessions."""
        answer = await self._sender.request(
            "GET",
            "/sessions",
            params=_query(
                {
                    "subject": subject,
                    "nickname": nickname,
                    "lab": lab,
                    "location": location,
                    "task_protocol": task_protocol,
                    "projects": projects,
                    "project": project,
                    "procedures": procedures,
                    "type": type,
                    "number": number,
                    "users": users,
                    "date_range": date_range,
                    "dataset_types": dataset_types,
                    "datasets": datasets,
                    "dataset_qc_lte": dataset_qc_lte,
                    "servable_only": servable_only,
                    "servable": servable,
                    "performance_gte": performance_gte,
                    "performance_lte": performance_lte,
                    "qc": qc,
                    "tag": tag,
                    "id": id,
                    "narrative": narrative,
                    "start_time": start_time,
                    "end_time": end_time,
                    "auto_datetime": auto_datetime,
                    "n_trials": n_trials,
                    "n_correct_trials": n_correct_trials,
                    "parent_session": parent_session,
                    "extended_qc": extended_qc,
                    "json": json,
                    "histology": histology,
                    "atlas_acronym": atlas_acronym,
                    "atlas_id": atlas_id,
                    "atlas_name": atlas_name,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.SessionPage = _value(answer, "SessionPage")
        return value

    def sessions_all(
        self,
        *,
        subject: str | None = None,
        nickname: str | None = None,
        lab: str | None = None,
        location: str | None = None,
        task_protocol: str | None = None,
        projects: str | None = None,
        project: str | None = None,
        procedures: str | None = None,
        type: str | None = None,
        number: float | None = None,
        users: Sequence[str] | None = None,
        date_range: str | None = None,
        dataset_types: Sequence[str] | None = None,
        datasets: Sequence[str] | None = None,
        dataset_qc_lte: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        servable_only: bool | None = None,
        servable: bool | None = None,
        performance_gte: float | None = None,
        performance_lte: float | None = None,
        qc: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        tag: str | None = None,
        id: str | None = None,
        narrative: str | None = None,
        start_time: str | None = None,
        end_time: str | None = None,
        auto_datetime: str | None = None,
        n_trials: int | None = None,
        n_correct_trials: int | None = None,
        parent_session: str | None = None,
        extended_qc: str | None = None,
        json: str | None = None,
        histology: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
    ) -> AsyncIterator[m.Session]:
        """List sessions, page after page."""
        return _apages(
            self.sessions_list,
            {
                "subject": subject,
                "nickname": nickname,
                "lab": lab,
                "location": location,
                "task_protocol": task_protocol,
                "projects": projects,
                "project": project,
                "procedures": procedures,
                "type": type,
                "number": number,
                "users": users,
                "date_range": date_range,
                "dataset_types": dataset_types,
                "datasets": datasets,
                "dataset_qc_lte": dataset_qc_lte,
                "servable_only": servable_only,
                "servable": servable,
                "performance_gte": performance_gte,
                "performance_lte": performance_lte,
                "qc": qc,
                "tag": tag,
                "id": id,
                "narrative": narrative,
                "start_time": start_time,
                "end_time": end_time,
                "auto_datetime": auto_datetime,
                "n_trials": n_trials,
                "n_correct_trials": n_correct_trials,
                "parent_session": parent_session,
                "extended_qc": extended_qc,
                "json": json,
                "histology": histology,
                "atlas_acronym": atlas_acronym,
                "atlas_id": atlas_id,
                "atlas_name": atlas_name,
                "django": django,
            },
        )

    async def sessions_create(self, body: m.SessionWrite | Mapping[str, Any]) -> m.Session:
        """Create a session."""
        answer = await self._sender.request("POST", "/sessions", body=_json(body))
        value: m.Session = _value(answer, "Session")
        return value

    async def sessions_read(self, id: UUID | str) -> m.Session:
        """Read one session."""
        answer = await self._sender.request("GET", f"/sessions/{_part(id)}")
        value: m.Session = _value(answer, "Session")
        return value

    async def sessions_update(self, id: UUID | str, body: m.SessionWrite | Mapping[str, Any]) -> m.Session:
        """Replace a session."""
        answer = await self._sender.request("PUT", f"/sessions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Session = _value(answer, "Session")
        return value

    async def sessions_partial_update(self, id: UUID | str, body: m.SessionPatch | Mapping[str, Any]) -> m.Session:
        """Change parts of a session."""
        answer = await self._sender.request("PATCH", f"/sessions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Session = _value(answer, "Session")
        return value

    async def sessions_delete(self, id: UUID | str) -> None:
        """Delete a session."""
        answer = await self._sender.request("DELETE", f"/sessions/{_part(id)}")
        _value(answer, "")

    async def notifications_list(
        self,
        *,
        notification_type: str | None = None,
        status: str | None = None,
        django: str | None = None,
        id: str | None = None,
        subject: str | None = None,
        title: str | None = None,
        message: str | None = None,
        created_datetime: str | None = None,
        sent_datetime: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.NotificationPage:
        """List notifications."""
        answer = await self._sender.request(
            "GET",
            "/notifications",
            params=_query(
                {
                    "notification_type": notification_type,
                    "status": status,
                    "django": django,
                    "id": id,
                    "subject": subject,
                    "title": title,
                    "message": message,
                    "created_datetime": created_datetime,
                    "sent_datetime": sent_datetime,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.NotificationPage = _value(answer, "NotificationPage")
        return value

    def notifications_all(
        self,
        *,
        notification_type: str | None = None,
        status: str | None = None,
        django: str | None = None,
        id: str | None = None,
        subject: str | None = None,
        title: str | None = None,
        message: str | None = None,
        created_datetime: str | None = None,
        sent_datetime: str | None = None,
    ) -> AsyncIterator[m.Notification]:
        """List notifications, page after page."""
        return _apages(
            self.notifications_list,
            {
                "notification_type": notification_type,
                "status": status,
                "django": django,
                "id": id,
                "subject": subject,
                "title": title,
                "message": message,
                "created_datetime": created_datetime,
                "sent_datetime": sent_datetime,
            },
        )

    async def notifications_read(self, id: UUID | str) -> m.Notification:
        """Read one notification."""
        answer = await self._sender.request("GET", f"/notifications/{_part(id)}")
        value: m.Notification = _value(answer, "Notification")
        return value

    async def notification_rules_list(
        self,
        *,
        django: str | None = None,
        id: str | None = None,
        notification_type: str | None = None,
        subjects_scope: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.NotificationRulePage:
        """List notification rules."""
        answer = await self._sender.request(
            "GET",
            "/notification-rules",
            params=_query(
                {
                    "django": django,
                    "id": id,
                    "notification_type": notification_type,
                    "subjects_scope": subjects_scope,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.NotificationRulePage = _value(answer, "NotificationRulePage")
        return value

    def notification_rules_all(
        self,
        *,
        django: str | None = None,
        id: str | None = None,
        notification_type: str | None = None,
        subjects_scope: str | None = None,
    ) -> AsyncIterator[m.NotificationRule]:
        """List notification rules, page after page."""
        return _apages(
            self.notification_rules_list,
            {"django": django, "id": id, "notification_type": notification_type, "subjects_scope": subjects_scope},
        )

    async def notification_rules_create(self, body: m.NotificationRuleWrite | Mapping[str, Any]) -> m.NotificationRule:
        """Create a notification rule."""
        answer = await self._sender.request("POST", "/notification-rules", body=_json(body))
        value: m.NotificationRule = _value(answer, "NotificationRule")
        return value

    async def notification_rules_read(self, id: UUID | str) -> m.NotificationRule:
        """Read one notification rule."""
        answer = await self._sender.request("GET", f"/notification-rules/{_part(id)}")
        value: m.NotificationRule = _value(answer, "NotificationRule")
        return value

    async def notification_rules_update(
        self, id: UUID | str, body: m.NotificationRuleWrite | Mapping[str, Any]
    ) -> m.NotificationRule:
        """Replace a notification rule."""
        answer = await self._sender.request(
            "PUT", f"/notification-rules/{_part(id)}", body=_json(body), repeatable=True
        )
        value: m.NotificationRule = _value(answer, "NotificationRule")
        return value

    async def notification_rules_partial_update(
        self, id: UUID | str, body: m.NotificationRulePatch | Mapping[str, Any]
    ) -> m.NotificationRule:
        """Change parts of a notification rule."""
        answer = await self._sender.request(
            "PATCH", f"/notification-rules/{_part(id)}", body=_json(body), repeatable=True
        )
        value: m.NotificationRule = _value(answer, "NotificationRule")
        return value

    async def notification_rules_delete(self, id: UUID | str) -> None:
        """Delete a notification rule."""
        answer = await self._sender.request("DELETE", f"/notification-rules/{_part(id)}")
        _value(answer, "")

    async def tasks_list(
        self,
        *,
        lab: str | None = None,
        status: Literal["Waiting", "Held", "Started", "Errored", "Abandoned", "Empty", "Incomplete", "Complete"]
        | None = None,
        session: str | None = None,
        data_repository: str | None = None,
        parents: str | None = None,
        id: str | None = None,
        name: str | None = None,
        graph: str | None = None,
        executable: str | None = None,
        log: str | None = None,
        version: str | None = None,
        level: float | None = None,
        priority: float | None = None,
        io_charge: float | None = None,
        gpu: float | None = None,
        cpu: float | None = None,
        ram: float | None = None,
        time_out_secs: float | None = None,
        time_elapsed_secs: float | None = None,
        arguments: str | None = None,
        datetime: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.TaskPage:
        """List tasks."""
        answer = await self._sender.request(
            "GET",
            "/tasks",
            params=_query(
                {
                    "lab": lab,
                    "status": status,
                    "session": session,
                    "data_repository": data_repository,
                    "parents": parents,
                    "id": id,
                    "name": name,
                    "graph": graph,
                    "executable": executable,
                    "log": log,
                    "version": version,
                    "level": level,
                    "priority": priority,
                    "io_charge": io_charge,
                    "gpu": gpu,
                    "cpu": cpu,
                    "ram": ram,
                    "time_out_secs": time_out_secs,
                    "time_elapsed_secs": time_elapsed_secs,
                    "arguments": arguments,
                    "datetime": datetime,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.TaskPage = _value(answer, "TaskPage")
        return value

    def tasks_all(
        self,
        *,
        lab: str | None = None,
        status: Literal["Waiting", "Held", "Started", "Errored", "Abandoned", "Empty", "Incomplete", "Complete"]
        | None = None,
        session: str | None = None,
        data_repository: str | None = None,
        parents: str | None = None,
        id: str | None = None,
        name: str | None = None,
        graph: str | None = None,
        executable: str | None = None,
        log: str | None = None,
        version: str | None = None,
        level: float | None = None,
        priority: float | None = None,
        io_charge: float | None = None,
        gpu: float | None = None,
        cpu: float | None = None,
        ram: float | None = None,
        time_out_secs: float | None = None,
        time_elapsed_secs: float | None = None,
        arguments: str | None = None,
        datetime: str | None = None,
        django: str | None = None,
    ) -> AsyncIterator[m.Task]:
        """List tasks, page after page."""
        return _apages(
            self.tasks_list,
            {
                "lab": lab,
                "status": status,
                "session": session,
                "data_repository": data_repository,
                "parents": parents,
                "id": id,
                "name": name,
                "graph": graph,
                "executable": executable,
                "log": log,
                "version": version,
                "level": level,
                "priority": priority,
                "io_charge": io_charge,
                "gpu": gpu,
                "cpu": cpu,
                "ram": ram,
                "time_out_secs": time_out_secs,
                "time_elapsed_secs": time_elapsed_secs,
                "arguments": arguments,
                "datetime": datetime,
                "django": django,
            },
        )

    async def tasks_create(self, body: m.TaskWrite | Mapping[str, Any]) -> m.Task:
        """Create a task."""
        answer = await self._sender.request("POST", "/tasks", body=_json(body))
        value: m.Task = _value(answer, "Task")
        return value

    async def tasks_read(self, id: UUID | str) -> m.Task:
        """Read one task."""
        answer = await self._sender.request("GET", f"/tasks/{_part(id)}")
        value: m.Task = _value(answer, "Task")
        return value

    async def tasks_update(self, id: UUID | str, body: m.TaskWrite | Mapping[str, Any]) -> m.Task:
        """Replace a task."""
        answer = await self._sender.request("PUT", f"/tasks/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Task = _value(answer, "Task")
        return value

    async def tasks_partial_update(self, id: UUID | str, body: m.TaskPatch | Mapping[str, Any]) -> m.Task:
        """Change parts of a task."""
        answer = await self._sender.request("PATCH", f"/tasks/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Task = _value(answer, "Task")
        return value

    async def tasks_delete(self, id: UUID | str) -> None:
        """Delete a task."""
        answer = await self._sender.request("DELETE", f"/tasks/{_part(id)}")
        _value(answer, "")

    async def insertions_list(
        self,
        *,
        subject: str | None = None,
        date: date | str | None = None,
        experiment_number: float | None = None,
        name: str | None = None,
        session: str | None = None,
        model: str | None = None,
        dataset_types: Sequence[str] | None = None,
        datasets: Sequence[str] | None = None,
        dataset_qc_lte: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        lab: str | None = None,
        project: str | None = None,
        task_protocol: str | None = None,
        tag: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        chronic_insertion: str | None = None,
        django: str | None = None,
        id: str | None = None,
        serial: str | None = None,
        auto_datetime: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ProbeInsertionPage:
        """List insertions."""
        answer = await self._sender.request(
            "GET",
            "/insertions",
            params=_query(
                {
                    "subject": subject,
                    "date": date,
                    "experiment_number": experiment_number,
                    "name": name,
                    "session": session,
                    "model": model,
                    "dataset_types": dataset_types,
                    "datasets": datasets,
                    "dataset_qc_lte": dataset_qc_lte,
                    "lab": lab,
                    "project": project,
                    "task_protocol": task_protocol,
                    "tag": tag,
                    "atlas_acronym": atlas_acronym,
                    "atlas_id": atlas_id,
                    "atlas_name": atlas_name,
                    "chronic_insertion": chronic_insertion,
                    "django": django,
                    "id": id,
                    "serial": serial,
                    "auto_datetime": auto_datetime,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ProbeInsertionPage = _value(answer, "ProbeInsertionPage")
        return value

    def insertions_all(
        self,
        *,
        subject: str | None = None,
        date: date | str | None = None,
        experiment_number: float | None = None,
        name: str | None = None,
        session: str | None = None,
        model: str | None = None,
        dataset_types: Sequence[str] | None = None,
        datasets: Sequence[str] | None = None,
        dataset_qc_lte: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        lab: str | None = None,
        project: str | None = None,
        task_protocol: str | None = None,
        tag: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        chronic_insertion: str | None = None,
        django: str | None = None,
        id: str | None = None,
        serial: str | None = None,
        auto_datetime: str | None = None,
    ) -> AsyncIterator[m.ProbeInsertion]:
        """List insertions, page after page."""
        return _apages(
            self.insertions_list,
            {
                "subject": subject,
                "date": date,
                "experiment_number": experiment_number,
                "name": name,
                "session": session,
                "model": model,
                "dataset_types": dataset_types,
                "datasets": datasets,
                "dataset_qc_lte": dataset_qc_lte,
                "lab": lab,
                "project": project,
                "task_protocol": task_protocol,
                "tag": tag,
                "atlas_acronym": atlas_acronym,
                "atlas_id": atlas_id,
                "atlas_name": atlas_name,
                "chronic_insertion": chronic_insertion,
                "django": django,
                "id": id,
                "serial": serial,
                "auto_datetime": auto_datetime,
            },
        )

    async def insertions_create(self, body: m.ProbeInsertionWrite | Mapping[str, Any]) -> m.ProbeInsertion:
        """Create a probe insertion."""
        answer = await self._sender.request("POST", "/insertions", body=_json(body))
        value: m.ProbeInsertion = _value(answer, "ProbeInsertion")
        return value

    async def insertions_read(self, id: UUID | str) -> m.ProbeInsertion:
        """Read one probe insertion."""
        answer = await self._sender.request("GET", f"/insertions/{_part(id)}")
        value: m.ProbeInsertion = _value(answer, "ProbeInsertion")
        return value

    async def insertions_update(
        self, id: UUID | str, body: m.ProbeInsertionWrite | Mapping[str, Any]
    ) -> m.ProbeInsertion:
        """Replace a probe insertion."""
        answer = await self._sender.request("PUT", f"/insertions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ProbeInsertion = _value(answer, "ProbeInsertion")
        return value

    async def insertions_partial_update(
        self, id: UUID | str, body: m.ProbeInsertionPatch | Mapping[str, Any]
    ) -> m.ProbeInsertion:
        """Change parts of a probe insertion."""
        answer = await self._sender.request("PATCH", f"/insertions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ProbeInsertion = _value(answer, "ProbeInsertion")
        return value

    async def insertions_delete(self, id: UUID | str) -> None:
        """Delete a probe insertion."""
        answer = await self._sender.request("DELETE", f"/insertions/{_part(id)}")
        _value(answer, "")

    async def chronic_insertions_list(
        self,
        *,
        subject: str | None = None,
        lab: str | None = None,
        model: str | None = None,
        probe: str | None = None,
        session: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        start_time: str | None = None,
        serial: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ChronicInsertionPage:
        """List chronic insertions."""
        answer = await self._sender.request(
            "GET",
            "/chronic-insertions",
            params=_query(
                {
                    "subject": subject,
                    "lab": lab,
                    "model": model,
                    "probe": probe,
                    "session": session,
                    "atlas_acronym": atlas_acronym,
                    "atlas_id": atlas_id,
                    "atlas_name": atlas_name,
                    "django": django,
                    "id": id,
                    "name": name,
                    "start_time": start_time,
                    "serial": serial,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ChronicInsertionPage = _value(answer, "ChronicInsertionPage")
        return value

    def chronic_insertions_all(
        self,
        *,
        subject: str | None = None,
        lab: str | None = None,
        model: str | None = None,
        probe: str | None = None,
        session: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        start_time: str | None = None,
        serial: str | None = None,
    ) -> AsyncIterator[m.ChronicInsertion]:
        """List chronic insertions, page after page."""
        return _apages(
            self.chronic_insertions_list,
            {
                "subject": subject,
                "lab": lab,
                "model": model,
                "probe": probe,
                "session": session,
                "atlas_acronym": atlas_acronym,
                "atlas_id": atlas_id,
                "atlas_name": atlas_name,
                "django": django,
                "id": id,
                "name": name,
                "start_time": start_time,
                "serial": serial,
            },
        )

    async def chronic_insertions_create(self, body: m.ChronicInsertionWrite | Mapping[str, Any]) -> m.ChronicInsertion:
        """Create a chronic insertion."""
        answer = await self._sender.request("POST", "/chronic-insertions", body=_json(body))
        value: m.ChronicInsertion = _value(answer, "ChronicInsertion")
        return value

    async def chronic_insertions_read(self, id: UUID | str) -> m.ChronicInsertion:
        """Read one chronic insertion."""
        answer = await self._sender.request("GET", f"/chronic-insertions/{_part(id)}")
        value: m.ChronicInsertion = _value(answer, "ChronicInsertion")
        return value

    async def chronic_insertions_update(
        self, id: UUID | str, body: m.ChronicInsertionWrite | Mapping[str, Any]
    ) -> m.ChronicInsertion:
        """Replace a chronic insertion."""
        answer = await self._sender.request(
            "PUT", f"/chronic-insertions/{_part(id)}", body=_json(body), repeatable=True
        )
        value: m.ChronicInsertion = _value(answer, "ChronicInsertion")
        return value

    async def chronic_insertions_partial_update(
        self, id: UUID | str, body: m.ChronicInsertionPatch | Mapping[str, Any]
    ) -> m.ChronicInsertion:
        """Change parts of a chronic insertion."""
        answer = await self._sender.request(
            "PATCH", f"/chronic-insertions/{_part(id)}", body=_json(body), repeatable=True
        )
        value: m.ChronicInsertion = _value(answer, "ChronicInsertion")
        return value

    async def chronic_insertions_delete(self, id: UUID | str) -> None:
        """Delete a chronic insertion."""
        answer = await self._sender.request("DELETE", f"/chronic-insertions/{_part(id)}")
        _value(answer, "")

    async def probe_models_list(
        self,
        *,
        name: str | None = None,
        probe_model: str | None = None,
        django: str | None = None,
        id: str | None = None,
        probe_manufacturer: str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ProbeModelPage:
        """List probe models."""
        answer = await self._sender.request(
            "GET",
            "/probe-models",
            params=_query(
                {
                    "name": name,
                    "probe_model": probe_model,
                    "django": django,
                    "id": id,
                    "probe_manufacturer": probe_manufacturer,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ProbeModelPage = _value(answer, "ProbeModelPage")
        return value

    def probe_models_all(
        self,
        *,
        name: str | None = None,
        probe_model: str | None = None,
        django: str | None = None,
        id: str | None = None,
        probe_manufacturer: str | None = None,
        description: str | None = None,
    ) -> AsyncIterator[m.ProbeModel]:
        """List probe models, page after page."""
        return _apages(
            self.probe_models_list,
            {
                "name": name,
                "probe_model": probe_model,
                "django": django,
                "id": id,
                "probe_manufacturer": probe_manufacturer,
                "description": description,
            },
        )

    async def probe_models_create(self, body: m.ProbeModelWrite | Mapping[str, Any]) -> m.ProbeModel:
        """Create a probe model."""
        answer = await self._sender.request("POST", "/probe-models", body=_json(body))
        value: m.ProbeModel = _value(answer, "ProbeModel")
        return value

    async def probe_models_read(self, id: str) -> m.ProbeModel:
        """Read one probe model."""
        answer = await self._sender.request("GET", f"/probe-models/{_part(id)}")
        value: m.ProbeModel = _value(answer, "ProbeModel")
        return value

    async def probe_models_update(self, id: str, body: m.ProbeModelWrite | Mapping[str, Any]) -> m.ProbeModel:
        """Replace a probe model."""
        answer = await self._sender.request("PUT", f"/probe-models/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ProbeModel = _value(answer, "ProbeModel")
        return value

    async def probe_models_partial_update(self, id: str, body: m.ProbeModelPatch | Mapping[str, Any]) -> m.ProbeModel:
        """Change parts of a probe model."""
        answer = await self._sender.request("PATCH", f"/probe-models/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ProbeModel = _value(answer, "ProbeModel")
        return value

    async def probe_models_delete(self, id: str) -> None:
        """Delete a probe model."""
        answer = await self._sender.request("DELETE", f"/probe-models/{_part(id)}")
        _value(answer, "")

    async def brain_regions_list(
        self,
        *,
        id: int | None = None,
        acronym: str | None = None,
        name: str | None = None,
        description: str | None = None,
        parent: int | None = None,
        ancestors: str | None = None,
        descendants: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.BrainRegionPage:
        """List brain regions."""
        answer = await self._sender.request(
            "GET",
            "/brain-regions",
            params=_query(
                {
                    "id": id,
                    "acronym": acronym,
                    "name": name,
                    "description": description,
                    "parent": parent,
                    "ancestors": ancestors,
                    "descendants": descendants,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.BrainRegionPage = _value(answer, "BrainRegionPage")
        return value

    def brain_regions_all(
        self,
        *,
        id: int | None = None,
        acronym: str | None = None,
        name: str | None = None,
        description: str | None = None,
        parent: int | None = None,
        ancestors: str | None = None,
        descendants: str | None = None,
        django: str | None = None,
    ) -> AsyncIterator[m.BrainRegion]:
        """List brain regions, page after page."""
        return _apages(
            self.brain_regions_list,
            {
                "id": id,
                "acronym": acronym,
                "name": name,
                "description": description,
                "parent": parent,
                "ancestors": ancestors,
                "descendants": descendants,
                "django": django,
            },
        )

    async def brain_regions_read(self, id: int) -> m.BrainRegion:
        """Read one brain region."""
        answer = await self._sender.request("GET", f"/brain-regions/{_part(id)}")
        value: m.BrainRegion = _value(answer, "BrainRegion")
        return value

    async def brain_regions_update(self, id: int, body: m.BrainRegionWrite | Mapping[str, Any]) -> m.BrainRegion:
        """Replace a brain region."""
        answer = await self._sender.request("PUT", f"/brain-regions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.BrainRegion = _value(answer, "BrainRegion")
        return value

    async def brain_regions_partial_update(
        self, id: int, body: m.BrainRegionPatch | Mapping[str, Any]
    ) -> m.BrainRegion:
        """Change parts of a brain region."""
        answer = await self._sender.request("PATCH", f"/brain-regions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.BrainRegion = _value(answer, "BrainRegion")
        return value

    async def trajectories_list(
        self,
        *,
        provenance: Literal["Planned", "Micro-manipulator", "Histology track", "Ephys aligned histology track"]
        | None = None,
        subject: str | None = None,
        project: str | None = None,
        date: date | str | None = None,
        experiment_number: float | None = None,
        session: str | None = None,
        probe: str | None = None,
        probe_insertion: str | None = None,
        chronic_insertion: str | None = None,
        coordinate_system: str | None = None,
        django: str | None = None,
        id: str | None = None,
        x: float | None = None,
        y: float | None = None,
        z: float | None = None,
        depth: float | None = None,
        theta: float | None = None,
        phi: float | None = None,
        roll: float | None = None,
        datetime: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.TrajectoryEstimatePage:
        """List trajectories."""
        answer = await self._sender.request(
            "GET",
            "/trajectories",
            params=_query(
                {
                    "provenance": provenance,
                    "subject": subject,
                    "project": project,
                    "date": date,
                    "experiment_number": experiment_number,
                    "session": session,
                    "probe": probe,
                    "probe_insertion": probe_insertion,
                    "chronic_insertion": chronic_insertion,
                    "coordinate_system": coordinate_system,
                    "django": django,
                    "id": id,
                    "x": x,
                    "y": y,
                    "z": z,
                    "depth": depth,
                    "theta": theta,
                    "phi": phi,
                    "roll": roll,
                    "datetime": datetime,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.TrajectoryEstimatePage = _value(answer, "TrajectoryEstimatePage")
        return value

    def trajectories_all(
        self,
        *,
        provenance: Literal["Planned", "Micro-manipulator", "Histology track", "Ephys aligned histology track"]
        | None = None,
        subject: str | None = None,
        project: str | None = None,
        date: date | str | None = None,
        experiment_number: float | None = None,
        session: str | None = None,
        probe: str | None = None,
        probe_insertion: str | None = None,
        chronic_insertion: str | None = None,
        coordinate_system: str | None = None,
        django: str | None = None,
        id: str | None = None,
        x: float | None = None,
        y: float | None = None,
        z: float | None = None,
        depth: float | None = None,
        theta: float | None = None,
        phi: float | None = None,
        roll: float | None = None,
        datetime: str | None = None,
    ) -> AsyncIterator[m.TrajectoryEstimate]:
        """List trajectories, page after page."""
        return _apages(
            self.trajectories_list,
            {
                "provenance": provenance,
                "subject": subject,
                "project": project,
                "date": date,
                "experiment_number": experiment_number,
                "session": session,
                "probe": probe,
                "probe_insertion": probe_insertion,
                "chronic_insertion": chronic_insertion,
                "coordinate_system": coordinate_system,
                "django": django,
                "id": id,
                "x": x,
                "y": y,
                "z": z,
                "depth": depth,
                "theta": theta,
                "phi": phi,
                "roll": roll,
                "datetime": datetime,
            },
        )

    async def trajectories_create(self, body: m.TrajectoryEstimateWrite | Mapping[str, Any]) -> m.TrajectoryEstimate:
        """Create a trajectory estimate."""
        answer = await self._sender.request("POST", "/trajectories", body=_json(body))
        value: m.TrajectoryEstimate = _value(answer, "TrajectoryEstimate")
        return value

    async def trajectories_read(self, id: UUID | str) -> m.TrajectoryEstimate:
        """Read one trajectory estimate."""
        answer = await self._sender.request("GET", f"/trajectories/{_part(id)}")
        value: m.TrajectoryEstimate = _value(answer, "TrajectoryEstimate")
        return value

    async def trajectories_update(
        self, id: UUID | str, body: m.TrajectoryEstimateWrite | Mapping[str, Any]
    ) -> m.TrajectoryEstimate:
        """Replace a trajectory estimate."""
        answer = await self._sender.request("PUT", f"/trajectories/{_part(id)}", body=_json(body), repeatable=True)
        value: m.TrajectoryEstimate = _value(answer, "TrajectoryEstimate")
        return value

    async def trajectories_partial_update(
        self, id: UUID | str, body: m.TrajectoryEstimatePatch | Mapping[str, Any]
    ) -> m.TrajectoryEstimate:
        """Change parts of a trajectory estimate."""
        answer = await self._sender.request("PATCH", f"/trajectories/{_part(id)}", body=_json(body), repeatable=True)
        value: m.TrajectoryEstimate = _value(answer, "TrajectoryEstimate")
        return value

    async def trajectories_delete(self, id: UUID | str) -> None:
        """Delete a trajectory estimate."""
        answer = await self._sender.request("DELETE", f"/trajectories/{_part(id)}")
        _value(answer, "")

    async def channels_list(
        self,
        *,
        session: str | None = None,
        probe_insertion: str | None = None,
        subject: str | None = None,
        lab: str | None = None,
        trajectory_estimate: str | None = None,
        brain_region: int | None = None,
        lateral: float | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        axial: float | None = None,
        x: float | None = None,
        y: float | None = None,
        z: float | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ChannelPage:
        """List channels."""
        answer = await self._sender.request(
            "GET",
            "/channels",
            params=_query(
                {
                    "session": session,
                    "probe_insertion": probe_insertion,
                    "subject": subject,
                    "lab": lab,
                    "trajectory_estimate": trajectory_estimate,
                    "brain_region": brain_region,
                    "lateral": lateral,
                    "django": django,
                    "id": id,
                    "name": name,
                    "axial": axial,
                    "x": x,
                    "y": y,
                    "z": z,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ChannelPage = _value(answer, "ChannelPage")
        return value

    def channels_all(
        self,
        *,
        session: str | None = None,
        probe_insertion: str | None = None,
        subject: str | None = None,
        lab: str | None = None,
        trajectory_estimate: str | None = None,
        brain_region: int | None = None,
        lateral: float | None = None,
        django: str | None = None,
        id: str | None = None,
        name: str | None = None,
        axial: float | None = None,
        x: float | None = None,
        y: float | None = None,
        z: float | None = None,
    ) -> AsyncIterator[m.Channel]:
        """List channels, page after page."""
        return _apages(
            self.channels_list,
            {
                "session": session,
                "probe_insertion": probe_insertion,
                "subject": subject,
                "lab": lab,
                "trajectory_estimate": trajectory_estimate,
                "brain_region": brain_region,
                "lateral": lateral,
                "django": django,
                "id": id,
                "name": name,
                "axial": axial,
                "x": x,
                "y": y,
                "z": z,
            },
        )

    async def channels_create(self, body: m.ChannelWrite | Mapping[str, Any] | Sequence[Any]) -> Any:
        """Create a channel."""
        answer = await self._sender.request("POST", "/channels", body=_json(body))
        value: Any = _value(answer, "")
        return value

    async def channels_read(self, id: UUID | str) -> m.Channel:
        """Read one channel."""
        answer = await self._sender.request("GET", f"/channels/{_part(id)}")
        value: m.Channel = _value(answer, "Channel")
        return value

    async def channels_update(self, id: UUID | str, body: m.ChannelWrite | Mapping[str, Any]) -> m.Channel:
        """Replace a channel."""
        answer = await self._sender.request("PUT", f"/channels/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Channel = _value(answer, "Channel")
        return value

    async def channels_partial_update(self, id: UUID | str, body: m.ChannelPatch | Mapping[str, Any]) -> m.Channel:
        """Change parts of a channel."""
        answer = await self._sender.request("PATCH", f"/channels/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Channel = _value(answer, "Channel")
        return value

    async def channels_delete(self, id: UUID | str) -> None:
        """Delete a channel."""
        answer = await self._sender.request("DELETE", f"/channels/{_part(id)}")
        _value(answer, "")

    async def coordinate_systems_list(
        self,
        *,
        name: str | None = None,
        origin: str | None = None,
        django: str | None = None,
        id: str | None = None,
        description: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.CoordinateSystemPage:
        """List coordinate systems."""
        answer = await self._sender.request(
            "GET",
            "/coordinate-systems",
            params=_query(
                {
                    "name": name,
                    "origin": origin,
                    "django": django,
                    "id": id,
                    "description": description,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.CoordinateSystemPage = _value(answer, "CoordinateSystemPage")
        return value

    def coordinate_systems_all(
        self,
        *,
        name: str | None = None,
        origin: str | None = None,
        django: str | None = None,
        id: str | None = None,
        description: str | None = None,
    ) -> AsyncIterator[m.CoordinateSystem]:
        """List coordinate systems, page after page."""
        return _apages(
            self.coordinate_systems_list,
            {"name": name, "origin": origin, "django": django, "id": id, "description": description},
        )

    async def coordinate_systems_create(self, body: m.CoordinateSystemWrite | Mapping[str, Any]) -> m.CoordinateSystem:
        """Create a coordinate system."""
        answer = await self._sender.request("POST", "/coordinate-systems", body=_json(body))
        value: m.CoordinateSystem = _value(answer, "CoordinateSystem")
        return value

    async def coordinate_systems_read(self, id: str) -> m.CoordinateSystem:
        """Read one coordinate system."""
        answer = await self._sender.request("GET", f"/coordinate-systems/{_part(id)}")
        value: m.CoordinateSystem = _value(answer, "CoordinateSystem")
        return value

    async def coordinate_systems_update(
        self, id: str, body: m.CoordinateSystemWrite | Mapping[str, Any]
    ) -> m.CoordinateSystem:
        """Replace a coordinate system."""
        answer = await self._sender.request(
            "PUT", f"/coordinate-systems/{_part(id)}", body=_json(body), repeatable=True
        )
        value: m.CoordinateSystem = _value(answer, "CoordinateSystem")
        return value

    async def coordinate_systems_partial_update(
        self, id: str, body: m.CoordinateSystemPatch | Mapping[str, Any]
    ) -> m.CoordinateSystem:
        """Change parts of a coordinate system."""
        answer = await self._sender.request(
            "PATCH", f"/coordinate-systems/{_part(id)}", body=_json(body), repeatable=True
        )
        value: m.CoordinateSystem = _value(answer, "CoordinateSystem")
        return value

    async def coordinate_systems_delete(self, id: str) -> None:
        """Delete a coordinate system."""
        answer = await self._sender.request("DELETE", f"/coordinate-systems/{_part(id)}")
        _value(answer, "")

    async def fields_of_view_list(
        self,
        *,
        id: str | None = None,
        session: str | None = None,
        stack: str | None = None,
        name: str | None = None,
        subject: str | None = None,
        lab: str | None = None,
        project: str | None = None,
        date: date | str | None = None,
        experiment_number: float | None = None,
        imaging_type: str | None = None,
        dataset_types: Sequence[str] | None = None,
        datasets: Sequence[str] | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.FOVPage:
        """List fields of view."""
        answer = await self._sender.request(
            "GET",
            "/fields-of-view",
            params=_query(
                {
                    "id": id,
                    "session": session,
                    "stack": stack,
                    "name": name,
                    "subject": subject,
                    "lab": lab,
                    "project": project,
                    "date": date,
                    "experiment_number": experiment_number,
                    "imaging_type": imaging_type,
                    "dataset_types": dataset_types,
                    "datasets": datasets,
                    "atlas_acronym": atlas_acronym,
                    "atlas_id": atlas_id,
                    "atlas_name": atlas_name,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.FOVPage = _value(answer, "FOVPage")
        return value

    def fields_of_view_all(
        self,
        *,
        id: str | None = None,
        session: str | None = None,
        stack: str | None = None,
        name: str | None = None,
        subject: str | None = None,
        lab: str | None = None,
        project: str | None = None,
        date: date | str | None = None,
        experiment_number: float | None = None,
        imaging_type: str | None = None,
        dataset_types: Sequence[str] | None = None,
        datasets: Sequence[str] | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
    ) -> AsyncIterator[m.FOV]:
        """List fields of view, page after page."""
        return _apages(
            self.fields_of_view_list,
            {
                "id": id,
                "session": session,
                "stack": stack,
                "name": name,
                "subject": subject,
                "lab": lab,
                "project": project,
                "date": date,
                "experiment_number": experiment_number,
                "imaging_type": imaging_type,
                "dataset_types": dataset_types,
                "datasets": datasets,
                "atlas_acronym": atlas_acronym,
                "atlas_id": atlas_id,
                "atlas_name": atlas_name,
                "django": django,
            },
        )

    async def fields_of_view_create(self, body: m.FOVWrite | Mapping[str, Any]) -> m.FOV:
        """Create a fov."""
        answer = await self._sender.request("POST", "/fields-of-view", body=_json(body))
        value: m.FOV = _value(answer, "FOV")
        return value

    async def fields_of_view_read(self, id: UUID | str) -> m.FOV:
        """Read one fov."""
        answer = await self._sender.request("GET", f"/fields-of-view/{_part(id)}")
        value: m.FOV = _value(answer, "FOV")
        return value

    async def fields_of_view_update(self, id: UUID | str, body: m.FOVWrite | Mapping[str, Any]) -> m.FOV:
        """Replace a fov."""
        answer = await self._sender.request("PUT", f"/fields-of-view/{_part(id)}", body=_json(body), repeatable=True)
        value: m.FOV = _value(answer, "FOV")
        return value

    async def fields_of_view_partial_update(self, id: UUID | str, body: m.FOVPatch | Mapping[str, Any]) -> m.FOV:
        """Change parts of a fov."""
        answer = await self._sender.request("PATCH", f"/fields-of-view/{_part(id)}", body=_json(body), repeatable=True)
        value: m.FOV = _value(answer, "FOV")
        return value

    async def fields_of_view_delete(self, id: UUID | str) -> None:
        """Delete a fov."""
        answer = await self._sender.request("DELETE", f"/fields-of-view/{_part(id)}")
        _value(answer, "")

    async def fov_location_list(
        self,
        *,
        id: str | None = None,
        field_of_view: str | None = None,
        provenance: str | None = None,
        default_provenance: bool | None = None,
        coordinate_system: str | None = None,
        x: float | None = None,
        y: float | None = None,
        z: float | None = None,
        n_xyz: float | None = None,
        brain_region: Sequence[str] | None = None,
        name: str | None = None,
        auto_datetime: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.FOVLocationPage:
        """List fov location."""
        answer = await self._sender.request(
            "GET",
            "/fov-location",
            params=_query(
                {
                    "id": id,
                    "field_of_view": field_of_view,
                    "provenance": provenance,
                    "default_provenance": default_provenance,
                    "coordinate_system": coordinate_system,
                    "x": x,
                    "y": y,
                    "z": z,
                    "n_xyz": n_xyz,
                    "brain_region": brain_region,
                    "name": name,
                    "auto_datetime": auto_datetime,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.FOVLocationPage = _value(answer, "FOVLocationPage")
        return value

    def fov_location_all(
        self,
        *,
        id: str | None = None,
        field_of_view: str | None = None,
        provenance: str | None = None,
        default_provenance: bool | None = None,
        coordinate_system: str | None = None,
        x: float | None = None,
        y: float | None = None,
        z: float | None = None,
        n_xyz: float | None = None,
        brain_region: Sequence[str] | None = None,
        name: str | None = None,
        auto_datetime: str | None = None,
        django: str | None = None,
    ) -> AsyncIterator[m.FOVLocation]:
        """List fov location, page after page."""
        return _apages(
            self.fov_location_list,
            {
                "id": id,
                "field_of_view": field_of_view,
                "provenance": provenance,
                "default_provenance": default_provenance,
                "coordinate_system": coordinate_system,
                "x": x,
                "y": y,
                "z": z,
                "n_xyz": n_xyz,
                "brain_region": brain_region,
                "name": name,
                "auto_datetime": auto_datetime,
                "django": django,
            },
        )

    async def fov_location_create(self, body: m.FOVLocationWrite | Mapping[str, Any]) -> m.FOVLocation:
        """Create a fovlocation."""
        answer = await self._sender.request("POST", "/fov-location", body=_json(body))
        value: m.FOVLocation = _value(answer, "FOVLocation")
        return value

    async def fov_location_read(self, id: UUID | str) -> m.FOVLocation:
        """Read one fovlocation."""
        answer = await self._sender.request("GET", f"/fov-location/{_part(id)}")
        value: m.FOVLocation = _value(answer, "FOVLocation")
        return value

    async def fov_location_update(self, id: UUID | str, body: m.FOVLocationWrite | Mapping[str, Any]) -> m.FOVLocation:
        """Replace a fovlocation."""
        answer = await self._sender.request("PUT", f"/fov-location/{_part(id)}", body=_json(body), repeatable=True)
        value: m.FOVLocation = _value(answer, "FOVLocation")
        return value

    async def fov_location_partial_update(
        self, id: UUID | str, body: m.FOVLocationPatch | Mapping[str, Any]
    ) -> m.FOVLocation:
        """Change parts of a fovlocation."""
        answer = await self._sender.request("PATCH", f"/fov-location/{_part(id)}", body=_json(body), repeatable=True)
        value: m.FOVLocation = _value(answer, "FOVLocation")
        return value

    async def fov_location_delete(self, id: UUID | str) -> None:
        """Delete a fovlocation."""
        answer = await self._sender.request("DELETE", f"/fov-location/{_part(id)}")
        _value(answer, "")

    async def imaging_stack_list(
        self,
        *,
        id: str | None = None,
        name: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ImagingStackPage:
        """List imaging stack."""
        answer = await self._sender.request(
            "GET",
            "/imaging-stack",
            params=_query(
                {
                    "id": id,
                    "name": name,
                    "atlas_acronym": atlas_acronym,
                    "atlas_id": atlas_id,
                    "atlas_name": atlas_name,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.ImagingStackPage = _value(answer, "ImagingStackPage")
        return value

    def imaging_stack_all(
        self,
        *,
        id: str | None = None,
        name: str | None = None,
        atlas_acronym: str | None = None,
        atlas_id: int | None = None,
        atlas_name: str | None = None,
        django: str | None = None,
    ) -> AsyncIterator[m.ImagingStack]:
        """List imaging stack, page after page."""
        return _apages(
            self.imaging_stack_list,
            {
                "id": id,
                "name": name,
                "atlas_acronym": atlas_acronym,
                "atlas_id": atlas_id,
                "atlas_name": atlas_name,
                "django": django,
            },
        )

    async def imaging_stack_create(self, body: m.ImagingStackWrite | Mapping[str, Any]) -> m.ImagingStack:
        """Create a imaging stack."""
        answer = await self._sender.request("POST", "/imaging-stack", body=_json(body))
        value: m.ImagingStack = _value(answer, "ImagingStack")
        return value

    async def imaging_stack_read(self, id: UUID | str) -> m.ImagingStack:
        """Read one imaging stack."""
        answer = await self._sender.request("GET", f"/imaging-stack/{_part(id)}")
        value: m.ImagingStack = _value(answer, "ImagingStack")
        return value

    async def imaging_types_list(
        self,
        *,
        name: str | None = None,
        django: str | None = None,
        id: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.ImagingTypePage:
        """List imaging types."""
        answer = await self._sender.request(
            "GET",
            "/imaging-types",
            params=_query({"name": name, "django": django, "id": id, "limit": limit, "offset": offset}),
        )
        value: m.ImagingTypePage = _value(answer, "ImagingTypePage")
        return value

    def imaging_types_all(
        self, *, name: str | None = None, django: str | None = None, id: str | None = None
    ) -> AsyncIterator[m.ImagingType]:
        """List imaging types, page after page."""
        return _apages(self.imaging_types_list, {"name": name, "django": django, "id": id})

    async def imaging_types_create(self, body: m.ImagingTypeWrite | Mapping[str, Any]) -> m.ImagingType:
        """Create a imaging type."""
        answer = await self._sender.request("POST", "/imaging-types", body=_json(body))
        value: m.ImagingType = _value(answer, "ImagingType")
        return value

    async def imaging_types_read(self, id: str) -> m.ImagingType:
        """Read one imaging type."""
        answer = await self._sender.request("GET", f"/imaging-types/{_part(id)}")
        value: m.ImagingType = _value(answer, "ImagingType")
        return value

    async def imaging_types_update(self, id: str, body: m.ImagingTypeWrite | Mapping[str, Any]) -> m.ImagingType:
        """Replace a imaging type."""
        answer = await self._sender.request("PUT", f"/imaging-types/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ImagingType = _value(answer, "ImagingType")
        return value

    async def imaging_types_partial_update(
        self, id: str, body: m.ImagingTypePatch | Mapping[str, Any]
    ) -> m.ImagingType:
        """Change parts of a imaging type."""
        answer = await self._sender.request("PATCH", f"/imaging-types/{_part(id)}", body=_json(body), repeatable=True)
        value: m.ImagingType = _value(answer, "ImagingType")
        return value

    async def imaging_types_delete(self, id: str) -> None:
        """Delete a imaging type."""
        answer = await self._sender.request("DELETE", f"/imaging-types/{_part(id)}")
        _value(answer, "")

    async def notes_list(
        self,
        *,
        django: str | None = None,
        id: str | None = None,
        user: str | None = None,
        date_time: str | None = None,
        content_type: str | None = None,
        object_id: str | None = None,
        text: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.NotePage:
        """List notes."""
        answer = await self._sender.request(
            "GET",
            "/notes",
            params=_query(
                {
                    "django": django,
                    "id": id,
                    "user": user,
                    "date_time": date_time,
                    "content_type": content_type,
                    "object_id": object_id,
                    "text": text,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.NotePage = _value(answer, "NotePage")
        return value

    def notes_all(
        self,
        *,
        django: str | None = None,
        id: str | None = None,
        user: str | None = None,
        date_time: str | None = None,
        content_type: str | None = None,
        object_id: str | None = None,
        text: str | None = None,
    ) -> AsyncIterator[m.Note]:
        """List notes, page after page."""
        return _apages(
            self.notes_list,
            {
                "django": django,
                "id": id,
                "user": user,
                "date_time": date_time,
                "content_type": content_type,
                "object_id": object_id,
                "text": text,
            },
        )

    async def notes_create(self, body: m.NoteWrite | Mapping[str, Any]) -> m.Note:
        """Create a note."""
        answer = await self._sender.request("POST", "/notes", body=_json(body))
        value: m.Note = _value(answer, "Note")
        return value

    async def notes_read(self, id: UUID | str) -> m.Note:
        """Read one note."""
        answer = await self._sender.request("GET", f"/notes/{_part(id)}")
        value: m.Note = _value(answer, "Note")
        return value

    async def notes_update(self, id: UUID | str, body: m.NoteWrite | Mapping[str, Any]) -> m.Note:
        """Replace a note."""
        answer = await self._sender.request("PUT", f"/notes/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Note = _value(answer, "Note")
        return value

    async def notes_partial_update(self, id: UUID | str, body: m.NotePatch | Mapping[str, Any]) -> m.Note:
        """Change parts of a note."""
        answer = await self._sender.request("PATCH", f"/notes/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Note = _value(answer, "Note")
        return value

    async def notes_delete(self, id: UUID | str) -> None:
        """Delete a note."""
        answer = await self._sender.request("DELETE", f"/notes/{_part(id)}")
        _value(answer, "")

    async def dataset_types_list(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        filename_pattern: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.DatasetTypePage:
        """List dataset types."""
        answer = await self._sender.request(
            "GET",
            "/dataset-types",
            params=_query(
                {
                    "name": name,
                    "id": id,
                    "description": description,
                    "filename_pattern": filename_pattern,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.DatasetTypePage = _value(answer, "DatasetTypePage")
        return value

    def dataset_types_all(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        filename_pattern: str | None = None,
    ) -> AsyncIterator[m.DatasetType]:
        """List dataset types, page after page."""
        return _apages(
            self.dataset_types_list,
            {"name": name, "id": id, "description": description, "filename_pattern": filename_pattern},
        )

    async def dataset_types_create(self, body: m.DatasetTypeWrite | Mapping[str, Any]) -> m.DatasetType:
        """Create a dataset type."""
        answer = await self._sender.request("POST", "/dataset-types", body=_json(body))
        value: m.DatasetType = _value(answer, "DatasetType")
        return value

    async def dataset_types_read(self, id: str) -> m.DatasetType:
        """Read one dataset type."""
        answer = await self._sender.request("GET", f"/dataset-types/{_part(id)}")
        value: m.DatasetType = _value(answer, "DatasetType")
        return value

    async def dataset_types_update(self, id: str, body: m.DatasetTypeWrite | Mapping[str, Any]) -> m.DatasetType:
        """Replace a dataset type."""
        answer = await self._sender.request("PUT", f"/dataset-types/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DatasetType = _value(answer, "DatasetType")
        return value

    async def dataset_types_partial_update(
        self, id: str, body: m.DatasetTypePatch | Mapping[str, Any]
    ) -> m.DatasetType:
        """Change parts of a dataset type."""
        answer = await self._sender.request("PATCH", f"/dataset-types/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DatasetType = _value(answer, "DatasetType")
        return value

    async def dataset_types_delete(self, id: str) -> None:
        """Delete a dataset type."""
        answer = await self._sender.request("DELETE", f"/dataset-types/{_part(id)}")
        _value(answer, "")

    async def data_formats_list(
        self,
        *,
        name: str | None = None,
        file_extension: str | None = None,
        id: str | None = None,
        description: str | None = None,
        matlab_loader_function: str | None = None,
        python_loader_function: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.DataFormatPage:
        """List data formats."""
        answer = await self._sender.request(
            "GET",
            "/data-formats",
            params=_query(
                {
                    "name": name,
                    "file_extension": file_extension,
                    "id": id,
                    "description": description,
                    "matlab_loader_function": matlab_loader_function,
                    "python_loader_function": python_loader_function,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.DataFormatPage = _value(answer, "DataFormatPage")
        return value

    def data_formats_all(
        self,
        *,
        name: str | None = None,
        file_extension: str | None = None,
        id: str | None = None,
        description: str | None = None,
        matlab_loader_function: str | None = None,
        python_loader_function: str | None = None,
    ) -> AsyncIterator[m.DataFormat]:
        """List data formats, page after page."""
        return _apages(
            self.data_formats_list,
            {
                "name": name,
                "file_extension": file_extension,
                "id": id,
                "description": description,
                "matlab_loader_function": matlab_loader_function,
                "python_loader_function": python_loader_function,
            },
        )

    async def data_formats_create(self, body: m.DataFormatWrite | Mapping[str, Any]) -> m.DataFormat:
        """Create a data format."""
        answer = await self._sender.request("POST", "/data-formats", body=_json(body))
        value: m.DataFormat = _value(answer, "DataFormat")
        return value

    async def data_formats_read(self, id: str) -> m.DataFormat:
        """Read one data format."""
        answer = await self._sender.request("GET", f"/data-formats/{_part(id)}")
        value: m.DataFormat = _value(answer, "DataFormat")
        return value

    async def data_formats_update(self, id: str, body: m.DataFormatWrite | Mapping[str, Any]) -> m.DataFormat:
        """Replace a data format."""
        answer = await self._sender.request("PUT", f"/data-formats/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataFormat = _value(answer, "DataFormat")
        return value

    async def data_formats_partial_update(self, id: str, body: m.DataFormatPatch | Mapping[str, Any]) -> m.DataFormat:
        """Change parts of a data format."""
        answer = await self._sender.request("PATCH", f"/data-formats/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataFormat = _value(answer, "DataFormat")
        return value

    async def data_formats_delete(self, id: str) -> None:
        """Delete a data format."""
        answer = await self._sender.request("DELETE", f"/data-formats/{_part(id)}")
        _value(answer, "")

    async def data_repository_type_list(
        self, *, id: str | None = None, name: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> m.DataRepositoryTypePage:
        """List data repository type."""
        answer = await self._sender.request(
            "GET", "/data-repository-type", params=_query({"id": id, "name": name, "limit": limit, "offset": offset})
        )
        value: m.DataRepositoryTypePage = _value(answer, "DataRepositoryTypePage")
        return value

    def data_repository_type_all(
        self, *, id: str | None = None, name: str | None = None
    ) -> AsyncIterator[m.DataRepositoryType]:
        """List data repository type, page after page."""
        return _apages(self.data_repository_type_list, {"id": id, "name": name})

    async def data_repository_type_create(
        self, body: m.DataRepositoryTypeWrite | Mapping[str, Any]
    ) -> m.DataRepositoryType:
        """Create a data repository type."""
        answer = await self._sender.request("POST", "/data-repository-type", body=_json(body))
        value: m.DataRepositoryType = _value(answer, "DataRepositoryType")
        return value

    async def data_repository_type_read(self, id: str) -> m.DataRepositoryType:
        """Read one data repository type."""
        answer = await self._sender.request("GET", f"/data-repository-type/{_part(id)}")
        value: m.DataRepositoryType = _value(answer, "DataRepositoryType")
        return value

    async def data_repository_type_update(
        self, id: str, body: m.DataRepositoryTypeWrite | Mapping[str, Any]
    ) -> m.DataRepositoryType:
        """Replace a data repository type."""
        answer = await self._sender.request(
            "PUT", f"/data-repository-type/{_part(id)}", body=_json(body), repeatable=True
        )
        value: m.DataRepositoryType = _value(answer, "DataRepositoryType")
        return value

    async def data_repository_type_partial_update(
        self, id: str, body: m.DataRepositoryTypePatch | Mapping[str, Any]
    ) -> m.DataRepositoryType:
        """Change parts of a data repository type."""
        answer = await self._sender.request(
            "PATCH", f"/data-repository-type/{_part(id)}", body=_json(body), repeatable=True
        )
        value: m.DataRepositoryType = _value(answer, "DataRepositoryType")
        return value

    async def data_repository_type_delete(self, id: str) -> None:
        """Delete a data repository type."""
        answer = await self._sender.request("DELETE", f"/data-repository-type/{_part(id)}")
        _value(answer, "")

    async def data_repository_list(
        self,
        *,
        name: str | None = None,
        globus_endpoint_id: str | None = None,
        globus_is_personal: bool | None = None,
        repository_type: str | None = None,
        timezone: str | None = None,
        globus_path: str | None = None,
        hostname: str | None = None,
        data_url: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.DataRepositoryPage:
        """List data repository."""
        answer = await self._sender.request(
            "GET",
            "/data-repository",
            params=_query(
                {
                    "name": name,
                    "globus_endpoint_id": globus_endpoint_id,
                    "globus_is_personal": globus_is_personal,
                    "repository_type": repository_type,
                    "timezone": timezone,
                    "globus_path": globus_path,
                    "hostname": hostname,
                    "data_url": data_url,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.DataRepositoryPage = _value(answer, "DataRepositoryPage")
        return value

    def data_repository_all(
        self,
        *,
        name: str | None = None,
        globus_endpoint_id: str | None = None,
        globus_is_personal: bool | None = None,
        repository_type: str | None = None,
        timezone: str | None = None,
        globus_path: str | None = None,
        hostname: str | None = None,
        data_url: str | None = None,
    ) -> AsyncIterator[m.DataRepository]:
        """List data repository, page after page."""
        return _apages(
            self.data_repository_list,
            {
                "name": name,
                "globus_endpoint_id": globus_endpoint_id,
                "globus_is_personal": globus_is_personal,
                "repository_type": repository_type,
                "timezone": timezone,
                "globus_path": globus_path,
                "hostname": hostname,
                "data_url": data_url,
            },
        )

    async def data_repository_create(self, body: m.DataRepositoryWrite | Mapping[str, Any]) -> m.DataRepository:
        """Create a data repository."""
        answer = await self._sender.request("POST", "/data-repository", body=_json(body))
        value: m.DataRepository = _value(answer, "DataRepository")
        return value

    async def data_repository_read(self, id: str) -> m.DataRepository:
        """Read one data repository."""
        answer = await self._sender.request("GET", f"/data-repository/{_part(id)}")
        value: m.DataRepository = _value(answer, "DataRepository")
        return value

    async def data_repository_update(
        self, id: str, body: m.DataRepositoryWrite | Mapping[str, Any]
    ) -> m.DataRepository:
        """Replace a data repository."""
        answer = await self._sender.request("PUT", f"/data-repository/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataRepository = _value(answer, "DataRepository")
        return value

    async def data_repository_partial_update(
        self, id: str, body: m.DataRepositoryPatch | Mapping[str, Any]
    ) -> m.DataRepository:
        """Change parts of a data repository."""
        answer = await self._sender.request("PATCH", f"/data-repository/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataRepository = _value(answer, "DataRepository")
        return value

    async def data_repository_delete(self, id: str) -> None:
        """Delete a data repository."""
        answer = await self._sender.request("DELETE", f"/data-repository/{_part(id)}")
        _value(answer, "")

    async def datasets_list(
        self,
        *,
        subject: str | None = None,
        lab: str | None = None,
        date: str | None = None,
        created_date: date | str | None = None,
        created_date_gte: date | str | None = None,
        created_date_lte: date | str | None = None,
        created_by: str | None = None,
        dataset_type: str | None = None,
        data_format: str | None = None,
        experiment_number: str | None = None,
        exists: bool | None = None,
        public: bool | None = None,
        protected: bool | None = None,
        tag: str | None = None,
        revision: str | None = None,
        qc: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        session: str | None = None,
        id: str | None = None,
        name: str | None = None,
        collection: str | None = None,
        hash: str | None = None,
        version: str | None = None,
        generating_software: str | None = None,
        default_dataset: bool | None = None,
        file_size: int | None = None,
        object_id: str | None = None,
        probe_insertion: str | None = None,
        django: str | None = None,
        created_datetime: str | None = None,
        auto_datetime: str | None = None,
        tags: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.DatasetPage:
        """List datasets."""
        answer = await self._sender.request(
            "GET",
            "/datasets",
            params=_query(
                {
                    "subject": subject,
                    "lab": lab,
                    "date": date,
                    "created_date": created_date,
                    "created_date_gte": created_date_gte,
                    "created_date_lte": created_date_lte,
                    "created_by": created_by,
                    "dataset_type": dataset_type,
                    "data_format": data_format,
                    "experiment_number": experiment_number,
                    "exists": exists,
                    "public": public,
                    "protected": protected,
                    "tag": tag,
                    "revision": revision,
                    "qc": qc,
                    "session": session,
                    "id": id,
                    "name": name,
                    "collection": collection,
                    "hash": hash,
                    "version": version,
                    "generating_software": generating_software,
                    "default_dataset": default_dataset,
                    "file_size": file_size,
                    "object_id": object_id,
                    "probe_insertion": probe_insertion,
                    "django": django,
                    "created_datetime": created_datetime,
                    "auto_datetime": auto_datetime,
                    "tags": tags,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.DatasetPage = _value(answer, "DatasetPage")
        return value

    def datasets_all(
        self,
        *,
        subject: str | None = None,
        lab: str | None = None,
        date: str | None = None,
        created_date: date | str | None = None,
        created_date_gte: date | str | None = None,
        created_date_lte: date | str | None = None,
        created_by: str | None = None,
        dataset_type: str | None = None,
        data_format: str | None = None,
        experiment_number: str | None = None,
        exists: bool | None = None,
        public: bool | None = None,
        protected: bool | None = None,
        tag: str | None = None,
        revision: str | None = None,
        qc: Literal["NOT_SET", "PASS", "WARNING", "FAIL", "CRITICAL"] | None = None,
        session: str | None = None,
        id: str | None = None,
        name: str | None = None,
        collection: str | None = None,
        hash: str | None = None,
        version: str | None = None,
        generating_software: str | None = None,
        default_dataset: bool | None = None,
        file_size: int | None = None,
        object_id: str | None = None,
        probe_insertion: str | None = None,
        django: str | None = None,
        created_datetime: str | None = None,
        auto_datetime: str | None = None,
        tags: str | None = None,
    ) -> AsyncIterator[m.Dataset]:
        """List datasets, page after page."""
        return _apages(
            self.datasets_list,
            {
                "subject": subject,
                "lab": lab,
                "date": date,
                "created_date": created_date,
                "created_date_gte": created_date_gte,
                "created_date_lte": created_date_lte,
                "created_by": created_by,
                "dataset_type": dataset_type,
                "data_format": data_format,
                "experiment_number": experiment_number,
                "exists": exists,
                "public": public,
                "protected": protected,
                "tag": tag,
                "revision": revision,
                "qc": qc,
                "session": session,
                "id": id,
                "name": name,
                "collection": collection,
                "hash": hash,
                "version": version,
                "generating_software": generating_software,
                "default_dataset": default_dataset,
                "file_size": file_size,
                "object_id": object_id,
                "probe_insertion": probe_insertion,
                "django": django,
                "created_datetime": created_datetime,
                "auto_datetime": auto_datetime,
                "tags": tags,
            },
        )

    async def datasets_create(self, body: m.DatasetWrite | Mapping[str, Any]) -> m.Dataset:
        """Create a dataset."""
        answer = await self._sender.request("POST", "/datasets", body=_json(body))
        value: m.Dataset = _value(answer, "Dataset")
        return value

    async def datasets_read(self, id: UUID | str) -> m.Dataset:
        """Read one dataset."""
        answer = await self._sender.request("GET", f"/datasets/{_part(id)}")
        value: m.Dataset = _value(answer, "Dataset")
        return value

    async def datasets_update(self, id: UUID | str, body: m.DatasetPut | Mapping[str, Any]) -> m.Dataset:
        """Replace a dataset."""
        answer = await self._sender.request("PUT", f"/datasets/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Dataset = _value(answer, "Dataset")
        return value

    async def datasets_partial_update(self, id: UUID | str, body: m.DatasetPatch | Mapping[str, Any]) -> m.Dataset:
        """Change parts of a dataset."""
        answer = await self._sender.request("PATCH", f"/datasets/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Dataset = _value(answer, "Dataset")
        return value

    async def datasets_delete(self, id: UUID | str) -> None:
        """Delete a dataset."""
        answer = await self._sender.request("DELETE", f"/datasets/{_part(id)}")
        _value(answer, "")

    async def revisions_list(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        created_datetime: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.RevisionPage:
        """List revisions."""
        answer = await self._sender.request(
            "GET",
            "/revisions",
            params=_query(
                {
                    "name": name,
                    "id": id,
                    "description": description,
                    "created_datetime": created_datetime,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.RevisionPage = _value(answer, "RevisionPage")
        return value

    def revisions_all(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        description: str | None = None,
        created_datetime: str | None = None,
    ) -> AsyncIterator[m.Revision]:
        """List revisions, page after page."""
        return _apages(
            self.revisions_list,
            {"name": name, "id": id, "description": description, "created_datetime": created_datetime},
        )

    async def revisions_create(self, body: m.RevisionWrite | Mapping[str, Any]) -> m.Revision:
        """Create a revision."""
        answer = await self._sender.request("POST", "/revisions", body=_json(body))
        value: m.Revision = _value(answer, "Revision")
        return value

    async def revisions_read(self, id: str) -> m.Revision:
        """Read one revision."""
        answer = await self._sender.request("GET", f"/revisions/{_part(id)}")
        value: m.Revision = _value(answer, "Revision")
        return value

    async def revisions_update(self, id: str, body: m.RevisionWrite | Mapping[str, Any]) -> m.Revision:
        """Replace a revision."""
        answer = await self._sender.request("PUT", f"/revisions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Revision = _value(answer, "Revision")
        return value

    async def revisions_partial_update(self, id: str, body: m.RevisionPatch | Mapping[str, Any]) -> m.Revision:
        """Change parts of a revision."""
        answer = await self._sender.request("PATCH", f"/revisions/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Revision = _value(answer, "Revision")
        return value

    async def revisions_delete(self, id: str) -> None:
        """Delete a revision."""
        answer = await self._sender.request("DELETE", f"/revisions/{_part(id)}")
        _value(answer, "")

    async def tags_list(
        self,
        *,
        name: str | None = None,
        protected: bool | None = None,
        public: bool | None = None,
        id: str | None = None,
        description: str | None = None,
        hash: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.TagPage:
        """List tags."""
        answer = await self._sender.request(
            "GET",
            "/tags",
            params=_query(
                {
                    "name": name,
                    "protected": protected,
                    "public": public,
                    "id": id,
                    "description": description,
                    "hash": hash,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.TagPage = _value(answer, "TagPage")
        return value

    def tags_all(
        self,
        *,
        name: str | None = None,
        protected: bool | None = None,
        public: bool | None = None,
        id: str | None = None,
        description: str | None = None,
        hash: str | None = None,
    ) -> AsyncIterator[m.Tag]:
        """List tags, page after page."""
        return _apages(
            self.tags_list,
            {
                "name": name,
                "protected": protected,
                "public": public,
                "id": id,
                "description": description,
                "hash": hash,
            },
        )

    async def tags_create(self, body: m.TagWrite | Mapping[str, Any]) -> m.Tag:
        """Create a tag."""
        answer = await self._sender.request("POST", "/tags", body=_json(body))
        value: m.Tag = _value(answer, "Tag")
        return value

    async def tags_read(self, id: str) -> m.Tag:
        """Read one tag."""
        answer = await self._sender.request("GET", f"/tags/{_part(id)}")
        value: m.Tag = _value(answer, "Tag")
        return value

    async def tags_update(self, id: str, body: m.TagWrite | Mapping[str, Any]) -> m.Tag:
        """Replace a tag."""
        answer = await self._sender.request("PUT", f"/tags/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Tag = _value(answer, "Tag")
        return value

    async def tags_partial_update(self, id: str, body: m.TagPatch | Mapping[str, Any]) -> m.Tag:
        """Change parts of a tag."""
        answer = await self._sender.request("PATCH", f"/tags/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Tag = _value(answer, "Tag")
        return value

    async def tags_delete(self, id: str) -> None:
        """Delete a tag."""
        answer = await self._sender.request("DELETE", f"/tags/{_part(id)}")
        _value(answer, "")

    async def files_list(
        self,
        *,
        dataset: str | None = None,
        exists: bool | None = None,
        lab: str | None = None,
        data_repository: str | None = None,
        globus_is_personal: bool | None = None,
        id: str | None = None,
        relative_path: str | None = None,
        django: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.FileRecordPage:
        """List files."""
        answer = await self._sender.request(
            "GET",
            "/files",
            params=_query(
                {
                    "dataset": dataset,
                    "exists": exists,
                    "lab": lab,
                    "data_repository": data_repository,
                    "globus_is_personal": globus_is_personal,
                    "id": id,
                    "relative_path": relative_path,
                    "django": django,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.FileRecordPage = _value(answer, "FileRecordPage")
        return value

    def files_all(
        self,
        *,
        dataset: str | None = None,
        exists: bool | None = None,
        lab: str | None = None,
        data_repository: str | None = None,
        globus_is_personal: bool | None = None,
        id: str | None = None,
        relative_path: str | None = None,
        django: str | None = None,
    ) -> AsyncIterator[m.FileRecord]:
        """List files, page after page."""
        return _apages(
            self.files_list,
            {
                "dataset": dataset,
                "exists": exists,
                "lab": lab,
                "data_repository": data_repository,
                "globus_is_personal": globus_is_personal,
                "id": id,
                "relative_path": relative_path,
                "django": django,
            },
        )

    async def files_create(self, body: m.FileRecordWrite | Mapping[str, Any]) -> m.FileRecord:
        """Create a file record."""
        answer = await self._sender.request("POST", "/files", body=_json(body))
        value: m.FileRecord = _value(answer, "FileRecord")
        return value

    async def files_read(self, id: UUID | str) -> m.FileRecord:
        """Read one file record."""
        answer = await self._sender.request("GET", f"/files/{_part(id)}")
        value: m.FileRecord = _value(answer, "FileRecord")
        return value

    async def files_update(self, id: UUID | str, body: m.FileRecordWrite | Mapping[str, Any]) -> m.FileRecord:
        """Replace a file record."""
        answer = await self._sender.request("PUT", f"/files/{_part(id)}", body=_json(body), repeatable=True)
        value: m.FileRecord = _value(answer, "FileRecord")
        return value

    async def files_partial_update(self, id: UUID | str, body: m.FileRecordPatch | Mapping[str, Any]) -> m.FileRecord:
        """Change parts of a file record."""
        answer = await self._sender.request("PATCH", f"/files/{_part(id)}", body=_json(body), repeatable=True)
        value: m.FileRecord = _value(answer, "FileRecord")
        return value

    async def files_delete(self, id: UUID | str) -> None:
        """Delete a file record."""
        answer = await self._sender.request("DELETE", f"/files/{_part(id)}")
        _value(answer, "")

    async def register_file_create(self, body: m.RegisterFileBody | Mapping[str, Any]) -> Any:
        """Register files that lie in a repository already."""
        answer = await self._sender.request("POST", "/register-file", body=_json(body))
        value: Any = _value(answer, "")
        return value

    async def check_protected_list(
        self,
        body: Mapping[str, Any] | None = None,
        *,
        path: str | None = None,
        filenames: str | None = None,
        created_by: str | None = None,
    ) -> Any:
        """Are these files protected."""
        answer = await self._sender.request(
            "GET",
            "/check-protected",
            params=_query({"path": path, "filenames": filenames, "created_by": created_by}),
            body=_json(body),
        )
        value: Any = _value(answer, "")
        return value

    async def data_notices_list(
        self,
        *,
        datasets: str | None = None,
        dataset_tag: str | None = None,
        name: str | None = None,
        importance: int | None = None,
        created_by: str | None = None,
        version_affected: str | None = None,
        affected_date_start: date | str | None = None,
        affected_date_end: date | str | None = None,
        django: str | None = None,
        id: str | None = None,
        description: str | None = None,
        created_datetime: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.DataNoticePage:
        """List data notices."""
        answer = await self._sender.request(
            "GET",
            "/data-notices",
            params=_query(
                {
                    "datasets": datasets,
                    "dataset_tag": dataset_tag,
                    "name": name,
                    "importance": importance,
                    "created_by": created_by,
                    "version_affected": version_affected,
                    "affected_date_start": affected_date_start,
                    "affected_date_end": affected_date_end,
                    "django": django,
                    "id": id,
                    "description": description,
                    "created_datetime": created_datetime,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.DataNoticePage = _value(answer, "DataNoticePage")
        return value

    def data_notices_all(
        self,
        *,
        datasets: str | None = None,
        dataset_tag: str | None = None,
        name: str | None = None,
        importance: int | None = None,
        created_by: str | None = None,
        version_affected: str | None = None,
        affected_date_start: date | str | None = None,
        affected_date_end: date | str | None = None,
        django: str | None = None,
        id: str | None = None,
        description: str | None = None,
        created_datetime: str | None = None,
    ) -> AsyncIterator[m.DataNotice]:
        """List data notices, page after page."""
        return _apages(
            self.data_notices_list,
            {
                "datasets": datasets,
                "dataset_tag": dataset_tag,
                "name": name,
                "importance": importance,
                "created_by": created_by,
                "version_affected": version_affected,
                "affected_date_start": affected_date_start,
                "affected_date_end": affected_date_end,
                "django": django,
                "id": id,
                "description": description,
                "created_datetime": created_datetime,
            },
        )

    async def data_notices_create(self, body: m.DataNoticeWrite | Mapping[str, Any]) -> m.DataNotice:
        """Create a data notice."""
        answer = await self._sender.request("POST", "/data-notices", body=_json(body))
        value: m.DataNotice = _value(answer, "DataNotice")
        return value

    async def data_notices_read(self, id: UUID | str) -> m.DataNotice:
        """Read one data notice."""
        answer = await self._sender.request("GET", f"/data-notices/{_part(id)}")
        value: m.DataNotice = _value(answer, "DataNotice")
        return value

    async def data_notices_update(self, id: UUID | str, body: m.DataNoticeWrite | Mapping[str, Any]) -> m.DataNotice:
        """Replace a data notice."""
        answer = await self._sender.request("PUT", f"/data-notices/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataNotice = _value(answer, "DataNotice")
        return value

    async def data_notices_partial_update(
        self, id: UUID | str, body: m.DataNoticePatch | Mapping[str, Any]
    ) -> m.DataNotice:
        """Change parts of a data notice."""
        answer = await self._sender.request("PATCH", f"/data-notices/{_part(id)}", body=_json(body), repeatable=True)
        value: m.DataNotice = _value(answer, "DataNotice")
        return value

    async def data_notices_delete(self, id: UUID | str) -> None:
        """Delete a data notice."""
        answer = await self._sender.request("DELETE", f"/data-notices/{_part(id)}")
        _value(answer, "")

    async def downloads_list(
        self,
        *,
        user: str | None = None,
        dataset: str | None = None,
        dataset_type: str | None = None,
        json: str | None = None,
        count: int | None = None,
        django: str | None = None,
        id: str | None = None,
        first_download: str | None = None,
        last_download: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.DownloadPage:
        """List downloads."""
        answer = await self._sender.request(
            "GET",
            "/downloads",
            params=_query(
                {
                    "user": user,
                    "dataset": dataset,
                    "dataset_type": dataset_type,
                    "json": json,
                    "count": count,
                    "django": django,
                    "id": id,
                    "first_download": first_download,
                    "last_download": last_download,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.DownloadPage = _value(answer, "DownloadPage")
        return value

    def downloads_all(
        self,
        *,
        user: str | None = None,
        dataset: str | None = None,
        dataset_type: str | None = None,
        json: str | None = None,
        count: int | None = None,
        django: str | None = None,
        id: str | None = None,
        first_download: str | None = None,
        last_download: str | None = None,
    ) -> AsyncIterator[m.Download]:
        """List downloads, page after page."""
        return _apages(
            self.downloads_list,
            {
                "user": user,
                "dataset": dataset,
                "dataset_type": dataset_type,
                "json": json,
                "count": count,
                "django": django,
                "id": id,
                "first_download": first_download,
                "last_download": last_download,
            },
        )

    async def downloads_read(self, id: UUID | str) -> m.Download:
        """Read one download."""
        answer = await self._sender.request("GET", f"/downloads/{_part(id)}")
        value: m.Download = _value(answer, "Download")
        return value

    async def downloads_update(self, id: UUID | str, body: m.DownloadWrite | Mapping[str, Any]) -> m.Download:
        """Replace a download."""
        answer = await self._sender.request("PUT", f"/downloads/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Download = _value(answer, "Download")
        return value

    async def downloads_partial_update(self, id: UUID | str, body: m.DownloadPatch | Mapping[str, Any]) -> m.Download:
        """Change parts of a download."""
        answer = await self._sender.request("PATCH", f"/downloads/{_part(id)}", body=_json(body), repeatable=True)
        value: m.Download = _value(answer, "Download")
        return value

    async def new_download_create(self, body: m.NewDownloadBody | Mapping[str, Any]) -> Any:
        """Log that datasets were downloaded."""
        answer = await self._sender.request("POST", "/new-download", body=_json(body))
        value: Any = _value(answer, "")
        return value

    async def sync_file_status_list(self) -> Any:
        """How complete each repository is."""
        answer = await self._sender.request("GET", "/sync-file-status")
        value: Any = _value(answer, "")
        return value

    async def sync_file_status_create(self) -> Any:
        """Look for missing files at their places."""
        answer = await self._sender.request("POST", "/sync-file-status")
        value: Any = _value(answer, "")
        return value

    async def corrections_create(self, body: m.Correction | Mapping[str, Any]) -> m.Report:
        """Move, merge, withdraw or restore a session."""
        answer = await self._sender.request("POST", "/corrections", body=_json(body))
        value: m.Report = _value(answer, "Report")
        return value

    async def cache_info(self) -> Any:
        """What the cache tables hold."""
        answer = await self._sender.request("GET", "/cache/info")
        value: Any = _value(answer, "")
        return value

    async def uploads_list(
        self,
        *,
        session: str | None = None,
        state: Literal["wanted", "received", "verifying", "verified", "quarantined", "aborted", "expired"]
        | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.UploadOutPage:
        """List uploads, newest first."""
        answer = await self._sender.request(
            "GET", "/uploads", params=_query({"session": session, "state": state, "limit": limit, "offset": offset})
        )
        value: m.UploadOutPage = _value(answer, "UploadOutPage")
        return value

    def uploads_all(
        self,
        *,
        session: str | None = None,
        state: Literal["wanted", "received", "verifying", "verified", "quarantined", "aborted", "expired"]
        | None = None,
    ) -> AsyncIterator[m.UploadOut]:
        """List uploads, newest first, page after page."""
        return _apages(self.uploads_list, {"session": session, "state": state})

    async def uploads_create(self, body: m.RegisterBody | Mapping[str, Any]) -> m.Registered:
        """Register files and say whose bytes are needed."""
        answer = await self._sender.request("POST", "/uploads", body=_json(body))
        value: m.Registered = _value(answer, "Registered")
        return value

    async def uploads_read(self, id: str) -> m.UploadOut:
        """Read one upload, with the parts that the store has."""
        answer = await self._sender.request("GET", f"/uploads/{_part(id)}")
        value: m.UploadOut = _value(answer, "UploadOut")
        return value

    async def uploads_sign(self, body: m.SignBody | Mapping[str, Any]) -> m.SignedAll:
        """Sign PUTs and parts, at any time and again."""
        answer = await self._sender.request("POST", "/uploads/sign", body=_json(body))
        value: m.SignedAll = _value(answer, "SignedAll")
        return value

    async def uploads_complete(self, body: m.UploadsBody | Mapping[str, Any]) -> m.UploadStates:
        """Say that all bytes were sent."""
        answer = await self._sender.request("POST", "/uploads/complete", body=_json(body))
        value: m.UploadStates = _value(answer, "UploadStates")
        return value

    async def uploads_abort(self, body: m.UploadsBody | Mapping[str, Any]) -> m.UploadStates:
        """Give uploads up."""
        answer = await self._sender.request("POST", "/uploads/abort", body=_json(body))
        value: m.UploadStates = _value(answer, "UploadStates")
        return value

    async def signed_urls_create(self, body: m.SignedUrlsBody | Mapping[str, Any]) -> m.SignedUrls:
        """Signed URLs of up to 1,000 datasets."""
        answer = await self._sender.request("POST", "/signed-urls", body=_json(body))
        value: m.SignedUrls = _value(answer, "SignedUrls")
        return value

    async def retirements_list(
        self,
        *,
        state: str | None = None,
        dataset: str | None = None,
        lab: str | None = None,
        name: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.RetirementPage:
        """List retirements."""
        answer = await self._sender.request(
            "GET",
            "/retirements",
            params=_query(
                {"state": state, "dataset": dataset, "lab": lab, "name": name, "limit": limit, "offset": offset}
            ),
        )
        value: m.RetirementPage = _value(answer, "RetirementPage")
        return value

    def retirements_all(
        self, *, state: str | None = None, dataset: str | None = None, lab: str | None = None, name: str | None = None
    ) -> AsyncIterator[m.Retirement]:
        """List retirements, page after page."""
        return _apages(self.retirements_list, {"state": state, "dataset": dataset, "lab": lab, "name": name})

    async def retirements_read(self, id: UUID | str) -> m.Retirement:
        """Read one retirement."""
        answer = await self._sender.request("GET", f"/retirements/{_part(id)}")
        value: m.Retirement = _value(answer, "Retirement")
        return value

    async def retirements_undo(self, id: str) -> None:
        """Bring a retired copy back, or say that it shall stay."""
        answer = await self._sender.request("POST", f"/retirements/{_part(id)}/undo")
        _value(answer, "")

    async def compression_jobs_list(
        self,
        *,
        dataset: str | None = None,
        session: str | None = None,
        state: Literal["queued", "running", "done", "failed", "cancelled"] | None = None,
        lab: str | None = None,
        rule: str | None = None,
        software_version: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.CompressionJobPage:
        """List jobs, newest first."""
        answer = await self._sender.request(
            "GET",
            "/compression/jobs",
            params=_query(
                {
                    "dataset": dataset,
                    "session": session,
                    "state": state,
                    "lab": lab,
                    "rule": rule,
                    "software_version": software_version,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.CompressionJobPage = _value(answer, "CompressionJobPage")
        return value

    def compression_jobs_all(
        self,
        *,
        dataset: str | None = None,
        session: str | None = None,
        state: Literal["queued", "running", "done", "failed", "cancelled"] | None = None,
        lab: str | None = None,
        rule: str | None = None,
        software_version: str | None = None,
    ) -> AsyncIterator[m.CompressionJob]:
        """List jobs, newest first, page after page."""
        return _apages(
            self.compression_jobs_list,
            {
                "dataset": dataset,
                "session": session,
                "state": state,
                "lab": lab,
                "rule": rule,
                "software_version": software_version,
            },
        )

    async def compression_jobs_create(self, body: m.CompressionRequest | Mapping[str, Any]) -> m.CompressionJob:
        """Compress a raw recording."""
        answer = await self._sender.request("POST", "/compression/jobs", body=_json(body))
        value: m.CompressionJob = _value(answer, "CompressionJob")
        return value

    async def compression_jobs_read(self, id: str) -> m.CompressionJob:
        """Read one job."""
        answer = await self._sender.request("GET", f"/compression/jobs/{_part(id)}")
        value: m.CompressionJob = _value(answer, "CompressionJob")
        return value

    async def compression_jobs_cancel(self, id: str) -> m.CompressionJob:
        """Cancel a job that is queued or running."""
        answer = await self._sender.request("POST", f"/compression/jobs/{_part(id)}/cancel")
        value: m.CompressionJob = _value(answer, "CompressionJob")
        return value

    async def compression_jobs_retry(self, id: str) -> m.CompressionJob:
        """Try a failed or cancelled job again."""
        answer = await self._sender.request("POST", f"/compression/jobs/{_part(id)}/retry")
        value: m.CompressionJob = _value(answer, "CompressionJob")
        return value

    async def compression_rules_list(
        self, *, limit: int | None = None, offset: int | None = None
    ) -> m.CompressionRulePage:
        """List rules, the first in rank first."""
        answer = await self._sender.request(
            "GET", "/compression/rules", params=_query({"limit": limit, "offset": offset})
        )
        value: m.CompressionRulePage = _value(answer, "CompressionRulePage")
        return value

    def compression_rules_all(self) -> AsyncIterator[m.CompressionRule]:
        """List rules, the first in rank first, page after page."""
        return _apages(self.compression_rules_list, {})

    async def compression_rules_create(self, body: m.RuleIn | Mapping[str, Any]) -> m.CompressionRule:
        """Say which raw recordings are compressed by themselves."""
        answer = await self._sender.request("POST", "/compression/rules", body=_json(body))
        value: m.CompressionRule = _value(answer, "CompressionRule")
        return value

    async def compression_rules_read(self, id: str) -> m.CompressionRule:
        """Read one rule."""
        answer = await self._sender.request("GET", f"/compression/rules/{_part(id)}")
        value: m.CompressionRule = _value(answer, "CompressionRule")
        return value

    async def compression_rules_partial_update(
        self, id: str, body: m.RuleChange | Mapping[str, Any]
    ) -> m.CompressionRule:
        """Change parts of a rule."""
        answer = await self._sender.request(
            "PATCH", f"/compression/rules/{_part(id)}", body=_json(body), repeatable=True
        )
        value: m.CompressionRule = _value(answer, "CompressionRule")
        return value

    async def compression_rules_delete(self, id: str) -> None:
        """Delete a rule; its jobs stay."""
        answer = await self._sender.request("DELETE", f"/compression/rules/{_part(id)}")
        _value(answer, "")

    async def slices_read(
        self,
        dataset: str,
        *,
        start: int | None = None,
        stop: int | None = None,
        t0: float | None = None,
        t1: float | None = None,
        channels: str | None = None,
        format: Literal["json", "npy"] | None = None,
    ) -> m.Slice:
        """A part of a recording or array as JSON or npy."""
        answer = await self._sender.request(
            "GET",
            f"/slices/{_part(dataset)}",
            params=_query({"start": start, "stop": stop, "t0": t0, "t1": t1, "channels": channels, "format": format}),
        )
        value: m.Slice = _value(answer, "Slice")
        return value

    async def transfers_list(
        self,
        *,
        dataset: str | None = None,
        session: str | None = None,
        state: Literal["queued", "moving", "paused", "done", "failed", "quarantined", "cancelled"] | None = None,
        lab: str | None = None,
        rule: str | None = None,
        source: str | None = None,
        target: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> m.TransferPage:
        """List transfers, newest first."""
        answer = await self._sender.request(
            "GET",
            "/transfers",
            params=_query(
                {
                    "dataset": dataset,
                    "session": session,
                    "state": state,
                    "lab": lab,
                    "rule": rule,
                    "source": source,
                    "target": target,
                    "limit": limit,
                    "offset": offset,
                }
            ),
        )
        value: m.TransferPage = _value(answer, "TransferPage")
        return value

    def transfers_all(
        self,
        *,
        dataset: str | None = None,
        session: str | None = None,
        state: Literal["queued", "moving", "paused", "done", "failed", "quarantined", "cancelled"] | None = None,
        lab: str | None = None,
        rule: str | None = None,
        source: str | None = None,
        target: str | None = None,
    ) -> AsyncIterator[m.Transfer]:
        """List transfers, newest first, page after page."""
        return _apages(
            self.transfers_list,
            {
                "dataset": dataset,
                "session": session,
                "state": state,
                "lab": lab,
                "rule": rule,
                "source": source,
                "target": target,
            },
        )

    async def transfers_read(self, id: str) -> m.Transfer:
        """Read one transfer."""
        answer = await self._sender.request("GET", f"/transfers/{_part(id)}")
        value: m.Transfer = _value(answer, "Transfer")
        return value

    async def transfers_pause(self, id: str) -> m.Transfer:
        """Let a transfer wait; what was sent stays."""
        answer = await self._sender.request("POST", f"/transfers/{_part(id)}/pause")
        value: m.Transfer = _value(answer, "Transfer")
        return value

    async def transfers_resume(self, id: str) -> m.Transfer:
        """Go on with a paused transfer."""
        answer = await self._sender.request("POST", f"/transfers/{_part(id)}/resume")
        value: m.Transfer = _value(answer, "Transfer")
        return value

    async def transfers_cancel(self, id: str) -> m.Transfer:
        """Cancel a transfer and remove what was sent."""
        answer = await self._sender.request("POST", f"/transfers/{_part(id)}/cancel")
        value: m.Transfer = _value(answer, "Transfer")
        return value

    async def transfers_retry(self, id: str) -> m.Transfer:
        """Try a failed, quarantined or cancelled transfer again."""
        answer = await self._sender.request("POST", f"/transfers/{_part(id)}/retry")
        value: m.Transfer = _value(answer, "Transfer")
        return value

    async def transfers_plan(self, body: m.TransferPlanRequest | Mapping[str, Any]) -> m.TransferPlan:
        """Look now for what rules want and is missing."""
        answer = await self._sender.request("POST", "/transfers/plan", body=_json(body))
        value: m.TransferPlan = _value(answer, "TransferPlan")
        return value

    async def transfer_rules_list(self, *, limit: int | None = None, offset: int | None = None) -> m.TransferRulePage:
        """List rules, the first in rank first."""
        answer = await self._sender.request("GET", "/transfer-rules", params=_query({"limit": limit, "offset": offset}))
        value: m.TransferRulePage = _value(answer, "TransferRulePage")
        return value

    def transfer_rules_all(self) -> AsyncIterator[m.TransferRule]:
        """List rules, the first in rank first, page after page."""
        return _apages(self.transfer_rules_list, {})

    async def transfer_rules_create(self, body: m.TransferRuleIn | Mapping[str, Any]) -> m.TransferRule:
        """Say which datasets shall have a verified copy where."""
        answer = await self._sender.request("POST", "/transfer-rules", body=_json(body))
        value: m.TransferRule = _value(answer, "TransferRule")
        return value

    async def transfer_rules_read(self, id: str) -> m.TransferRule:
        """Read one rule."""
        answer = await self._sender.request("GET", f"/transfer-rules/{_part(id)}")
        value: m.TransferRule = _value(answer, "TransferRule")
        return value

    async def transfer_rules_partial_update(
        self, id: str, body: m.TransferRuleChange | Mapping[str, Any]
    ) -> m.TransferRule:
        """Change parts of a rule."""
        answer = await self._sender.request("PATCH", f"/transfer-rules/{_part(id)}", body=_json(body), repeatable=True)
        value: m.TransferRule = _value(answer, "TransferRule")
        return value

    async def transfer_rules_delete(self, id: str) -> None:
        """Delete a rule; its movements stay."""
        answer = await self._sender.request("DELETE", f"/transfer-rules/{_part(id)}")
        _value(answer, "")

    async def transfer_limits_list(self, *, limit: int | None = None, offset: int | None = None) -> m.TransferLimitPage:
        """List what repositories take at the same time."""
        answer = await self._sender.request(
            "GET", "/transfer-limits", params=_query({"limit": limit, "offset": offset})
        )
        value: m.TransferLimitPage = _value(answer, "TransferLimitPage")
        return value

    def transfer_limits_all(self) -> AsyncIterator[m.TransferLimit]:
        """List what repositories take at the same time, page after page."""
        return _apages(self.transfer_limits_list, {})

    async def transfer_limits_create(self, body: m.TransferLimitIn | Mapping[str, Any]) -> m.TransferLimit:
        """Limit the files and bytes a second of a repository, always or between two times of the day."""
        answer = await self._sender.request("POST", "/transfer-limits", body=_json(body))
        value: m.TransferLimit = _value(answer, "TransferLimit")
        return value

    async def transfer_limits_delete(self, id: str) -> None:
        """Delete a limit."""
        answer = await self._sender.request("DELETE", f"/transfer-limits/{_part(id)}")
        _value(answer, "")

    async def transfer_sources_list(
        self, *, limit: int | None = None, offset: int | None = None
    ) -> m.TransferSourcePage:
        """List the repositories outside that copies are made of."""
        answer = await self._sender.request(
            "GET", "/transfer-sources", params=_query({"limit": limit, "offset": offset})
        )
        value: m.TransferSourcePage = _value(answer, "TransferSourcePage")
        return value

    def transfer_sources_all(self) -> AsyncIterator[m.TransferSource]:
        """List the repositories outside that copies are made of, page after page."""
        return _apages(self.transfer_sources_list, {})

    async def transfer_sources_create(self, body: m.TransferSourceIn | Mapping[str, Any]) -> m.TransferSource:
        """Let copies be made of what is declared on a repository that is not managed."""
        answer = await self._sender.request("POST", "/transfer-sources", body=_json(body))
        value: m.TransferSource = _value(answer, "TransferSource")
        return value

    async def transfer_sources_read(self, id: str) -> m.TransferSource:
        """Read one source."""
        answer = await self._sender.request("GET", f"/transfer-sources/{_part(id)}")
        value: m.TransferSource = _value(answer, "TransferSource")
        return value

    async def transfer_sources_delete(self, id: str) -> None:
        """Let a repository be no source any more; the copies stay."""
        answer = await self._sender.request("DELETE", f"/transfer-sources/{_part(id)}")
        _value(answer, "")

    async def certificates_create(self, body: m.CertificateRequest | Mapping[str, Any]) -> m.Certificate:
        """Ask which files on a rig may be deleted."""
        answer = await self._sender.request("POST", "/certificates", body=_json(body))
        value: m.Certificate = _value(answer, "Certificate")
        return value

    async def certificates_list(
        self, *, session: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> m.KeptCertificatePage:
        """List the certificates that were given away, newest first."""
        answer = await self._sender.request(
            "GET", "/certificates", params=_query({"session": session, "limit": limit, "offset": offset})
        )
        value: m.KeptCertificatePage = _value(answer, "KeptCertificatePage")
        return value

    def certificates_all(self, *, session: str | None = None) -> AsyncIterator[m.KeptCertificate]:
        """List the certificates that were given away, newest first, page after page."""
        return _apages(self.certificates_list, {"session": session})

    async def certificates_read(self, id: str) -> m.KeptCertificate:
        """Read a certificate as it was given away."""
        answer = await self._sender.request("GET", f"/certificates/{_part(id)}")
        value: m.KeptCertificate = _value(answer, "KeptCertificate")
        return value

    async def certificate_key_read(self) -> m.CertificateKey:
        """Read the public key of this installation's certificates."""
        answer = await self._sender.request("GET", "/certificate-key")
        value: m.CertificateKey = _value(answer, "CertificateKey")
        return value

    async def agent_claims_create(self, body: m.AgentClaim | Mapping[str, Any]) -> m.AgentClaimed:
        """Take files to send from a lab."""
        answer = await self._sender.request("POST", "/agent-claims", body=_json(body))
        value: m.AgentClaimed = _value(answer, "AgentClaimed")
        return value

    async def agent_starts_create(self, body: m.AgentStarts | Mapping[str, Any]) -> m.AgentReadies:
        """Begin to send files, or go on."""
        answer = await self._sender.request("POST", "/agent-starts", body=_json(body))
        value: m.AgentReadies = _value(answer, "AgentReadies")
        return value

    async def agent_parts_create(self, body: m.AgentParts | Mapping[str, Any]) -> m.AgentPuts:
        """Sign parts of a file."""
        answer = await self._sender.request("POST", "/agent-parts", body=_json(body))
        value: m.AgentPuts = _value(answer, "AgentPuts")
        return value

    async def agent_sent_create(self, body: m.AgentSent | Mapping[str, Any]) -> m.AgentWords:
        """Say that all bytes of files were sent."""
        answer = await self._sender.request("POST", "/agent-sent", body=_json(body))
        value: m.AgentWords = _value(answer, "AgentWords")
        return value

    async def agent_beats_create(self, body: m.AgentBeats | Mapping[str, Any]) -> m.AgentWords:
        """Say how far files are and keep them."""
        answer = await self._sender.request("POST", "/agent-beats", body=_json(body))
        value: m.AgentWords = _value(answer, "AgentWords")
        return value

    async def agent_failures_create(self, body: m.AgentFailures | Mapping[str, Any]) -> m.AgentWords:
        """Say which files cannot be sent as they are."""
        answer = await self._sender.request("POST", "/agent-failures", body=_json(body))
        value: m.AgentWords = _value(answer, "AgentWords")
        return value
