"""What the rooms above may call in their own transactions: read verified files, and register what was made of them."""

from bregma_files.copies.foreign import (
    Adopted,
    Foreign,
    declared_in_sessions,
    declared_since,
    examine,
    find_foreign,
    register_adopted,
)
from bregma_files.copies.service import (
    Arrival,
    Copy,
    HeldDataset,
    Registered,
    Target,
    find_copies,
    find_registered,
    find_stand_ins,
    find_targets,
    find_timezones,
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
from bregma_files.verification.domain import Reading

__all__ = [
    "Adopted", "Arrival", "Ask", "Copy", "Foreign", "HeldDataset", "Made", "Reading", "Registered", "Source",
    "SourceChanged", "Target", "declared_in_sessions", "declared_since", "defer_retirement", "examine", "find_beside",
    "find_copies", "find_foreign", "find_registered", "find_stand_ins", "find_targets", "find_timezones",
    "find_verified", "held", "held_in_sessions", "new_key", "register_adopted", "register_arrivals", "register_made",
]  # fmt: skip
