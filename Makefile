# make run    the main job, on the default example, in an environment of its own
# make quick  the tests of the inner loop: under 90 seconds on two cores, no network
# make test   static checks and tests, in the same environment with the development packages added
# make pages  the pages of ours in a browser: Chromium, or what MTL_CHROMIUM names
# make faults studies and schedules with planted faults: killed, misled, overlapping
# make stack  PostgreSQL, MLflow, Prefect, a schedule and serving on loopback, looked after until Ctrl-C; STACK="--spec S"
# make test-stack that stack: retrains, promotes, serves, tells, loses each server, is restored
# make bench  what each weighting scheme and a training step under it cost, as ratios to torchjd and to a bare loop
# make bench-quality how good trees, linear models and networks are, default and tuned, on 12 tables; two hours, resumable
# make bench-data seconds and memory from a file of 1 to 20 million rows to arrays; `BENCH_DATA="--rows 1"` a sample
# make bench-serving requests a second beside MLflow's server and a bare app; `SERVING="--rounds 1 --seconds 1"` a sample
# make serving-checks a served champion as clients of others ask it, and for long; SERVING_CHECKS=sample few of each
# make gate   how often the gate errs and finds what is there, by simulation; ten minutes, `GATE="--trials 20"` a sample
# make explain how often `mtl explain` names a planted cause; minutes, kept in .mtl/explain, `EXPLAIN="--trials 2"` a sample
# make docs   the generated parts of the pages and the JSON Schema, written anew, and the site of them, in build/site
# make dist   the wheel and the source distribution, in dist/

# The first that runs (a command of pyenv's need not): the oldest, since what it does not know breaks there first. Of a
# shell whose last command was not found, make would print the output instead of taking it in silence: hence true.
PYTHON ?= $(firstword $(shell for python in python3.11 python3.12 python3.13; do \
	$$python -c '' 2>/dev/null && echo $$python; done; true) python3.11)
SPEC ?= reviews
STACK_TEST ?= whole
SERVING_CHECKS ?= whole
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
INSTALL := $(PIP) install --constraint infra/constraints.txt

.PHONY: run quick test check pytest pages faults stack test-stack bench bench-quality bench-data bench-serving serving-checks gate explain docs dist clean

run: $(VENV)/.run
	$(BIN)/mtl run $(SPEC)

quick: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m "not slow and not network and not browser and not stack and not serving"

test: check pytest

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

# In the order of the folders, since files of few and long tests would come last, and one core would wait for them.
pytest: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder -m "not faults and not browser and not stack and not serving"

pages: $(VENV)/.dev
	$(BIN)/python -m pytest -m browser

faults: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m faults $(FAULTS)

stack: $(VENV)/.dev
	$(BIN)/python -m infra.stack $(STACK)

test-stack: $(VENV)/.dev
	$(BIN)/python -m pytest -m stack -k $(STACK_TEST)

bench: $(VENV)/.dev
	$(BIN)/python -m tests.mtl.weighting.bench_schemes
	$(BIN)/python -m tests.mtl.training.bench_step
	$(BIN)/python -m tests.mtl.training.bench_members
	$(BIN)/python -m tests.mtl.training.bench_epoch
	$(BIN)/python -m tests.mtl.training.bench_memory
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.mtl.evaluation.bench_resamples

bench-quality: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.quality $(QUALITY)

bench-data: $(VENV)/.dev
	$(BIN)/python -m tests.bench_data $(BENCH_DATA)

bench-serving: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.mtl.serving.bench_serving $(SERVING)

serving-checks: $(VENV)/.dev
	OMP_NUM_THREADS=1 SERVING_CHECKS=$(SERVING_CHECKS) $(BIN)/python -m pytest -m serving

gate: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.gate $(GATE)

explain: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.explain $(EXPLAIN)

docs: $(VENV)/.dev
	$(BIN)/python -m infra.docs.draw_imports
	$(BIN)/python -m infra.docs.write_tables
	$(BIN)/python -m infra.stack.compose > infra/compose.yaml
	$(BIN)/python -m mtl.spec > infra/spec.schema.json
	$(BIN)/python -m infra.site

dist: $(VENV)/.dev
	rm -rf build dist
	$(BIN)/python -c "from setuptools import build_meta as backend; backend.build_sdist('dist'); backend.build_wheel('dist')"

clean:
	rm -rf $(VENV) .mtl build dist

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BIN)/python pyproject.toml infra/constraints.txt
	$(INSTALL) --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(INSTALL) --editable '.[dev]'
	touch $@
