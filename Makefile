# Every target sets up what it needs in .venv; running one again is quick and does no harm.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: setup app test lint eval clean

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	# torch first and exactly: a looser wish would fetch gigabytes of CUDA packages. setuptools here, so that what is
	# built is built with the pinned one.
	$(PIP) torch setuptools
	$(PIP) --no-build-isolation --editable '.[dev]'
	touch $@

app: setup
	$(BIN)/python -m indexer build --if-stale
	$(BIN)/python app.py $(ARGS)

test: setup
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: setup
	$(BIN)/python -m indexer build --if-stale
	$(BIN)/python -m eval run --peers --out eval/report
	$(BIN)/python -m eval abstention

clean:
	rm -rf $(VENV) var
