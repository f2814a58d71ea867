"""What each kind of raw file becomes, and how that is done and proved."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from bregma_files import api as files

from bregma_compression.work.attempt import Work
from bregma_compression.work.domain import Kind
from bregma_compression.work.ephys import Ephys
from bregma_compression.work.media import Sound, Video


class Maker(Protocol):
    """Makes a raw file smaller. ``make`` and ``prove`` run in a thread, tell their progress, and end when they are told to."""

    async def prepare(self, work: Work, source: files.Source) -> dict[str, Any]:
        """Find out what is not said; raises NotNow or CannotCompress."""

    def make(self, work: Work, raw: Path, name: str, parameters: Mapping[str, Any]) -> dict[str, Path]:
        """Return what was made, by the names that it shall have; raises CodecError."""

    def prove(self, work: Work, back: Sequence[Path], source: files.Source) -> None:
        """Look at what the store gave back, whose hashes are right; raises NotNow if it is not the recording."""


MAKERS: Mapping[Kind, Maker] = {Kind.EPHYS: Ephys(), Kind.VIDEO: Video(), Kind.SOUND: Sound()}
