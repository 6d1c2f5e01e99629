"""A node showed a vote as counted that its voter had signed and nobody had relayed, and the receipt of it was verified.

Whoever runs relayer and node could so keep a vote back and have the voter believe that it counts. And `ballot check`
told what such a node altered, for it did not look at what its own recount had found.
"""

import json
from dataclasses import replace

import pytest
from hexbytes import HexBytes

from dongne import book as books
from dongne.ballot import BallotBox, ElectoralRoll, check_receipt, issue_receipt
from dongne.ballot.errors import ReceiptDisproven
from dongne.ballot.events import VotesCounted
from dongne.chain import Chain
from dongne.errors import ExitCode
from tests.dongne.command_line import dongne
from tests.dongne.test_ballot_chain import (  # noqa: F401 fixtures
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
    voters,
)

KEPT_BACK = 2


@pytest.fixture
def relayed(city, box, poll, sign):  # noqa: F811
    """A poll in which voter 1 has voted; the vote of voter 2 was kept back."""
    box.cast_batch(poll, [sign(poll, 1, 0b1)]).transact(city.relayer)
    return poll


@pytest.fixture
def liar(city, box, relayed, sign):  # noqa: F811
    """A node by which voter 2's vote was counted in the place of voter 1's: log and transaction hold the signature."""
    node, vote = Chain(city.chain.rpc), sign(relayed, KEPT_BACK, 0b1)
    logs, batch = node.logs, node.batch
    call = box.cast_batch(relayed, [vote])

    def altered(address, topics, first, last=None):
        for log in logs(address, topics, first, last):
            if topics and topics[0] == VotesCounted.topic():
                data = bytes(log["data"])
                log = {**log, "data": HexBytes(data[:68] + KEPT_BACK.to_bytes(3, "big") + data[71:])}
            yield log

    def answers(asked):
        found = batch(asked)
        for place, (method, _parameters) in enumerate(asked):
            if method == "eth_getTransactionByHash":
                found[place] = {**found[place], "input": "0x" + call.calldata.hex()}
        return found

    node.logs, node.batch = altered, answers
    return node


def at(client, chain):
    return type(client)(chain, client.entry)


def test_a_vote_that_was_never_relayed_has_no_receipt_that_holds(box, rolls, relayed, liar):  # noqa: F811
    lying = at(box, liar), at(rolls, liar)
    receipt = issue_receipt(*lying, relayed, KEPT_BACK)

    assert check_receipt(receipt, *lying, prove=False).proven is False  # what one node can do, as the output says
    with pytest.raises(ReceiptDisproven, match="its vote is not what the node"):
        check_receipt(receipt, *lying)


def test_a_vote_that_is_on_the_chain_is_proven(box, rolls, relayed):  # noqa: F811
    found = check_receipt(issue_receipt(box, rolls, relayed, 1), box, rolls)

    assert (found.proven, found.final) == (True, True)
    assert found.pin.number >= found.receipt.block.number


def test_the_command_says_what_was_proven_and_what_was_not(capsys, tmp_path, city, box, rolls, relayed):  # noqa: F811
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(issue_receipt(box, rolls, relayed, 1).as_json()))
    command = ("ballot", "verify", file, "--rpc", city.chain.rpc, "--deployments", tmp_path)

    code, out, err = dongne(capsys, *command, "--json")
    alone = dongne(capsys, *command, "--json", "--without-proof")
    two = dongne(capsys, *command, "--json", "--also-rpc", city.chain.rpc)

    assert (code, json.loads(out)["proven"], json.loads(alone[1])["proven"]) == (0, True, False)
    assert "It could have made up the block, and so that the vote is counted" in err
    assert "could have made up that the vote is counted" in alone[2]
    assert "name nodes of several" in two[2]
    assert f"compare {box.address} on chain {city.chain.id} with the one that the city has published" in err
    books.save(city.book, tmp_path)
    assert "that the city has published" not in dongne(capsys, *command)[2]


def test_check_ends_with_what_its_recount_has_found(capsys, tmp_path, city, relayed, monkeypatch):  # noqa: F811
    books.save(city.book, tmp_path)
    command = ("ballot", "check", relayed, 5, "--rpc", city.chain.rpc, "--deployments", tmp_path)
    assert dongne(capsys, *command)[0] == 0
    honest = BallotBox.turnout
    monkeypatch.setattr(BallotBox, "turnout", lambda self, *asked: replace(honest(self, *asked), ballots=7))

    code, _out, err = dongne(capsys, *command)

    assert code == ExitCode.DIFFERENT
    assert "does not recount: the contract states 7" in err


def test_an_audit_of_a_roll_says_whose_word_it_takes(capsys, tmp_path, city, roll, monkeypatch):  # noqa: F811
    books.save(city.book, tmp_path)
    command = ("ballot", "roll", "audit", roll, "--rpc", city.chain.rpc, "--deployments", tmp_path)
    alone, two = dongne(capsys, *command), dongne(capsys, *command, "--also-rpc", city.chain.rpc)
    honest, asked = ElectoralRoll.state, []

    def second_differs(self, number):
        asked.append(number)
        found = honest(self, number)
        return found if len(asked) == 1 else replace(found, commitment=bytes(32))

    monkeypatch.setattr(ElectoralRoll, "state", second_differs)
    differing = dongne(capsys, *command, "--also-rpc", city.chain.rpc)

    assert (alone[0], two[0], differing[0]) == (0, 0, ExitCode.DIFFERENT)
    assert "it could show another roll altogether" in alone[2]
    assert "All nodes state this hash" in two[2]
    assert "states another hash, size or standing" in differing[2]
