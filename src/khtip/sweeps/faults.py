"""What may go wrong with a sweep as a whole; the failure of one run is an `Outcome` instead."""


class NoScheduler(RuntimeError):
    """There is no Dask scheduler at the given address."""


class Interrupted(RuntimeError):
    """The project changed under the sweep, or the scheduler is gone; what is done stays."""
