"""Run one notebook in a fresh kernel and return it in normal form, or say in one screen why not.

Papermill executes. Nothing here decides whether a notebook must run, nor moves its products.
"""

import importlib.util
import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from khtip.runner import notebooks, recorder

PINNED = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "LANG": "C.UTF-8",
    "COLUMNS": "80",
    "LINES": "24",
    "SOURCE_DATE_EPOCH": "1514764800",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "JUPYTER_PREFER_ENV_PATH": "1",
    "PYTHONWARNINGS": "",
    "PYTHONOPTIMIZE": "",  # or every assertion of a notebook would be left out
}

# What people write. A notebook that writes there is stopped before it does.
INPUTS = ("data/reported", "data/context", "data/lookups", "scenarios", "notebooks/pipeline.yml")

GIVEN, MADE = "given.ipynb", "made.ipynb"
CELL_TIMEOUT, CELL_SECONDS = "KHTIP_CELL_TIMEOUT", 600

_WIDEST = 1000  # signs of a line on the screen; the failing copy has more
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_ERROR_MARKER = "papermill-error-cell-tag"


class NotebookFailed(RuntimeError):
    """A notebook did not finish, or made what it must not make; the text is one screen.

    Attributes
    ----------
    cell : int or None
        The cell's number, from 1, when one cell is to blame.
    error : str
        What went wrong, without the rest of the screen.
    """

    def __init__(self, screen: str, *, cell: int | None = None, error: str = "") -> None:
        super().__init__(screen)
        self.cell = cell
        self.error = error or screen


@dataclass(frozen=True)
class Workplace:
    """The folders of one execution.

    The kernel works in ``notebooks`` of the project `root`. Its products go to `products`, all that
    it leaves behind to `scratch`, the copy of a notebook that failed to `failed` or
    ``build/failed``. Without `figures`, none is drawn, checked or saved.
    """

    root: Path
    products: Path
    scratch: Path
    failed: Path | None = None
    figures: bool = True

    @property
    def opened(self) -> Path:
        """The list of files that the kernel opened."""
        return self.scratch / "opened.txt"

    def environment(self) -> dict[str, str]:
        """Return the variables that are pinned for a kernel: the same bytes on every machine."""
        watched = [self.root / one for one in ("data", "figures", "scenarios")] + [self.products]
        return pinned() | {
            "KHTIP_ROOT": str(self.root),
            "KHTIP_OUTPUT": str(self.products),
            "KHTIP_FIGURES": str(int(self.figures)),
            "IPYTHONDIR": str(self.scratch / "ipython"),
            recorder.LIST: str(self.opened),
            recorder.WATCHED: "\n".join(map(str, watched)),
            recorder.SEALED: "\n".join(str(self.root / one) for one in INPUTS),
        }

    def prepare(self) -> None:
        """Make the folders and the kernel's start-up line."""
        startup = self.scratch / "ipython" / "profile_default" / "startup"
        for folder in (self.products, startup):
            folder.mkdir(parents=True, exist_ok=True)
        (self.scratch / MADE).unlink(missing_ok=True)
        line = "import khtip.runner.recorder as _recorder; _recorder.start(); del _recorder\n"
        (startup / "00-record.py").write_text(line, encoding="utf-8")


def pinned() -> dict[str, str]:
    """Return the variables that are the same for every kernel of the runner."""
    library = importlib.util.find_spec("matplotlib")
    # A reader's own matplotlibrc would change every figure.
    folder = Path(library.origin).parent if library and library.origin else Path()
    return PINNED | {"MATPLOTLIBRC": str(folder / "mpl-data/matplotlibrc")}


def cell_seconds() -> int:
    """Return how many seconds one cell may run; refuse a ``KHTIP_CELL_TIMEOUT`` that says not."""
    chosen = os.environ.get(CELL_TIMEOUT) or str(CELL_SECONDS)
    if not chosen.isdecimal() or int(chosen) < 1:
        raise NotebookFailed(f"{CELL_TIMEOUT}={chosen}: expected whole seconds, such as 600.")
    return int(chosen)


def warm_up() -> None:
    """Start the fork server, which takes a second or two, and do not wait for it.

    Like papermill, it is imported only by a run that executes something.
    """
    from khtip.runner import warm

    if importlib.util.find_spec("ipykernel") is None:
        raise ModuleNotFoundError("no kernel can start", name="ipykernel")
    if warm.provisioner():
        warm.server.start(os.environ | pinned())


def execute(
    notebook: dict[str, Any],
    name: str,
    workplace: Workplace,
    *,
    parameters: Mapping[str, Any] | None = None,
    on_cell: Callable[[int, int], None] = lambda number, cells: None,
) -> dict[str, Any]:
    """Execute a notebook and return it normalised.

    Parameters
    ----------
    notebook, name : dict, str
        As from `notebooks.read_notebook`; the name is for messages and for a failing copy.
    workplace : Workplace
        Where it runs.
    parameters : mapping, optional
        Checked values to inject; without any, no cell is added.
    on_cell : callable, optional
        Called with the cell's number (from 1) and the number of cells before each code cell.

    Raises
    ------
    NotebookFailed
        For an error in a cell, a dead kernel, a cell that runs for longer than `cell_seconds`,
        words on stderr or outputs that cannot be repeated.
        The failing copy is kept in ``build/failed``.
    """
    limit = cell_seconds()
    warm_up()  # the fork server imports its libraries while papermill is imported here
    with notebooks.quick_imports():
        import papermill
        from nbclient.exceptions import CellTimeoutError, DeadKernelError

        from khtip.runner import kernels

    bare = _given(notebook, name, workplace)
    cells, place = len(bare["cells"]) + bool(parameters), {"at": 1}

    def started(cell: object, cell_index: int) -> None:
        place["at"] = cell_index + 1
        on_cell(cell_index + 1, cells)

    try:
        _papermill(workplace, parameters or {}, started, limit)
    except papermill.PapermillExecutionError as error:
        failed = _failed(workplace.scratch / MADE)
        raise _failure(failed, name, _error_cell(failed), _last_lines(error), workplace) from None
    except (DeadKernelError, CellTimeoutError, kernels.NotReady) as error:
        number = place["at"] - bool(parameters)
        raise _failure(bare, name, number, _stopped(error, limit), workplace) from None
    done = notebooks.normalise(notebooks.read_notebook(workplace.scratch / MADE))
    for number, wrong in notebooks.complaints(done):
        raise _failure(done, name, number, f"The cell {wrong}", workplace)
    return done


