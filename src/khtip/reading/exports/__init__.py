"""The collection in the words of other standards: SDMX, HXL, RO-Crate, and a data dictionary.

Nothing here computes. An export renames columns and codes of the committed tables, so that other
programs know them; the values stay as they were published.
"""
