"""Every table of this room, for the migrations' comparison."""

from bregma_files.cache_tables import tables as cache_tables
from bregma_files.dataset_types import tables as dataset_types
from bregma_files.datasets import tables as datasets
from bregma_files.download_log import tables as download_log
from bregma_files.notices import tables as notices
from bregma_files.records import tables as records
from bregma_files.repositories import tables as repositories
from bregma_files.retention import tables as retention
from bregma_files.uploads import tables as uploads

__all__ = [
    "cache_tables",
    "dataset_types",
    "datasets",
    "download_log",
    "notices",
    "records",
    "repositories",
    "retention",
    "uploads",
]
