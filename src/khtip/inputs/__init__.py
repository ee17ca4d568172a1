"""The tables that people write: read, checked, and turned into observations."""
