"""One folder a notebook: what it computes (`results`), draws (`figures`), concludes (`findings`).

Chapters do not import each other; only the summary knows what every chapter concludes. No file is
written here, and no notebook is run.
"""
