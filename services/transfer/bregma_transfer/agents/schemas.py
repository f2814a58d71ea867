"""What agents say and hear. Each entry names movement and attempt: what another attempt says counts no more."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST = 64
"""Files in one call."""
MOST_PARTS = 100
"""Signed parts in one call."""
Size = Annotated[int, Field(ge=0, le=2**62)]
Md5 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$"), Field(examples=["0f" * 16])]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(examples=["0f" * 32])]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Attempt(_Body):
    movement: UUID
    attempt: int = Field(ge=1, le=2**31 - 1)


class AgentClaim(_Body):
    """An agent asks for work."""

    repository: str
    agent: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        description="name of the program: its machine and process, or what it is always called there"
    )
    files: int = Field(16, ge=1, le=MOST)
    run: Annotated[str, StringConstraints(max_length=40)] = Field("", description="another text each time it starts")
    started: bool = Field(False, description="it was just started: what earlier runs of this name held is given to it")


class AgentFile(BaseModel):
    """A file that is wanted of an agent; null where nobody registered it."""

    movement: UUID
    attempt: int
    dataset: UUID
    lab: str
    relative_path: str
    size: int | None
    md5: str | None
    sha256: str | None
    sent: int


class AgentClaimed(BaseModel):
    """Files for an agent, which are its own for so many seconds."""

    lease_seconds: float
    files: list[AgentFile]


class AgentStart(_Attempt):
    """A file as the agent found it."""

    size: Size
    version: Text = Field(description="changes with the file: its time and size")
    md5: Md5 | None = Field(None, description="needed for a file that fits into one part")
    sha256: Sha256 | None = None


class AgentStarts(_Body):
    """Files whose sending begins."""

    files: Annotated[list[AgentStart], Field(min_length=1, max_length=MOST)]


class AgentPut(BaseModel):
    """A signed PUT; the headers must be sent exactly."""

    number: int
    url: str
    headers: dict[str, str]


class AgentReady(BaseModel):
    """Where a file's bytes go: one signed PUT, or parts of a size, of which some are there."""

    movement: UUID
    status: Literal["send", "lost", "refused"]
    reason: str = ""
    put: AgentPut | None = None
    part_size: int | None = None
    there: list[int] = []


class AgentReadies(BaseModel):
    """One entry per file, in the order asked."""

    files: list[AgentReady]


class AgentPart(_Body):
    """A part that is about to be sent."""

    number: int = Field(ge=1, le=10_000)
    md5: Md5


class AgentParts(_Attempt):
    """Parts of a file whose URLs are wanted."""

    parts: Annotated[list[AgentPart], Field(min_length=1, max_length=MOST_PARTS)]


class AgentPuts(BaseModel):
    """Signed PUTs, in the order asked."""

    parts: list[AgentPut]


class AgentSentOne(_Attempt):
    """A file all of whose bytes were sent."""

    size: Size
    sha256: Sha256
    sent: Size = Field(description="bytes that were ever sent for it, repeated ones included")


class AgentSent(_Body):
    """Files that were sent."""

    files: Annotated[list[AgentSentOne], Field(min_length=1, max_length=MOST)]


class AgentBeat(_Attempt):
    """How far a file is."""

    done: Size
    sent: Size


class AgentBeats(_Body):
    """What an agent has in hand."""

    files: Annotated[list[AgentBeat], Field(max_length=MOST)]


class AgentFailure(_Attempt):
    """A file that cannot be sent as it is."""

    kind: Literal["gone", "changed", "unreadable"]
    reason: Text


class AgentFailures(_Body):
    """Files that cannot be sent."""

    files: Annotated[list[AgentFailure], Field(min_length=1, max_length=MOST)]


class AgentWord(BaseModel):
    """What the server says to one file: ``missing`` is to be begun once more, ``lost`` is not the agent's any more."""

    movement: UUID
    status: Literal["ok", "missing", "lost"]


class AgentWords(BaseModel):
    """One entry per file, in the order asked."""

    files: list[AgentWord]
