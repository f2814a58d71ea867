"""Files as an agent finds them: where they lie, and their hashes part by part while the first parts are on their way."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from one_client.digest import changed, read, unchanged
from one_client.errors import Offline, OneError
from one_client.files import new_hash
from one_client.outgoing import FileUnreadable, OutgoingFile
from one_client.records import safe_relative

_PIECE = 1 << 20


class FolderAway(Offline):
    """The folder itself is not there: a disk that is not mounted has lost no file."""

    code = "folder_away"


class Gone(OneError):
    """A file that is wanted does not lie in the folder."""

    code = "gone"


def find(folder: Path, relative: str, lab: str) -> OutgoingFile:
    """Note a file as it is now.

    Raises
    ------
    FolderAway
        If the folder is missing or empty.
    Gone
        If the file is missing.
    FileUnreadable
        If it leads out of the folder, or is no file.
    """
    pure = safe_relative(relative)
    for path in (folder / pure, folder / lab / "Subjects" / pure):
        try:
            real = path.resolve(strict=True)
            stat = real.stat()
        except FileNotFoundError:
            continue
        except (OSError, RuntimeError) as error:
            raise FileUnreadable(f"{relative} cannot be read ({error}).") from error
        if not real.is_relative_to(folder.resolve()):
            raise FileUnreadable(f"{relative} is a link that leads out of the agent's folder.")
        if not real.is_file():
            raise FileUnreadable(f"{relative} is no file.")
        return OutgoingFile(relative, str(real), stat.st_size, stat.st_mtime_ns)
    check_folder(folder)
    raise Gone(f"{relative} does not lie in the agent's folder.")


def check_folder(folder: Path) -> None:
    """Raise FolderAway unless there is anything in the folder."""
    try:
        with os.scandir(folder) as entries:
            there = any(True for _ in entries)
    except OSError as error:
        raise FolderAway(f"{folder} cannot be read ({error.strerror or error}).") from error
    if not there:
        raise FolderAway(f"{folder} is empty.", "Is its disk mounted?")


def hash_parts(one: OutgoingFile, of_part: int, stopped: Callable[[], bool]) -> Iterator[tuple[int, str]]:
    """Read a file once; yield number and MD5 of each part, and note the SHA-256 of the whole in it at the end.

    Raises
    ------
    FileChanged
        If somebody writes to it meanwhile.
    InterruptedError
        If ``stopped`` says so.
    """
    whole = new_hash("sha256")
    with unchanged(one, "sent") as stream, ThreadPoolExecutor(1, "agent-hash") as pool:
        for number, start in enumerate(range(0, one.size, of_part), 1):
            part, left = new_hash("md5"), min(of_part, one.size - start)
            while left > 0:
                if stopped():
                    raise InterruptedError
                piece = read(one, stream, min(_PIECE, left))
                if not piece:
                    raise changed(one, "sent")
                beside = pool.submit(whole.update, piece)
                part.update(piece)
                beside.result()
                left -= len(piece)
            yield number, part.hexdigest()
    one.sha256 = whole.hexdigest()
