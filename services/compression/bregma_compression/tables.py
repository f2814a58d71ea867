"""Every table of this room, for the migrations' comparison."""

from bregma_compression.rules import tables as rules
from bregma_compression.work import tables as work

SCHEMA = rules.SCHEMA
__all__ = ["SCHEMA", "rules", "work"]
