# Needs make, pip and Python 3.11 or newer; everything else goes into .venv.
# Another interpreter: make PYTHON=python3.12 ...      Another scenario: make run SCENARIO=scenarios/x.yaml

PYTHON   ?= python3
SCENARIO ?= scenarios/hcc_baseline.yaml
JOBS     ?= 2

BIN    := .venv/bin
PY     := $(BIN)/python
PIP    := $(PY) -m pip --disable-pip-version-check -qq
READY  := .venv/.ready
PYTEST := $(PY) -m pytest -q

.DEFAULT_GOAL := help
.PHONY: help setup run test test-all baseline validation lint format schema gallery screenshots bench lock clean

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

setup: $(READY) ## create .venv with the locked packages (the other targets do it by themselves)

# Renewed when the lock or the project's own metadata change; works without a network when all pins are there already.
$(READY): requirements-lock.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed and '$(PYTHON)' is not: name one with make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Setting up .venv (once; a few minutes on a slow connection) ..."
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PIP) install -r requirements-lock.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

run: $(READY) ## simulate the baseline scenario; prints where the results are
	@$(BIN)/icam run $(SCENARIO)

test: $(READY) ## fast test suite, on two cores
	@$(PYTEST) -n $(JOBS)

test-all: $(READY) ## every test, the slow ones too
	@$(PYTEST) -n $(JOBS) -m ""

baseline: $(READY) ## run the baseline with 20 seeds, into docs/baseline.md (half an hour or more)
	@$(PY) -m docs.write_baseline --jobs $(JOBS)

validation: $(READY) ## simulate the published outcomes, into docs/validation.md (some minutes)
	@$(PY) -m tests.statistics.validation

lint: $(READY) ## style, format, types, direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(READY) ## put the code into its canonical form
	@$(BIN)/ruff check --fix --exit-zero -q .
	@$(BIN)/ruff format .

schema: $(READY) ## renew scenarios/*.schema.json, by which editors complete and explain scenarios and studies
	@$(BIN)/icam schema > scenarios/.schema.new
	@mv scenarios/.schema.new scenarios/scenario.schema.json
	@$(BIN)/icam schema --study > scenarios/.schema.new
	@mv scenarios/.schema.new scenarios/study.schema.json

gallery: $(READY) ## draw the shipped scenarios anew for the page of `icam watch`
	@$(PY) -m analysis.viewer.make_pictures

screenshots: $(READY) ## take the pictures of `icam watch` in docs/pictures anew (some: SHOTS="--results results replay body")
	@$(PY) -m docs.take_screenshots $(SHOTS)

bench: $(READY) ## speed and scale, into benchmarks/results.md (some of it: BENCH="diffusion peers")
	@$(PY) -m benchmarks $(BENCH)

lock: ## resolve requirements-lock.txt anew (needs uv)
	@uv pip compile pyproject.toml --extra analysis --extra watch --extra movies --extra hpc --extra dev --universal --python-version 3.11 --upgrade -q \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate -o requirements-lock.txt

clean: ## remove what can be made again, except results/
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks .coverage dist
	@find simulation analysis tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
