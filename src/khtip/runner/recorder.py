"""Which of the project's files a kernel opened, so that the manifest can be held to its word.

The runner puts one line into the kernel's start-up folder that calls `start`. An audit hook sees
every file that Python opens or changes, whichever library does it.
"""

import os
import sys

LIST, WATCHED, SEALED = "KHTIP_OPENED", "KHTIP_WATCHED", "KHTIP_SEALED"
# Events after which a file or folder is another one.
_CHANGES = {"os.remove", "os.rename", "os.rmdir", "os.truncate", "os.link", "shutil.rmtree"}


def start() -> None:
    """Note what is opened below ``KHTIP_WATCHED``; refuse a change below ``KHTIP_SEALED``.

    The path of a file opened for reading is appended to ``KHTIP_OPENED``. Both variables hold
    folders, one a line: a colon may stand in a folder's name. Without them nothing happens.
    """
    target, watched = os.environ.get(LIST), os.environ.get(WATCHED)
    if not target or not watched:
        return
    folders = tuple(folder.rstrip(os.sep) + os.sep for folder in watched.splitlines())
    sealed = tuple(folder + end for folder in _lines(SEALED) for end in ("", os.sep))
    seen: set[str] = set()
    handle = os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def hook(event: str, arguments: tuple) -> None:
        if event == "open":
            writes = _writes(*arguments[1:3])
        elif event in _CHANGES:
            writes = True
        else:
            return
        for name in arguments[:2] if event in ("os.rename", "os.link") else arguments[:1]:
            if not isinstance(name, str | bytes | os.PathLike):
                continue
            # Not resolve(): that reads the disk at every file, and follows links.
            path = os.path.abspath(os.fsdecode(name))  # noqa: PTH100
            if not writes and path not in seen and path.startswith(folders):
                seen.add(path)
                os.write(handle, os.fsencode(f"{path}\n"))
            if writes and (path in sealed or path.startswith(sealed[1::2])):
                raise PermissionError(f"a notebook may not change {path}: people write it")

    sys.addaudithook(hook)


def _lines(variable: str) -> list[str]:
    return [folder.rstrip(os.sep) for folder in os.environ.get(variable, "").splitlines()]


def _writes(mode: object, flags: object) -> bool:
    """Return whether a file is opened to be written; `flags` count where `mode` is none."""
    if isinstance(mode, str):
        return bool(set(mode) & set("wxa+"))
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
