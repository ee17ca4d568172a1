"""How the collection runs: manifest, staging, kernels, hashes, scenarios."""
