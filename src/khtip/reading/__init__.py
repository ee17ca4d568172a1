"""What is made for readers from committed products: pages, exports, comparisons, traces.

It reads files and the manifest. Nothing is computed from a reported number here, and no statistics,
chapter or drawing is imported.
"""
