"""Every error, a contract's or our own, becomes a sentence, in two languages, that says what to do."""

import importlib
import pkgutil
import re
from dataclasses import fields
from string import Formatter

import pytest
from eth_abi import encode
from eth_abi.grammar import parse
from eth_utils.abi import collapse_if_tuple

import dongne
from dongne.abi import abi, errors
from dongne.errors import ContractRefused, DongneError, InputError, Problem, RejectedFile
from dongne.explanations import EXPLANATIONS
from dongne.language import Message, Plural, translated
from dongne.suite import SUITE

EXAMPLES = {
    "bytes": b"\x01\x02",
    "address": "0x" + "12" * 20,
    "string": "text",
    "bytes32": b"\xab" * 32,
    "bytes24": b"\xef" * 24,
    "bytes4": b"\xcd" * 4,
}
DECLARED = [(contract, entry) for contract in SUITE for entry in abi(contract) if entry["type"] == "error"]


def types_of(entry):
    return [collapse_if_tuple(parameter) for parameter in entry["inputs"]]


def names_of(entry):
    return {parameter["name"] for parameter in entry["inputs"]}


def example_of(kind):
    """A value of an ABI type; of a tuple one for each of its types."""
    if kind.startswith("("):
        return tuple(example_of(each.to_type_str()) for each in parse(kind).components)
    return EXAMPLES.get(kind, kind == "bool" or 5)


def data_of(selector, entry):
    """What a contract that reverts with this error returns."""
    return selector + encode(types_of(entry), [example_of(kind) for kind in types_of(entry)])


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
        if entry["name"] in EXPLANATIONS
        for language in ("en", "ko")
        for name in placeholders(translated(EXPLANATIONS[entry["name"]], language))
        - {parameter["name"] for parameter in entry["inputs"]}
    }

    assert sorted(strange) == []


def test_an_errors_name_means_one_thing_in_the_suite():
    shapes = {}
    for _, entry in DECLARED:
        shapes.setdefault(entry["name"], set()).add(tuple(parameter["name"] for parameter in entry["inputs"]))

    assert {name: found for name, found in shapes.items() if len(found) > 1} == {}


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_an_explanation_says_what_happened_and_then_what_to_do(name):
    said = translated(EXPLANATIONS[name], "en")

    assert len(re.findall(r"[.?!:;](?:\s|$)", said)) >= 2, "one clause for what happened, one for what to do"


@pytest.mark.parametrize("selector", errors(), ids=lambda selector: errors()[selector]["name"])
def test_revert_data_is_decoded_and_explained(selector):
    entry = errors()[selector]

    refused = ContractRefused.from_data(data_of(selector, entry))

    assert refused.name == entry["name"]
    assert list(refused.values) == [parameter["name"] for parameter in entry["inputs"]]
    for language in ("en", "ko"):
        assert "{" not in refused.explain(language)
    assert str(refused) == refused.explain("en")


@pytest.mark.parametrize(
    ("name", "values", "zone", "said"),
    [
        ("TransfersPaused", {"until": 1_800_000_000}, "UTC", "until 2027-01-15 08:00 UTC"),
        ("TransfersPaused", {"until": 1_800_000_000}, "Asia/Seoul", "until 2027-01-15 17:00 KST"),
        ("NotAccreditedNow", {"recorder": "0x1", "from": 1, "until": 2**40 - 1}, "UTC", "end: without end"),
        ("NotAccreditedNow", {"recorder": "0x1", "from": 0, "until": 0}, "UTC", "start: never; end: never"),
        ("PollNotEnded", {"poll": 1, "end": 2**64, "time": 60}, "UTC", "1970-01-01 00:01 UTC"),
        ("KindNotAccredited", {"recorder": "0x1", "kind": 7, "index": 0}, "UTC", "the kind flood"),
        ("BadKinds", {"kinds": 0b110, "accreditable": 0}, "UTC", "(odometer reading, performance inspection)"),
        ("RedeemNotAllowed", {"account": "0x1", "kind": 1}, "UTC", "0x1 (resident)"),
        ("AlreadyRegistered", {"account": "0x1", "kind": 9}, "UTC", "0x1 is registered already (9)"),
        ("AccessManagerLockedRole", {"roleId": 4}, "UTC", "guardian"),
    ],
)
def test_kinds_are_shown_as_words_and_times_by_the_clock(name, values, zone, said):
    refused = ContractRefused(name, values)
    refused.zone = zone

    assert said in refused.explain("en")
    assert "Unix" not in refused.explain("en")


