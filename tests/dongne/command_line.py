"""Runs the command line as a person would."""

import os

from dongne.cli import run


def dongne(capsys, *arguments):
    """Run a command; returns its exit code, standard output and standard error."""
    capsys.readouterr()
    code = run([str(argument) for argument in arguments], os.environ)
    captured = capsys.readouterr()
    return code, captured.out, captured.err
