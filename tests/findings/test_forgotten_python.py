"""`make setup PYTHON=…` was forgotten: the next plain `make test` set everything up again, with another Python."""

from tests.machine import Machine


def test_the_python_that_was_named_is_used_by_later_commands_too(tmp_path):
    machine = Machine(tmp_path / "machine")
    machine.setup(PYTHON="python3.12")
    (machine.project / "requirements.txt").write_text("# a changed pin\n")
    machine.done()

    machine.setup()

    assert [call for call in machine.done() if call.startswith("venv")] == ["venv python3.12"]
