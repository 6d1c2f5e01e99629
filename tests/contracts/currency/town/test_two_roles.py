"""Administrator or any two roles: together they move or burn nobody's money outside due process, whatever they try.

Each role is tried with its neighbour in the list and with those that control it; where DONGNE_CURRENCY_STEPS is 2,000
or more, every two are.
"""

import os
from itertools import combinations, pairwise

import pytest
from brownie import chain, web3
from brownie.exceptions import VirtualMachineError

from dongne.currency import DEFAULT_TABLE, RESIDENTS_MAY_GIVE, AcceptRecovery, Issue, Kind, list_id, pack_issues
from dongne.currency.cash_out_desk import pack_ids
from dongne.signing import sign
from dongne.suite import Role
from tests.contracts.currency.town.busy import ACCOMPLICE, OWNED, SHOP, VICTIM, busy_town
from tests.contracts.currency.town.town import DAY, EVIDENCE, LONG, OFFICES, RULING, at

ROLES = (Role.ADMINISTRATOR, *OFFICES)
CLOSE = [
    (Role.HOLDS_OFFICER, Role.HOLDS_REVIEWER),
    (Role.CURRENCY_OFFICER, Role.RESERVE_ATTESTER),
    (Role.MEMBERSHIP_OFFICER, Role.GUARDIAN),
]
"""Roles that control each other."""
EVERY = int(os.environ.get("DONGNE_CURRENCY_STEPS", "0")) >= LONG
PAIRS = list(combinations(ROLES, 2)) if EVERY else [*pairwise(ROLES), *CLOSE]
GAS = 1_000_000


@pytest.fixture(scope="module")
def town():
    town = busy_town()
    town.take_delays()
    return town


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: " and ".join(role.name.lower() for role in pair))
def test_any_two_roles_move_or_burn_nobodys_money(town, pair):
    """They try everything in any order, and again a day later, when what they announced may be done."""
    gang, before = Gang(town, pair), _belongings(town)
    began = chain[-1].timestamp
    gang.announce()
    gang.try_everything()
    at(began + DAY + 60)
    gang.carry_out()
    gang.try_everything()

    assert _belongings(town) == before
    assert gang.done, "two officers who can do nothing at all would prove nothing"


def _belongings(town):
    """What resident and shop have: in the account or held, at the desk, and as vouchers."""
    victim, shop = (town.address(actor) for actor in (VICTIM, SHOP))
    return {
        "resident": town.currency.balanceOf(victim),
        "voucher": town.vouchers.balanceOf(victim, 1),
        "shop": town.currency.balanceOf(shop) + town.desk.cashOut(0)[1],
    }


