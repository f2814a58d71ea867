"""How it was found out where a probe went."""

from bregma_kit.lookups import Vocabulary

PROVENANCE = Vocabulary(
    "provenance",
    {"Planned": 10, "Micro-manipulator": 30, "Histology track": 50, "Ephys aligned histology track": 70},
)
HISTOLOGY_AND_EPHYS = 70
"""From here on a trajectory says in which region its channels are."""
