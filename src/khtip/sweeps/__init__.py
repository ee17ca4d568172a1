"""Sweeps: many scenarios run through the notebooks, on Dask. The command is ``khtip sweep``.

A scenario is one value for every parameter. A *run* is one notebook under the parameters that it
takes and the tables that it reads. Many scenarios share a run: a notebook that does not take the
confidence level runs once for all of them. `khtip.pipeline.sweep_file` reads which scenarios
there are; here a sweep counts in runs:

`identity`
    What makes two runs the same: a hash of code, parameters and inputs.
`store`
    Where finished runs, failures and the result tables lie below ``runs/sweeps``.
`work`
    One run, in a Dask worker: papermill, in a fresh kernel.
`cluster`
    Where the work is done: processes on this machine, or any Dask scheduler.
`course`
    Which run goes next, for a window of scenarios at a time.
`tables`
    Finished scenarios become rows.
`command`
    What a user sees: the plan, the progress, the end.
"""
