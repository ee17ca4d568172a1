"""How long the collection takes, as ratios against a loop of the papermill command line."""
