# serve, test, lint, train, bench, load and soak make the virtual environment that they need.

PYTHON ?= python3
# The wheels of the Python package index carry CUDA, several GB that serving never uses.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
# For example: make train ARGS="--paintings monet --photos landscapes --output runs/monet"
ARGS ?= --help

BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
LOCKED := pyproject.toml constraints.txt

.PHONY: serve test lint format train bench load soak audit lock chromium curl redis-server clean

serve: .venv/serve
	$(BIN)/gunicorn -c webapp/gunicorn.conf.py 'webapp:create_app()'

test: .venv/dev chromium curl redis-server
	$(BIN)/pytest --numprocesses 2 --dist worksteal

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

train: .venv/train
	$(BIN)/python train.py $(ARGS)

bench: .venv/dev
	$(BIN)/python benchmarks/inference.py

# It starts the server as the tests do. ENGINE=torchscript make load is with that engine.
load: .venv/dev
	PYTHONPATH=tests $(BIN)/python -m benchmarks.load

soak: .venv/dev
	PYTHONPATH=tests $(BIN)/python -m benchmarks.soak

# Of every pinned version; it fails where the databases can't be reached, too.
audit:
	$(PYTHON) -m venv build/audit
	build/audit/bin/pip --disable-pip-version-check --quiet install pip-audit==2.10.1
	build/audit/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt

# Rewrites the pinned versions from what pyproject.toml allows today.
lock: .venv/torch
	$(PIP) install --upgrade --upgrade-strategy eager --editable '.[dev]'
	{ sed '/^#/!d' constraints.txt; $(BIN)/pip freeze --exclude-editable | sed 's/+cpu$$//'; } > constraints.new
	mv constraints.new constraints.txt

# What tests drive for real, from the distribution.
chromium curl redis-server:
	@command -v $@ >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -qq -y --no-install-recommends $@; } \
	|| { echo 'The tests need $@: sudo apt-get install $@'; exit 1; }

clean:
	rm -rf .venv build *.egg-info .mypy_cache .pytest_cache .ruff_cache

.venv/serve: .venv/torch
	$(PIP) install --constraint constraints.txt --editable '.[torchscript]'
	@touch $@

.venv/train: .venv/torch
	$(PIP) install --constraint constraints.txt --editable '.[train]'
	@touch $@

.venv/dev: .venv/torch
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@

.venv/torch: $(LOCKED)
	$(PYTHON) -m venv .venv
	$(PIP) install --no-deps --retries 1 --index-url $(TORCH_INDEX) "$$(grep '^torch==' constraints.txt)"
	@touch $@
