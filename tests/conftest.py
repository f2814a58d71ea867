"""What the tests across rooms share: a machine whose parts can be killed, and no nightly tests by day."""

from collections.abc import Iterator

import pytest

from tests.faults.machine import Machine
from tests.stock import home, localhost_only, one, site

__all__ = ["home", "localhost_only", "one", "site"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the nightly run, unless -m says what is wanted."""
    if config.option.markexpr:
        return
    nightly = [item for item in items if item.get_closest_marker("slow")]
    if nightly:
        config.hook.pytest_deselected(items=nightly)
        items[:] = [item for item in items if item not in set(nightly)]


@pytest.fixture(scope="session")
def running_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Lend one installation for all tests that kill parts of it."""
    one = Machine(tmp_path_factory.mktemp("machine"))
    try:
        one.start()
        yield one
    finally:
        one.stop()


@pytest.fixture
def machine(running_machine: Machine) -> Iterator[Machine]:
    """Lend the installation with all its parts at work; afterwards they are at work again."""
    running_machine.revive_all()
    yield running_machine
    running_machine.proxy.reset()
    for name in ("api2", "worker2"):
        if name in running_machine.children:
            running_machine.kill(name)
    running_machine.revive_all()
