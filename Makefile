# The front door. `make demo` needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test lint format docs explore notebook ui lock bench-collect bench-parse bench-annotate bench-orchestration bench-explore bench-pipeline bench-lake bench-growth fit-claims nightly clean workers

help:
	@echo "make demo    install, run the embedded press through the whole pipeline, show the tables"
	@echo "make test    every test, in PROCESSES processes (default 2)"
	@echo "make lint    ruff, mypy, import-linter, sqlfluff"
	@echo "make format  ruff format and sqlfluff fix"
	@echo "make docs    the pages made of the models, and dbt's own with lineage and tests (of CLAIMHOUSE_HOME, default ./data)"
	@echo "make explore  claims, companies, rivals and sources on http://127.0.0.1:3001"
	@echo "make notebook  from a question to a chart, in a marimo notebook on the snapshot of CLAIMHOUSE_HOME"
	@echo "make ui      Dagster's UI on http://127.0.0.1:3000 (CLAIMHOUSE_HOME, default ./data)"
	@echo "make workers install what executor: celery needs, for several machines"
	@echo "make bench-collect  collecting beside bare httpx and aiohttp downloads"
	@echo "make bench-parse    the parser beside trafilatura and others, into docs/benchmarks.md"
	@echo "make bench-annotate  annotating and deriving, all articles and a changed one, into docs/benchmarks.md"
	@echo "make bench-orchestration  a daily run, a year, a day added to 200 000 articles (half an hour); ARCHIVE=HOME keeps these"
	@echo "make bench-explore  pages and questions on the published file of ARCHIVE=HOME, into docs/benchmarks.md"
	@echo "make bench-pipeline  WARC files of 20 000 and 100 000 pages the whole way, into docs/benchmarks.md (an hour)"
	@echo "make bench-growth   a day added to 10 000, 100 000 and 1 000 000 articles, into docs/benchmarks.md (an hour, 40 GB)"
	@echo "make bench-lake     a shared warehouse beside a file, two loading processes beside one, into docs/benchmarks.md"
	@echo "make fit-claims     fit the weights of claims to the labelled articles, into dbt/seeds/claim_weights.csv"
	@echo "make nightly mutated pages against the parser for a minute (FUZZ_SECONDS, default 60)"
	@echo "make lock    compile the lock files anew from pyproject.toml"

$(BIN)/uv: requirements-uv.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-uv.lock
	@touch $@

.venv/.run: $(BIN)/uv requirements.lock pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

workers: .venv/.workers

.venv/.workers: .venv/.run requirements-workers.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements-workers.lock
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements-dev.lock
	@touch $@

demo: .venv/.run
	$(BIN)/claimhouse demo

PROCESSES ?= 2

test: .venv/.dev
	$(BIN)/python -m pytest --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder

FUZZ_SECONDS ?= 60

nightly: .venv/.dev
	$(BIN)/python -m tests.fuzz.parse $(FUZZ_SECONDS)

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint dbt --processes 2 --disable-progress-bar

format: .venv/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix dbt --disable-progress-bar

CLAIMHOUSE_HOME ?= data

docs: .venv/.run
	$(BIN)/python docs/generate_tables.py
	$(BIN)/python docs/generate_rules.py
	$(BIN)/python docs/generate_lineage.py
	cd dbt && CLAIMHOUSE_HOME=$(abspath $(CLAIMHOUSE_HOME)) ../$(BIN)/dbt --quiet docs generate --static --profiles-dir . --target-path ../build/docs
	@echo "build/docs/static_index.html: every table and column with its tests, and what is made of what"

explore: .venv/.run
	$(BIN)/claimhouse explore

notebook: .venv/.dev
	CLAIMHOUSE_HOME=$(abspath $(CLAIMHOUSE_HOME)) $(BIN)/marimo edit --skip-update-check docs/notebooks/moves.py

ui: .venv/.run
	$(BIN)/claimhouse ui

bench-collect: .venv/.dev
	$(BIN)/python -m benchmarks.collect

# The parsers it compares with have an environment of their own, so that ours stays as its locks say.
.venv/bench/.done: $(BIN)/uv requirements-bench.lock
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/bench
	$(BIN)/uv pip install --quiet --python .venv/bench/bin/python --only-binary :all: --require-hashes --requirement requirements-bench.lock
	@touch $@

SHARED ?= ../shared

.venv/peers/.done: $(BIN)/uv requirements-peers.lock
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/peers
	$(BIN)/uv pip install --quiet --python .venv/peers/bin/python --require-hashes --requirement requirements-peers.lock
	@touch $@

bench-parse: .venv/bench/.done
	.venv/bench/bin/python -m benchmarks.parse --shared $(SHARED)

bench-orchestration: .venv/.dev
	$(BIN)/python -m benchmarks.orchestration $(if $(ARCHIVE),--archive $(ARCHIVE))

bench-explore: .venv/.dev
	$(BIN)/python -m benchmarks.explore $(ARCHIVE)

bench-pipeline: .venv/.dev .venv/bench/.done .venv/peers/.done
	$(BIN)/python -m benchmarks.pipeline

bench-growth: .venv/.dev
	$(BIN)/python -m benchmarks.growth

bench-lake: .venv/.dev
	$(BIN)/python -m benchmarks.lake

bench-annotate: .venv/.dev
	$(BIN)/python -m benchmarks.annotate --shared $(SHARED)

FIT_HOME ?= /tmp/claimhouse-fit

# The features come from the models as they are; the next build of any home derives with the new weights.
fit-claims: .venv/.dev .venv/bench/.done
	$(BIN)/claimhouse demo --home $(FIT_HOME)
	$(BIN)/claimhouse import $(SHARED)/corpora/facts/pages $(SHARED)/corpora/seed/pages --home $(FIT_HOME)
	.venv/bench/bin/python -m benchmarks.fit_claims --home $(FIT_HOME) --shared $(SHARED)

lock: $(BIN)/uv
	echo uv | $(BIN)/uv pip compile - $(LOCK) --output-file requirements-uv.lock
	$(BIN)/uv pip compile pyproject.toml $(LOCK) --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group workers --constraint requirements.lock $(LOCK) --output-file requirements-workers.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --constraint requirements-workers.lock $(LOCK) --output-file requirements-dev.lock
	$(BIN)/uv pip compile pyproject.toml --group bench --only-binary :all: --constraint requirements.lock $(LOCK) --output-file requirements-bench.lock
	$(BIN)/uv pip compile --group pyproject.toml:peers $(LOCK) --output-file requirements-peers.lock

LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock"

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache dbt/target dbt/logs
