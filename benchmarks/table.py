"""The table of the benchmark: pairs within a round, medians, promises; what quotes and draws it."""

import importlib.metadata
import io
import json
import os
import platform
from math import nan
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from benchmarks.checks import levels
from khtip.figures import layout, marks, registry, theme
from khtip.figures.refusals import FigureError, check_drawing
from khtip.files import drafted, write_text

HERE = Path(__file__).parent
# One row a run, a measure once a round; `good` and `note` are what its check found.
RUNS = ["round", "measure", "seconds", "units", "left", "good", "note"]
NAME, MACHINE = "benchmarks", "machine.json"
ORDINARY, WARM = "khtip-ordinary", "khtip-warm"
NOTEBOOK = "03-describe-trends"  # what a sweep runs
BY_HAND = 5  # scenarios of papermill's loop in a round: each costs the same, so a few are enough
OURS = ("khtip-", "nothing-", "markdown-", "one-", "nbval-warm", "make-", "sweep")
TITLE = "Time that a command takes, as a ratio"
ROW, HEAD = 0.235, 0.62  # inches for a row of a panel, and for what stands around its rows


def plan(scenarios: int) -> pd.DataFrame:
    """Return what is measured and promised, one row a comparison: ``measures.csv``.

    ``state`` is the copy that the command starts from (see `copies`), ``check`` one of `checks`,
    ``units`` the scenarios by which the time is divided. A row without a command compares others.
    """
    values = {"many": scenarios, "few": scenarios // 4 or 1, "by_hand": BY_HAND}
    values["levels"] = " ".join(map(str, levels(BY_HAND)))
    text = (HERE / "measures.csv").read_text(encoding="utf-8").format(**values)
    words = dict.fromkeys(["promise", "command"], "")
    return pd.read_csv(io.StringIO(text), dtype=dict.fromkeys(words, str)).fillna(words)


def row(measure: str, scenarios: int = 1) -> tuple:
    """Return the first row of the plan with a measure."""
    return next(one for one in plan(scenarios).itertuples() if one.measure == measure)


def byte_runs(names: list[str], unlike: set[str]) -> list[tuple]:
    """Return, as runs without a time, whether both kinds of kernel make the same bytes."""
    one, note = row("byte-equality"), f"{len(names)} products compared, all equal"
    if unlike:
        note = f"{len(unlike)} of {len(names)} products differ, first {min(unlike)}"
    return [(1, name, nan, 1, 0, not unlike, note) for name in (one.measure, one.against)]


def paired(runs: pd.DataFrame, measure: str, against: str) -> pd.Series:
    """Return the ratio of two measures in each round that has both: a slow round slows both."""
    each = runs.assign(each=runs["seconds"] / runs["units"])
    wide = each.pivot(index="round", columns="measure", values="each")
    wide = wide.reindex(columns=sorted({measure, against}))
    ratios = (wide[measure] / wide[against]).dropna()
    if ratios.empty and wide[measure].notna().any():
        raise ValueError("no round holds both measures")
    return ratios


def build(runs: pd.DataFrame, plan: pd.DataFrame) -> pd.DataFrame:
    """Return the table: the rows of the plan of which something was measured, with what it was."""
    words, measured, rows = plan.set_index("measure")["what"].to_dict(), set(runs["measure"]), []
    for one in plan[plan["measure"].isin(measured) & plan["against"].isin(measured)].itertuples():
        mine = runs[runs["measure"].eq(one.measure)]
        ratios = paired(runs, one.measure, one.against)
        good, notes, promises = [], [], [one.promise] if one.promise else []
        if one.measure not in {row["measure"] for row in rows}:  # what was found stands once
            good += mine["good"].dropna().tolist()
            notes += filter(None, mine["note"].unique())
        if pd.notna(one.at_most):
            promises.append(f"at most {one.at_most:g}")
            good.append(ratios.median() <= one.at_most)
        if pd.notna(one.seconds_at_most):
            promises.append(f"at most {one.seconds_at_most:g} s")
            good.append(mine["seconds"].max() <= one.seconds_at_most)
        if left := mine["left"].max():
            notes.append(f"left {left} processes behind")
            good += [False] if one.measure in (WARM, ORDINARY) else []
        rows.append(
            {
                "group": one.group,  # regeneration, increment, tests, sweep, bytes
                "measure": one.measure,  # id of what was measured
                "what": one.what,  # the same in words
                "against": words.get(one.against, one.against),  # what takes 1.00
                "rounds": len(ratios) or None,  # how many paired rounds
                "ratio": ratios.median(),  # of the rounds
                "low": ratios.min(),  # the smallest ratio of a round
                "high": ratios.max(),  # the largest ratio of a round
                "at_most": one.at_most,  # the largest ratio that is promised
                "promise": ", ".join(promises),  # the promise in words
                "met": ("yes" if all(good) else "no") if good else "",  # empty: nothing is promised
                "note": "; ".join(notes),  # what the checks of the result found
            }
        )
    return pd.DataFrame(rows)


def machine(notebooks: int, of: int) -> dict:
    """Return where it is measured, without naming the machine, and how many notebooks ran."""
    _, before = read(HERE)  # names the packages
    return {
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in before["packages"]},
        "load_before": round(os.getloadavg()[0], 2),
        "notebooks": notebooks,
        "of": of,
    }


def write(table: pd.DataFrame, described: dict, folder: Path) -> None:
    """Write the table and the machine; ratios keep three decimals, no time or memory is kept."""
    with drafted(folder / f"{NAME}.csv") as [draft]:
        table.to_csv(draft, index=False, lineterminator="\n", float_format="%.3f")
    write_text(folder / MACHINE, json.dumps(described, indent=1) + "\n")


