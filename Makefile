# `make help` lists what there is. Needs Linux, make and Python >= 3.11 with venv; nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-fast check style floors rules pages types bench campaign docs lock clean

PYTHON ?= python3
# Test processes at a time.
WORKERS ?= 2
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n $(WORKERS)
LOCK = uv pip compile pyproject.toml --extra demo --quiet --universal --python-version 3.11 --generate-hashes \
	--no-config --no-emit-index-url --custom-compile-command "make lock" $(LOCK_FLAGS)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## create .venv with everything for development (quick when nothing changed)
	@$(PYTHON) tools/install.py dev

run: ## see a first backtest on bundled real prices
	@$(PYTHON) tools/install.py run
	@$(BIN)/tradewright warm
	@$(BIN)/tradewright backtest ma_crossover --data sample:GOOG

test: check ## everything a change must pass: checks, then all tests but the campaign
	$(PYTEST)

test-fast: setup ## the tests that take no time, for while you work
	$(PYTEST) -m "not slow and not campaign"

check: style floors rules pages types ## style, floors, sizes, pages and site, types; runs no test

style: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

floors: setup
	$(BIN)/lint-imports --no-cache --no-logo

rules: setup
	$(BIN)/python -m tools.house_rules
	$(BIN)/python -m tools.check_data_files

pages: setup
	$(BIN)/python -m tools.check_links
	$(BIN)/python -m tools.references
	$(BIN)/python -m tools.site

types: setup
	$(BIN)/pyright

campaign: setup ## the promises at full size (long)
	$(PYTEST) --hypothesis-profile=campaign -m "campaign or hypothesis"

bench: setup ## measure ours beside five other packages (BENCH="w3 w5" for some)
	$(BIN)/python -m bench $(BENCH)

docs: setup ## write the generated pages, check every link, build the site into build/docs
	$(BIN)/python -m tools.references --write
	$(BIN)/python -m tools.check_links
	$(BIN)/python -m tools.site

lock: ## resolve the hashed locks again (needs uv; LOCK_FLAGS=--upgrade for newer versions)
	$(LOCK) --group build --output-file requirements/run.txt
	$(LOCK) --group dev --constraint requirements/run.txt --output-file requirements/dev.txt

clean: ## remove what make and the tools made, .venv included
	rm -rf .venv .setup.lock .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist docs/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
