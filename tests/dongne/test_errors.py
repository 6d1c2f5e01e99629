"""Every error, a contract's or our own, becomes a sentence, in two languages, that says what to do."""

import re
from pathlib import Path
from string import Formatter

import pytest
from eth_abi import encode
from eth_utils.abi import collapse_if_tuple

from dongne.abi import CONTRACTS, abi, errors
from dongne.ballot import RejectedFile
from dongne.errors import (
    ChainError,
    ContractRefused,
    DongneError,
    EvidenceMismatch,
    InputError,
    NodeUnreachable,
    SettingError,
    SigningError,
    TransactionNotMined,
    WrongChain,
)
from dongne.explanations import EXPLANATIONS, Sentence

EXAMPLES = {"address": "0x" + "12" * 20, "string": "text", "bytes32": b"\xab" * 32, "bytes4": b"\xcd" * 4}
SAID = Sentence("It broke. Mend it.", "고장 났습니다. 고치세요.")
OURS = [
    *(kind(SAID) for kind in (DongneError, SettingError, InputError, SigningError, ChainError, EvidenceMismatch)),
    NodeUnreachable("http://127.0.0.1:9", "ConnectionError"),
    WrongChain(expected=11_155_111, actual=31_337),
    TransactionNotMined("0xab", 180),
    ContractRefused("AccessManagerExpired", {"operationId": 5}),
    RejectedFile([InputError(SAID, Path("votes.jsonl"), 3)]),
]
DECLARED = [(contract, entry) for contract in CONTRACTS for entry in abi(contract) if entry["type"] == "error"]


def types_of(entry):
    return [collapse_if_tuple(parameter) for parameter in entry["inputs"]]


def data_of(selector, entry):
    """What a contract that reverts with this error returns."""
    return selector + encode(types_of(entry), [EXAMPLES.get(kind, 5) for kind in types_of(entry)])


def placeholders(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_custom_error_has_an_explanation():
    missing = sorted(
        {f"{contract}.{entry['name']}" for contract, entry in DECLARED if entry["name"] not in EXPLANATIONS}
    )

    assert not missing, f"write their sentences in dongne/explanations: {', '.join(missing)}"


def test_every_explanation_is_of_an_error_that_exists():
    declared = {entry["name"] for _, entry in DECLARED}

    assert sorted(set(EXPLANATIONS) - declared) == []


def test_explanations_name_only_their_errors_own_values():
    strange = {
        f"{contract}.{entry['name']}: {{{name}}}"
        for contract, entry in DECLARED
        for text in (EXPLANATIONS[entry["name"]].en, EXPLANATIONS[entry["name"]].ko)
        for name in placeholders(text) - {parameter["name"] for parameter in entry["inputs"]}
    }

    assert sorted(strange) == []


def test_an_errors_name_means_one_thing_in_the_suite():
    shapes = {}
    for _, entry in DECLARED:
        shapes.setdefault(entry["name"], set()).add(tuple(parameter["name"] for parameter in entry["inputs"]))

    assert {name: found for name, found in shapes.items() if len(found) > 1} == {}


def test_both_languages_name_the_same_values():
    different = [name for name, said in EXPLANATIONS.items() if placeholders(said.en) != placeholders(said.ko)]

    assert different == []


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_an_explanation_says_what_happened_and_then_what_to_do(name):
    said = EXPLANATIONS[name]

    assert len(re.findall(r"[.?!:;](?:\s|$)", said.en)) >= 2, "one clause for what happened, one for what to do"
    assert re.search("[가-힣]", said.ko), "the Korean sentence is Korean"


@pytest.mark.parametrize("selector", errors(), ids=lambda selector: errors()[selector]["name"])
def test_revert_data_is_decoded_and_explained(selector):
    entry = errors()[selector]

    refused = ContractRefused.from_data(data_of(selector, entry))

    assert refused.name == entry["name"]
    assert list(refused.values) == [parameter["name"] for parameter in entry["inputs"]]
    for language in ("en", "ko"):
        assert "{" not in refused.explain(language)
    assert str(refused) == refused.explain("en")


def test_bytes_are_shown_as_hexadecimal():
    refused = ContractRefused("AccessManagerExpired", {"operationId": b"\xab" * 32})

    assert f"0x{'ab' * 32}" in refused.explain("en")


@pytest.mark.parametrize("data", [b"", b"\x01", b"\xde\xad\xbe\xef" * 2])
def test_an_unknown_refusal_shows_its_bytes(data):
    refused = ContractRefused.from_data(data)

    assert (refused.name, refused.values, refused.raw) == ("", {}, data)
    assert "without a known error" in refused.explain("en")
    assert "알려지지 않은 오류" in refused.explain("ko")
    assert data.hex() in refused.explain("en")


@pytest.mark.parametrize("length", [0, 4, 31])
def test_a_known_selector_with_cut_off_values_is_an_unknown_refusal(length):
    selector = next(selector for selector, entry in errors().items() if entry["name"] == "BadPause")

    refused = ContractRefused.from_data(selector + bytes(length))

    assert (refused.name, refused.raw) == ("", selector + bytes(length))


def test_an_error_without_a_sentence_shows_its_values():
    assert ContractRefused("Novel", {"a": 1, "b": b"\x02"}).explain("ko") == "Novel(a=1, b=0x02)"


@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        (Path("payments.csv"), 7, "payments.csv:7: wrong"),
        (Path("payments.csv"), None, "payments.csv: wrong"),
        (None, None, "wrong"),
    ],
)
def test_an_input_error_says_where(file, line, message):
    error = InputError("wrong", file, line)

    assert str(error) == message
    assert isinstance(error, DongneError)


