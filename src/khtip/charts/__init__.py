"""The figures of each notebook: their tables, drawings and words."""
