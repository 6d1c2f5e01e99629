"""Actors of the ballot: a roll and an election officer, a relayer, twelve voters with keys and one smart account."""

from dataclasses import replace

import pytest
from brownie import (
    AssistedVoting,
    BallotBox,
    CityAccess,
    ElectoralRoll,
    OutcomeRule,
    PetitionBox,
    PollTerms,
    SmartAccount,
    accounts,
    chain,
    web3,
)
from eth_account import Account
from eth_utils import keccak

from dongne.ballot import BLOB_VOTERS, BallotPaper, Booth, PollSpec, pack_struck, pack_votes
from dongne.signing import Domain
from dongne.suite import Role
from tests.contracts.wiring import wire

KEYS = 12
CEILING = 40
"""Percent of the voters whose votes offices may cast."""

SMART = KEYS
"""Index of the voter with a smart account: the last of the roll."""


@pytest.fixture(scope="module")
def administrator():
    return accounts[0]


@pytest.fixture(scope="module")
def officer():
    return accounts[1]


@pytest.fixture(scope="module")
def registrar():
    """Publishes rolls."""
    return accounts[4]


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
def rolls(access, administrator, registrar):
    contract = administrator.deploy(ElectoralRoll, 0, access)
    wire(access, contract, {Role.ROLL_OFFICER: registrar}, administrator)
    return contract


@pytest.fixture(scope="module")
def outcomes(administrator):
    return administrator.deploy(OutcomeRule)


@pytest.fixture(scope="module")
def supervisor():
    """Accredits offices."""
    return accounts[5]


@pytest.fixture(scope="module")
def guardian():
    return accounts[6]


@pytest.fixture(scope="module")
def assistance(access, administrator, supervisor, guardian):
    contract = administrator.deploy(AssistedVoting, CEILING, access)
    wire(access, contract, {Role.POLLING_SUPERVISOR: supervisor, Role.GUARDIAN: guardian}, administrator)
    return contract


@pytest.fixture(scope="module")
def poll_terms(rolls, outcomes, administrator):
    return administrator.deploy(PollTerms, rolls, outcomes)


@pytest.fixture(scope="module")
def box(access, rolls, outcomes, poll_terms, assistance, administrator, officer):
    contract = administrator.deploy(BallotBox, rolls, outcomes, poll_terms, assistance, 0, 0, access)
    wire(access, contract, {Role.ELECTION_OFFICER: officer}, administrator)
    return contract


@pytest.fixture(scope="module")
def petitions(access, rolls, administrator, officer):
    contract = administrator.deploy(PetitionBox, rolls, access)
    wire(access, contract, {Role.ELECTION_OFFICER: officer}, administrator)
    return contract


@pytest.fixture(scope="module")
def voters():
    """In the order of the roll: their addresses ascend."""
    keys = [Account.from_key(keccak(text=f"voter {number}")) for number in range(KEYS)]
    return sorted(keys, key=lambda key: key.address.lower())


@pytest.fixture(scope="module")
def outsider():
    return Account.from_key(keccak(text="nobody's voter"))


@pytest.fixture(scope="module")
def smart_account(voters, administrator):
    return administrator.deploy(SmartAccount, voters[0].address)


@pytest.fixture(scope="module")
def publish(rolls, registrar):
    """Publishes a roll of districts, each a list of addresses in the order of the roll, and gives its number."""

    def published(*districts):
        number = rolls.open({"from": registrar}).events["RollOpened"]["roll"]
        addresses = packed([address for district in districts for address in district])
        for start in range(0, len(addresses), BLOB_VOTERS * 20):
            rolls.append(number, addresses[start : start + BLOB_VOTERS * 20], {"from": registrar})
        codes = [(code, len(district)) for code, district in enumerate(districts, 1)]
        rolls.freeze(number, codes, {"from": registrar})
        return number

    return published


