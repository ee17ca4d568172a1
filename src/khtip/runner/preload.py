"""What the fork server imports before it forks kernels, and what a fork must forget.

Only libraries: modules of this package are imported by each notebook, as they are then.
"""

import builtins
import contextlib
import gc
import importlib
import os
import signal
import sys
import time
import types

LIBRARIES = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "debugpy.server.api",
    "ipykernel.zmqshell",
    "ipykernel.ipkernel",
    "IPython.core.completerlib",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "numpy",
    "pandas",
    "scipy.stats",
    "seaborn",
    "statsmodels.discrete.discrete_model",
    "statsmodels.genmod.generalized_linear_model",
    "statsmodels.stats.proportion",
    "statsmodels.stats.rates",
    "pandera.pandas",
    "SALib.analyze.sobol",
    "yaml",
)

# What the server was started with; a fork of it shares whatever was read from here.
ENVIRONMENT = dict(os.environ)

# The server was started with -c; a kernel's own path has no empty first entry either.
PATH = [entry for entry in sys.path if entry]


def import_libraries() -> None:
    """Import every library that is there, and keep its objects out of the forks' way."""
    # Ctrl-C reaches every process of a terminal; only the command answers, and ends this one.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    # pandas asks when it is imported whether it is in a notebook, and sets its options so.
    builtins.get_ipython = lambda: types.SimpleNamespace(kernel=True)  # type: ignore[attr-defined]
    gc.disable()  # imports make many objects and no garbage; looking for it takes a quarter of them
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    del builtins.get_ipython  # type: ignore[attr-defined]
    gc.freeze()  # and no fork looks through them; it would copy every page that it looks at
    gc.enable()
    signal.signal(signal.SIGINT, before)


def become_fresh(environment: dict[str, str], folder: str) -> None:
    """Make a fork look like a process that has just been started in `folder`.

    `environment` has all of its variables.
    """
    import multiprocessing
    from multiprocessing import forkserver, process

    os.setsid()
    # The fork holds the pipe that tells the server that its user lives. Without this, server and
    # kernel would outlive a killed run.
    os.close(forkserver._forkserver._forkserver_alive_fd)  # type: ignore[attr-defined]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    time.tzset()
    sys.path[:] = PATH
    process.current_process().name = "MainProcess"
    process._parent_process = None  # type: ignore[attr-defined]
    multiprocessing.set_start_method(None, force=True)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


import_libraries()
