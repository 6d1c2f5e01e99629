"""In a folder with a dot in its path, such as dongne-1.0, neither the console nor a deployment found its script."""

import os
import shutil
import subprocess
import sys

from scripts.deployment.artifacts import ROOT


def test_brownie_runs_a_script_in_a_folder_with_a_dot(tmp_path):
    project = tmp_path / "동네 1.0"
    for folder in ("tools", "scripts"):
        shutil.copytree(ROOT / folder, project / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (project / "contracts").mkdir()
    shutil.copy(ROOT / "brownie-config.yaml", project)
    (project / "scripts" / "greet.py").write_text('def main():\n    print("found")\n')

    run = subprocess.run(
        [sys.executable, "-m", "tools.brownie", "run", "greet", "--network", "development"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    assert "\nfound\n" in run.stdout, run.stdout
    assert run.returncode == 0
