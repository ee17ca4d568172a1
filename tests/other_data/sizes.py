"""``make sizes``: the cost of the checks and of notebooks 01 to 03 against the size of the ledger.

The cost is processor time, so that other work on the machine moves it little. The table and the
figure go to ``benchmarks/``, as ratios to the ledger as it is; no time is kept.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from khtip.figures import layout, registry, theme
from khtip.figures.refusals import FigureError, check_drawing
from khtip.files import drafted
from khtip.runner import manifest, notebooks
from other_data.larger import KINDS, larger
from other_data.project import ROOT, place, read

TIMES = (1, 4, 10)
MOST = 1.2
"""So many times its share of the cost may ten times the ledger take."""
CHECK, NOTEBOOKS = "check-data", ("01", "02", "03")
NAME, TITLE = "sizes", "Processor time against the size of the ledger"
COLOURS = dict(zip((CHECK, *NOTEBOOKS), ("muted", "base", "conflict", "reference"), strict=True))


def costs(project: Path) -> dict[str, float]:
    """Return the seconds of one processor that each step takes in a project, in their order."""
    scripts = {CHECK: "from khtip.ledger import validation; validation.check_tables()"}
    for one in manifest.read_manifest(project).notebooks:
        if one.number in NOTEBOOKS:
            cells = notebooks.read_notebook(project / one.path)["cells"]
            code = [notebooks.text(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
            scripts[one.number] = "\n\n".join(code)
    return {step: _seconds(project, script) for step, script in scripts.items()}


def _seconds(project: Path, script: str) -> float:
    own = {"KHTIP_ROOT": str(project), "KHTIP_OUTPUT": str(project), "MPLBACKEND": "agg"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command, folder = [sys.executable, "-c", script], project / "notebooks"
    subprocess.run(command, cwd=folder, env=os.environ | own, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure() -> pd.DataFrame:
    """Return kind, times, statements, step and ratio of its cost, which is 1 for today's ledger."""
    ours, rows = read(), []
    for kind in KINDS:
        for times in TIMES:
            tables = larger(ours, kind, times)
            with tempfile.TemporaryDirectory(prefix="khtip-sizes-") as folder:
                project = place(tables, Path(folder) / "project")
                for name in ("data/clean", "data/results", "figures"):
                    (project / name).mkdir(parents=True, exist_ok=True)
                for step, seconds in costs(project).items():
                    rows.append([kind, times, len(tables["reported/figures"]), step, seconds])
                    print(f"{kind}, {times} times: {step} {seconds:.1f} s", flush=True)
    table = pd.DataFrame(rows, columns=["kind", "times", "statements", "step", "ratio"])
    once = table.groupby(["kind", "step"])["ratio"].transform("first")
    return table.assign(ratio=(table["ratio"] / once).round(2))


def draw(table: pd.DataFrame, folder: Path) -> None:
    """Draw a panel a kind of growth; nothing is written when the drawing fails a check."""
    most = table.loc[table["ratio"].idxmax()]
    alt = f"Lines of cost against size; the steepest is {most['step']}, {most['ratio']:g} times."
    foot = (
        "Checks and notebooks, each 1 for the ledger as it is. Dotted: cost in proportion to the "
        f"size. Bar: the most that is promised, {MOST * TIMES[-1]:g} times the cost."
    )
    with theme.style(), matplotlib.rc_context({"svg.hashsalt": NAME}):
        drawing = Figure(figsize=(theme.WIDTH, 3.6))
        FigureCanvasAgg(drawing)
        layout.frame(drawing, title=TITLE, foot=[foot])
        panels = drawing.subplots(1, len(KINDS), sharey=True)
        for ax, (kind, rows) in zip(panels, table.groupby("kind", sort=False), strict=True):
            ax.plot(TIMES, TIMES, linestyle=":", color=theme.COLOURS["muted"], zorder=1)
            ax.plot(
                TIMES[-1:], [MOST * TIMES[-1]], "_", markersize=16, color=theme.COLOURS["accent"]
            )
            for step, line in rows.groupby("step", sort=False):
                look = {"color": theme.COLOURS[COLOURS[step]], "label": step}
                ax.plot(line["times"], line["ratio"], marker="o", **look)
            ax.set(xlabel="times the ledger", title=f"More {kind}", xlim=(0, TIMES[-1] + 1))
            ax.set(ylim=(0, max(MOST * TIMES[-1], table["ratio"].max()) + 1))
        panels[0].set_ylabel("times the cost")
        panels[0].legend(loc="upper left")
        problems, picture = layout.settle(drawing)
        if problems := [*check_drawing(drawing, table), *problems]:
            raise FigureError(NAME, problems)
        with drafted(folder / f"{NAME}.png", folder / f"{NAME}.svg") as [png, svg]:
            png.write_bytes(registry.as_png(picture, title=TITLE, alt=alt))
            svg.write_bytes(registry.as_svg(drawing, name=NAME, title=TITLE, alt=alt))


def main() -> int:
    """Measure, write and draw; the exit status is 1 where the promise is not kept."""
    table, folder = measure(), ROOT / "benchmarks"
    with drafted(folder / f"{NAME}.csv") as [draft]:
        table.to_csv(draft, index=False, lineterminator="\n")
    draw(table, folder)
    print(table.pivot(index=["kind", "step"], columns="times", values="ratio").to_string())
    return int(table["ratio"].gt(MOST * table["times"]).any())


if __name__ == "__main__":
    sys.exit(main())
