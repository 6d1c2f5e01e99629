"""The index of elections against the contracts: what its tables say is what the chain says."""

from collections import Counter
from types import SimpleNamespace

import pytest
from eth_utils.address import to_checksum_address
from sqlalchemy import func, select

from dongne.ballot import options_of
from dongne.ballot.batch import Skip, unpack_counted
from dongne.ballot.events import AssistedVotesSkipped, VotesCounted, VotesSkipped
from dongne.calldata import decoded
from dongne.indexer import HANDLERS, Indexer
from dongne.indexer.errors import LogMalformed, NodeContradictsItself
from dongne.indexer.handlers import polls
from dongne.indexer.handling import At, Call
from dongne.indexer.source import RawTransaction
from dongne.rpc.bulk import Rpc
from dongne.store import Store
from dongne.store.ballot import Office, Poll, PollOption, Roll, RollDistrict, Tally, Turnout, Vote, VoteWay
from dongne.store.database import sqlite_file
from dongne.store.petitions import Petition, Rules
from dongne.store.secret_ballot import SecretPoll
from tests.dongne.bustle import bustling_city
from tests.dongne.indexing import CHAIN, catch_up, contents, contracts, indexer, replayed


@pytest.fixture(scope="module")
def city():
    """A city that has voted a lot."""
    with bustling_city(seed=4) as bustle:
        for _ in range(25):
            bustle.happen(12, bustle.election.actions())
            bustle.mine()
        bustle.suite.pass_time(60)
        for _ in range(10):
            bustle.happen(12, bustle.election.actions())
            bustle.mine()
        yield bustle


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def index(request, city, tmp_path_factory):
    """The store of each kind in turn, with everything that has happened."""
    if request.param == "sqlite":
        url = sqlite_file(tmp_path_factory.mktemp("index") / "store.sqlite")
    else:
        url = request.getfixturevalue("postgresql_server").database()
    store = Store.open(url)
    catch_up(indexer(city.suite.chain.rpc, city.suite.book, store))
    yield store
    store.close()


@pytest.fixture
def store(tmp_path):
    found = Store.open(sqlite_file(tmp_path / "empty.sqlite"))
    yield found
    found.close()


@pytest.fixture
def rows(index):
    def all_of(kind):
        with index.reading() as connection:
            return [kind(*row) for row in connection.execute(select(kind.table).order_by(*kind.table.primary_key))]

    return all_of


def test_rolls_and_their_districts_are_those_of_the_contract(city, rows):
    rolls, found = city.election.rolls, {row.roll: row for row in rows(Roll)}

    assert sorted(found) == rolls.numbers()
    for number, state in zip(found, rolls.states(list(found)), strict=True):
        row = found[number]
        assert (row.voters, row.frozen is not None) == (state.voters, state.frozen)
        assert row.commitment == (state.commitment if state.frozen else None)
    stated = [(each.code, each.first, each.count) for each in rolls.districts(1)]
    assert [(row.code, row.first, row.voters) for row in rows(RollDistrict)] == stated
    assert found[1].districts == len(stated) == 3


def test_polls_are_as_they_were_decided(city, rows):
    box, found = city.election.box, {row.poll: row for row in rows(Poll)}

    decided, cancelled = box.polls(), box.cancelled()
    assert found.keys() == decided.keys()
    for number, row in found.items():
        spec = decided[number]
        assert (row.roll, row.starts, row.ends) == (spec.roll, spec.start, spec.end)
        assert (row.question, row.options) == (spec.question.replace("\0", "\N{REPLACEMENT CHARACTER}"), 4)
        assert (row.cap, row.eligible, row.terms) == (spec.cap, box.turnout(number).eligible, box.terms(number))
        assert (row.reason is not None) == (number in cancelled)
        assert row.quorum == ("BALLOTS >= 1/3 ELIGIBLE" if spec.outcome.seats == 0 else "")
    labels = [(row.label, row.in_favour, row.blank) for row in rows(PollOption) if row.poll == 1]
    assert labels[0][0] == "Oak"
    assert {row.reason for row in found.values() if number in cancelled} != {None}


