"""The look of a figure, the marks on it, the checks it must pass, and the registry."""
