"""`tools/setup`, on a machine of stand-ins."""

import os
import re
import stat
import subprocess

import pytest

from scripts.deployment.artifacts import ROOT
from tests.machine import NPM, PYTHON, PYTHONS, Machine


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_the_first_use_installs_everything_inside_the_folder(machine):
    result = machine.setup()

    assert result.returncode == 0, result.stderr
    calls = machine.done()
    assert [call for call in calls if call.startswith("pip install") and "--no-binary eth-brownie" in call]
    assert [call for call in calls if call.startswith("npm install") and "--no-package-lock" in call]
    assert "python -m dongne ballot secret prover" in calls
    assert "brownie networks import networks.yaml True" in calls


def test_every_step_is_announced_with_its_number_and_the_seconds_so_far(machine):
    result = machine.setup()

    first, *steps, last = result.stderr.splitlines()
    assert first == f"dongne: setting up in {machine.project}, once; 1 to 5 minutes"
    assert [re.fullmatch(r"dongne: +\d+ s  (\d/\d)  \S.*", step)[1] for step in steps] == [
        f"{n}/7" for n in range(1, 8)
    ]
    assert re.fullmatch(r"dongne: set up after \d+ s", last)
    assert result.stdout == ""


def test_a_step_that_takes_long_says_where_it_is(machine):
    machine.install("sleep", "#!/bin/sh\nexec /bin/sleep 0.2\n")
    machine.install("npm", "#!/bin/sh\necho fetching anvil\n/bin/sleep 1\n")

    result = machine.setup()

    assert re.search(r"^dongne: +\d+ s       fetching anvil$", result.stderr, re.MULTILINE)


def test_a_step_that_fails_shows_the_end_of_its_log(machine):
    machine.install("npm", "#!/bin/sh\necho no space left on device\nexit 1\n")

    result = machine.setup()

    assert result.returncode == 1
    assert result.stderr.splitlines()[-2:] == [
        "no space left on device",
        "dongne: set-up failed at step 4 of 7, above; the whole log is .home/setup.log",
    ]


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

    assert "venv python3" in machine.done()


@pytest.mark.parametrize("file", ["requirements.txt", "constraints.txt", "package.json", "networks.yaml"])
def test_a_changed_pin_is_set_up_again(machine, file):
    machine.setup()
    machine.done()
    with (machine.project / file).open("a") as pins:
        pins.write("\n")

    machine.setup()

    assert "venv python3" in machine.done()


def test_another_python_is_set_up_again_and_remembered(machine):
    machine.setup(PYTHON="python3.12")
    machine.install("python3.13", PYTHON.replace("exec", "sed s/sys.base_prefix/1313/ | exec"))
    assert machine.done().count("venv python3.12") == 1

    machine.setup(PYTHON="python3.13")
    machine.setup()

    assert [call for call in machine.done() if call.startswith("venv")] == ["venv python3.13"]


def test_a_remembered_python_that_is_gone_is_replaced(machine):
    machine.setup(PYTHON="python3.12")
    (machine.bin / "python3.12").unlink()

    result = machine.setup()

    assert result.returncode == 0
    assert f"{machine.bin}/python3.12, chosen earlier with PYTHON=, is no longer Python" in result.stderr
    assert "python3.12" not in machine.setup().stderr


def test_a_python_named_that_does_not_suit_gets_one_clear_line(machine):
    result = machine.setup(PYTHON="/nowhere/python3")

    assert result.returncode == 1
    assert result.stderr == "dongne: PYTHON=/nowhere/python3 is not Python 3.11 to 3.13\n"


def test_a_catalogue_is_compiled_at_set_up(machine):
    catalogue = machine.catalogue()

    machine.setup()

    assert catalogue.with_suffix(".mo").exists()


def test_a_newer_catalogue_is_compiled_once_without_set_up(machine):
    catalogue = machine.catalogue()
    machine.setup()
    machine.done()
    os.utime(catalogue.with_suffix(".mo"), (0, 0))

    machine.setup()

    assert [call.split()[0] for call in machine.done()] == ["pybabel"]
    machine.setup()
    assert machine.done() == []


def test_a_catalogue_that_cannot_be_compiled_gets_one_clear_line(machine):
    machine.setup()
    (machine.project / ".venv/bin/pybabel").write_text("#!/bin/sh\nexit 1\n")
    machine.catalogue()

    result = machine.setup()

    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == "dongne: dongne/locale/ko/LC_MESSAGES/dongne.po cannot be compiled"


def test_a_path_that_no_search_path_can_hold_gets_one_clear_line(tmp_path):
    result = Machine(tmp_path / "10:30").setup()

    assert result.returncode == 1
    assert result.stderr.startswith("dongne: the folder's path has a colon")


def test_a_set_up_that_failed_is_begun_again(machine):
    machine.install("npm", "#!/bin/sh\nexit 1\n")
    assert machine.setup().returncode != 0
    machine.install("npm", NPM)
    machine.done()

    assert machine.setup().returncode == 0
    assert "venv python3" in machine.done()


@pytest.mark.parametrize(("node", "found"), [("18", "v18.0.0"), ("16", "v16.0.0")])
def test_an_old_node_gets_one_clear_line(machine, node, found):
    result = machine.setup(NODE_MAJOR=node)

    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"dongne: needs Node 20 or newer; found {found}. Install it from your package manager or nodejs.org"
    ]


def test_an_old_python_gets_one_clear_line(machine):
    for name in PYTHONS:
        machine.install(name, "#!/bin/sh\n[ \"$1\" = --version ] && echo 'Python 3.9.2'\n")

    result = machine.setup()

    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "needs Python 3.11 to 3.13; found Python 3.9.2" in result.stderr


def test_a_python_without_venv_says_which_package_to_install(machine):
    machine.install("python3", PYTHON.replace('mkdir -p "$3/bin"', "exit 1"))

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
        [ROOT / "tools" / "run", "sh", "-c", 'printf "%s\\n" "$HOME" "$SOLCX_BINARY_PATH" "$(command -v anvil)"'],
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )

    for path in shown.stdout.splitlines():
        assert path.startswith(str(ROOT)), path
