"""A recount of an open poll told citizens that logs and contract differ: votes had come in between its questions."""

import pytest

from dongne.ballot import BallotBox, recount
from dongne.errors import NodeTalksNonsense
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


def test_votes_that_come_in_during_a_recount_are_no_difference(city, box, rolls, poll, sign, monkeypatch):  # noqa: F811
    box.cast_batch(poll, [sign(poll, 1, 0b1)]).transact(city.relayer)
    late, honest = [sign(poll, 2, 0b10)], BallotBox.turnout

    def voting(self, *asked, **block):
        if late:
            box.cast_batch(poll, [late.pop()]).transact(city.relayer)
        return honest(self, *asked, **block)

    monkeypatch.setattr(BallotBox, "turnout", voting)
    found = recount(box, rolls, poll)

    assert found.findings == ()
    assert found.ballots == 1
    assert recount(box, rolls, poll).ballots == 2


def test_a_roll_whose_blobs_the_node_does_not_give_is_an_error_of_the_node(city, rolls, roll, monkeypatch):  # noqa: F811
    monkeypatch.setattr(city.chain, "batch", lambda asked: [None] * len(asked))

    with pytest.raises(NodeTalksNonsense):
        rolls.read(roll)
