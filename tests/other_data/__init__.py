"""Other valid ledgers: changed by chance, or by one small edit that once stopped a run."""
