"""How the runner talks to a kernel: over sockets in a folder, and without waiting in vain."""

from __future__ import annotations

import sys
import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager


class ReadyClient(AsyncKernelClient):
    """A client that knows a kernel to be ready as soon as the kernel says so.

    The usual client listens until nothing has come for a fifth of a second. This one waits for
    the word *idle* that belongs to its own question.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel has answered and its outputs can be heard.

        Parameters
        ----------
        timeout : float, optional
            Seconds; without it there is no limit.

        Raises
        ------
        RuntimeError
            When the kernel dies first, or the time is over.
        """
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while time.monotonic() < end:
            question = self.kernel_info()
            reply = await self._next(self.shell_channel, "kernel_info_reply", question, 1.0)
            if reply and await self._next(self.iopub_channel, "status", question, 0.05):
                self._handle_kernel_info_reply(reply)
                return
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

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

    No port can be taken by another process, or listened to. Elsewhere the temporary folder's
    name is too long for a socket, and kernels use TCP as usual.
    """

    client_class = "khtip.pipeline.kernels.ReadyClient"
    client_factory = ReadyClient

    def _transport_default(self) -> str:
        return "ipc" if sys.platform == "linux" else "tcp"

    async def _async_wait(self, pollinterval: float = 0.005) -> None:
        """Look often whether a killed kernel has gone; it goes in milliseconds."""
        await super()._async_wait(pollinterval=0.005)
