"""pytest plugin (``-p bregma_kit.testing.plugin``): real servers as fixtures, started when a test asks for them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from bregma_kit.testing.databases import PostgresServer
    from bregma_kit.testing.rude_proxy import RudeProxy
    from bregma_kit.testing.stores import ObjectStore


def real_data_folder(rootpath: Path) -> Path:
    """Folder of the real recordings: $BREGMA_REAL_DATA, or ``shared/data`` beside the checkout."""
    chosen = os.environ.get("BREGMA_REAL_DATA")
    return Path(chosen) if chosen else rootpath.parent / "shared" / "data"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip tests on real recordings where there are none."""
    folder = real_data_folder(config.rootpath)
    if folder.is_dir():
        return
    skip = pytest.mark.skip(reason=f"no real recordings in {folder}; set BREGMA_REAL_DATA")
    for item in items:
        if item.get_closest_marker("real_data"):
            item.add_marker(skip)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many tests on real recordings ran; a green run without them proves less."""
    ran = skipped = 0
    for reports in terminalreporter.stats.values():
        for report in reports:
            if "real_data" in getattr(report, "keywords", {}):
                ran += getattr(report, "when", "") == "call" and not report.skipped
                skipped += getattr(report, "skipped", False) and report.when in ("setup", "call")
    if ran or skipped:
        terminalreporter.write_line(f"tests on real recordings: {ran} ran, {skipped} skipped")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[PostgresServer]":
    """Lend a PostgreSQL server of this test process (0.5 s)."""
    from bregma_kit.testing.databases import running_server

    with running_server(tmp_path_factory.mktemp("database")) as server:
        yield server


@pytest.fixture(scope="session")
def template_database(postgres_server: "PostgresServer") -> Iterator[str]:
    """Lend the name of a database built by the migrations; nobody connects to it."""
    from bregma_kit.testing.databases import migrated_template

    with migrated_template(postgres_server) as name:
        yield name


@pytest.fixture
def database_url(postgres_server: "PostgresServer", template_database: str) -> Iterator[str]:
    """Lend the address of a fresh, migrated database for one test."""
    from bregma_kit.testing.databases import clone

    with clone(postgres_server, template_database) as url:
        yield url


@pytest.fixture(scope="session")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[ObjectStore]":
    """Lend the object store of this test process, behind the rude proxy (1 s)."""
    from bregma_kit.testing.stores import running_store

    with running_store(tmp_path_factory.mktemp("objects")) as store:
        yield store


@pytest.fixture
def bucket(object_store: "ObjectStore") -> Iterator[str]:
    """Lend a fresh bucket for one test; whatever the test told the proxy is forgotten afterwards."""
    from bregma_kit.testing.stores import fresh_bucket

    with fresh_bucket(object_store) as name:
        yield name
        if object_store.proxy is not None:
            object_store.proxy.reset()


@pytest.fixture
def proxy(object_store: "ObjectStore") -> "Iterator[RudeProxy]":
    """Lend the proxy in front of the store; skips where the store is reached over TLS."""
    if object_store.proxy is None:
        pytest.skip("BREGMA_TEST_S3 is an https address, which the rude proxy cannot stand in front of")
    object_store.proxy.reset()
    yield object_store.proxy
    object_store.proxy.reset()


@pytest.fixture
def real_data(pytestconfig: pytest.Config) -> Path:
    """Folder of the real recordings; tests that use it carry the mark ``real_data``."""
    return real_data_folder(pytestconfig.rootpath)
