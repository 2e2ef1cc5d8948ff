# `make help` lists the targets. Whatever is missing is set up first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

# What a Python says that is recent enough: its version, and where it lies.
SAYS   := import sys; v = sys.version_info; print("%d.%d %s" % (v[0], v[1], sys.base_prefix) if v >= (3, 11) else "")
FOUND  := $(shell $(BIN)/python -c '$(SAYS)' 2>/dev/null)
WANTED := $(if $(filter file,$(origin PYTHON)),$(FOUND),$(shell $(PYTHON) -c '$(SAYS)' 2>/dev/null))
MADE   := $(shell sed -n 's/^command = .* -m venv //p' $(VENV)/pyvenv.cfg 2>/dev/null)
# Set where there is no `.venv`, or one that is of no use: its Python is gone, too old, or not the
# one that is asked for; or it was made for another folder, which its scripts name.
ANEW   := $(if $(FOUND),,anew)
ifneq ($(FOUND) $(or $(MADE),$(CURDIR)/$(VENV)),$(WANTED) $(CURDIR)/$(VENV))
ANEW   := anew
endif

.DEFAULT_GOAL := help
.PHONY: help run test check lint generators clients bench soak wire neighbours node dist lock clean anew

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /|/' | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(VENV)/run.stamp ## serve on http://127.0.0.1:8426 (SANDBOX_HOST, SANDBOX_PORT)
	@$(BIN)/python -m compileall -q sandbox
	@exec $(BIN)/python -m sandbox

test: lint $(VENV)/npm/recipes.stamp $(VENV)/beside/recipes.stamp $(VENV)/npm/node.stamp $(VENV)/beside/testcontainers.stamp $(VENV)/beside/kubernetes.stamp ## everything that must pass
	$(BIN)/pytest -n auto --ignore=tests/generators/test_clients.py --ignore=tests/dialect

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

generators: $(VENV)/beside/generators.stamp $(VENV)/npm/generators.stamp ## clients made from the OpenAPI documents, each tried
	$(BIN)/pytest -n auto tests/generators

DIALECT := $(VENV)/beside/dialect.stamp $(VENV)/beside/dialect_pydantic1.stamp $(VENV)/beside/dialect/wheels.stamp
clients: $(DIALECT) $(VENV)/npm/dialect.stamp ## clients of Paystack's dialect, each refunding as docs/clients.md says
	$(BIN)/pytest -n auto tests/dialect tests/examples/test_clients_page.py

bench: $(VENV)/dev.stamp ## speed, beside other programs; writes docs/performance.md
	$(BIN)/python -m tests.bench

soak: $(VENV)/dev.stamp ## mixed load for MINUTES=60, on a server with --data and one without: memory, threads, latency
	$(BIN)/python -m tests.soak --minutes $(or $(MINUTES),60)

wire: $(VENV)/dev.stamp ## docs/wire-examples.md, from sandbox/*/wire_examples.yaml
	$(BIN)/python -m tests.wire.page

node: $(VENV)/npm/node.stamp ## the npm package of clients/node, into dist/
	ln -sfn ../../$(VENV)/npm/node/node_modules clients/node/node_modules
	mkdir -p dist
	cd clients/node && PATH="$(CURDIR)/$(BIN):$$PATH" PYTHON=python npm pack --pack-destination ../../dist

dist: $(VENV)/beside/dist.stamp $(VENV)/wheels.stamp ## what a release is made of, into dist/; checked, and tried in bare environments
	$(BIN)/python -m tests.dist

neighbours: $(VENV)/dev.stamp $(VENV)/beside/oldest.stamp ## the plugin beside other test tools (all, or NAMES=); writes docs/neighbours.md
	$(BIN)/python -m tests.neighbours $(NAMES)

lock: $(VENV)/dev.stamp ## resolve the dependencies anew into requirements/*.txt
	$(PIP) install pip-tools
	$(BIN)/pip-compile -q $(LOCK) -o requirements/run.txt pyproject.toml
	$(BIN)/pip-compile -q $(LOCK) --extra dev -o requirements/dev.txt pyproject.toml
	$(BIN)/pip-compile -q $(LOCK) --only-build-deps --build-deps-for wheel -o requirements/build.txt pyproject.toml
	for name in $(BESIDE); do $(BIN)/pip-compile -q $(LOCK) -o requirements/$$name.txt requirements/$$name.in || exit; done

BESIDE := $(patsubst requirements/%.in,%,$(wildcard requirements/*.in))

LOCK := --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
        --no-header --no-annotate --allow-unsafe --strip-extras

clean: ## remove everything that was made here
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python: $(ANEW)
	$(if $(shell $(PYTHON) -c '$(SAYS)' 2>/dev/null),,$(error $(PYTHON) is $(or $(VERSION),not there); \
	Python 3.11 or later is needed, as in: make run PYTHON=python3.13))
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)

VERSION = $(addprefix Python ,$(shell $(PYTHON) -c 'import sys; print(sys.version.split()[0])' 2>/dev/null))

$(VENV)/run.stamp: requirements/run.txt $(ANEW) | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt pyproject.toml $(ANEW) | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/run.stamp

# What tests run that must not stand in `.venv`: `.venv/beside/NAME` by requirements/NAME.txt, and
# from npm `.venv/npm/NAME` by tests/NAME/package-lock.json; `npm` is one of requirements/dev.txt.
$(VENV)/beside/%.stamp: requirements/%.txt $(ANEW) | $(VENV)/dev.stamp
	rm -rf $(VENV)/beside/$*
	$(BIN)/python -m venv $(VENV)/beside/$*
	$(VENV)/beside/$*/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
	@touch $@

# Four of these clients are a package named `paystack`: each is imported from its own wheel.
$(VENV)/beside/dialect/wheels.stamp: $(VENV)/beside/dialect.stamp
	$(VENV)/beside/dialect/bin/python -m pip --disable-pip-version-check --quiet wheel --use-pep517 --no-deps --require-hashes \
	    --wheel-dir $(@D)/wheels -r requirements/dialect.txt
	@touch $@

# What `make dist` installs into bare environments, without a network.
$(VENV)/wheels.stamp: requirements/run.txt requirements/dist.txt $(ANEW) | $(VENV)/dev.stamp
	rm -rf $(VENV)/wheels
	$(PIP) download --no-deps --require-hashes --dest $(VENV)/wheels -r requirements/run.txt -r requirements/dist.txt
	@touch $@

$(VENV)/npm/%.stamp: tests/%/package-lock.json $(ANEW) | $(VENV)/dev.stamp
	rm -rf $(VENV)/npm/$* && mkdir -p $(VENV)/npm/$*
	cp tests/$*/package.json $< .npmrc $(VENV)/npm/$*
	$(BIN)/npm ci --loglevel=error --prefix $(VENV)/npm/$*
	@touch $@
