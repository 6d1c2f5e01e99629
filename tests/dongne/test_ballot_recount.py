"""Recounts that trust no node: every way in which a node, an address book or a contract can lie about a poll."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from eth_abi.abi import encode
from hexbytes import HexBytes

from dongne.ballot import BallotBox, ElectoralRoll, Origin, SignedAccountVote, VoterList, publish, recount
from dongne.ballot.errors import (
    BoxUsesOtherRolls,
    CodeDiffers,
    CountedUnsigned,
    NodesDisagreeOnPoll,
    PollNotFinalYet,
    ProvenCountDiffers,
)
from dongne.ballot.events import VotesCounted
from dongne.ballot.origins import signer_of_vote
from dongne.ballot.recount import MOST_NAMED
from dongne.chain import Call, Chain
from dongne.errors import NodeRefused
from dongne.signing import expand
from scripts.deployment.artifacts import artifact
from scripts.localchain.suite import person
from tests.dongne.test_ballot_chain import (  # noqa: F401 fixtures
    DAY,
    VOTERS,
    box,
    city,
    keys,
    officer,
    open_poll,
    poll,
    registrar,
    roll,
    rolls,
    sign,
    sign_alone,
    voters,
)


@pytest.fixture
def voted(city, box, poll, sign):  # noqa: F811
    """A poll with two batches: voters 1 and 2, then voter 3."""
    box.cast_batch(poll, [sign(poll, 1, 0b1), sign(poll, 2, 0b10)]).transact(city.relayer)
    box.cast_batch(poll, [sign(poll, 3, 0b100)]).transact(city.relayer)
    return poll


@pytest.fixture
def node(city):  # noqa: F811
    """A second connection to the chain, whose answers a test may falsify."""
    return Chain(city.chain.rpc)


def at(client, chain):
    """A contract's client at another node."""
    return type(client)(chain, client.entry)


def kinds(found):
    return [type(finding) for finding in found.findings]


def test_every_way_of_voting_is_borne_out(city, box, rolls, poll, sign, sign_alone, keys):  # noqa: F811
    city.chain.web3.provider.make_request("anvil_setBalance", [keys[4].address, hex(10**18)])
    box.cast_batch(poll, [sign(poll, 1, 0b1), sign(poll, 2, 0b10)]).transact(city.relayer)
    box.vote_by_signature(poll, sign_alone(poll, 3, 0b100)).transact(city.relayer)
    box.vote(poll, 4, 0b1).transact(keys[4])

    found = recount(box, rolls, poll)

    assert found.findings == ()
    assert found.origins == {Origin.SIGNED: 3, Origin.SENT: 1}
    assert found.proven
    assert (found.pin.number, found.pin.hash) == (
        city.chain.block_number(),
        city.chain.block_hash(found.pin.number),
    )


def deployed(city, name, arguments=b""):  # noqa: F811
    receipt = Call(city.chain, None, artifact(name).creation_code + arguments, name).transact(city.relayer)
    return receipt["contractAddress"]


def artifact_abi(name):
    return json.loads(Path(f"build/contracts/{name}.json").read_text(encoding="utf-8"))["abi"]


def test_a_call_through_another_contract_is_traced(city, box, rolls, poll, sign, monkeypatch):  # noqa: F811
    script = deployed(city, "Script")
    batch = box.cast_batch(poll, [sign(poll, 5, 0b1), sign(poll, 6, 0b11)])
    contract = city.chain.web3.eth.contract(script, abi=artifact_abi("Script"))
    step = (box.address, batch.calldata)
    look = (box.address, bytes(HexBytes(box.contract.encode_abi("rolls"))))
    Call(city.chain, script, bytes(HexBytes(contract.encode_abi("run", [[step], look]))), "run").transact(city.relayer)

    assert recount(box, rolls, poll).origins == {Origin.SIGNED: 2}

    honest = Chain.batch

    def without_traces(self, asked):
        if any(method == "debug_traceTransaction" for method, _params in asked):
            raise NodeRefused(self.node, "the method does not exist")
        return honest(self, asked)

    monkeypatch.setattr(Chain, "batch", without_traces)
    untraced = recount(box, rolls, poll)
    assert (untraced.findings, untraced.origins) == ((), {Origin.UNTRACED: 2})


def test_a_smart_accounts_vote_is_told_apart(city, box, rolls, registrar, open_poll, poll):  # noqa: F811
    owner = person("recount owner")
    wallet = deployed(city, "ERC1271Wallet", encode(["address", "uint8"], [owner.address, 0]))
    listed = VoterList.of({1: [bytes.fromhex(wallet[2:]), bytes.fromhex(person("recount").address[2:])]})
    number = publish(rolls, listed, lambda call: call.transact(registrar))
    poll = open_poll(roll=number, ranges=((0, 2),))
    index = listed.index_of(wallet)
    message = box.paper(poll).account_vote(0b1, wallet)
    box.vote_by_signature(poll, SignedAccountVote(index, 0b1, message.sign(owner, box.domain()))).transact(city.relayer)

    found = recount(box, rolls, poll)

    assert (found.findings, found.origins) == ((), {Origin.TOLD: 1})