def test_bytes_are_shown_as_hexadecimal():
    refused = ContractRefused("AccessManagerExpired", {"operationId": b"\xab" * 32})

    assert f"0x{'ab' * 32}" in refused.explain("en")


@pytest.mark.parametrize("data", [b"", b"\x01", b"\xde\xad\xbe\xef" * 2])
def test_an_unknown_refusal_shows_its_bytes(data):
    refused = ContractRefused.from_data(data)

    assert (refused.name, refused.values, refused.raw) == ("", {}, data)
    assert ("without a known error" if data else "without saying why") in refused.explain("en")
    assert data.hex() in refused.explain("en")


@pytest.mark.parametrize("length", [0, 4, 31])
def test_a_known_selector_with_cut_off_values_is_an_unknown_refusal(length):
    selector = next(selector for selector, entry in errors().items() if entry["name"] == "BadPause")

    refused = ContractRefused.from_data(selector + bytes(length))

    assert (refused.name, refused.raw) == ("", selector + bytes(length))


def test_an_error_without_a_sentence_shows_its_values():
    assert ContractRefused("Novel", {"a": 1, "b": b"\x02"}).explain("ko") == "Novel(a=1, b=0x02)"


def modules():
    return [
        name
        for _, name, _ in pkgutil.walk_packages(dongne.__path__, "dongne.")
        if "__main__" not in name and not name.startswith("dongne.store.migrations")
    ]


def tree(root=DongneError):
    """The class and all below it that the package defines."""
    for name in modules():
        importlib.import_module(name)
    below = {kind for child in root.__subclasses__() for kind in tree(child)}
    return {kind for kind in (root, *below) if kind.__module__.startswith("dongne.")}


def test_every_errors_sentence_names_only_the_errors_own_values():
    strange = {
        f"{kind.__module__}.{kind.__name__}: {{{name}}}"
        for kind in tree()
        if kind.message is DongneError.message
        for text in (kind.template if isinstance(kind.template, Plural) else [kind.template])
        for name in placeholders(text) - {each.name for each in fields(kind)}
    }

    assert sorted(strange) == []


def test_every_error_that_is_raised_has_a_sentence():
    abstract = {kind for kind in tree() if kind.__subclasses__()}

    assert (
        sorted(kind.__name__ for kind in tree() - abstract if not kind.template and "message" not in vars(kind)) == []
    )


class Broken(InputError):
    template = "It broke. Mend it."


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        (7, "", "line 7: It broke. Mend it."),
        (7, "amount", "line 7, column amount: It broke. Mend it."),
        (None, "", "It broke. Mend it."),
    ],
)
def test_a_problem_says_where(line, column, message):
    assert Problem(Broken(), line, column).message.text("en") == message


def test_a_rejected_file_tells_its_first_problems_and_counts_the_rest(tmp_path):
    problems = tuple(Problem(Broken(), line) for line in range(1, 24))

    lines = RejectedFile(tmp_path / "votes.jsonl", problems).explain("en").splitlines()

    assert lines[0] == f"{tmp_path / 'votes.jsonl'} has 23 problems; nothing of the file was used."
    assert lines[1:21] == [f"line {line}: It broke. Mend it." for line in range(1, 21)]
    assert lines[21:] == ["… and 3 more"]


def test_braces_in_a_value_are_text():
    assert Message("is {value}", {"value": "{1: 2}"}).text("en") == "is {1: 2}"
