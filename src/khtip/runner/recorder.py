"""Which of the project's files a kernel opened, so that the manifest can be held to its word.

The runner puts one line into the kernel's start-up folder that calls `start`. An audit hook sees
every file that Python opens, whichever library opens it, and changes nothing.
"""

from __future__ import annotations

import os
import sys

LIST = "KHTIP_OPENED"
WATCHED = "KHTIP_WATCHED"


def start() -> None:
    """Append the path of each file opened for reading below ``KHTIP_WATCHED`` to ``KHTIP_OPENED``.

    ``KHTIP_WATCHED`` holds folders, one a line: a colon may stand in a folder's name. Without the
    variables nothing happens.
    """
    target, watched = os.environ.get(LIST), os.environ.get(WATCHED)
    if not target or not watched:
        return
    folders = tuple(folder.rstrip(os.sep) + os.sep for folder in watched.splitlines())
    seen: set[str] = set()
    handle = os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def hook(event: str, arguments: tuple) -> None:
        if event != "open" or not isinstance(arguments[0], str | os.PathLike):
            return
        if isinstance(arguments[1], str) and set(arguments[1]) & set("wxa"):
            return
        # Not resolve(): that reads the disk at every file, and follows links.
        path = os.path.abspath(os.fsdecode(arguments[0]))  # noqa: PTH100
        if path not in seen and path.startswith(folders):
            seen.add(path)
            os.write(handle, f"{path}\n".encode())

    sys.addaudithook(hook)
