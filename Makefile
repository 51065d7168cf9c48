# `make` alone lists what there is. Needs only make and Python 3.11+ with venv:
# everything else goes into .venv, and is installed again only when setup.cfg or
# pyproject.toml changes.

PYTHON ?= python3
BIN := .venv/bin
ASKED := setup.cfg pyproject.toml

# One thread: small matrices are no faster with more, and timings then mean something.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install demo test test-bare test-torch fuzz mutate lint format bench docs pictures clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

install: .venv/.installed ## install lstm-viz into .venv, editable

demo: install ## install, then show one LSTM step, forward and backward
	$(BIN)/lstm-viz step --backward

test: .venv/.installed-test ## run the tests
	$(BIN)/python -m pytest

test-bare: ## run the tests with nothing set and an empty home, as .ci/run does
	bash .ci/run PYTHON=$(PYTHON)

test-torch: .venv/.installed-test .venv/.installed-torch ## run the tests, with PyTorch there to check against
	$(BIN)/python -m pytest

fuzz: .venv/.installed-test ## break files of every kind in a million ways (CASES=… for more or fewer)
	$(BIN)/python tests/bench/fuzz_models.py --cases $(or $(CASES),1000000) --seed $(or $(SEED),0)

mutate: .venv/.installed-test ## break the code in 200 small ways: which does no test notice? (COUNT=…)
	$(BIN)/python tests/bench/mutate.py --count $(or $(COUNT),200) --seed $(or $(SEED),0)

lint: .venv/.installed-lint ## check format, style and types, changing nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: .venv/.installed-lint ## put every file in the one format, and fix what fixes itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install ## measure speed and memory (against PyTorch too, if it is in .venv)
	$(BIN)/python tests/bench/bench.py $(BENCH)

docs: install ## write the reference pages from the code
	$(BIN)/python docs/make_reference.py

pictures: install ## draw the pictures of the README again, with the program itself
	mkdir -p docs/pictures
	$(BIN)/lstm-viz step --at 2.c --as terminal --save docs/pictures/step.svg
	$(BIN)/lstm-viz step --at b5.c --as terminal --save docs/pictures/step_back.svg
	$(BIN)/lstm-viz step --at 2.c --size 120x40 --as terminal --save docs/pictures/step_large.svg
	$(BIN)/python docs/make_pictures.py

clean: ## remove caches and build leftovers (.venv stays)
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "lstm-viz needs Python 3.11 or newer: try make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/.installed: $(ASKED) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

# The package with one of the extras of setup.cfg: test, lint or torch.
.venv/.installed-%: $(ASKED) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable ".[$*]"
	@touch .venv/.installed $@
