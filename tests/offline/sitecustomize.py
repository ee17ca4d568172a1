"""No network for a Python process and its children: put this folder on ``PYTHONPATH``.

Python imports this module when it starts. The hook refuses to look up a name and to reach or
offer an internet address. Sockets that are files, over which kernels speak, stay open.
"""

import sys

REACHES = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}
LOOKS_UP = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def refuse(event: str, arguments: tuple) -> None:
    """Raise for every event that leaves the machine's own files."""
    if event in LOOKS_UP:
        raise RuntimeError(f"offline: {event} {arguments[0]!r}")
    # The address of a socket that is a file is text; an internet address is a tuple.
    if event in REACHES and isinstance(arguments[1], tuple):
        raise RuntimeError(f"offline: {event} {arguments[1]!r}")


sys.addaudithook(refuse)
