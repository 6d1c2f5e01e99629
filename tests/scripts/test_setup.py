"""`tools/setup`, with stand-ins for pip, npm and node that write down what they were asked to do."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.deployment.artifacts import ROOT

COPIED = ("tools", "requirements.txt", "constraints.txt", "package.json", "pyproject.toml", "networks.yaml")
VENV_TOOL = '#!/bin/sh\necho "$(basename "$0") $*" >> "$CALLS"\n[ "$(basename "$0")" != python ]\n'
PYTHON = f"""#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then
  echo "venv" >> "$CALLS"
  mkdir -p "$3/bin"
  for tool in pip brownie python; do cp "$VENV_TOOL" "$3/bin/$tool"; done
else
  exec {sys.executable} "$@"
fi
"""
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
        self.project, self.calls, self.bin = folder / "project", folder / "calls", folder / "bin"
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            self.project.mkdir(exist_ok=True)
            copy(ROOT / name, self.project / name)
        self.bin.mkdir()
        for name, text in (("python3", PYTHON), ("node", NODE), ("npm", NPM), ("venv_tool", VENV_TOOL)):
            self.install(name, text)

    def install(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def setup(self, **environment: str) -> subprocess.CompletedProcess[str]:
        variables = {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "CALLS": str(self.calls),
            "VENV_TOOL": str(self.bin / "venv_tool"),
            **environment,
        }
        return subprocess.run([self.project / "tools" / "setup"], env=variables, capture_output=True, text=True)

    def done(self) -> list[str]:
        """What pip, npm and brownie were asked since last time."""
        calls = self.calls.read_text().splitlines() if self.calls.exists() else []
        self.calls.unlink(missing_ok=True)
        return calls


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_the_first_use_installs_everything_inside_the_folder(machine):
    result = machine.setup()

    assert result.returncode == 0, result.stderr
    assert result.stderr.count("\n") == 1
    calls = machine.done()
    assert [call for call in calls if call.startswith("pip install") and "--no-binary eth-brownie" in call]
    assert [call for call in calls if call.startswith("npm install") and "--no-package-lock" in call]
    assert "brownie networks import networks.yaml True" in calls


def test_later_uses_do_nothing_and_say_nothing(machine):
    machine.setup()
    machine.done()

    result = machine.setup()

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert machine.done() == []


def test_a_moved_folder_is_set_up_again(machine):
    machine.setup()
    machine.done()
    machine.project = machine.project.rename(machine.project.with_name("moved"))

    machine.setup()

    assert "venv" in machine.done()


@pytest.mark.parametrize("file", ["requirements.txt", "constraints.txt", "package.json", "networks.yaml"])
def test_a_changed_pin_is_set_up_again(machine, file):
    machine.setup()
    machine.done()
    with (machine.project / file).open("a") as pins:
        pins.write("\n")

    machine.setup()

    assert "venv" in machine.done()


def test_a_set_up_that_failed_is_begun_again(machine):
    machine.install("npm", "#!/bin/sh\nexit 1\n")
    assert machine.setup().returncode != 0
    machine.install("npm", NPM)
    machine.done()

    assert machine.setup().returncode == 0
    assert "venv" in machine.done()


@pytest.mark.parametrize(("node", "found"), [("18", "v18.0.0"), ("16", "v16.0.0")])
def test_an_old_node_gets_one_clear_line(machine, node, found):
    result = machine.setup(NODE_MAJOR=node)

    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"dongne: needs Node 20 or newer; found {found}. Install it from your package manager or nodejs.org"
    ]


def test_an_old_python_gets_one_clear_line(machine):
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        machine.install(name, "#!/bin/sh\n[ \"$1\" = --version ] && echo 'Python 3.9.2'\n")

    result = machine.setup()

    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "needs Python 3.11 to 3.13; found Python 3.9.2" in result.stderr


def test_a_python_without_venv_says_which_package_to_install(machine):
    machine.install("python3", PYTHON.replace('echo "venv" >> "$CALLS"', "exit 1"))

    result = machine.setup()

    assert result.returncode == 1
    assert "apt-get install python3-venv" in result.stderr


def test_the_compilers_stand_in_states_its_version_without_node(machine):
    machine.setup(DONGNE_SOLC="npm")
    shim = machine.project / ".home" / "solcx" / "solc-v0.8.30"

    answer = subprocess.run([shim, "--version"], env={"PATH": "/nowhere"}, capture_output=True, text=True)

    assert shim.stat().st_mode & stat.S_IXUSR
    assert "Version: 0.8.30+commit.73712a01" in answer.stdout


def test_the_environment_keeps_brownie_inside_the_folder():
    shown = subprocess.run(
        [ROOT / "tools" / "run", "sh", "-c", 'echo "$HOME $SOLCX_BINARY_PATH $(command -v anvil)"'],
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )

    for path in shown.stdout.split():
        assert path.startswith(str(ROOT)), path
