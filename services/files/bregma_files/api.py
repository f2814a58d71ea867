"""What the rooms above may call in their own transactions: read verified files, and register what was made of them."""

from bregma_files.copies.service import (
    Arrival,
    Copy,
    HeldDataset,
    Target,
    find_copies,
    find_targets,
    held,
    held_in_sessions,
    register_arrivals,
)
from bregma_files.derived.service import (
    Made,
    Source,
    SourceChanged,
    find_beside,
    find_verified,
    new_key,
    register_made,
)
from bregma_files.retention.service import Ask, defer_retirement

__all__ = [
    "Arrival", "Ask", "Copy", "HeldDataset", "Made", "Source", "SourceChanged", "Target", "defer_retirement", "find_beside", "find_copies",
    "find_targets", "find_verified", "held", "held_in_sessions", "new_key", "register_arrivals", "register_made",
]  # fmt: skip