def tree(root=DongneError):
    """The class and all below it that the package defines."""
    below = {kind for child in root.__subclasses__() for kind in tree(child)}
    return {kind for kind in (root, *below) if kind.__module__.startswith("dongne.")}


def test_the_examples_are_of_every_class_of_the_tree():
    assert {type(error) for error in OURS} == tree()


@pytest.mark.parametrize("error", OURS, ids=lambda error: type(error).__name__)
def test_every_error_explains_itself_in_both_languages(error):
    english, korean = error.explain("en"), error.explain("ko")

    assert english == str(error)
    assert not re.search("[가-힣]", english)
    assert re.search("[가-힣]", korean)
    assert re.findall(r"\d+", korean) == [] or set(re.findall(r"\d+", korean)) == set(re.findall(r"\d+", english))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_plain_text_stands_for_both_languages(language):
    assert SettingError("SCALE is 2").explain(language) == "SCALE is 2"


@pytest.mark.parametrize(("language", "message"), [("en", "is {1: 2}"), ("ko", "값이 {1: 2}")])
def test_braces_in_a_value_are_text(language, message):
    value = {1: 2}

    assert SettingError(Sentence(f"is {value}", f"값이 {value}")).explain(language) == message


@pytest.mark.parametrize(
    ("language", "message"),
    [("en", "votes.jsonl:3: It broke. Mend it."), ("ko", "votes.jsonl:3: 고장 났습니다. 고치세요.")],
)
def test_an_input_error_says_where_in_both_languages(language, message):
    assert InputError(SAID, Path("votes.jsonl"), 3).explain(language) == message


def test_a_reason_may_be_given_a_place_later():
    error = InputError(InputError(SAID).reason, Path("votes.jsonl"), 3)

    assert (error.reason, error.file, error.line) == (SAID, Path("votes.jsonl"), 3)


def test_a_rejected_file_tells_its_problems_in_korean():
    problems = [InputError(SAID, Path("votes.jsonl"), line) for line in range(1, 24)]

    lines = RejectedFile(problems).explain("ko").splitlines()

    assert lines[:20] == [f"votes.jsonl:{line}: 고장 났습니다. 고치세요." for line in range(1, 21)]
    assert lines[20:] == ["… 그 밖에 3건", "파일의 내용은 아무것도 쓰이지 않았습니다. 문제는 모두 23건입니다."]
