"""A machine for `tools/setup`: stand-ins for Python, pip, npm and node write down what they were asked to do."""

import shutil
import subprocess
import sys
from pathlib import Path

from scripts.deployment.artifacts import ROOT

COPIED = (
    "tools",
    "setup.py",
    "requirements.txt",
    "constraints.txt",
    "package.json",
    "pyproject.toml",
    "networks.yaml",
    "dongne/ballot/secret/node",
)
VENV_TOOL = """#!/bin/sh
tool=$(basename "$0")
echo "$tool $*" >> "$CALLS"
case "$tool" in
  pybabel) while [ "$1" != --output-file ]; do shift; done; echo compiled > "$2" ;;
  python) case "$*" in "-m dongne "*) ;; *) exit 1 ;; esac ;;
esac
"""
PYTHON = f"""#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then
  echo "venv $(basename "$0")" >> "$CALLS"
  mkdir -p "$3/bin"
  for tool in pip brownie python pybabel; do cp "$VENV_TOOL" "$3/bin/$tool"; done
else
  exec '{sys.executable}' "$@"
fi
"""
PYTHONS = ("python3", "python3.11", "python3.12", "python3.13")
NODE = """#!/bin/sh
case "$2" in
  *versions.node*) echo "${NODE_MAJOR:-20}" ;;
  *solc*) echo "0.8.30+commit.73712a01.Emscripten.clang" ;;
  *) echo "v${NODE_MAJOR:-20}.0.0" ;;
esac
"""
NPM = '#!/bin/sh\necho "npm $*" >> "$CALLS"\n'


class Machine:
    """A folder with the project's set-up files, and a PATH with the stand-ins."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.project, self.calls, self.bin = folder / "project", folder / "calls", folder / "bin"
        self.project.mkdir()
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            (self.project / name).parent.mkdir(parents=True, exist_ok=True)
            copy(ROOT / name, self.project / name)
        self.bin.mkdir()
        pythons = dict.fromkeys(PYTHONS, PYTHON)
        for name, text in (pythons | {"node": NODE, "npm": NPM, "venv_tool": VENV_TOOL}).items():
            self.install(name, text)

    def install(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def catalogue(self) -> Path:
        """A message catalogue, to be compiled."""
        file = self.project / "dongne/locale/ko/LC_MESSAGES/dongne.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('msgid "Wallet"\nmsgstr "지갑"\n')
        return file

    def variables(self) -> dict[str, str]:
        """The environment in which the stand-ins are found first."""
        return {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "CALLS": str(self.calls),
            "VENV_TOOL": str(self.bin / "venv_tool"),
        }

    def setup(self, **environment: str) -> subprocess.CompletedProcess[str]:
        command, variables = [self.project / "tools" / "setup"], self.variables() | environment
        return subprocess.run(command, env=variables, cwd=self.project, capture_output=True, text=True)

    def done(self) -> list[str]:
        """What pip, npm and brownie were asked since last time."""
        calls = self.calls.read_text().splitlines() if self.calls.exists() else []
        self.calls.unlink(missing_ok=True)
        return calls
