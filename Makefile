# make help lists the targets. PYTHON=python3.12 chooses the interpreter for the environment.
PYTHON ?= python3
SCENARIO ?=
SWEEP ?= scenarios/sweep.yml
REPOSITORY ?=
ARGS ?=
UV := uv==0.13.9
PIP_AUDIT := pip-audit==2.10.1
RESOLUTION ?= highest
VERSIONS := build/versions/$(RESOLUTION)
TAG ?=
BIN := .venv/bin
# Extras stay in the pins: pip older than 24 takes a required `coverage[toml]` for another package
# than a pinned `coverage`, and refuses it as soon as a newer coverage is published.
COMPILE := build/lock/bin/uv pip compile --quiet --universal --fork-strategy fewest \
  --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate \
  --extra test --extra site pyproject.toml $(ARGS)

# Byte code is written even where the environment says otherwise: without it, every kernel
# starts seconds later.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run sweep test lab check-data lock clean environment install package bench sizes changes \
  corruptions mutants faults other-data coverage export release audit test-versions uv site

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: environment  ## run what changed (SCENARIO=2019-against-2018: another scenario; ARGS=--explain: why)
	@$(BIN)/khtip run $(if $(SCENARIO),--scenario '$(SCENARIO)') $(ARGS)

sweep: environment  ## run a grid of scenarios (SWEEP=scenarios/sweep….yml; ARGS=--explain: how long)
	@$(BIN)/khtip sweep '$(SWEEP)' $(ARGS)

test: environment  ## prove that everything works, and that the committed outputs come from the data
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile \
	  --no-loadscope-reorder --nbval tests src $(wildcard notebooks/*.ipynb) $(ARGS)

bench: environment  ## compare how long everything takes with other ways to run notebooks (an hour)
	@$(BIN)/python -m benchmarks $(ARGS)
	@$(if $(ARGS),,$(MAKE) --no-print-directory sizes)

sizes: environment  ## measure the cost against the size of the ledger, up to ten times (minutes)
	@PYTHONPATH=tests $(BIN)/python -m other_data.sizes

lab: environment  ## open JupyterLab in the same environment
	@$(BIN)/jupyter lab notebooks $(ARGS)

site: environment  ## build the site into build/site (REPOSITORY=its address: links to Binder)
	@KHTIP_REPOSITORY='$(REPOSITORY)' $(BIN)/khtip site $(ARGS)

check-data: environment  ## check every input table
	@$(BIN)/khtip check-data

# Ends with an error when something moved, so that a script can tell; see khtip changes --help.
changes: environment  ## say what moved since a revision: BASE=main (HEAD=v1: up to another, not the files here)
	@$(BIN)/khtip changes --base '$(or $(BASE),HEAD)' $(if $(HEAD),--head '$(HEAD)') $(ARGS)

corruptions: environment  ## print every mistake in the input that is tried, and its answer
	@PYTHONPATH=tests $(BIN)/python -m corruptions $(ARGS)

mutants: environment  ## plant mistakes in code, data and figures, and say which check sees each (minutes)
	@PYTHONPATH=tests $(BIN)/python -m mutants $(ARGS)

faults: environment  ## kill runs, fill disks and more, and say what is left (SEED in ARGS; half an hour)
	@PYTHONPATH=tests $(BIN)/python -m faults $(ARGS)

other-data: environment  ## run every notebook over other valid ledgers (ARGS="--seeds 50"; --inputs: small ones)
	@PYTHONPATH=tests $(BIN)/python -m other_data $(ARGS)

coverage: environment  ## measure the branches that the unit tests reach
	@$(BIN)/python -m pytest -q --cov=khtip --cov-branch --cov-report=term:skip-covered \
	  --cov-report=html:build/coverage tests src $(ARGS)

lock: uv  ## write requirements.lock and environment.yml from pyproject.toml (ARGS=--upgrade: newer versions)
	@$(COMPILE) --output-file requirements.lock
	@build/lock/bin/python src/khtip/runner/lock.py
	@echo "Wrote requirements.lock and environment.yml."

test-versions: uv  ## test other versions (RESOLUTION=lowest-direct or highest): values, not bytes
	@case '$(RESOLUTION)' in lowest-direct|highest) ;; *) \
	  echo "RESOLUTION is lowest-direct or highest, not '$(RESOLUTION)'." >&2; exit 2;; esac
	@rm -rf $(VERSIONS) && mkdir -p $(VERSIONS) && $(PYTHON) -m venv $(VERSIONS)/env
	@build/lock/bin/uv pip compile --quiet --resolution $(RESOLUTION) --python $(VERSIONS)/env/bin/python \
	  --no-header --no-annotate --extra test --extra site pyproject.toml --output-file $(VERSIONS)/versions.txt
	@build/lock/bin/uv pip install --quiet --compile-bytecode --python $(VERSIONS)/env/bin/python \
	  --requirement $(VERSIONS)/versions.txt
	@build/lock/bin/uv pip install --quiet --python $(VERSIONS)/env/bin/python --no-deps \
	  --no-build-isolation --editable .
	@$(VERSIONS)/env/bin/python -m pytest tests src $(ARGS)

export: environment  ## write SDMX, HXL and RO-Crate exports into build/exports
	@$(BIN)/khtip export $(ARGS)

release: environment  ## write the files of a release into build/release (TAG=v0.1.0)
	@$(BIN)/khtip release '$(TAG)'

audit:  ## ask public advisories about every locked package
	@test -x build/audit/bin/pip-audit || { $(PYTHON) -m venv build/audit && build/audit/bin/pip install -qq '$(PIP_AUDIT)'; }
	@build/audit/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off \
	  --requirement requirements.lock $(ARGS)

clean:  ## delete the environment and what runs left behind; products stay
	rm -rf .venv build .pytask .pytest_cache .hypothesis .ruff_cache

uv:
	@test -x build/lock/bin/uv || { $(PYTHON) -m venv build/lock && build/lock/bin/pip install -qq '$(UV)'; }

# The environment is as old as its copies of the lock and of the package's description; times of
# files do not count. A .venv that is a link belongs to another checkout, whose package is in it.
environment:
	@cmp -s requirements.lock .venv/installed.lock || $(MAKE) --no-print-directory install
	@test -L .venv || cmp -s pyproject.toml .venv/installed.toml || $(MAKE) --no-print-directory package

install:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "khtip needs Python 3.11 or newer. Name one: make run PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv" >&2; exit 2; }
	@echo "Setting up .venv from requirements.lock: about a minute, once."
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@cp requirements.lock .venv/installed.lock

package:  # its commands, and what jupyter and pytask find of it by name
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@cp pyproject.toml .venv/installed.toml
