"""What moved between two states of the committed products: rows, findings, figures."""
