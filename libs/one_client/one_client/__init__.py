"""ONE for Bregma: search sessions, load datasets by meaning, upload from a rig.

>>> from one_client import ONE
>>> one = ONE()                                   # doctest: +SKIP
>>> spikes = one.load_object(eid, 'spikes')       # doctest: +SKIP

Names are imported when first used, so that ``import one_client`` costs next to nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from one_client.aio import AsyncONE
    from one_client.bunch import Bunch
    from one_client.errors import OneError
    from one_client.one import ONE

__all__ = ["ONE", "AsyncONE", "Bunch", "OneError"]

_HOMES = {"ONE": "one", "AsyncONE": "aio", "Bunch": "bunch", "OneError": "errors"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'one_client' has no {name!r}")
    from importlib import import_module

    return getattr(import_module(f"one_client.{_HOMES[name]}"), name)
