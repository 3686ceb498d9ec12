# Two commands do everything on a fresh Debian or Ubuntu: `make demo` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
WORKERS ?= 2

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: ## a synthetic bank with cases in every stage, ready to click (Ctrl-C stops it)
	@scripts/setup runtime
	@$(BIN)/heyi demo

test: ## every test, on SQLite or, with DATABASE_URL, on PostgreSQL
	@scripts/setup dev
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

check: ## style, types, floors and rooms, catalogues
	@scripts/setup dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djade --check $$(git ls-files 'src/**/*.html')
	$(BIN)/python scripts/messages.py check

lock: ## the lock files anew from pyproject.toml
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --python-version 3.11 pyproject.toml -o requirements/runtime.txt
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --python-version 3.11 --extra dev pyproject.toml -o requirements/dev.txt

messages: ## bring the English catalogues up to date
	@$(BIN)/python scripts/messages.py update

trace: ## requirement ID → the tests that prove it
	@scripts/setup dev
	@$(BIN)/python scripts/trace.py

bench: ## ratios side by side, see bench/README.md
	@scripts/setup dev
	@$(BIN)/python -m bench

bench-conduct: ## wording: precision and recall on held-out sentences, messages a second
	@scripts/setup dev
	@PYTHONPATH=src:. $(BIN)/python -m bench.conduct

screenshots: ## the pictures of the README, from a running demo
	@scripts/setup dev
	@$(BIN)/python scripts/screenshots.py

.PHONY: help demo test check lock messages trace bench bench-conduct screenshots
