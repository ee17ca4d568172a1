"""Notebook 02: which claims, sums and sources disagree, and by how much."""
