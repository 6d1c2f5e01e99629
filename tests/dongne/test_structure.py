"""What contributors promise each other about the sources: short functions, and one language in them."""

import ast
import re
from math import ceil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = sorted((ROOT / "dongne").rglob("*.py"))
SOURCES = [*PACKAGE, *sorted((ROOT / "scripts").rglob("*.py"))]

USUAL_LINES, MOST_LINES = 13, 40
"""Of ten functions nine have at most so many lines, and none has more than the second number."""

KOREAN = re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]")
"""Letters of the Korean script, as whole syllables and as their parts."""


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement behind the docstring to the end of the last one.

    Blank lines, comments and functions inside count. Decorators and parameters do not: a command's parameters are
    the text of its options.
    """
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def functions(file: Path) -> dict[str, int]:
    """Lines of each function and method of a file."""
    return {
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}": body_lines(node)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.fixture(scope="module")
def lengths():
    return {name: lines for file in PACKAGE for name, lines in functions(file).items()}


def test_lines_are_counted_from_behind_the_docstring():
    source = 'def f(\n    a,\n    b,\n):\n    """Says\n\n    it."""\n    x = a\n\n    # why\n    return x'

    assert body_lines(ast.parse(source).body[0]) == 4
    assert body_lines(ast.parse('def f():\n    """Nothing."""').body[0]) == 0


def test_nine_of_ten_functions_are_short(lengths):
    by_length = sorted(lengths.values())

    assert by_length[ceil(0.9 * len(by_length)) - 1] <= USUAL_LINES


def test_no_function_is_long(lengths):
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_sources_are_in_one_language(file):
    korean = [at for at, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if KOREAN.search(line)]

    assert korean == []
