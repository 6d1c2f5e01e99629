"""What the package says when something goes wrong is written in both languages, with the same values in each."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import dongne
from dongne.errors import ChainError, DongneError, EvidenceMismatch, InputError, SettingError, SigningError
from dongne.explanations import Sentence
from tests.dongne.test_errors import tree

SOURCES = sorted(Path(dongne.__file__).parent.rglob("*.py"))


def takes_a_sentence(kind):
    first = next(iter(inspect.signature(kind).parameters.values()))
    return first.annotation == Sentence | str


SPEAKING = {kind.__name__ for kind in tree() if takes_a_sentence(kind)}


def calls(source):
    """Calls of plain names, as (name, call)."""
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [(node.func.id, node) for node in found if isinstance(node.func, ast.Name)]


def arguments(call):
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def is_bilingual(said, sentences):
    """A `Sentence` made on the spot, a parameter that is one, or the reason that another error has."""
    match said:
        case ast.Call(func=ast.Name(id="Sentence")) | ast.Attribute(attr="reason"):
            return True
        case ast.Name(id=name):
            return name in sentences
    return False


def parameters_of_type_sentence(source):
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.arg) and node.annotation)
    return {node.arg for node in found if ast.unparse(node.annotation) == "Sentence"}


def literal(node):
    """The words of a literal, and the names of the values in it; None where the text is computed elsewhere."""
    if not isinstance(node, ast.JoinedStr | ast.Constant):
        return None
    parts = list(ast.walk(node))
    words = "".join(part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))
    return words, {part.id for part in parts if isinstance(part, ast.Name)}


def in_one_language(source):
    """Lines that raise or note an error with words of one language only."""
    sentences = parameters_of_type_sentence(source)
    return [
        call.lineno
        for name, call in calls(source)
        if name in SPEAKING and not (arguments(call) and is_bilingual(arguments(call)[0], sentences))
    ]


def unequal(source):
    """Lines of sentences whose Korean is not Korean, or names other values than the English."""
    lines = []
    for name, call in calls(source):
        texts = [literal(argument) for argument in arguments(call)]
        if name != "Sentence" or None in texts:
            continue
        (_, values), (korean, named) = texts
        if not re.search("[가-힣]", korean) or values != named:
            lines.append(call.lineno)
    return lines


def test_the_classes_that_take_a_sentence_are_known():
    classes = (DongneError, SettingError, InputError, SigningError, ChainError, EvidenceMismatch)

    assert {kind.__name__ for kind in classes} == SPEAKING


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: "/".join(file.parts[-2:]))
def test_no_message_is_in_english_only(file):
    source = file.read_text(encoding="utf-8")

    assert (in_one_language(source), unequal(source)) == ([], []), f"write a Sentence in {file} on these lines"


@pytest.mark.parametrize(
    "source",
    [
        'raise SettingError("wrong")',
        'raise SettingError(f"{x} is wrong") from error',
        'found.append(InputError("a" + x, file, 3))',
        "raise ChainError(str(error))",
        'raise InputError(reason="wrong")',
        "raise EvidenceMismatch()",
        "raise InputError(reason)",
    ],
)
def test_a_message_in_one_language_is_found(source):
    assert in_one_language(source) == [1]


@pytest.mark.parametrize(
    "source",
    [
        'Sentence("wrong", "wrong")',
        'Sentence(f"{x} is wrong", "틀렸습니다")',
        'Sentence(f"{x} is wrong", f"{y}은(는) 틀렸습니다")',
        'Sentence(ko="wrong", en="wrong")',
    ],
)
def test_a_sentence_that_says_less_in_korean_is_found(source):
    assert unequal(source) == [1]


def test_a_sentence_in_both_languages_passes():
    source = "raise InputError(Sentence(f\"{x:,} is {a or 'none'}\", f\"{a or '없음'}: {x:,}\"), file)"

    assert (in_one_language(source), unequal(source)) == ([], [])
