"""Ctrl-C in `make demo` ended in a page of traceback."""

import os
import signal
import subprocess

from scripts.deployment.artifacts import ROOT


def test_an_interrupted_demo_ends_with_one_line():
    process = subprocess.Popen(
        ["make", "--silent", "demo"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    process.stdout.readline()  # the demo has begun

    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate()

    assert process.returncode != 0
    assert "Stopped." in said
    assert "Traceback" not in said