def test_tallies_and_turnouts_are_those_of_the_contract(city, rows):
    box, districts = city.election.box, city.election.rolls.districts(1)
    turnouts = {(row.poll, row.district): row for row in rows(Turnout)}
    tallies = {(row.poll, row.district, row.option): row.votes for row in rows(Tally)}

    for poll in rows(Poll):
        number, stated = poll.poll, box.turnout(poll.poll)
        assert (poll.ballots, poll.eligible) == (stated.ballots, stated.eligible)
        assert poll.assisted == city.election.assistance.cast_in(box.address, number)
        places, options = range(len(districts)), range(poll.options)
        by_district = [row.ballots if (row := turnouts.get((number, each))) else 0 for each in places]
        assert by_district == list(box.ballots_by_district(number, districts))
        eligible = [turnouts[number, each].eligible for each in places if (number, each) in turnouts]
        assert sum(eligible) == poll.eligible
        by_option = [sum(tallies.get((number, place, option), 0) for place in places) for option in options]
        assert by_option == box.tally(number)
        assert by_option == [row.votes for row in rows(PollOption) if row.poll == number]
    assert sum(poll.ballots > 0 for poll in rows(Poll)) >= 2


def test_votes_are_those_of_the_logs_counted_or_not(city, rows):
    box, found = city.election.box, rows(Vote)

    counted = Counter((row.poll, row.voter, row.choices) for row in found if row.skip == Skip.NONE)
    stated = Counter(
        (event.poll, index, ",".join(map(str, options_of(group.choices))))
        for event in box.events(VotesCounted)
        for group in unpack_counted(event.groups, 4)
        for index in group.indices
    )
    assert counted - stated == Counter(
        (row.poll, row.voter, row.choices) for row in found if row.way == VoteWay.OFFICE and not row.skip
    )
    skipped = Counter((row.poll, row.voter, row.skip, row.place) for row in found if row.skip)
    events = [*box.events(VotesSkipped), *city.election.assistance.events(AssistedVotesSkipped)]
    assert skipped == Counter(
        (event.poll, vote.index, vote.reason, vote.place) for event in events for vote in event.unpacked()
    )
    assert {row.skip for row in found} == {0, 1, 2, 3, 4}
    assert all((row.choices is None) == (row.skip != 0) for row in found)


def test_votes_say_how_they_came(city, rows):
    web3, box = city.suite.chain.web3, city.election.box.address
    ways = {"castBatch": VoteWay.BATCH, "vote": VoteWay.SENT, "voteBySignature": VoteWay.SIGNED_ALONE}

    found = rows(Vote)

    for row in found:
        sent = web3.eth.get_transaction(row.transaction_hash)
        expected = ways[decoded("BallotBox", bytes(sent["input"])).function] if sent["to"] == box else VoteWay.OFFICE
        assert row.way == expected
        assert (row.office is not None) == (row.way == VoteWay.OFFICE)
    assert {row.way for row in found} == {VoteWay.BATCH, VoteWay.SENT, VoteWay.SIGNED_ALONE, VoteWay.OFFICE}


def test_a_vote_through_another_contract_is_named_as_such():
    box, account = b"\1" * 20, b"\2" * 20
    selector = next(iter(polls._WAYS))

    assert polls._way_of(At(1, 0, 0, b"", box, Call(box, selector))) is VoteWay.BATCH
    assert polls._way_of(At(1, 0, 0, b"", box, Call(account, selector))) is VoteWay.THROUGH_CONTRACT
    assert polls._way_of(At(1, 0, 0, b"", box, Call(b"", b""))) is VoteWay.THROUGH_CONTRACT


