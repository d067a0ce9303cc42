# Everything is installed into .venv inside this folder. Needs Python 3.11 to 3.14, a network for pip and 2 GB of disk
# (6 GB where torch comes with CUDA).
#   make lab PYTHON=/path/to/python3.12    takes this Python, if .venv is not there yet
#   make lab LAB_FLAGS=--no-browser        gives JupyterLab more flags

VENV = .venv
RUN = $(VENV)/bin/python
PIP = $(RUN) -m pip --disable-pip-version-check
CPU_TORCH = https://download.pytorch.org/whl/cpu

.PHONY: help lab test quick bank whole notebooks site shots bench mutants lint clean setup
.NOTPARALLEL:

help:
	@echo 'make lab        open the course in JupyterLab; the first time it installs everything'
	@echo 'make test       run every test: at most 30 minutes'
	@echo 'make quick      run the tests that are neither slow nor need a browser: at most 5 minutes'
	@echo 'make bank       let nbgrader grade every submission of the bank; make test takes some of each kind'
	@echo 'make whole      run every test, the whole bank among them, and what a browser shows in both hosts: an hour or more'
	@echo 'make notebooks  build the notebooks from their text in src/'
	@echo 'make site       run the lectures and write them as pages that need no Python, into site/'
	@echo 'make shots      photograph every widget'
	@echo 'make bench      measure what the course claims; make bench-NAME runs benchmarks/NAME.py alone'
	@echo 'make mutants    break every reference solution in every way, and see whether the checks notice'
	@echo 'make lint       check the style of the code'
	@echo 'make clean      remove .venv and what tests and builds left behind'

# The root is given, since Lab would take the folder of the file it opens, and no link could leave lectures/.
# Root, which is who works in many containers, is let in only with a flag.
lab: setup
	$(RUN) -m jupyterlab --ServerApp.root_dir="$(CURDIR)" \
	  --LabApp.default_url=/lab/tree/lectures/00_start_here.ipynb \
	  $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB_FLAGS)

# Two at a time, since much of a test is waiting; a file stays together, for what its tests share is made once.
TOGETHER = -n 2 --dist loadfile --no-loadscope-reorder

test: setup $(VENV)/ready-test
	$(RUN) -m pytest $(TOGETHER)

quick: setup $(VENV)/ready-test
	$(RUN) -m pytest $(TOGETHER) -m "not slow and not browser"

bank: setup $(VENV)/ready-test
	MLCOURSE_WHOLE=1 $(RUN) -m pytest tests/assignments

whole: setup $(VENV)/ready-test
	MLCOURSE_WHOLE=1 $(RUN) -m pytest $(TOGETHER)

notebooks: setup
	$(VENV)/bin/mlcourse notebooks

site: setup
	$(VENV)/bin/mlcourse export lectures/*.ipynb --output site

shots: setup $(VENV)/ready-test
	$(RUN) tests/browser/screenshots.py

# benchmarks/record_*.py write files that are kept, so they are run by hand.
BENCHES = $(patsubst benchmarks/%.py,bench-%,$(filter-out benchmarks/record_%,$(wildcard benchmarks/*.py)))
.PHONY: $(BENCHES)
bench: $(BENCHES)
$(BENCHES): bench-%: setup $(VENV)/ready-test $(VENV)/ready-bench
	$(RUN) benchmarks/$*.py

mutants: bench-mutants

lint: setup $(VENV)/ready-lint
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

clean:
	rm -rf $(VENV) build dist shots site .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- The environment. While the file `ready` is not there, pip is at work; if it was stopped, .venv is begun anew. ---

# A .venv that does not start, or belongs to another copy of this folder, is not ready either.
WHOLE = import os, sys, jupyterlab, mlcourse; sys.exit(not os.path.samefile(mlcourse.__path__[0], "mlcourse"))
setup:
	@test ! -e $(VENV)/ready || $(RUN) -I -c '$(WHOLE)' 2>/dev/null || rm -f $(VENV)/ready
	@$(MAKE) --silent --no-print-directory $(VENV)/ready

$(VENV)/ready: pyproject.toml constraints.txt
	@test -e $@ || $(or $(SUITABLE),$(error $(NO_PYTHON))) -m venv --clear $(VENV)
	@rm -f $@
	$(PIP) install --upgrade pip
	@test "`uname`" != Linux || nvidia-smi >/dev/null 2>&1 || \
	  $(PIP) install torch --no-deps --index-url $(CPU_TORCH) --timeout 5 --retries 0 -c constraints.txt 2>/dev/null || \
	  echo "PyTorch's index of CPU builds is out of reach; pip takes the ordinary build, which is larger."
	$(PIP) install --editable '.[instructor,keras]' -c constraints.txt
	@# JupyterLab would ask about its news, on top of the first page.
	-@$(RUN) -m jupyterlab.labextensions disable @jupyterlab/apputils-extension:announcements >/dev/null 2>&1
	@touch $@

$(VENV)/ready-%: $(VENV)/ready
	@mv $< $<.not
	$(PIP) install --group $* -c constraints.txt
	@mv $<.not $<
	@touch $@

TRIED = $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
SUITS = import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
SUITABLE = $(firstword $(foreach name,$(TRIED),$(shell $(name) -c '$(SUITS)' >/dev/null 2>&1 && echo $(name))))
TELL = import sys, importlib.util as u; print(sys.version.split()[0], "" if u.find_spec("ensurepip") else "without ensurepip")
FOUND = $(foreach name,$(TRIED),$(name) ($(strip $(shell $(name) -c '$(TELL)' 2>/dev/null || echo does not run))))
define NO_PYTHON
there is no suitable Python
  found:   $(FOUND)
  wanted:  Python 3.11 to 3.14 with its modules venv and ensurepip
  to mend: on Debian and Ubuntu, apt install python3-venv; elsewhere, a Python from python.org.
           One that is not on the path is named so: make lab PYTHON=/path/to/python3.12

endef
