# Two commands do everything: `make demo` and `make test`. Both set up .venv first if needed.
PYTHON ?= python3
BIN := .venv/bin
# A core each for two to four workers; tests that share what takes long to make stay together.
TESTS := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4

.PHONY: help demo test lint types imports tests slow docs format lock clean

help:
	@echo "make demo    simulate the demo study, run it, print where the report is"
	@echo "make test    format, lint, types, import contracts, tests"
	@echo "make slow    the tests that take minutes, and more examples for those that draw their own"
	@echo "make docs    write the generated pages of docs/ anew"
	@echo "make format  format the code"
	@echo "make lock    resolve the dependencies anew"
	@echo "make clean   remove .venv and every result"

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "tamasuk needs Python 3.11 or newer; say which with: make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv .venv || \
	  { echo "Python cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv"; exit 2; }
	@echo "Installing the locked packages into .venv (a minute or two, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@-$(BIN)/python -m flows.outside.database
	@touch $@

demo: .venv/installed
	@$(BIN)/tamasuk demo

test: lint types imports tests

lint: .venv/installed
	@$(BIN)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .

types: .venv/installed
	@$(BIN)/mypy

imports: .venv/installed
	@$(BIN)/lint-imports

tests: .venv/installed
	@$(TESTS) --cov --cov-report=term:skip-covered --cov-fail-under=100

slow: .venv/installed
	@$(TESTS) -m "slow or hypothesis" --hypothesis-profile=thorough

docs: .venv/installed
	@$(BIN)/python -m flows.store.guide
	@$(BIN)/python -m flows.store.demo_lock

format: .venv/installed
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

lock:
	@uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --upgrade --quiet --output-file requirements.lock

clean:
	rm -rf .venv data/processed
