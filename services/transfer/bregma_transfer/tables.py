"""Every table of this room, for the migrations' comparison."""

from bregma_transfer.certificates import tables as certificates
from bregma_transfer.limits import tables as limits
from bregma_transfer.movements import tables as movements
from bregma_transfer.plans import tables as plans
from bregma_transfer.rules import tables as rules
from bregma_transfer.sources import tables as sources

SCHEMA = rules.SCHEMA
__all__ = ["SCHEMA", "certificates", "limits", "movements", "plans", "rules", "sources"]
