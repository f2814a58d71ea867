"""What a source's address must look like. Pure."""

import re
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID


class Carrier(StrEnum):
    """Who brings the files of a source."""

    AGENT = "agent"
    HTTP = "http"
    S3 = "s3"
    GLOBUS = "globus"


BY_WORKERS = (Carrier.HTTP, Carrier.S3)
"""Carried by our workers; the others tell us when something has arrived."""
STORE = "store"
"""Carrier of what moves between managed repositories."""


def _http(address: str) -> str | None:
    url = urlsplit(address)
    if url.scheme not in ("http", "https") or not url.hostname:
        return "Give the address below which the data lie, such as https://data.example.org/lab."
    if url.username or url.password:
        return "A password does not belong here: name an entry of BREGMA_SOURCES as the credential."
    if url.query or url.fragment:
        return "Give the address without ? and #."
    return None


def _s3(address: str) -> str | None:
    if not re.fullmatch(r"[^/]+/[^/]+(/.*)?", address):
        return "Give STORE/BUCKET or STORE/BUCKET/FOLDER, with the store's name in BREGMA_STORES."
    return None


def _globus(address: str) -> str | None:
    endpoint = address.partition("/")[0]
    try:
        UUID(endpoint)
    except ValueError:
        return "Give the collection's id, a slash and the folder in it: 8e8d...-.../data/"
    return None


def _agent(address: str) -> str | None:
    return "An agent comes to us; it has no address." if address else None


def wrong_address(carrier: Carrier, address: str) -> str | None:
    """Say what is wrong with an address, or None.

    >>> wrong_address(Carrier.HTTP, "https://user:pass@data.example.org")
    'A password does not belong here: name an entry of BREGMA_SOURCES as the credential.'
    >>> wrong_address(Carrier.AGENT, "")
    """
    checks = {Carrier.HTTP: _http, Carrier.S3: _s3, Carrier.GLOBUS: _globus, Carrier.AGENT: _agent}
    return checks[carrier](address)
