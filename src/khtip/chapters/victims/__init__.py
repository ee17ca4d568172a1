"""Notebook 04: who was rescued, by age, sex, kind of exploitation and nationality."""
