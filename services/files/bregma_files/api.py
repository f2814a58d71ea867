"""What the rooms above may call in their own transactions: read verified files, and register what was made of them."""

from bregma_files.derived.service import (
    Made,
    Source,
    SourceChanged,
    find_beside,
    find_verified,
    new_key,
    register_made,
)

__all__ = ["Made", "Source", "SourceChanged", "find_beside", "find_verified", "new_key", "register_made"]
