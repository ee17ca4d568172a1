"""Notebook 05: from where Cambodians were brought back, and how many live there."""
