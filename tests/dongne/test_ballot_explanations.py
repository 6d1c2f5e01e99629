"""Every error of the ballot's contracts has a sentence in both languages, with its values in it."""

import pytest

from dongne.abi import abi
from dongne.explanations.ballot import EXPLANATIONS
from dongne.language import Message

ERRORS = {
    entry["name"]: [parameter["name"] for parameter in entry["inputs"]]
    for contract in ("ElectoralRoll", "OutcomeRule", "BallotBox", "AssistedVoting")
    for entry in abi(contract)
    if entry["type"] == "error"
}
SHARED = {"AccessManaged", "InvalidShortString", "StringTooLong", "DeploymentFailed"}
"""Beginnings of errors of libraries, which are not the ballot's to explain."""

OWN = {name: names for name, names in ERRORS.items() if not name.startswith(tuple(SHARED))}


def test_errors_and_sentences_are_the_same_set():
    assert set(OWN) == set(EXPLANATIONS)


@pytest.mark.parametrize("error", sorted(OWN))
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_sentence_carries_every_value_of_its_error(error, language):
    values = {name: f"<{name}>" for name in OWN[error]}

    said = Message(EXPLANATIONS[error], values).text(language)

    assert all(value in said for value in values.values()), said
