"""Actors of a secret ballot: voters with keys, one with a smart account, and a verifier without cryptography."""

from dataclasses import dataclass, replace

import pytest
from brownie import (
    CityAccess,
    ElectoralRoll,
    OutcomeRule,
    PollTerms,
    PretendVerifier,
    SecretBallotBox,
    SmartAccount,
    accounts,
    chain,
    web3,
)
from eth_account import Account
from eth_utils.crypto import keccak

from dongne.ballot import PollSpec
from dongne.ballot.secret import (
    Registration,
    SecretPollSpec,
    SecretVote,
    message_of,
    pack_registrations,
    pack_secret_votes,
    scope_of,
    signal,
)
from dongne.signing import Domain
from dongne.suite import Role
from tests.contracts.wiring import wire

KEYS = 12
SMART = KEYS
"""Index of the voter with a smart account: the last of the roll."""

NOTICE, DURATION, OBJECTION = 600, 3_600, 300
ROOT = 0x1234
OPTIONS = 4


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
def registrar():
    return accounts[4]


@pytest.fixture(scope="module")
def access(administrator):
    return administrator.deploy(CityAccess, administrator)


@pytest.fixture(scope="module")
def rolls(access, administrator, registrar):
    contract = administrator.deploy(ElectoralRoll, 0, access)
    wire(access, contract, {Role.ROLL_OFFICER: registrar}, administrator)
    return contract


@pytest.fixture(scope="module")
def box(access, rolls, administrator, officer):
    outcomes = administrator.deploy(OutcomeRule)
    terms = administrator.deploy(PollTerms, rolls, outcomes)
    contract = administrator.deploy(SecretBallotBox, rolls, outcomes, terms, NOTICE, DURATION, OBJECTION, access)
    wire(access, contract, {Role.ELECTION_OFFICER: officer}, administrator)
    return contract


@pytest.fixture(scope="module")
def verifier(administrator):
    return administrator.deploy(PretendVerifier)


@pytest.fixture(scope="module")
def voters():
    """In the order of the roll: their addresses ascend."""
    keys = [Account.from_key(keccak(text=f"secret voter {number}")) for number in range(KEYS)]
    return sorted(keys, key=lambda key: key.address.lower())


@pytest.fixture(scope="module")
def outsider():
    return Account.from_key(keccak(text="nobody's secret voter"))


@pytest.fixture(scope="module")
def smart_account(voters, administrator):
    return administrator.deploy(SmartAccount, voters[0].address)


@pytest.fixture(scope="module")
def roll(rolls, voters, smart_account, registrar):
    number = rolls.open({"from": registrar}).events["RollOpened"]["roll"]
    addresses = [voter.address for voter in voters] + [smart_account.address]
    packed = b"".join(bytes.fromhex(address[2:]) for address in addresses)
    rolls.append(number, packed, {"from": registrar})
    rolls.freeze(number, [(1, KEYS), (2, 1)], {"from": registrar})
    return number


@pytest.fixture
def spec(roll, verifier):
    """Four options, one to pick, everybody may register, as early as the city allows."""
    registration_end = chain[-1].timestamp + NOTICE + 100
    start = registration_end + OBJECTION + 100
    poll = PollSpec(
        roll=roll,
        start=start,
        end=start + DURATION + 100,
        question="Shall the market move?",
        labels=("Yes", "No", "Later", "Blank"),
        ranges=((0, KEYS + 1),),
        document=b"\x11" * 32,
        document_uri="ipfs://poll",
    )
    return SecretPollSpec(poll, registration_end, 2, verifier.address)


@dataclass(frozen=True)
class Opened:
    """A poll with everything that its voters sign and prove."""

    number: int
    spec: SecretPollSpec
    domain: Domain
    terms: bytes

    @property
    def paper(self):
        return self.spec.paper(self.number, self.terms)

    @property
    def scope(self):
        return scope_of(self.domain, self.number, self.terms)

    def registration(self, voter, commitment):
        poll = self.spec.poll
        return Registration(poll.question, poll.document, self.terms, self.number, voter, commitment)

    def register(self, index, commitment, key, domain=None):
        return self.registration(key.address, commitment).sign(index, key, domain or self.domain)

    def signals(self, nullifier, choices, root=ROOT):
        """As the circuit takes them."""
        return root, nullifier, signal(message_of(self.domain, self.paper, choices)), signal(self.scope)


@pytest.fixture(scope="module")
def domain(box):
    return Domain("Dongne SecretBallotBox", "1", web3.eth.chain_id, box.address)


@pytest.fixture
def open_poll(box, officer, spec, domain):
    """Opens a poll like `spec` but for the changes to its own or the shared terms."""

    def opened(*, poll=None, **changes):
        chosen = replace(spec, **changes, poll=replace(spec.poll, **(poll or {})))
        event = box.open(chosen.as_tuple(), {"from": officer}).events["SecretPollOpened"]
        return Opened(event["poll"], chosen, domain, bytes(event["terms"]))

    return opened


@pytest.fixture
def opened(open_poll):
    """A poll that takes registrations."""
    return open_poll()


@pytest.fixture
def close_groups(box, officer, relayer, voters):
    """Registers voters for polls, publishes their groups and lets their start come."""

    def closed(*polls, members=4):
        for opened in polls:
            items = [opened.register(index, 1_000 + index, voters[index]) for index in range(members)]
            box.register(opened.number, pack_registrations(items), {"from": relayer})
        chain.mine(timestamp=max(opened.spec.registration_end for opened in polls))
        for opened in polls:
            box.publishGroup(opened.number, ROOT, {"from": officer})
        chain.mine(timestamp=max(opened.spec.poll.start for opened in polls))
        return polls[0]

    return closed


@pytest.fixture
def voting(open_poll, close_groups):
    """A poll that takes votes."""
    return close_groups(open_poll())


@pytest.fixture
def cast(box, relayer):
    """Relays votes; gives the transaction."""
    return lambda poll, votes, **options: box.castSecretVotes(
        poll, votes if isinstance(votes, bytes) else pack_secret_votes(votes), {"from": relayer, **options}
    )


def tag(root, nullifier, message, scope):
    """What the pretend verifier takes for a proof of these signals."""
    return keccak(b"".join(each.to_bytes(32, "big") for each in (root, nullifier, message, scope)))


def prove(opened, nullifier, choices, *, of=None, proved=None):
    """A vote with a pretended proof; of another poll, nullifier, root or choices where a test wants that."""
    signals = (of or opened).signals(**{"nullifier": nullifier, "choices": choices, **(proved or {})})
    return SecretVote(choices, nullifier, tag(*signals) + bytes(224))
