# The commands of Voltbridge. `make run` and `make test` need nothing but Python 3.11 or 3.12 and a way to the package registries.

PORT ?= 8000
export PORT

PYTHON := $(shell for name in python3.12 python3.11 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV := .venv/bin/python
PIP := $(VENV) -m pip --disable-pip-version-check --quiet
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
LOCK := uv pip compile --quiet --python-version 3.11 --universal --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-annotate --no-header

.PHONY: help install run test faults bench check messages lock clean

help:
	@echo 'make run       the whole platform on this machine, at http://127.0.0.1:8000 (PORT=8010 make run changes the port)'
	@echo 'make test      every test: real servers, real workers, a real browser'
	@echo 'make faults    the fault scenarios at their whole length'
	@echo 'make bench     the measurements, one JSON object a line (make bench ONLY=name)'
	@echo 'make check     lint, types, contracts, docker-compose.yml'
	@echo 'make messages  collect and compile the texts to translate'
	@echo 'make install   what run and test need, nothing started'
	@echo 'make lock      pin again what the requirements*.in files name'
	@echo 'make clean     remove what was made; the data in var/ stay'

install: .venv/.run node_modules/.installed $(CATALOGUES)

run: install
	@exec env STOP_WITH_PARENT=1 PYTHONPATH=platform $(VENV) -m config.runner.run

test: browser install .venv/.test
	$(VENV) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

faults: install .venv/.test
	FAULTS=whole $(VENV) -m pytest tests/faults $(ARGS)

bench: install .venv/.test
	@PYTHONPATH=platform $(VENV) -m config.runner.bench $(ONLY)

check: install .venv/.test
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) manage.py check --fail-level WARNING
	$(VENV) manage.py makemigrations --check --dry-run
	PYTHONPATH=platform SECRET_KEY=- DATABASE_URL=postgresql:///- REDIS_URL=redis://- $(VENV) -m mypy
	.venv/bin/lint-imports
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

messages: install
	$(VENV) manage.py makemessages --all --no-obsolete --no-location --ignore "sample*" --ignore node_modules --ignore var --ignore .venv
	@$(MAKE) --no-print-directory install

lock: .venv/.test
	$(VENV) -m $(LOCK) requirements.in -o requirements.txt
	$(VENV) -m $(LOCK) requirements-embeddings.in -o requirements-embeddings.txt
	$(VENV) -m $(LOCK) requirements-dev.in -o requirements-dev.txt
	$(VENV) -m $(LOCK) requirements-node.in -o requirements-node.txt
	npm install --package-lock-only

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
	rm -f locale/*/LC_MESSAGES/*.mo
	find apps platform tests -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: browser
browser:
	@PYTHONPATH=platform $(or $(PYTHON),python3) -m config.runner.browser

# The stamps below let a second start pass over what is done. A venv that was broken off, or moved, is made anew.
.venv/.run: requirements.txt
	@test -n '$(PYTHON)' || { echo 'Voltbridge needs Python 3.11 or 3.12 on the PATH.'; exit 1; }
	@$(VENV) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@echo 'Installing the Python packages of requirements.txt ...'
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

.venv/.test: requirements-dev.txt .venv/.run
	@echo 'Installing the Python packages of requirements-dev.txt ...'
	@$(PIP) install --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $@

# Where npm is missing it comes as a Python package, which would not know the machine's own certificates.
node_modules/.installed: package.json package-lock.json .npmrc | .venv/.run
	@echo 'Installing the libraries of package-lock.json ...'
	@if command -v npm >/dev/null; then npm ci --silent; else \
		$(PIP) install --require-hashes -r requirements-node.txt && \
		PATH="$$PWD/.venv/bin:$$PATH" NODE_OPTIONS=--use-system-ca npm ci --silent; fi
	@touch $@

%.mo: %.po | .venv/.run
	@$(VENV) -m babel.messages.frontend --quiet compile -i $< -o $@
