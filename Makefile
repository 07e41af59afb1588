# Two commands on a fresh machine: `make demo`, `make test`. Python 3.11+, git and make are enough.
PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv

.PHONY: demo test test-all test-browser test-servers bench lint clean help

help:            ## what can be made
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 24

demo: .venv/.ready    ## a whole discovery over HTTP on a synthetic ecosystem, in demo/
	@$(BIN)/vigie sandbox demo --out demo

test: .venv/.ready    ## every test that needs no service beyond what it starts itself
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not browser and not servers" tests

test-browser: .venv/.ready    ## pages in Chromium; skips loudly without it
	@$(BIN)/python -m pytest -m browser tests || [ $$? -eq 5 ]

test-servers: .venv/.ready    ## real servers from packages; skips loudly without them
	@$(BIN)/python -m pytest -m servers tests || [ $$? -eq 5 ]

lint: .venv/.ready    ## style, types, directions of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/.bench    ## the benchmark table, and bench/results.json
	@$(BIN)/python -m bench

.venv/.ready: pyproject.toml uv.lock $(UV)
	@$(UV) sync --frozen --quiet --inexact --python $(PYTHON)
	@touch $@

.venv/.bench: .venv/.ready
	@$(UV) sync --frozen --quiet --inexact --group bench --python $(PYTHON)
	@touch $@

$(UV):
	@echo "Preparing the environment (once)…" >&2
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"

clean:           ## forget environment and demo
	rm -rf .venv .tools demo
