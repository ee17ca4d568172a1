"""Notebook 07: what can be said, and under which other choices it still holds."""
