"""How the runner starts a kernel and talks to it: in its own place, without waiting in vain.

Folder and environment are given to each kernel. Nothing of this process changes for it, so that
several threads can have a kernel each.
"""

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default


class NotReady(RuntimeError):
    """A kernel did not start."""


class ReadyClient(AsyncKernelClient):
    """A client that knows a kernel to be ready as soon as the kernel says so.

    The usual client listens until nothing has come for a fifth of a second. This one waits for
    the word *idle* that belongs to its own question. A socket that the kernel has not opened yet
    is tried again after milliseconds, not after a tenth of a second.
    """

    @default("context")
    def _patient_for_milliseconds(self) -> zmq.asyncio.Context:
        self._created_context = True
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.RECONNECT_IVL, 5)
        return context

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel has answered and its outputs can be heard.

        Raises
        ------
        NotReady
            When the kernel dies first, or has not answered after `timeout` seconds.
        """
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while time.monotonic() < end:
            question = self.kernel_info()
            reply = await self._next(self.shell_channel, "kernel_info_reply", question, 1.0)
            if reply and await self._next(self.iopub_channel, "status", question, 0.05):
                self._handle_kernel_info_reply(reply)
                return
            if not await self._async_is_alive():
                raise NotReady("it died before it answered")
        raise NotReady(f"it did not answer in {timeout} s")

    @staticmethod
    async def _next(channel: Any, kind: str, question: str, patience: float) -> dict | None:
        """Return the last word of `kind` on `question`, or None when `patience` is over."""
        try:
            while True:
                message = await channel.get_msg(timeout=patience)
                ours = message["parent_header"].get("msg_id") == question
                busy = message["content"].get("execution_state") == "busy"
                if ours and message["msg_type"] == kind and not busy:
                    return message
        except Empty:
            return None


class Manager(AsyncKernelManager):
    """A kernel manager with `ReadyClient`, and on Linux with sockets that are files.

    No port can be taken by another process, or listened to. Elsewhere, and where no temporary
    folder has a short name, kernels use TCP as usual.
    """

    client_class = "khtip.runner.kernels.ReadyClient"
    client_factory = ReadyClient
    environment: Mapping[str, str] = {}
    folder: Path | None = None
    provisioner_name = ""
    sockets = ""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of this very interpreter, whatever else is installed under its name."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        chosen = {"kernel_provisioner": {"provisioner_name": self.provisioner_name}}
        return KernelSpec(
            argv=command,
            language="python",
            metadata={"debugger": True} | (chosen if self.provisioner_name else {}),
        )

    @default("connection_file")
    def _in_sockets(self) -> str:
        return str(Path(self.sockets, "kernel.json")) if self.sockets else ""

    async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
        options["env"] = os.environ | dict(self.environment)
        if self.folder is not None:
            options["cwd"] = str(self.folder)
        return await super()._async_pre_start_kernel(**options)

    async def _async_post_start_kernel(self, **options: Any) -> None:
        _living.add(self)
        await super()._async_post_start_kernel(**options)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        _living.discard(self)
        await super()._async_cleanup_resources(restart)

    def _transport_default(self) -> str:
        return "ipc" if sys.platform == "linux" and self.sockets else "tcp"

    async def _async_wait(self, pollinterval: float = 0.005) -> None:
        """Look often whether a killed kernel has gone; it goes in milliseconds."""
        await super()._async_wait(pollinterval=0.005)


_living: set[Manager] = set()


@contextlib.contextmanager
def placed(environment: Mapping[str, str], folder: Path, provisioner: str) -> Iterator[type]:
    """Give a class of managers whose kernels work in `folder`, with `environment` added to ours.

    The `provisioner` of that name starts them; empty stands for the usual one. The sockets of the
    class are gone at the end of the block.
    """
    facts = {"environment": environment, "folder": folder, "provisioner_name": provisioner}
    with contextlib.ExitStack() as stack:
        short = next(filter(_fits, (tempfile.gettempdir(), "/tmp", "/dev/shm")), None)
        sockets = ""
        if short:
            made = tempfile.TemporaryDirectory(
                prefix="khtip-", dir=short, ignore_cleanup_errors=True
            )
            sockets = stack.enter_context(made)
        yield type("PlacedManager", (Manager,), facts | {"sockets": sockets})


def _fits(folder: str) -> bool:
    """Return whether sockets can be made in a folder: the system cuts names of 108 bytes."""
    return len(os.fsencode(folder)) <= 60 and os.access(folder, os.W_OK | os.X_OK)


def kill_all() -> None:
    """Kill every kernel that still lives; whoever waits for it hears that it died."""
    for manager in list(_living):
        process = getattr(manager.provisioner, "process", None)
        if process is not None:
            process.kill()
