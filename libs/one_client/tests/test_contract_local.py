"""The contract of all backends, for a plain folder and for the cached, downloaded form of one."""

from collections.abc import Iterator

import pytest
from one_client import ONE
from one_client.cache import Cache
from one_client.library import Library
from one_client.testing import BackendContract, Sample


class TestFolder(BackendContract):
    @pytest.fixture(scope="class")
    @classmethod
    def one(cls, sample: Sample) -> Iterator[ONE]:
        with ONE.from_folder(sample.root) as one:
            yield one


class TestFolderByUrl(BackendContract):
    @pytest.fixture(scope="class")
    @classmethod
    def one(cls, sample: Sample, class_store, remote_folder, tmp_path_factory) -> Iterator[ONE]:
        class_store.root = sample.root
        backend = remote_folder(sample.root, class_store)
        with ONE.of(Library(backend, Cache(tmp_path_factory.mktemp("cache")))) as one:
            yield one
