"""A yes-or-no poll of a large roll: keys, roll, signed votes in the order of their arrival, batches, recount."""

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter, sleep
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from hexbytes import HexBytes
from web3.types import TxReceipt

from dongne.ballot import (
    BATCH_VOTES,
    BallotBox,
    ElectoralRoll,
    Origin,
    PollSpec,
    SignedVote,
    VoterList,
    publish,
    recount,
)
from dongne.ballot.batch import in_batch_order
from dongne.chain import Call
from dongne.parts import parts
from dongne.suite import Role
from scripts.localchain.suite import LocalSuite, local_suite
from scripts.scale.shapes import shapes

DAY, HOUR = 86_400, 3_600
"""An hour's notice: no block was mined while signatures were made or checked, so the last one may be old."""

SEED = 2026
AT_ONCE = 10
"""Transactions in one request; 250 votes each are about 170 KB."""

_GAS_OF_A_VOTE, _GAS_OF_A_BATCH = 32_000, 200_000
"""Bounds of what a batch may take: the first vote of a word of the bitmap takes 22,100 more."""

_PROVINCES = (101, 102, 103, 104)


def run(voters: int, votes: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Hold the poll; returns the figures of the report."""
    say(f"{voters:,} voters' keys")
    keys = [_key(number) for number in range(voters)]
    with local_suite() as suite:
        say("publishing the roll")
        roll, roll_gas = _registered(suite, keys)
        say(f"signing {votes:,} votes")
        box, poll = _opened(suite, roll, voters)
        listed = roll_of(suite, roll)
        signed = _signed(box, poll, keys, listed, votes)
        say("relaying them")
        started = perf_counter()
        gas, size = _relayed(suite, box, poll, signed)
        relayed = perf_counter() - started
        say("recounting, every signature")
        started = perf_counter()
        found = recount(box, suite.client(ElectoralRoll), poll)
        audited = perf_counter() - started
        say("the same votes in the order of the roll")
        _box, second = _opened(suite, roll, voters)
        in_order = sorted(_signed(box, second, keys, listed, votes), key=lambda vote: vote.index)
        gas_in_order, _size = _relayed(suite, box, second, in_order)
        say("polls of other shapes")
        by_address = {bytes.fromhex(key.address[2:]): key for key in keys}
        by_shape = shapes(suite, roll, listed, by_address)
    return {
        "voters": voters,
        "votes": found.ballots,
        "gas_per_vote": round(gas / votes, 1),
        "gas_per_vote_in_order": round(gas_in_order / votes, 1),
        "bytes_per_vote": round(size / votes, 2),
        "roll_gas_per_voter": round(roll_gas / voters, 1),
        "votes_per_second": round(votes / relayed),
        "audit_ok": not found.findings and found.ballots == votes,
        "audit_seconds": round(audited, 1),
        "audit_signatures": found.origins[Origin.SIGNED],
        "audit_proven": found.proven,
        "shapes": by_shape,
    }


def roll_of(suite: LocalSuite, roll: int) -> VoterList:
    """The roll as the chain keeps it."""
    return suite.client(ElectoralRoll).read(roll)


def _key(number: int) -> LocalAccount:
    key: LocalAccount = Account.from_key(hashlib.sha256(f"dongne, scale: {number}".encode()).digest())
    return key


def _registered(suite: LocalSuite, keys: Sequence[LocalAccount]) -> tuple[int, int]:
    """Number of the published roll, and the gas that it took."""
    districts = {code: [bytes.fromhex(key.address[2:]) for key in keys[at::4]] for at, code in enumerate(_PROVINCES)}
    officer, gas = suite.officers[Role.ROLL_OFFICER], 0

    def send(call: Call) -> Any:
        nonlocal gas
        receipt = call.transact(officer)
        gas += receipt["gasUsed"]
        return receipt

    roll = publish(suite.client(ElectoralRoll), VoterList.of(districts), send)
    assert roll is not None, "it was not rehearsed"
    return roll, gas


def _opened(suite: LocalSuite, roll: int, voters: int) -> tuple[BallotBox, int]:
    box, start = suite.client(BallotBox), suite.chain.timestamp() + HOUR
    labels = ("Yes", "No")
    spec = PollSpec(roll, start, start + DAY, "Shall the city build the library?", labels, ((0, voters),))
    poll = box.opened_in(box.open(spec).transact(suite.officers[Role.ELECTION_OFFICER]))
    suite.pass_time(HOUR)
    return box, poll


def _signed(box: BallotBox, poll: int, keys: Sequence[LocalAccount], roll: VoterList, votes: int) -> list[SignedVote]:
    """Votes of voters by chance, as they would come in."""
    booth, chance = box.booth(poll), random.Random(SEED)
    places = {voter: index for index, voter in enumerate(roll.voters)}
    coming = chance.sample(range(len(keys)), votes)
    return [
        booth.sign(places[bytes.fromhex(keys[number].address[2:])], chance.choice((0b01, 0b10)), keys[number])
        for number in coming
    ]


def _relayed(suite: LocalSuite, box: BallotBox, poll: int, votes: Sequence[SignedVote]) -> tuple[int, int]:
    """Gas and bytes of calldata that all batches took, sent several at a time with local nonces."""
    calls = [box.cast_batch(poll, in_batch_order(batch)) for batch in parts(votes, BATCH_VOTES)]
    hashes: list[str] = []
    for some in parts(list(_raw(suite, calls)), AT_ONCE):
        hashes += suite.chain.batch([("eth_sendRawTransaction", ["0x" + raw.hex()]) for raw in some])
    receipts = [_mined(suite, HexBytes(each)) for each in hashes]
    return sum(each["gasUsed"] for each in receipts), sum(len(call.calldata) for call in calls)


def _mined(suite: LocalSuite, transaction: HexBytes) -> TxReceipt:
    """A receipt, once there is one: Anvil mines at once, but not before it answers."""
    while (receipt := suite.chain.receipt(transaction)) is None:
        sleep(0.005)
    return receipt


def _raw(suite: LocalSuite, calls: Sequence[Call]) -> Iterator[bytes]:
    first = suite.chain.nonce(suite.relayer.address)
    for nonce, call in enumerate(calls, start=first):
        transaction: dict[str, Any] = {
            "type": 2,
            "chainId": suite.chain.id,
            "nonce": nonce,
            "to": call.to,
            "data": call.calldata,
            "value": 0,
            "gas": _GAS_OF_A_BATCH + BATCH_VOTES * _GAS_OF_A_VOTE,
            "maxFeePerGas": 0,
            "maxPriorityFeePerGas": 0,
        }
        yield bytes(suite.relayer.sign_transaction(transaction).raw_transaction)
