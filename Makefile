# `make run` opens the interview and `make test` runs every check. Both need only Python 3.11 or newer and make.

VENV := .venv
BIN := $(VENV)/bin
CASE := tests/cases/thalassemia.case.yaml

# The first of these that is new enough makes the environment; `make PYTHON=/path/to/python run` names another.
PYTHON := $(shell for python in python3.11 python3 python3.14 python3.13 python3.12; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)

# pip does not read uv.lock, so the versions in it become constraints; every machine then gets the same tools.
define CONSTRAINTS
import sys, tomllib
for package in tomllib.load(sys.stdin.buffer)["package"]:
    if "registry" in package["source"]:
        for marker in package.get("resolution-markers", [""]):
            print(f"{package['name']}=={package['version']}", marker and f"; {marker}")
endef
export CONSTRAINTS

.PHONY: help run test format bench lock clean
.DEFAULT_GOAL := help

help: ## show these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/installed ## open the interview; without a terminal, play a bundled case line by line
	@if test -t 0 && test -t 1; then $(BIN)/emh; else $(BIN)/emh chat --plain --case $(CASE); fi

test: $(VENV)/developed ## format and lint check, types, import contract, emh check, tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/emh check
	$(BIN)/python -m pytest -q

format: $(VENV)/developed ## format the code and mend what ruff can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(VENV)/installed ## time the first question, a turn and a headless replay
	$(BIN)/python bench/first_question.py
	$(BIN)/python bench/turn_cpu.py
	$(BIN)/python bench/replay_headless.py

# The index is named here so that the lock never holds a mirror from somebody's settings.
lock: $(VENV)/made ## renew uv.lock
	$(BIN)/pip install --quiet uv
	$(BIN)/uv lock --no-config --default-index https://pypi.org/simple --upgrade

clean: ## remove the environment, caches and builds
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache snapshot_report.html
	find assistant tests bench -type d -name __pycache__ -prune -exec rm -rf {} +

# Each stamp is touched only after its step succeeded, so that an interrupted step is done again.
$(VENV)/made:
	@test -n "$(PYTHON)" || { \
		echo "emh needs Python 3.11 or newer, and none was found; install one, or name it: make PYTHON=/path/to/python run" >&2; \
		exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "emh needs Python 3.11 or newer; $(PYTHON) is none" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear $(VENV) || { \
		echo "$(PYTHON) cannot make an environment; on Debian and Ubuntu install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/constraints.txt: uv.lock $(VENV)/made
	@$(BIN)/python -c "$$CONSTRAINTS" < uv.lock > $@.new && mv $@.new $@

$(VENV)/installed: pyproject.toml $(VENV)/constraints.txt
	@echo "Installing emh into $(VENV) ..." >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint $(VENV)/constraints.txt --editable .
	@touch $@

# The tools bring emh with them, so `make run` after `make test` has nothing left to install.
$(VENV)/developed: pyproject.toml $(VENV)/constraints.txt
	@echo "Installing emh and its developer tools into $(VENV) ..." >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint $(VENV)/constraints.txt --editable '.[dev]'
	@touch $(VENV)/installed $@
