"""Tasks for pytask, one a notebook, all from pipeline.yml. Run them with: make run."""

from pathlib import Path
from typing import Annotated, Any

from pytask import Product, task

from khtip.runner import graph, manifest, notebooks, steps

PLAN = manifest.read_manifest(Path(__file__).resolve().parents[1])
Makes = Annotated[Any, Product]


# An explanation leaves the check out: it comes before every notebook, but makes none stale.
if not steps.explaining:

    @task(id="check-data", kwargs={"needs": graph.inputs(PLAN), "makes": [graph.checked(PLAN)]})
    def task_data(needs: Any, makes: Makes) -> None:
        """Check every input table before a notebook runs."""
        steps.check_data(PLAN.root)


for one in PLAN.notebooks:

    @task(
        id=one.name,
        kwargs={"one": one, "needs": graph.needs(PLAN, one), "makes": graph.makes(PLAN, one)},
    )
    def task_notebook(one: manifest.Notebook, needs: Any, makes: Makes) -> None:
        """Execute one notebook and publish what it made."""
        steps.run_notebook(PLAN, one)


@task(
    id="index-figures",
    kwargs={"needs": graph.index_needs(PLAN), "makes": graph.index_makes(PLAN)},
)
def task_index(needs: Any, makes: Makes) -> None:
    """List every figure in one file."""
    steps.index_figures(PLAN, PLAN.root)


@task(id="readme", kwargs={"needs": graph.readme_needs(PLAN)})
def task_readme(needs: Any) -> None:
    """Put the newest findings and the list of notebooks into the README."""
    notebooks.write(PLAN, ran=steps.progress.ran)