def test_votes_that_a_node_makes_up_have_no_signature(node, box, rolls, voted):  # noqa: F811
    """The liar is consistent: turnout, tally and bitmap agree with the logs it invented."""
    lying, honest = at(box, node), node.logs

    def more(address, topics, first, last=None):
        for log in honest(address, topics, first, last):
            if len(log["data"]) > 64 and log["address"] == box.address and topics[0] == _counted_topic():
                yield {**log, "data": _with_voters(bytes(log["data"]), 100)}
            else:
                yield log

    node.logs = more
    found = recount(lying, at(rolls, node), voted, prove=False)

    assert CountedUnsigned in kinds(found)
    assert sum(kind is CountedUnsigned for kind in kinds(found)) <= MOST_NAMED


def _counted_topic():
    return VotesCounted.topic()


def _with_voters(data, first):
    """The data of a log whose voters' indices are others."""
    length = int.from_bytes(data[32:64], "big")
    groups = bytearray(data[64 : 64 + length])
    groups[4:7] = first.to_bytes(3, "big")
    return HexBytes(data[:64] + bytes(groups) + data[64 + length :])


def test_an_altered_choice_in_a_log_is_found(node, box, rolls, voted):  # noqa: F811
    honest = node.logs

    def altered(address, topics, first, last=None):
        for log in honest(address, topics, first, last):
            data = bytes(log["data"])
            if topics[0] == _counted_topic():
                log = {**log, "data": HexBytes(data[:64] + bytes((data[64] ^ 0, data[65] ^ 0b11)) + data[66:])}
            yield log

    node.logs = altered
    found = recount(at(box, node), at(rolls, node), voted, prove=False)

    assert CountedUnsigned in kinds(found)


class Forgetful(BallotBox):
    """The box at a node that left out the last log, and counts as if it had never been."""

    def counted_logs(self, number, last=None, first=None):
        return iter(list(super().counted_logs(number, last, first))[:-1])

    def turnout(self, number, block=None):
        return replace(super().turnout(number, block), ballots=2)

    def tally(self, number, block=None):
        return [1, 1, 0, *super().tally(number, block)[3:]]

    def ballots_of(self, number, first, count, block=None):
        return 2


def test_a_hidden_last_batch_is_disproven_by_the_blocks_hash(box, rolls, voted):  # noqa: F811
    lying = Forgetful(box.chain, box.entry)

    assert recount(lying, rolls, voted, prove=False).findings == ()  # what a single node can do, as the output says
    assert kinds(recount(lying, rolls, voted)) == [ProvenCountDiffers]


def test_a_hidden_last_batch_is_told_by_another_node(node, box, rolls, voted):  # noqa: F811
    lying = Forgetful(box.chain, box.entry)

    with pytest.raises(NodesDisagreeOnPoll, match="states another block"):
        recount(lying, rolls, voted, others=[at(box, node)], prove=False)


def test_nodes_that_agree_are_counted(node, box, rolls, voted):  # noqa: F811
    assert recount(box, rolls, voted, others=[at(box, node)]).nodes == 2


def test_a_box_that_checks_no_signatures_is_found(city, box, rolls, voted):  # noqa: F811
    honest = city.chain.code(box.address)
    changed = honest[:-100] + bytes((honest[-100] ^ 1,)) + honest[-99:]
    city.chain.web3.provider.make_request("anvil_setCode", [box.address, "0x" + changed.hex()])
    city.pass_time(1)
    try:
        found = recount(box, rolls, voted)
    finally:
        city.chain.web3.provider.make_request("anvil_setCode", [box.address, "0x" + honest.hex()])
        city.pass_time(1)

    assert CodeDiffers in kinds(found)


def test_a_book_with_other_rolls_than_the_boxs_is_refused(box, rolls, voted):  # noqa: F811
    entry = replace(rolls.entry, address=box.address)

    with pytest.raises(BoxUsesOtherRolls, match="takes its voters from the rolls at"):
        recount(box, ElectoralRoll(rolls.chain, entry), voted)


def test_a_poll_that_is_not_final_yet_is_named(box, rolls, voted):  # noqa: F811
    before = box.opening(voted).at.block - 1

    with pytest.raises(PollNotFinalYet, match="--block latest"):
        recount(box, rolls, voted, block=before)


def test_a_recount_as_of_a_block_leaves_out_what_came_later(box, rolls, voted):  # noqa: F811
    first = next(iter(box.counted_logs(voted))).at.block

    assert recount(box, rolls, voted, block=first).choices == {1: 0b1, 2: 0b10}
    assert recount(box, rolls, voted).ballots == 3


def test_signatures_in_both_forms_are_told(sign, poll, box, keys):  # noqa: F811
    vote = sign(poll, 1, 0b1)
    digest = box.booth(poll).digest(0b1)
    address = bytes.fromhex(keys[1].address[2:])

    assert signer_of_vote(digest, vote.signature) == address
    assert signer_of_vote(digest, expand(vote.signature)) == address
    assert signer_of_vote(digest, vote.signature[:-1]) is None
    assert signer_of_vote(digest, expand(vote.signature)[:-1] + b"\x05") is None