def test_offices_of_other_boxes_are_none_of_ours():
    draft = {Poll: SimpleNamespace(find=lambda _poll: Poll(1, box=b"\1" * 20))}

    assert polls._is_counted_by(draft, 1, b"\1" * 20)
    assert not polls._is_counted_by(draft, 1, b"\2" * 20)


def test_offices_are_those_of_the_contract(city, rows):
    found = rows(Office)

    for row in found:
        office = to_checksum_address(row.office)
        stated = city.election.assistance.office(city.election.box.address, row.poll, office)
        assert (row.cap, row.ballots, row.revoked is not None) == (stated.cap, stated.cast, stated.revoked)
    assert sum(row.ballots for row in found) > 0


def test_petitions_are_those_of_the_contract(city, rows):
    box, found = city.election.petitions, rows(Petition)

    assert [row.petition for row in found] == [event.petition for event in box.petitions()]
    for row in found:
        state = box.state(row.petition)
        assert (row.rules, row.initiator, row.filed) == (state.rules, state.initiator, state.filed_at)
        assert (row.admitted or 0, row.signatures) == (state.start, state.signatures)
        assert (row.threshold_met or 0, row.answered or row.refused or 0) == (state.met_at, state.answered_at)
    assert {row.rules: row.hash for row in rows(Rules)} == {row.rules: box.rules_hash(row.rules) for row in rows(Rules)}
    assert {row.closed is None for row in rows(Rules)} == {True, False}
    assert sum(row.signatures for row in found) > 0 < sum(row.skipped for row in found)


def test_secret_polls_are_those_of_the_contract(city, rows):
    box, found = city.election.secret, rows(SecretPoll)

    assert [row.poll for row in found] == list(box.polls())
    for row in found:
        state = box.state(row.poll)
        assert (row.members, row.eligible, row.registration_end) == (
            state.members,
            state.eligible,
            state.registration_end,
        )
        assert (row.cancelled is not None) == state.cancelled
    assert sum(row.members for row in found) > 0 < sum(row.refused for row in found)


def test_both_ways_through_the_chain_give_the_same(city, index, tmp_path):
    assert contents(index) == replayed(city.suite.chain.rpc, city.suite.book, tmp_path, window=5)


class Altering(Rpc):
    """A node whose answers are altered by a function."""

    def __init__(self, urls, chain_id, alter):
        super().__init__(urls, chain_id)
        self._alter = alter

    def ask_many(self, wanted, most_bytes=None):
        return [self._alter(each) for each in super().ask_many(wanted, most_bytes)]


@pytest.mark.parametrize("window", [5, 10_000])
def test_a_batch_that_a_node_cuts_off_stops_the_index_and_nothing_of_it_is_kept(city, store, window):
    topic = "0x" + VotesCounted.topic().hex()

    def alter(answer):
        for log in answer if isinstance(answer, list) else ():
            if log.topics[0] == topic:
                log.data = log.data[:130] + "00" * 32 + log.data[194:]
        return answer

    index = Indexer(
        Altering([city.suite.chain.rpc], CHAIN, alter), store, contracts(city.suite.book), HANDLERS, window=window
    )

    with pytest.raises(LogMalformed, match="VotesCounted"):
        catch_up(index)

    with store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Vote.table)) == 0


@pytest.mark.parametrize("change", ["missing", "other block"])
def test_a_node_that_lacks_the_transaction_of_a_vote_is_asked_again(city, store, change):
    def alter(answer):
        if not isinstance(answer, RawTransaction):
            return answer
        return None if change == "missing" else replace_block(answer)

    index = Indexer(
        Altering([city.suite.chain.rpc], CHAIN, alter), store, contracts(city.suite.book), HANDLERS, window=10_000
    )

    with pytest.raises(NodeContradictsItself, match="without its transaction"):
        catch_up(index)


def replace_block(transaction):
    return RawTransaction(transaction.hash, transaction.input, "0x" + "11" * 32, transaction.to)
