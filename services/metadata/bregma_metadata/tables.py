"""Every table of this room, for the migrations' comparison."""

from bregma_metadata.atlas import tables as atlas
from bregma_metadata.colony import tables as colony
from bregma_metadata.husbandry import tables as husbandry
from bregma_metadata.imaging import tables as imaging
from bregma_metadata.insertions import tables as insertions
from bregma_metadata.labs import tables as labs
from bregma_metadata.notes import tables as notes
from bregma_metadata.notifications import tables as notifications
from bregma_metadata.people import tables as people
from bregma_metadata.projects import tables as projects
from bregma_metadata.sessions import tables as sessions
from bregma_metadata.subjects import tables as subjects
from bregma_metadata.surgeries import tables as surgeries
from bregma_metadata.tasks import tables as tasks

__all__ = [
    "atlas",
    "colony",
    "husbandry",
    "imaging",
    "insertions",
    "labs",
    "notes",
    "notifications",
    "people",
    "projects",
    "sessions",
    "subjects",
    "surgeries",
    "tasks",
]