def _stopped(error: Exception, limit: int) -> str:
    """Say why a kernel ended before its notebook did."""
    return {
        "DeadKernelError": "The kernel died: out of memory, or a crash inside a library.",
        "CellTimeoutError": f"The cell ran for more than {limit} s and was stopped.\n"
        f"If it needs longer: {CELL_TIMEOUT}={2 * limit} make run",
        "NotReady": f"The kernel did not start: {error}.",
    }[type(error).__name__]


def _given(notebook: dict[str, Any], name: str, workplace: Workplace) -> dict[str, Any]:
    """Return the notebook in normal form, which now lies in the workplace for papermill."""
    bare = notebooks.normalise(without_injected(notebook))
    if sum("parameters" in notebooks.tags(cell) for cell in bare["cells"]) > 1:
        raise NotebookFailed(f"notebooks/{name}.ipynb: {notebooks.TWO_PARAMETER_CELLS}")
    workplace.prepare()
    notebooks.save(bare, workplace.scratch / GIVEN)
    return bare


def _papermill(
    workplace: Workplace,
    parameters: Mapping[str, Any],
    started: Callable[[object, int], None],
    limit: int,
) -> None:
    """Let papermill execute ``given.ipynb`` into ``made.ipynb``."""
    import papermill

    from khtip.runner import kernels, warm

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # one screen says it instead
    place = workplace.environment(), workplace.root / "notebooks", warm.provisioner()
    with kernels.placed(*place) as manager:
        papermill.execute_notebook(
            *(_plain(workplace.scratch / name) for name in (GIVEN, MADE)),
            parameters=dict(parameters),
            kernel_name=notebooks.KERNELSPEC["name"],
            progress_bar=False,
            execution_timeout=limit,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            shutdown_kernel="immediate",
            coalesce_streams=False,  # its pattern never ends on a long line; normalise joins them
            on_cell_start=started,
            kernel_manager_class=manager,
        )


def _plain(path: Path) -> str:
    """Return a path for papermill, which fills in what stands in braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def without_injected(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return the notebook without the cell that an earlier run with parameters injected."""
    cells = [cell for cell in notebook["cells"] if notebooks.INJECTED not in notebooks.tags(cell)]
    return notebook | {"cells": cells}


def _failed(made: Path) -> dict[str, Any]:
    notebook = notebooks.read_notebook(made)
    cells = [cell for cell in notebook["cells"] if _ERROR_MARKER not in notebooks.tags(cell)]
    return notebooks.normalise(notebook | {"cells": cells})


def _error_cell(notebook: dict[str, Any]) -> int:
    for number, cell in enumerate(notebook["cells"], 1):
        if any(output["output_type"] == "error" for output in cell.get("outputs", [])):
            return number
    return len(notebook["cells"])


def _last_lines(error: Any) -> str:
    """Return the cell's own line that failed, if any, and the error's text, without colours."""
    trace = _ANSI.sub("", "\n".join(error.traceback)).splitlines()
    frames = [number for number, line in enumerate(trace) if line.startswith("Cell In")]
    arrow = [line for line in trace[frames[-1] :] if line.startswith("-")] if frames else []
    text = f"{error.ename}: {error.evalue}".splitlines()
    if len(text) > 12:
        text = [*text[:10], f"… and {len(text) - 10} more lines in the failing copy"]
    return "\n".join(notebooks.cut(line, _WIDEST) for line in [*arrow[:1], *text])


def question_above(notebook: dict[str, Any], number: int) -> str:
    """Return the last heading, or else the first line, of the Markdown above cell `number`."""
    above = [cell for cell in notebook["cells"][: number - 1] if cell["cell_type"] == "markdown"]
    if not above:
        return ""
    lines = [line.strip() for line in notebooks.text(above[-1]["source"]).splitlines()]
    headings = [line.lstrip("# ") for line in lines if line.startswith("#")]
    return (headings[-1:] or [line for line in lines if line] or [""])[0]


def _failure(
    notebook: dict[str, Any], name: str, number: int, words: str, workplace: Workplace
) -> NotebookFailed:
    """Keep the failing copy and compose the screen."""
    kept = (workplace.failed or workplace.root / "build" / "failed") / f"{name}.ipynb"
    notebooks.save(notebook, kept)
    shown = kept.relative_to(workplace.root).as_posix()
    error = "\n    ".join(words.strip().splitlines())
    return NotebookFailed(
        f"{name} failed in cell {number} of {len(notebook['cells'])}\n"
        f"  question  {question_above(notebook, number)}\n"
        f"  error\n    {error}\n"
        f"  kept      {shown} is the failing copy; products are as they were\n"
        f"  next      mend notebooks/{name}.ipynb, its data or src/khtip, then: make run",
        cell=number,
        error=words.strip(),
    )
