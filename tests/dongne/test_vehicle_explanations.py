"""Every error that the vehicles' contracts declare is explained to people, with its values and what to do."""

import pytest

from dongne.abi import abi
from dongne.explanations import vehicle
from dongne.language import Message

UNREACHABLE = {
    "AccessManagedInvalidAuthority",
    "AccessManagedRequiredDelay",
    "AccessManagedUnauthorized",
    "InvalidShortString",
    "StringTooLong",
    "ERC721IncorrectOwner",
    "ERC721InsufficientApproval",
    "ERC721InvalidApprover",
    "ERC721InvalidOperator",
    "ERC721InvalidSender",
}
"""Of OpenZeppelin: explained for all contracts together, or behind the ways that titles cannot go."""

CONTRACTS = ("VehicleRegistry", "VehicleLiens", "VehicleSale", "DealerBond", "RecordCodec")
DECLARED = {entry["name"]: entry for name in CONTRACTS for entry in abi(name) if entry["type"] == "error"}
ERRORS = [entry for name, entry in DECLARED.items() if name not in UNREACHABLE]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error["name"])
def test_an_error_is_explained_with_all_its_values_in_both_languages(error):
    values = {parameter["name"]: f"<{parameter['name']}>" for parameter in error["inputs"]}
    message = Message(vehicle.EXPLANATIONS[error["name"]], values)

    for language in ("en", "ko"):
        assert all(value in message.text(language) for value in values.values())
    assert message.text("en").isascii() and not message.text("ko").isascii()


def test_nothing_is_explained_that_no_contract_declares():
    assert vehicle.EXPLANATIONS.keys() == {error["name"] for error in ERRORS}
