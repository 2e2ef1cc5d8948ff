# `make help` lists the targets. Whatever is missing is set up first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run test check lint bench lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /|/' | awk -F'|' '{printf "  make %-7s %s\n", $$1, $$2}'

run: $(VENV)/run.stamp ## serve on http://127.0.0.1:8420 (SANDBOX_HOST, SANDBOX_PORT)
	@$(BIN)/python -m compileall -q sandbox
	@exec $(BIN)/python -m sandbox

test: lint $(VENV)/newman.stamp ## everything that must pass
	$(BIN)/pytest -n auto

check: lint ## the quick part: lint, types and the fast tests
	$(BIN)/pytest -n auto -m "not slow"

lint: $(VENV)/dev.stamp ## style, types, who may import whom, the Dockerfile, and known vulnerabilities
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/hadolint Dockerfile
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive sandbox payments_sandbox.py
	$(BIN)/python -m tests.audit

bench: $(VENV)/dev.stamp ## speed, beside other programs; writes docs/performance.md
	$(BIN)/python -m tests.bench

lock: $(VENV)/dev.stamp ## resolve the dependencies anew into requirements/*.txt
	$(PIP) install pip-tools
	$(BIN)/pip-compile -q $(LOCK) -o requirements/run.txt pyproject.toml
	$(BIN)/pip-compile -q $(LOCK) --extra dev -o requirements/dev.txt pyproject.toml
	$(BIN)/pip-compile -q $(LOCK) --only-build-deps --build-deps-for wheel -o requirements/build.txt pyproject.toml

LOCK := --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
        --no-header --no-annotate --allow-unsafe --strip-extras

clean: ## remove everything that was made here
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/run.stamp

# what tests/recipes run that comes from npm; `npm` itself is one of requirements/dev.txt
$(VENV)/newman.stamp: tests/recipes/package-lock.json tests/recipes/.npmrc | $(VENV)/dev.stamp
	rm -rf $(VENV)/newman && mkdir $(VENV)/newman
	cp tests/recipes/package.json tests/recipes/package-lock.json tests/recipes/.npmrc $(VENV)/newman
	$(BIN)/npm ci --loglevel=error --prefix $(VENV)/newman
	@touch $@
