"""Helpers for a notebook collection on reported counter-trafficking figures for Cambodia.

KH is Cambodia's country code, TIP stands for trafficking in persons. The figures are
administrative counts: they say what authorities report having done, not how much
trafficking there is.
"""

__version__ = "0.1.0"
