"""Actors of the ballot: an election officer, a relayer, twelve voters with keys and one with a smart account."""

from dataclasses import replace

import pytest
from brownie import BallotBox, CityAccess, ElectoralRoll, SmartAccount, accounts, chain, web3
from eth_account import Account
from eth_utils import keccak

from dongne.ballot import AccountVote, Booth, PollSpec, Rule
from dongne.signing import Domain
from dongne.suite import Role
from tests.contracts.wiring import wire

KEYS = 12
SMART = KEYS
"""Index of the voter with a smart account: the last of the roll."""


@pytest.fixture(scope="module")
def administrator():
    return accounts[0]


@pytest.fixture(scope="module")
def officer():
    return accounts[1]


@pytest.fixture(scope="module")
def relayer():
    return accounts[2]


@pytest.fixture(scope="module")
def stranger():
    return accounts[3]


@pytest.fixture(scope="module")
def access(administrator):
    return administrator.deploy(CityAccess, administrator)


@pytest.fixture(scope="module")
def rolls(access, administrator, officer):
    contract = administrator.deploy(ElectoralRoll, access)
    wire(access, contract, {Role.ELECTION_OFFICER: officer}, administrator)
    return contract


@pytest.fixture(scope="module")
def box(access, rolls, administrator, officer):
    contract = administrator.deploy(BallotBox, rolls, access)
    wire(access, contract, {Role.ELECTION_OFFICER: officer}, administrator)
    return contract


@pytest.fixture(scope="module")
def voters():
    return [Account.from_key(keccak(text=f"voter {number}")) for number in range(KEYS)]


@pytest.fixture(scope="module")
def outsider():
    return Account.from_key(keccak(text="nobody's voter"))


@pytest.fixture(scope="module")
def smart_account(voters, administrator):
    return administrator.deploy(SmartAccount, voters[0].address)


@pytest.fixture(scope="module")
def roll(rolls, voters, smart_account, officer):
    number = rolls.open({"from": officer}).events["RollOpened"]["roll"]
    addresses = [voter.address for voter in voters] + [smart_account.address]
    rolls.append(number, packed(addresses), {"from": officer})
    rolls.freeze(number, [(1, len(addresses))], {"from": officer})
    return number


@pytest.fixture
def spec(roll):
    """Four options, one to pick, everybody may vote, open from a minute on for a day."""
    start = chain[-1].timestamp + 60
    everybody = ((0, KEYS + 1),)
    return PollSpec(roll, Rule.EXACTLY_ONE, 4, 1, start, start + 86_400, b"\x11" * 32, "ipfs://poll", everybody)


@pytest.fixture
def open_poll(box, officer, spec):
    """Opens a poll like `spec` but for the changes, lets its start come, and gives its number."""

    def opened(**changes):
        start = chain[-1].timestamp + 60
        chosen = replace(spec, **{"start": start, "end": start + 86_400, **changes})
        poll = box.open(chosen.as_tuple(), {"from": officer}).events["PollOpened"]["poll"]
        chain.mine(timestamp=chosen.start)
        return poll

    return opened


@pytest.fixture
def poll(open_poll):
    return open_poll()


@pytest.fixture(scope="module")
def domain(box):
    return Domain("Dongne BallotBox", "1", web3.eth.chain_id, box.address)


@pytest.fixture(scope="module")
def sign(domain, voters):
    """Signs a voter's choices: `sign(poll, index, mask)`; with another key or domain where a test wants that."""

    def signed(poll, index, choices, key=None, domain=domain):
        return Booth(domain, poll).sign(index, choices, key or voters[index])

    return signed


@pytest.fixture(scope="module")
def sign_for_account(domain, voters):
    """Signs a vote that names its voter: `sign_for_account(poll, index, mask)`, with another key if given."""

    def signed(poll, index, choices, key=None):
        return AccountVote(poll, index, choices).sign(key or voters[index], domain)

    return signed


def pretend_voters(rolls, roll, count):
    """Sets a roll's size, to stand at the edge of the largest one without 13,663 transactions."""
    slot = keccak(roll.to_bytes(32, "big") + (1).to_bytes(32, "big"))
    web3.provider.make_request("anvil_setStorageAt", [rolls.address, f"0x{slot.hex()}", f"0x{count:064x}"])


def packed(addresses):
    return b"".join(bytes.fromhex(address[2:]) for address in addresses)
