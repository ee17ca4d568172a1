"""How long the collection takes, as ratios against a loop of the papermill command line.

``make bench`` runs it; nothing else imports it. Start reading in `benchmarks.__main__`.
"""
