# Everything a newcomer needs; Python 3.11 or newer and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
OUT ?= demo-output
PYTEST_FLAGS ?=

.PHONY: env demo test check format docs lock clean generated postgres postgres-stop
.DEFAULT_GOAL := env

env: $(STAMP)

$(STAMP): requirements/development.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "landrelease needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements/development.txt
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: env
	$(BIN)/landrelease demo --out $(OUT)

# Two workers fill two cores: libraries' own threads would only get in their way.
test: env
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest $(PYTEST_FLAGS)

check: env
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.generated --check
	$(BIN)/python -m tools.messages --check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --site-dir build/site

format: env
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

generated: env
	$(BIN)/python -m tools.generated
	$(BIN)/python -m tools.messages update
	$(BIN)/python -m tools.messages compile

docs: env
	$(BIN)/mkdocs serve

# A PostgreSQL server of one's own, from Debian's packages; prints the connection string.
postgres: env
	@$(BIN)/python -m tools.postgres start

postgres-stop: env
	@$(BIN)/python -m tools.postgres stop

# Maintainers only: needs uv on the path.
lock:
	for name in runtime development; do uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --no-strip-extras requirements/$$name.in -o requirements/$$name.txt; done

clean:
	rm -rf $(VENV) build dist demo-output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .coverage
