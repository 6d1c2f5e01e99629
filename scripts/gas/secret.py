"""Gas of secret ballots: registrations, and proved votes in batches of ten.

Proofs are random, and a zero byte of them costs less than another. So every byte of keys, commitments and proofs is
priced here as if it were none: the figures are the same in every run, and never too low.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from web3.types import RPCEndpoint

from dongne.ballot.secret import SecretVote
from dongne.suite import Role
from scripts.gas.measurement import Measurement
from scripts.localchain.secret_voting import SecretPoll
from scripts.localchain.suite import LocalSuite

VOTERS = 501
BATCH = 250
VOTES = 10
_ZERO_BYTE_SAVES = 12


def measure(suite: LocalSuite) -> Iterator[Measurement]:
    """Measure one poll: registrations, its opening, its votes after another one for the same options."""
    poll = SecretPoll.open(suite, VOTERS, tuple(f"Project {option + 1} of the neighbourhood" for option in range(4)))
    opening = poll.box.open(poll.spec).transact(suite.officers[Role.ELECTION_OFFICER])["gasUsed"]
    poll.register(range(1))
    registered = [_registered(poll, range(first, first + BATCH)) for first in (1, 1 + BATCH)]
    poll.publish_group()
    poll.start()
    *votes, last = poll.prove({index: 1 << index % 4 for index in range(VOTES + 1)})
    _cast(poll, [last])
    with undone(suite):
        spoilt = _cast(poll, [replace(votes[0], choices=0b0010), *votes[1:]])
    sound = _cast(poll, votes)
    yield Measurement("secret_poll_open", [float(opening)], 190_000, 360_000)
    yield Measurement("secret_registration_batch_250_each", registered, 5_800, 11_000)
    yield Measurement("secret_vote_batch_10_each", [sound / VOTES], 76_000, 115_000)
    yield Measurement("secret_vote_batch_10_one_bad_each", [spoilt / VOTES], 280_000, 360_000)


@contextmanager
def undone(suite: LocalSuite) -> Iterator[None]:
    """What happens within did not happen afterwards: proofs take long to make, and count once."""
    provider = suite.chain.web3.provider
    before = provider.make_request(RPCEndpoint("evm_snapshot"), [])["result"]
    try:
        yield
    finally:
        provider.make_request(RPCEndpoint("evm_revert"), [before])


def _registered(poll: SecretPoll, indices: Sequence[int]) -> float:
    """Gas a voter of a batch of registrations."""
    signed = poll.signed(indices)
    receipt = poll.box.register(poll.number, signed).transact(poll.suite.relayer)
    random_bytes = b"".join(each.commitment.to_bytes(32, "big") + each.signature for each in signed)
    return _priced(receipt["gasUsed"], random_bytes) / len(indices)


def _cast(poll: SecretPoll, votes: Sequence[SecretVote]) -> float:
    """Gas of a batch of votes."""
    receipt = poll.box.cast(poll.number, votes).transact(poll.suite.relayer)
    random_bytes = b"".join(vote.nullifier.to_bytes(32, "big") + vote.proof for vote in votes)
    return _priced(receipt["gasUsed"], random_bytes)


def _priced(gas: int, random_bytes: bytes) -> float:
    return float(gas + _ZERO_BYTE_SAVES * random_bytes.count(0))
