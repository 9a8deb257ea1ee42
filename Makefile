# Two commands matter: `make run` and `make test`. Everything else is for those who work on the house.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test lock bench soak screenshots browser clean

run: $(VENV)/run.done
	$(BIN)/python app.py serve

test: $(VENV)/dev.done browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# A browser for the page tests: the system's, else the distribution's package, else Playwright's own.
browser: $(VENV)/dev.done
	$(BIN)/python -m tests.browser

bench: $(VENV)/dev.done
	$(BIN)/python -m tests.measure.speed
	$(BIN)/python -m tests.measure.demo
	$(BIN)/python -m tests.measure.screens
	$(BIN)/python -m tests.measure.desk
	$(BIN)/python -m tests.measure.promises
	$(BIN)/python -m tests.measure.forecast
	$(BIN)/python -m tests.measure.coverage
	$(BIN)/python -m tests.measure.staffing

# About an hour: the wall in a real browser, and whether its memory stays.
soak: $(VENV)/dev.done browser
	$(BIN)/python -m tests.measure.soak 2000

# Every face at every size, also empty, stale and with one source down, into docs/screenshots.
screenshots: $(VENV)/dev.done browser
	$(BIN)/python -m tests.measure.screenshots

lock: $(VENV)/dev.done
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --upgrade --custom-compile-command "make lock" --output-file requirements.txt requirements.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --upgrade --custom-compile-command "make lock" --constraint requirements.txt \
	    --output-file requirements-dev.txt requirements-dev.in

clean:
	rm -rf $(VENV) var

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Watchfloor needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; set PYTHON=/path/to/a/newer/python3") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.done: requirements.txt | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements.txt
	touch $@

$(VENV)/dev.done: requirements-dev.txt | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements-dev.txt
	touch $@ $(VENV)/run.done
