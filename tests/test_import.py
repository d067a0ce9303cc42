import json
import subprocess
import sys

import pytest

# A grading kernel has none of these, and a student's first cell should not wait for them.
HEAVY = {"torch", "matplotlib", "IPython", "ipykernel", "ipywidgets", "anywidget", "jupytext", "nbformat", "nilearn"}
LIGHT = ["mlcourse", "mlcourse.ops", "mlcourse.check", "mlcourse.machine", "mlcourse.cli"]


@pytest.mark.parametrize("module", LIGHT)
def test_import_brings_nothing_heavy(module):
    """In a fresh process, with every warning an error."""
    code = f"import json, sys, {module}; print(json.dumps(list(sys.modules)))"
    out = subprocess.check_output([sys.executable, "-W", "error", "-c", code], text=True)
    assert HEAVY.intersection(name.split(".")[0] for name in json.loads(out)) == set()
