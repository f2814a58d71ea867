"""All object stores that a process has keys for: the installation's own, and those of other places."""

from collections.abc import Mapping
from typing import Any

from bregma_kit.errors import Unavailable
from bregma_kit.object_copies import CopyingStore
from bregma_kit.objects import store_of
from bregma_kit.presign import Presigner
from bregma_kit.settings import Settings

OWN = ""
"""Name of the installation's own store."""


class StoreUnknown(Unavailable):
    """A repository lies in a store that this process has no address and no keys of."""

    hint = "an administrator must name it in BREGMA_STORES of each process"

    def __init__(self, name: str) -> None:
        super().__init__(f"The object store {name!r} is not configured for this process.")


class Stores:
    """The stores by name, each made when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stores: dict[str, CopyingStore] = {}
        self._signers: dict[str, Presigner] = {}

    def store(self, name: str) -> CopyingStore:
        """Return a store. Raises StoreUnknown."""
        if name not in self._stores:
            self._stores[name] = CopyingStore(self._of(name))
        return self._stores[name]

    def signer(self, name: str) -> Presigner:
        """Return what signs requests to a store. Raises StoreUnknown."""
        if name not in self._signers:
            self._signers[name] = Presigner.of(self._of(name))
        return self._signers[name]

    def close(self) -> None:
        """Let go of all of them."""
        for one in self._stores.values():
            one.close()

    def _of(self, name: str) -> Settings:
        found = self._settings if name == OWN else self._settings.of_store(name)
        if found is None:
            raise StoreUnknown(name)
        return found


def stores_of(extras: Mapping[str, Any]) -> Stores:
    """Return the process's stores; raises Unavailable where not even its own is configured."""
    store_of(extras)
    stores = extras["stores"]
    assert isinstance(stores, Stores)
    return stores
