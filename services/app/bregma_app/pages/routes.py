"""Pages over HTTP. A browser is told to load nothing from elsewhere, so a mistake here shows and cannot leak."""

from collections.abc import Iterable
from functools import cache, lru_cache
from hashlib import sha256
from html import escape
from importlib import resources
from typing import Any

import orjson
from bregma_kit.errors import NotFound
from bregma_kit.http import Call, Handler, Operation, Policy
from starlette.responses import Response

from bregma_app.coreapi import MEDIA_TYPE as COREAPI
from bregma_app.coreapi import coreapi
from bregma_app.document import full_document

_OWN_ONLY = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
# Swagger UI and the table of types carry their styles inline
POLICY = _OWN_ONLY + "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_SWAGGER = ("swagger-ui.css", "swagger-ui-bundle.js")
_OURS = ("docs.js", "pages.css", "favicon.svg", "today.css", "today.js", "welcome.js")
_HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def _package(name: str) -> Any:
    """Where an asset lies: Swagger UI comes as files of a package, the rest is beside this module."""
    if name in _SWAGGER:
        return resources.files("fastapi_standalone_docs") / "static" / "swagger" / name
    return resources.files(__package__) / "assets" / name


@cache
def asset(name: str) -> tuple[bytes, str]:
    """Return an asset and the tag that tells one release's from another's."""
    content: bytes = _package(name).read_bytes()
    return content, sha256(content).hexdigest()[:16]


def _page(name: str, **values: str) -> Response:
    """Fill a page; values are escaped, addresses of assets carry their tags so that a new release is loaded."""
    text = asset(name)[0].decode()
    for known in (*_SWAGGER, *_OURS):
        text = text.replace(f'/docs/{known}"', f'/docs/{known}?v={asset(known)[1]}"')
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", escape(value))
    return Response(text, media_type="text/html", headers={**_HEADERS, "Cache-Control": "no-cache"})


async def start(call: Call) -> Response:
    """Show what this is and what to do first."""
    return _page("start.html", base=call.base_url)


async def today(_call: Call) -> Response:
    """Show the animals to look after today; the page signs in by itself and asks the API."""
    return _page("today.html")


async def welcome(_call: Call) -> Response:
    """Show where an invited person chooses a password; the key stays behind the # and is in nobody's log."""
    return _page("welcome.html")


def _docs(everything: Iterable[Operation]) -> Handler:
    told = tuple(everything)

    @lru_cache(maxsize=16)
    def older(url: str) -> bytes:
        return orjson.dumps(coreapi(full_document(told), url))

    async def docs(call: Call) -> Response:
        """Show the interactive pages of the API; clients of Alyx before 3.1 ask here for the old form of the document."""
        if COREAPI not in call.request.headers.get("accept", ""):
            page = _page("docs.html")
            page.headers["Vary"] = "Accept"
            return page
        return Response(older(f"{call.base_url}/docs/"), media_type=COREAPI, headers={"Vary": "Accept"})

    return docs


async def asset_of_docs(call: Call) -> Response:
    """Send one of the assets of the pages."""
    name = call.path("name")
    if name not in (*_SWAGGER, *_OURS):
        raise NotFound("page")
    content, tag = asset(name)
    headers = {**_HEADERS, "ETag": f'"{tag}"', "Cache-Control": "public, max-age=31536000, immutable"}
    if call.request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=_TYPES[name[name.rindex(".") :]], headers=headers)


async def types(_call: Call) -> Response:
    """Show every dataset type that this installation knows, with unit, dimensions and an example."""
    return Response(_types_page(), media_type="text/html", headers={**_HEADERS, "Cache-Control": "no-cache"})


@cache
def _types_page() -> str:
    from dataset_types import default_registry, render_html

    return render_html(default_registry())


def pages(everything: Iterable[Operation]) -> list[Operation]:
    """Return the pages; they stand before the rooms' operations: /data/types is no file of the data tree."""
    return [
        Operation(
            method="GET", path=path, handler=handler, policy=Policy.OPEN, name=name, summary=summary, documented=False
        )
        for path, handler, name, summary in (
            ("/", start, "start_page", "Start page"),
            ("/today", today, "today_page", "The day's work with restricted animals"),
            ("/welcome", welcome, "welcome_page", "Where an invited person chooses a password"),
            ("/docs", _docs(everything), "docs_page", "Interactive pages of the API"),
            ("/docs/{name}", asset_of_docs, "docs_asset", "An asset of the pages"),
            ("/data/types", types, "types_page", "All dataset types"),
        )
    ]  # fmt: skip