@pytest.fixture(scope="module")
def amend(rolls, registrar):
    """Publishes an edition that strikes indices and appends districts, and gives its number and first own index."""

    def amended(base, struck=(), *districts):
        addresses = packed([address for district in districts for address in district])
        event = rolls.amend(base, len(addresses) // 20, {"from": registrar}).events["RollAmended"]
        for page, packed_page in pack_struck(struck).items():
            rolls.strike(event["roll"], page, packed_page, {"from": registrar})
        for start in range(0, len(addresses), BLOB_VOTERS * 20):
            rolls.append(event["roll"], addresses[start : start + BLOB_VOTERS * 20], {"from": registrar})
        codes = [(code, len(district)) for code, district in enumerate(districts, 1)]
        rolls.freeze(event["roll"], codes, {"from": registrar})
        return event["roll"], event["first"]

    return amended


@pytest.fixture(scope="module")
def roll(publish, voters, smart_account):
    return publish([voter.address for voter in voters], [smart_account.address])


@pytest.fixture
def spec(roll):
    """Four options, one to pick, everybody may vote, open from a minute on for a day."""
    start = chain[-1].timestamp + 60
    return PollSpec(
        roll=roll,
        start=start,
        end=start + 86_400,
        question="Where shall the trees stand?",
        labels=labels(4),
        ranges=((0, KEYS + 1),),
        document=b"\x11" * 32,
        document_uri="ipfs://poll",
    )


def labels(count):
    return tuple(f"Street {number}" for number in range(count))


@pytest.fixture(scope="module")
def papers():
    """The ballot papers of the polls that were opened, by number."""
    return {}


@pytest.fixture
def announce(box, officer, spec, papers):
    """Opens a poll like `spec` but for the changes, and gives its number; its start is still to come."""

    def announced(**changes):
        start = chain[-1].timestamp + 60
        chosen = replace(spec, **{"start": start, "end": start + 86_400, **changes})
        event = box.open(chosen.as_tuple(), {"from": officer}).events["PollOpened"]
        papers[event["poll"]] = BallotPaper(
            event["poll"], chosen.question, chosen.labels, chosen.document, bytes(event["terms"])
        )
        return event["poll"]

    return announced


@pytest.fixture
def open_poll(box, announce):
    """Opens a poll like `spec` but for the changes, lets its start come, and gives its number."""

    def opened(**changes):
        poll = announce(**changes)
        chain.mine(timestamp=box.pollOf(poll)[1])
        return poll

    return opened


@pytest.fixture
def poll(open_poll):
    return open_poll()


@pytest.fixture(scope="module")
def domain(box):
    return Domain("Dongne BallotBox", "1", web3.eth.chain_id, box.address)


@pytest.fixture
def sign(domain, voters, papers):
    """Signs a voter's choices: `sign(poll, index, mask)`; with another key or domain where a test wants that."""

    def signed(poll, index, choices, key=None, domain=domain):
        paper = papers[poll]
        return Booth(domain, padded(paper)).sign(index, choices, key or voters[index])

    return signed


@pytest.fixture
def sign_for_account(domain, voters, papers):
    """Signs a vote that names its account: `sign_for_account(poll, account, mask, key)`."""

    def signed(poll, account, choices, key):
        return padded(papers[poll]).account_vote(choices, account).sign(key, domain)

    return signed


@pytest.fixture
def pack(box):
    """Packs votes for a poll."""
    return lambda poll, votes: pack_votes(votes, box.pollOf(poll)[3])


def padded(paper):
    """The paper with labels for options that the poll does not have: for votes that break its rule."""
    return replace(paper, labels=(*paper.labels, *(f"none {option}" for option in range(256 - len(paper.labels)))))


def pretend_voters(rolls, roll, count):
    """Sets a roll's size, to stand at the edge of the largest one without 13,663 transactions."""
    slot = keccak(roll.to_bytes(32, "big") + (1).to_bytes(32, "big"))
    web3.provider.make_request("anvil_setStorageAt", [rolls.address, f"0x{slot.hex()}", f"0x{count:064x}"])


def packed(addresses):
    return b"".join(bytes.fromhex(address[2:]) for address in addresses)
