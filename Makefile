# Bregma. `make` lists the targets below.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# uv must neither fetch interpreters nor write lock files with addresses in them
UV := UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv
MEMBERS := libs/dataset_types libs/codecs libs/one_client services
PYTEST_ARGS ?= -n 2 --dist loadfile

.PHONY: help
help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/uv: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Bregma needs Python 3.11 or later; set PYTHON=python3.12 or similar")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

# --no-deps: the members' dependencies are exactly the pinned, hashed ones installed just before
define install
	@echo "setting up $(VENV) from $(1)"
	@$(UV) pip install --quiet --require-hashes -r $(1)
	@$(UV) pip install --quiet --require-hashes --no-deps -r requirements/data.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation $(addprefix -e ,$(MEMBERS))
	@touch $@
endef

$(VENV)/.run: $(BIN)/uv requirements/run.txt requirements/data.txt $(MEMBERS:=/pyproject.toml)
	$(call install,requirements/run.txt)

$(VENV)/.dev: $(BIN)/uv requirements/dev.txt requirements/data.txt $(MEMBERS:=/pyproject.toml)
	$(call install,requirements/dev.txt)
	@touch $(VENV)/.run

.PHONY: env dev
env: $(VENV)/.run ## Set up the environment that runs Bregma
dev: $(VENV)/.dev ## Set up the environment for tests and checks

.PHONY: run
run: $(VENV)/.run ## Start everything with demo data and print what to open (Ctrl-C ends it)
	@$(BIN)/bregma up

.PHONY: test
test: $(VENV)/.dev ## Run the tests against a real PostgreSQL, a real object store and the stock clients
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

.PHONY: check
check: $(VENV)/.dev ## Style, types, import contracts, sizes, generated client and migrations in step
	@$(BIN)/python tools/check.py

.PHONY: bench
bench: $(VENV)/.dev ## Measure speed and memory (long); figures go into docs/dev/performance.md
	@$(BIN)/python -m tests.load $(BENCH_ARGS)

.PHONY: fuzz
fuzz: $(VENV)/.dev ## Fuzz the reader of compressed recordings (nightly; FUZZ_SECONDS=600)
	@$(UV) pip install --quiet --require-hashes --no-deps -r requirements/fuzz.txt
	@$(BIN)/python -m tests.fuzz build/fuzz -max_total_time=$(or $(FUZZ_SECONDS),600)

.PHONY: client
client: $(VENV)/.dev ## Write the OpenAPI snapshot and the client generated from it
	@$(BIN)/python tools/generate_client.py

.PHONY: docs
docs: $(VENV)/.dev ## Build the documentation into site/
	@$(BIN)/python tools/build_docs.py

.PHONY: system
system: ## Install the system packages that some tests use (a browser), with apt
	apt-get update -qq && apt-get install -y -qq chromium chromium-driver

.PHONY: pins
pins: $(BIN)/uv ## Compile requirements/*.txt again (hashes, no index addresses)
	@PATH=$(abspath $(BIN)):$$PATH $(PYTHON) tools/compile_pins.py