def read(folder: Path) -> tuple[pd.DataFrame, dict]:
    """Read both; empty words are the empty text, numbers that are not there are missing."""
    missing = dict.fromkeys(["rounds", "ratio", "low", "high", "at_most"], "")
    table = pd.read_csv(folder / f"{NAME}.csv", keep_default_na=False, na_values=missing)
    table["rounds"] = table["rounds"].astype("Int64")
    return table, json.loads((folder / MACHINE).read_text(encoding="utf-8"))


def ratio(number: float) -> str:
    """Return a ratio with two decimals, or two significant digits when it is small.

    >>> ratio(1.304), ratio(0.0312)
    ('1.30', '0.031')
    """
    return f"{number:.2f}" if number >= 0.095 else f"{number:.2g}"


def full(table: pd.DataFrame) -> str:
    """Return the whole table as Markdown."""
    lines = [
        "| what | takes 1.00 | ratio | lowest to highest | rounds | promise | found |",
        "| --- | --- | --: | --- | --: | --- | --- |",
    ]
    for row in table.itertuples():
        numbers = [ratio(row.ratio), f"{ratio(row.low)} to {ratio(row.high)}", str(row.rounds)]
        verdict = {"": "", "yes": "kept", "no": "**not kept**"}[row.met]
        promise = ": ".join(filter(None, [row.promise, verdict]))
        known = numbers if pd.notna(row.ratio) else [""] * 3
        lines.append(f"| {' | '.join([row.what, row.against, *known, promise, row.note])} |")
    return "\n".join(lines)


def short(table: pd.DataFrame, machine: dict) -> str:
    """Return the line in the project's README: a run from nothing, and what was not kept."""
    run = table[table["measure"].eq(WARM)].iloc[0]
    broken = table[table["met"].eq("no")]
    named = "; ".join(broken["what"] + ", against " + broken["against"])
    kept = f"**not kept**: {named}" if named else "every promise is kept"
    return (
        f"`make run` takes {ratio(run['ratio'])} of the time of {run['against']}; {kept}. "
        f"{how(table, machine)} `make bench` measures it; see [benchmarks](benchmarks)."
    )


def where(machine: dict) -> str:
    """Return where the numbers were measured."""
    packages = ", ".join(f"{name} {one}" for name, one in machine["packages"].items())
    words = "{system}, {cores} cores, load {load_before} before the start; Python {python}; "
    return (words + packages + ". {notebooks} of {of} notebooks.").format(**machine)


def how(table: pd.DataFrame, machine: dict) -> str:
    """Return how often, over what and on how many cores was measured, as one sentence."""
    rounds = int(table["rounds"].max())
    times = "One round" if rounds == 1 else f"Medians of {rounds} paired rounds"
    return times + " over {notebooks} of {of} notebooks on {cores} cores.".format(**machine)


def draw(table: pd.DataFrame, machine: dict, folder: Path) -> None:
    """Draw the table's ratios; nothing is written when the drawing fails a check."""
    rows = table[table["ratio"].notna()].reset_index(drop=True)
    panels = [rows[rows["against"].eq(one)] for one in rows["against"].unique()]
    heights = [HEAD + ROW * len(panel) for panel in panels]
    ends = rows[["low", "high", "at_most"]]
    limits = ends.min().min() / 1.3, ends.max().max() * 1.3
    said = "; ".join(f"{row.what} {ratio(row.ratio)} of {row.against}" for row in rows.itertuples())
    alt = f"Dots with ranges, one row a command, in panels by what takes 1.00: {said}."
    foot = (
        f"{how(rows, machine)} Dot: median ratio; line: lowest and highest round; bar: the most "
        "that is promised. Blue: this project's command. The axis is logarithmic."
    )
    with theme.style(), matplotlib.rc_context({"svg.hashsalt": NAME}):
        drawing = Figure(figsize=(theme.WIDTH, 1.0 + sum(heights)))
        FigureCanvasAgg(drawing)
        layout.frame(drawing, title=TITLE, foot=[foot])
        axes = drawing.subplots(len(panels), 1, squeeze=False, sharex=True, height_ratios=heights)
        for ax, panel in zip(axes[:, 0], panels, strict=True):
            _panel(ax, panel, limits)
        problems, picture = layout.settle(drawing)
        if problems := [*check_drawing(drawing, rows), *problems]:
            raise FigureError(NAME, problems)
        with drafted(folder / f"{NAME}.png", folder / f"{NAME}.svg") as [png, svg]:
            png.write_bytes(registry.as_png(picture, title=TITLE, alt=alt))
            svg.write_bytes(registry.as_svg(drawing, name=NAME, title=TITLE, alt=alt))


def _panel(ax: Axes, rows: pd.DataFrame, limits: tuple[float, float]) -> None:
    """Draw the rows that share what takes 1.00, the first on top."""
    ax.set(xscale="log", xlim=limits)
    marks.reference_line(ax, 1.0)
    bar = {"marker": "|", "markersize": 13, "markeredgewidth": 2.2, "linestyle": "none"}
    for place, row in enumerate(rows.itertuples()):
        color = theme.COLOURS["reference" if row.measure.startswith(OURS) else "muted"]
        marks.dot_range(ax, [place], [row.ratio], [row.low], [row.high], color=color)
        number = ratio(row.ratio)
        if pd.notna(row.at_most):
            number += f" (at most {row.at_most:g})"
            ax.plot([row.at_most], [place], color=theme.COLOURS["accent"], zorder=2.8, **bar)
        marks.side_text(ax, place, number)
    ax.set_yticks(range(len(rows)), labels=rows["what"])
    ax.set(ylim=(len(rows) - 0.4, -0.6), title=f"1.00 is {rows['against'].iloc[0]}")
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    marks.plain_log_ticks(ax)
