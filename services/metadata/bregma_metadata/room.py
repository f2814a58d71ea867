"""The room as the application composes it."""

from bregma_metadata.atlas import routes as atlas
from bregma_metadata.colony import routes as colony
from bregma_metadata.colony_search import routes as colony_search
from bregma_metadata.husbandry import routes as husbandry
from bregma_metadata.husbandry import tasks as husbandry_tasks
from bregma_metadata.imaging import routes as imaging
from bregma_metadata.insertions import routes as insertions
from bregma_metadata.labs import routes as labs
from bregma_metadata.notes import routes as notes
from bregma_metadata.notifications import routes as notifications
from bregma_metadata.notifications import tasks as notification_tasks
from bregma_metadata.people import routes as people
from bregma_metadata.projects import routes as projects
from bregma_metadata.sessions import routes as sessions
from bregma_metadata.subjects import routes as subjects
from bregma_metadata.surgeries import routes as surgeries
from bregma_metadata.tasks import routes as tasks

NAME = "metadata"
OPERATIONS = [
    *people.OPERATIONS, *labs.OPERATIONS, *projects.OPERATIONS, *subjects.OPERATIONS, *colony.OPERATIONS, *colony_search.OPERATIONS,
    *husbandry.OPERATIONS, *surgeries.OPERATIONS, *sessions.OPERATIONS, *notifications.OPERATIONS,
    *tasks.OPERATIONS,
    *insertions.OPERATIONS, *atlas.OPERATIONS,
    *imaging.OPERATIONS,
    *notes.OPERATIONS,
]  # fmt: skip

TASKS = [*notification_tasks.TASKS, *husbandry_tasks.TASKS]
