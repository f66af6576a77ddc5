# serve, test, lint, train, bench, load and soak create the virtual environment they need.

PYTHON ?= python3
# The wheels on the Python package index include CUDA: several GB that serving never uses.
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

# Starts the server as the tests do. To choose the engine: ENGINE=torchscript make load.
load: .venv/dev
	PYTHONPATH=tests $(BIN)/python -m benchmarks.load

soak: .venv/dev
	PYTHONPATH=tests $(BIN)/python -m benchmarks.soak

# Looks up every pinned version. Fails, too, when the databases can't be reached.
audit:
	$(PYTHON) -m venv build/audit
	build/audit/bin/pip --disable-pip-version-check --quiet install pip-audit==2.10.1
	build/audit/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt

# Pins the newest versions that pyproject.toml allows.
lock: .venv/torch
	$(PIP) install --upgrade --upgrade-strategy eager --editable '.[dev]'
	{ sed '/^#/!d' constraints.txt; $(BIN)/pip freeze --exclude-editable | sed 's/+cpu$$//'; } > constraints.new
	mv constraints.new constraints.txt

# The programs that the tests run, from the distribution.
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
