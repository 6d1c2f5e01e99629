"""The typed events are those of the contracts, parameter by parameter."""

import importlib
import pkgutil
import re

import pytest

import dongne
from dongne.abi import abi
from dongne.events import Event
from dongne.suite import SUITE

MODULES = [name for _, name, _ in pkgutil.walk_packages(dongne.__path__, "dongne.") if name.endswith(".events")]

UNTYPED = {
    "Vouchers": {
        "ApprovalForAll",
        "ListServed",
        "PlaceClaimed",
        "TransferBatch",
        "URI",
    },
    "ScoreBallotBox": {"PollCancelled", "VotesSkipped"},
    "Incentives": {"IncentiveClosed", "IncentiveSwept"},
    "VolunteerRewards": {
        "ActivityClosed",
        "AttesterSet",
        "CityAttesterSet",
        "RewardsFunded",
        "RewardsSwept",
        "ShiftsPaid",
    },
    "DealerBond": {"BondChanged"},
    "VehicleSale": {"Credited", "EvidenceDismissed", "FeeSet", "TokenAllowed", "Withdrawn"},
    "CashOutDesk": {"RiskClassSet", "WaitingDaysSet"},
    "Treasury": {"TopUpTermsSet"},
    "Holds": {"AccountAdmitted", "FreezeAppealed", "FreezeConfirmed", "FreezeEnded", "FreezePlaced"},
    "Unclaimed": {"MoneyClaimed", "MoneyKept", "MoneyLapsed"},
    "Recovery": {"RecoveryCancelled", "RecoveryCompleted"},
    "CityAccess": {
        "RoleAdminChanged",
        "RoleGrantDelayChanged",
        "RoleGuardianChanged",
        "RoleLabel",
        "TargetAdminDelayUpdated",
        "TargetClosed",
    },
    "LocalCurrency": {
        "Approval",
        "AuthorizationCanceled",
        "AuthorizationUsed",
        "ContractsAppointed",
        "MonthTurned",
        "TransferTableSet",
    },
    "VehicleRegistry": {"Approval", "ApprovalForAll", "Unlocked"},
}
"""Events that nothing in the package reads, by contract."""

OF_LIBRARIES = {"AuthorityUpdated", "EIP712DomainChanged"}
"""Events that contracts inherit and that nothing reads."""


def typed():
    """Every class of an event, by contract and name."""
    found = [kind for module in MODULES for kind in vars(importlib.import_module(module)).values()]
    kinds = {kind for kind in found if isinstance(kind, type) and issubclass(kind, Event)}
    bases = {base for kind in kinds for base in kind.__mro__[1:]}
    return {(kind.CONTRACT, kind.__name__): kind for kind in kinds - bases}


def declared():
    """Parameters of every event of the contracts, by contract and name."""
    return {
        (contract, entry["name"]): tuple(snake(each["name"]) for each in entry["inputs"])
        for contract in SUITE
        for entry in abi(contract)
        if entry["type"] == "event" and entry["name"] not in OF_LIBRARIES
    }


def snake(name):
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return "from_" if plain == "from" else plain


@pytest.mark.parametrize(("contract", "event"), sorted(typed()))
def test_an_event_has_the_parameters_of_the_abi_in_their_order(contract, event):
    assert declared().get((contract, event)) == typed()[contract, event].parameters()


def test_every_event_is_typed_or_known_to_be_read_by_nothing():
    untyped = {(contract, event) for contract, events in UNTYPED.items() for event in events}
    missing = sorted(set(declared()) - set(typed()) - untyped)

    assert not missing, f"write classes in the product's events.py, or name in UNTYPED: {missing}"
    assert sorted(untyped - set(declared())) == [], "no contract has these any more"
    assert sorted(untyped & set(typed())) == [], "these are typed"
