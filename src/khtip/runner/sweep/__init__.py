"""Sweeps: many scenarios run through the notebooks, on Dask. The command is ``khtip sweep``.

A scenario is one value for every parameter. A *run* is one notebook under the parameters that it
takes and the tables that it reads. Many scenarios share a run: a notebook that does not take the
confidence level runs once for all of them. `khtip.runner.sweep.sweep_file` reads which scenarios
there are; here a sweep counts in runs:

`plan`
    What makes two runs the same (a hash of code, parameters and inputs), and which goes next.
`store`
    Where finished runs, failures and the result tables lie below ``runs/sweeps``.
`work`
    One run, in a Dask worker, and where workers are: on this machine, or at any Dask scheduler.
`command`
    What a user sees: the plan, the progress, the end.
"""
