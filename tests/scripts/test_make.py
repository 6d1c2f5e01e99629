"""`make test` runs what ARGS names, in two processes."""

import os
import re
import subprocess

import pytest

from scripts.deployment.artifacts import ROOT

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "PYTEST"))}


def command(arguments: str) -> str:
    """What `make test` runs after the linters."""
    make = ["make", "--dry-run", "--silent", "test", f"ARGS={arguments}"]
    run = subprocess.run(make, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()[-1]


@pytest.mark.parametrize("arguments", ["", "tests/dongne", "-k payment", "-k 'signed or paid' tests/dongne"])
def test_arguments_follow_those_for_two_processes(arguments):
    assert command(arguments).split() == f"tools/run pytest -n 2 {arguments}".split()


def test_a_path_after_an_option_is_all_that_runs():
    run = subprocess.run(
        command("-k kilometre tests/dongne/test_units.py"),
        cwd=ROOT,
        env=ENVIRONMENT,
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
    )

    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed, run.stdout + run.stderr
    assert 1 <= int(passed[1]) < 20
