"""Runs the `dongne` command in this process."""

import os

from dongne.cli import run


def dongne(capsys, *arguments) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one command."""
    capsys.readouterr()
    code = run([str(argument) for argument in arguments], os.environ)
    said = capsys.readouterr()
    return code, said.out, said.err
