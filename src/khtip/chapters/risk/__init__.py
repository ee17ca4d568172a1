"""Notebook 06: where Cambodia stands in its region, and how robust that is."""
