# Each target sets up what it needs, once: a second call finds the stamp files and goes straight to work.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?= $(or $(TIAOWEN_DATA),data)
# A package index that torch alone is taken from, such as one of builds without CUDA. Empty: pip's own.
TORCH_INDEX ?=
# Passed on to pytest by `make test`, such as TESTS="tests/corpus -k regions".
TESTS ?=
# For `make bench-scale`: texts, passages of each index, questions as JSON Lines with "text" (empty: made of forms),
# other programs by commas, and the folder that keeps the indices (empty: a temporary one).
DOCUMENTS ?= corpus/documents
SIZES ?= 250,29000,100000
QUESTIONS ?=
PEERS ?=
SCALE_DATA ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
TIME_LIMIT := $(shell command -v timeout >/dev/null 2>&1 && echo "timeout --foreground 1800")

.PHONY: help run index test check bench bench-scale screenshots lock browser download-size clean

help: ## What there is to call
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1|\2/' | column -t -s '|'

run: $(VENV)/.installed $(DATA)/CURRENT ## Set up, index the shipped documents if there is no index yet, serve
	$(BIN)/tiaowen serve --data '$(DATA)' --host '$(HOST)' --port '$(PORT)'

index: $(VENV)/.installed ## Build the index of the shipped documents, or bring it up to date
	$(BIN)/tiaowen index --data '$(DATA)'

test: $(VENV)/.installed-dev browser ## Every test, the slow ones and those in a browser too
	$(TIME_LIMIT) $(BIN)/python -m pytest -m "" $(TESTS)

check: $(VENV)/.installed-dev ## Lint, format, types, and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev ## Measure start, answers over HTTP and indexing; print the figures
	$(BIN)/python -m eval.bench.speed

bench-scale: $(VENV)/.installed-dev ## Measure search, start, memory, disk and load by size; write table and charts
	$(BIN)/python -m eval.bench.scale '$(DOCUMENTS)' --sizes '$(SIZES)' --peers '$(PEERS)' \
		$(if $(QUESTIONS),--questions '$(QUESTIONS)') $(if $(SCALE_DATA),--data '$(SCALE_DATA)')

screenshots: $(VENV)/.installed-dev browser ## Take the pictures of docs/images in a headless Chromium
	$(BIN)/python -m eval.bench.screenshots

lock: $(VENV)/.installed-dev ## Write the versions of this environment to constraints.txt
	$(BIN)/python -m pip freeze --disable-pip-version-check --all --exclude-editable \
		| grep -v '^pip==' | sed -E 's/\+[A-Za-z0-9.]+$$//' | LC_ALL=C sort -f > constraints.txt.new
	mv constraints.txt.new constraints.txt
	touch $(VENV)/.installed $(VENV)/.installed-dev

download-size: $(BIN)/python ## Download everything a first set-up needs into a temporary folder and print its size
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(BIN)/python -m pip download --quiet --disable-pip-version-check -c constraints.txt -d "$$folder" \
		$(if $(TORCH_INDEX),--extra-index-url '$(TORCH_INDEX)') setuptools torch '.[eval]'; \
	du -ch --apparent-size "$$folder"/* | sort -h | tail -n 6 | sed "s|$$folder/||"

clean: ## Remove the environment; the index stays
	rm -rf $(VENV)

$(DATA)/CURRENT: | $(VENV)/.installed
	$(BIN)/tiaowen index --data '$(DATA)'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed. If it has another name here: make PYTHON=python3.12 run" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# torch comes first and by itself, so that nothing else chooses its build or pulls in a second one.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) setuptools
	$(PIP) $(if $(TORCH_INDEX),--no-deps --index-url '$(TORCH_INDEX)') torch
	$(PIP) --no-build-isolation -e '.[eval]'
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) --no-build-isolation -e '.[eval,dev,milvus,ray]'
	touch $@

# The tests in a browser take TIAOWEN_CHROMIUM, else a Chromium or Chrome on the path, else Debian's.
browser:
	@if [ -n "$${TIAOWEN_CHROMIUM:-}" ]; then \
		[ -x "$$TIAOWEN_CHROMIUM" ] || { echo "TIAOWEN_CHROMIUM is no program: $$TIAOWEN_CHROMIUM" >&2; exit 1; }; \
	elif command -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then \
		sudo apt-get update -qq && sudo apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else \
		echo "The browser tests need Chromium. Install it and call again: sudo apt-get install -y chromium" >&2; exit 1; \
	fi