class Gang:
    """Two office holders, a resident of theirs, and all that they can call.

    Attributes:
        done: what succeeded.
    """

    def __init__(self, town, roles):
        self.town, self.done, self.announced = town, [], []
        self.thieves = [town.admin if role == Role.ADMINISTRATOR else town.officers[role] for role in roles]
        self.new = town.new_key()
        acceptance = AcceptRecovery(town.address(VICTIM), self.new.address).digest(town.domains["Recovery"])
        self.acceptance = sign(acceptance, self.new)
        self.left = [(thief, *call) for thief in self.thieves for call in self._calls(thief.address)]

    def announce(self):
        """What an administrator, or a supervisor, may do a day later."""
        access = self.town.access
        powers = [(thief, *power) for thief in self.thieves for power in self._powers(thief)]
        scheduling = [
            (thief, access, access.schedule.encode_input(contract, data, 0)) for thief, contract, data in powers
        ]
        self.announced = [power for power, sent in zip(powers, self._send(scheduling), strict=True) if sent]

    def carry_out(self):
        access = self.town.access
        calls = [
            (thief, access, access.execute.encode_input(contract, data)) for thief, contract, data in self.announced
        ]
        self._send(calls)

    def try_everything(self):
        """Everything that would succeed now, until nothing more does."""
        while possible := [call for call, fails in zip(self.left, self._rehearse(), strict=True) if not fails]:
            self.left = [call for call in self.left if call not in possible]
            self._send(possible)

    def _send(self, calls):
        """Sends all, in order; gives for each whether it succeeded."""
        return [self._sent(*call) for call in calls]

    def _sent(self, thief, contract, data):
        try:
            thief.transfer(contract.address, 0, data=data, gas_limit=GAS)
        except VirtualMachineError:
            return False
        self.done.append(data)
        return True

    def _rehearse(self):
        """For each call that is left whether it would fail, asked for in one request."""
        asked = [
            ("eth_call", [{"from": thief.address, "to": contract.address, "data": data, "gas": hex(GAS)}, "latest"])
            for thief, contract, data in self.left
        ]
        return ["error" in answer for answer in web3.provider.make_batch_request(asked)] if asked else []

    def _powers(self, thief):
        access, town = self.town.access, self.town
        everything = [(access, access.grantRole.encode_input(role, thief, 0)) for role in OFFICES]
        appointed = (thief, thief, thief, thief)
        return [
            *everything,
            (access, access.setTargetClosed.encode_input(town.currency, True)),
            (access, access.updateAuthority.encode_input(town.currency, thief)),
            (town.currency, town.currency.appoint.encode_input(*appointed)),
            (town.currency, town.currency.registerContract.encode_input(thief, True)),
            (town.currency, town.currency.setTransferTable.encode_input(DEFAULT_TABLE | RESIDENTS_MAY_GIVE)),
            (town.desk, town.desk.setWaitingDays.encode_input((0, 0, 0, 0))),
        ]

    def _calls(self, thief):
        town, victim, shop = self.town, self.town.address(VICTIM), self.town.address(SHOP)
        accomplice, new = self.town.address(ACCOMPLICE), self.new.address
        currency, desk, holds, vouchers = town.currency, town.desk, town.holds, town.vouchers
        items = [Issue(accomplice, 1)]
        packed = pack_issues(items)
        tried = [
            *((currency, "transferFrom", (of, accomplice, 1)) for of in (victim, shop, desk, vouchers)),
            *((currency, "forcedTransfer", (of, accomplice, 1)) for of in (victim, shop, desk, vouchers)),
            (currency, "setFrozenTokens", (victim, 1)),
            (currency, "freeze", (victim,)),
            (currency, "recover", (victim, new)),
            (currency, "redeem", (1, EVIDENCE)),
            (currency, "appoint", (thief, thief, thief, thief)),
            (currency, "register", (Kind.RESIDENT, 0, bytes.fromhex(thief[2:]))),
            (currency, "reclassify", (victim, Kind.NONE, 0)),
            (currency, "reclassify", (shop, Kind.NONE, 0)),
            (currency, "registerContract", (desk, False)),
            (currency, "setTransferTable", (DEFAULT_TABLE | RESIDENTS_MAY_GIVE,)),
            (currency, "pause", (3 * DAY,)),
            *((each, "issueBatch", (packed, EVIDENCE, list_id(items), 0)) for each in (currency, town.treasury)),
            (vouchers, "grantBatch", (1, EVIDENCE, 0, packed)),
            (town.treasury, "attest", (0, chain[-1].timestamp, chain[-1].timestamp + DAY, EVIDENCE)),
            (town.treasury, "decreaseBonusBudget", (1,)),
            (town.unclaimed, "claim", (victim, accomplice)),
            (town.unclaimed, "keep", (victim, 1)),
            (desk, "settleBatch", (pack_ids([0]), EVIDENCE)),
            (desk, "returnCashOut", (0, EVIDENCE)),
            (desk, "reclaim", (0,)),
            (holds, "flag", (victim, OWNED, EVIDENCE)),
            (holds, "flag", (shop, OWNED, EVIDENCE)),
            *((holds, "place", (case, 1)) for case in (1, 2)),
            *((holds, "confirm", (case, accomplice, RULING)) for case in range(3)),
            *((holds, "carryOut", (case,)) for case in range(3)),
            (holds, "freeze", (shop, EVIDENCE)),
            (holds, "confirmFreeze", (shop, RULING)),
            (town.recovery, "announce", (victim, new, EVIDENCE, self.acceptance)),
            (town.recovery, "complete", (victim,)),
            (vouchers, "close", (1,)),
            (vouchers, "withdraw", (1, 1)),
            (vouchers, "sweep", (1,)),
            (vouchers, "spend", (1, shop, 1, EVIDENCE)),
            (vouchers, "refund", (1, victim, 1, EVIDENCE)),
            (vouchers, "redeemRest", (1,)),
            (vouchers, "follow", (1, victim)),
        ]
        return [(contract, getattr(contract, name).encode_input(*given)) for contract, name, given in tried]
