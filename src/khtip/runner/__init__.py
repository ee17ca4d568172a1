"""How notebooks run: manifest, graph of hashes, kernels, publishing, scenarios, sweeps.

It knows notebooks and files. It imports no statistics, no chapter and no drawing.
"""
