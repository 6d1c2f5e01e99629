"""In a folder whose path has a space `make test` failed, and then fetched packages for minutes."""

import subprocess

import pytest

from tests.machine import Machine

NODE_THAT_TELLS = """#!/bin/sh
case "$2" in
  *versions.node*) echo 20 ;;
  *solc.js*) printf '%s\\n' "$NODE_PATH" "$2" ;;
  *) echo "0.8.30+commit.73712a01.Emscripten.clang" ;;
esac
"""


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path / "동네 시험")


def test_set_up_runs_once_in_a_path_with_spaces_and_korean_letters(machine):
    first, second = machine.setup(), machine.setup()

    assert (first.returncode, second.returncode, second.stderr) == (0, 0, ""), first.stderr
    assert [call for call in machine.done() if call.startswith("venv")] == ["venv python3"]


def test_a_python_whose_path_has_a_space_is_taken(machine):
    python = machine.project.parent / "파이썬 3" / "python3"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\nexec '{machine.bin}/python3' \"$@\"\n")
    python.chmod(0o755)

    result = machine.setup(PYTHON=str(python))

    assert result.returncode == 0, result.stderr


def test_the_compilers_stand_in_finds_its_packages_there(machine):
    machine.install("node", NODE_THAT_TELLS)
    machine.setup(DONGNE_SOLC="npm")

    told = subprocess.run(
        [machine.project / ".home/solcx/solc-v0.8.30", "--standard-json"],
        env={"PATH": f"{machine.bin}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.splitlines() == [f"{machine.project}/node_modules", f"{machine.project}/tools/solc.js"]


def test_commands_run_there_with_the_chain_of_every_platform_on_the_path(machine):
    chains = [machine.project / f"node_modules/@foundry-rs/anvil-{each}/bin" for each in ("darwin", "linux")]
    for folder in chains:
        folder.mkdir(parents=True)

    shown = subprocess.run(
        [machine.project / "tools/run", "sh", "-c", 'echo "$PATH"'],
        env=machine.variables(),
        capture_output=True,
        text=True,
        check=True,
    )

    path = shown.stdout.strip().split(":")
    assert path[0] == f"{machine.project}/.venv/bin"
    assert {str(folder) for folder in chains} <= set(path)
