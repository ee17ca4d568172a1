"""Warm kernels for Jupyter: papermill, nbclient and nbval load `WarmProvisioner` by its name.

``JUPYTER_DEFAULT_PROVISIONER_NAME=khtip-warm`` chooses it.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from khtip.runner.warm import Kernel, server, wanted

LAUNCHER = ["-m", "ipykernel_launcher"]


class WarmProvisioner(LocalProvisioner):
    """Start a kernel by forking where that is safe, else as `LocalProvisioner` does."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel that `cmd` names; of `kwargs`, a fork takes ``env`` and ``cwd``."""
        environment = dict(kwargs.get("env") or os.environ)
        own = cmd[:1] == [sys.executable] and cmd[1:3] == LAUNCHER
        if not (own and wanted() and server.start(environment)):
            return await super().launch_kernel(cmd, **kwargs)
        folder = str(kwargs.get("cwd") or Path.cwd())
        kernel = Kernel(cmd[3:], environment, folder)
        self.process = kernel  # type: ignore[assignment]
        server.running.add(kernel)
        # The kernel leads a group of its own, or will in a moment: never signal ours.
        self.pid = self.pgid = kernel.pid
        self.cwd = folder
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the kernel's end; a killed one is gone in milliseconds, not in tenths."""
        while self.process and self.process.poll() is None:
            await asyncio.sleep(0.005)
        return await super().wait()
