"""Notebook 01: what was reported, by whom and when, and what is missing."""
