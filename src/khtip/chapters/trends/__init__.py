"""Notebook 03: what changed between two years, and over all years."""
