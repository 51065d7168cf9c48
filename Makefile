# `make` alone lists what there is. Needs only make and Python 3.11+ with venv:
# everything else goes into .venv, and is installed again only when setup.cfg or
# pyproject.toml changes.

PYTHON ?= python3
BIN := .venv/bin
ASKED := setup.cfg pyproject.toml
OLDEST ?= python3.11
NEWEST = $(or $(filter-out python3,$(PYTHON)),$(shell for v in 15 14 13 12; do \
	python3.$$v -c '' 2>/dev/null && echo python3.$$v && break; done),python3)

# One thread: small matrices are no faster with more, and timings then mean something.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

# What pytest makes of its tests is kept: to make it takes each core six seconds.
unexport PYTHONDONTWRITEBYTECODE

# A file's tests share what is costly to make, so each file stays on one core.
SPREAD := -n auto --dist loadfile

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install demo test test-bare test-torch test-notebook test-models test-oldest test-newest fuzz fuzz-options mutate
.PHONY: lint format bench docs font pictures clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

install: .venv/.installed ## install lstm-viz into .venv, editable

demo: install ## install, then play one LSTM unit, forward first; b goes back
	$(BIN)/lstm-viz step

test: .venv/.installed-test ## run the tests, on all cores
	$(BIN)/python -m pytest $(SPREAD)

test-bare: ## run the tests with nothing set and an empty home, as .ci/run does
	bash .ci/run PYTHON=$(PYTHON)

test-torch: .venv/.installed-test .venv/.installed-torch ## run the tests, with PyTorch there to check against
	$(BIN)/python -m pytest

test-notebook: .venv/.installed-test .venv/.installed-notebook ## run the notebook of every lesson in a kernel
	$(BIN)/python -m pytest tests/test_lesson_notebooks.py

# Weights that others ship, by name and version, as in tests/models/versions.txt.
test-models: .venv/.installed-test .venv/.installed-torch ## fetch real models, and check them against PyTorch
	@test -d .venv-models || $(BIN)/python tests/models/fetch.py .venv-models
	$(BIN)/python -m pytest tests/models

# The lower bounds of setup.cfg to the letter, on the oldest Python. Matplotlib 3.8 calls pyparsing
# by names that 3.3 deprecates, and a warning is an error in the tests.
test-oldest: ## run the tests on Python 3.11 with the lower bounds of setup.cfg
	@test -x .venv-oldest/bin/python || $(OLDEST) -m venv .venv-oldest
	sed -n 's/^ *\([a-z0-9-]*\)>=\([0-9.]*\)$$/\1==\2/p' setup.cfg > .venv-oldest/bounds.txt
	echo 'pyparsing<3.3' >> .venv-oldest/bounds.txt
	.venv-oldest/bin/python -m pip install --quiet --editable ".[test]" -c .venv-oldest/bounds.txt
	.venv-oldest/bin/python -m pytest $(SPREAD)

test-newest: ## run the tests on the newest Python there is, or PYTHON=, with the newest of all
	@test -x .venv-newest/bin/python || $(NEWEST) -m venv .venv-newest
	.venv-newest/bin/python -m pip install --quiet --upgrade --editable ".[test]"
	.venv-newest/bin/python -m pytest $(SPREAD)

fuzz: .venv/.installed-test ## break files of every kind in a million ways (CASES=… for more or fewer)
	$(BIN)/python tests/bench/fuzz_models.py --cases $(or $(CASES),1000000) --seed $(or $(SEED),0)

fuzz-options: .venv/.installed-test ## random options over all commands: all end well, or in one line
	$(BIN)/python tests/bench/fuzz_options.py --cases $(or $(CASES),20000) --seed $(or $(SEED),0)

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

NOTO ?= /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
font: install ## make the font of the Chinese words from Noto Sans CJK (NOTO=…, in Debian fonts-noto-cjk)
	$(BIN)/python docs/make_font.py $(NOTO)

pictures: install ## draw the pictures of the README again, with the program itself
	mkdir -p docs/pictures
	$(BIN)/lstm-viz step --at 2.c --as terminal --save docs/pictures/step.svg
	$(BIN)/lstm-viz step --at b5.c --as terminal --save docs/pictures/step_back.svg
	$(BIN)/lstm-viz step --at 2.c --size 120x40 --as terminal --save docs/pictures/step_large.svg
	$(BIN)/lstm-viz train adding --steps 40 --hidden 8 --forget-bias chrono --seed 1 \
		--save docs/pictures/learning.png --save docs/pictures/learning.txt
	$(BIN)/python docs/make_pictures.py

clean: ## remove caches and build leftovers (.venv stays)
	rm -rf .venv-* build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
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
