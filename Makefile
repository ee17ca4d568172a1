# make help lists the targets. PYTHON=python3.12 chooses the interpreter for the environment.
PYTHON ?= python3
SCENARIO ?=
ARGS ?=
UV := uv==0.13.9
BIN := .venv/bin
COMPILE := build/lock/bin/uv pip compile --quiet --universal --fork-strategy fewest \
  --python-version 3.11 --generate-hashes --no-header --no-annotate --extra test \
  pyproject.toml $(ARGS)

# Byte code is written even where the environment says otherwise: without it, every kernel
# starts seconds later.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test lab check-data lock clean environment install

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: environment  ## run what changed (SCENARIO=2019-against-2018: another scenario; ARGS=--explain: why)
	@$(BIN)/khtip run $(if $(SCENARIO),--scenario '$(SCENARIO)') $(ARGS)

test: environment  ## prove that everything works, and that the committed outputs come from the data
	@$(BIN)/python -m pytest --nbval tests src $(wildcard notebooks/*.ipynb) $(ARGS)

lab: environment  ## open JupyterLab in the same environment
	@$(BIN)/jupyter lab notebooks $(ARGS)

check-data: environment  ## check every input table
	@$(BIN)/khtip check-data

lock:  ## write requirements.lock and environment.yml from pyproject.toml (ARGS=--upgrade: newer versions)
	@test -x build/lock/bin/uv || { $(PYTHON) -m venv build/lock && build/lock/bin/pip install -qq '$(UV)'; }
	@$(COMPILE) --output-file requirements.lock
	@build/lock/bin/python src/khtip/pipeline/lock.py
	@echo "Wrote requirements.lock and environment.yml."

clean:  ## delete the environment and what runs left behind; products stay
	rm -rf .venv build .pytask .pytest_cache .hypothesis .ruff_cache

# The environment is as old as its copy of the lock; times of files do not count.
environment:
	@cmp -s requirements.lock .venv/installed.lock || $(MAKE) --no-print-directory install

install:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "khtip needs Python 3.11 or newer. Name one: make run PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv" >&2; exit 2; }
	@echo "Setting up .venv from requirements.lock: about a minute, once."
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@cp requirements.lock .venv/installed.lock
