"""A secret ballot with real proofs on a real chain: registered, proved, cast, recounted, and every lie found out."""

from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import select

from dongne.ballot import ElectoralRoll
from dongne.ballot.errors import (
    BoxUsesOtherRolls,
    CodeDiffers,
    NodesDisagreeOnPoll,
    PollDoesNotRecount,
    ProvenCountDiffers,
    TallyDiffers,
)
from dongne.ballot.secret import (
    Line,
    LineStanding,
    Outcomes,
    Pauses,
    Registrar,
    RegistrationSkip,
    SecretBallotBox,
    SecretCaster,
    VoteSkip,
    compute_group,
    recount_secret,
    way_of,
)
from dongne.ballot.secret.errors import (
    BallotsDiffer,
    GroupDiffers,
    GroupStillOpen,
    MemberOutOfPlace,
    MembersDiffer,
    MemberTwice,
    MemberUnsigned,
    NotAMember,
    NullifierTwice,
    NullifierUnspent,
    RootDiffers,
    VoteAgainstTheRule,
    VoteUnproved,
)
from dongne.ballot.secret.lines import FiledRegistration
from dongne.store import Store
from dongne.store import secret_ballot as row_kinds
from dongne.store.database import sqlite_file
from scripts.localchain.secret_voting import SecretPoll
from scripts.localchain.suite import local_suite
from tests.dongne.indexing import catch_up, indexer

VOTERS, MEMBERS = 9, 7
ALONE = 6
"""The voter who registers by its own call."""


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def poll(city):
    """A poll whose group is published and whose voting has started."""
    opened = SecretPoll.open(city, VOTERS)
    opened.register(range(ALONE))
    (commitment,) = opened.prover.commitments([opened.secret(ALONE)])
    opened.box.register_account(opened.number, ALONE, commitment).transact(opened.keys[ALONE])
    opened.publish_group()
    opened.start()
    return opened


@pytest.fixture(scope="module")
def votes(poll):
    """Real proofs of four members: Yes, No, Yes, Later."""
    return poll.prove({0: 0b001, 1: 0b010, 4: 0b001, ALONE: 0b100})


@pytest.fixture(scope="module")
def counted(poll, votes):
    """The poll once the first three of them were counted, beside altered ones."""
    altered = [
        replace(votes[3], choices=0b001),
        replace(votes[3], nullifier=votes[3].nullifier + 1),
        replace(votes[3], proof=votes[0].proof),
        replace(votes[3], proof=bytes(256)),
    ]
    batch = [votes[0], altered[0], votes[1], *altered[1:], votes[2]]
    receipt = poll.box.cast(poll.number, batch).transact(poll.suite.relayer)
    assert poll.box.counted_in(receipt, len(batch)) == [
        VoteSkip.NONE,
        VoteSkip.BAD_PROOF,
        VoteSkip.NONE,
        *[VoteSkip.BAD_PROOF] * 3,
        VoteSkip.NONE,
    ]
    return poll


@pytest.fixture
def box(poll):
    return poll.box


def recounted(poll, box=None, **how):
    rolls = poll.suite.client(ElectoralRoll)
    return recount_secret(box or poll.box, rolls, poll.number, poll.prover, **how)


def findings(poll, box):
    return {type(finding) for finding in recounted(poll, box, prove=False).findings}


def test_real_proofs_count_and_altered_ones_do_not(counted):
    assert counted.box.tally(counted.number) == [2, 1, 0]
    assert counted.box.group(counted.number).ballots == 3


def test_the_index_has_the_count_and_the_nullifiers_and_no_choices(counted, votes, tmp_path):
    store = Store.open(sqlite_file(tmp_path / "index.sqlite"))
    catch_up(indexer(counted.suite.chain.rpc, counted.suite.book, store))

    with store.reading() as connection:
        (poll,) = (row_kinds.SecretPoll(*row) for row in connection.execute(select(row_kinds.SecretPoll.table)))
        options = connection.execute(select(row_kinds.SecretPollOption.table)).all()
        nullifiers = [row_kinds.Nullifier(*row) for row in connection.execute(select(row_kinds.Nullifier.table))]
    store.close()

    assert (poll.poll, poll.members, poll.ballots, poll.root) == (
        counted.number,
        MEMBERS,
        3,
        counted.box.group(counted.number).root,
    )
    assert poll.skipped >= 4
    assert [row.votes for row in options] == counted.box.tally(counted.number)
    assert [row.nullifier for row in nullifiers] == [vote.nullifier for vote in votes[:3]]
    assert not hasattr(nullifiers[0], "choices")


def test_a_proof_counts_no_second_time(counted, votes):
    receipt = counted.box.cast(counted.number, [votes[0], votes[1]]).transact(counted.suite.relayer)

    assert counted.box.counted_in(receipt, 2) == [VoteSkip.ALREADY_VOTED] * 2


def test_a_sound_poll_recounts_from_its_logs(counted):
    found = recounted(counted)

    assert found.findings == ()
    assert (found.ballots, found.tally(), found.outcome) == (3, [2, 1, 0], None)
    assert (len(found.members), found.signed, found.alone) == (MEMBERS, ALONE, 1)
    assert found.root == counted.box.group(counted.number).root
    assert found.pin.hash == counted.suite.chain.block_hash(found.pin.number)
    assert found.proven


class Lying(SecretBallotBox):
    """A box whose node tells its logs otherwise."""

    def __init__(self, honest, **answers):
        super().__init__(honest.chain, honest.entry)
        self.__dict__.update(answers)


def lie(poll, **changes):
    """A box with changed answers: a function of the honest answer for each method."""
    honest = poll.box

    def changed(name, change):
        return lambda *arguments: change(getattr(honest, name)(*arguments))

    return Lying(honest, **{name: changed(name, change) for name, change in changes.items()})


def test_a_hidden_vote_is_found(counted):
    box = lie(counted, votes=lambda votes: iter(list(votes)[:-1]))

    assert findings(counted, box) == {BallotsDiffer, TallyDiffers}


def test_a_node_that_hides_a_vote_everywhere_is_disproven_by_the_blocks_hash(counted):
    box = lie(
        counted,
        votes=lambda votes: iter(list(votes)[:-1]),
        group=lambda group: replace(group, ballots=2),
        tally=lambda _: [2, 0, 0] if list(counted.box.votes(counted.number))[-1].choices == 0b010 else [1, 1, 0],
    )

    assert findings(counted, box) == set()
    assert [type(each) for each in recounted(counted, box).findings] == [ProvenCountDiffers]


def test_a_node_with_another_count_is_named(counted):
    other = lie(counted, group=lambda group: replace(group, ballots=2))

    with pytest.raises(NodesDisagreeOnPoll):
        recounted(counted, others=[other])
    assert recounted(counted, others=[counted.box]).nodes == 2


def test_a_book_with_other_rolls_than_the_boxs_is_refused(counted):
    rolls = counted.suite.client(ElectoralRoll)
    elsewhere = ElectoralRoll(rolls.chain, replace(rolls.entry, address=counted.box.address))

    with pytest.raises(BoxUsesOtherRolls):
        recount_secret(counted.box, elsewhere, counted.number, counted.prover)


def test_a_box_with_other_code_is_found(counted):
    chain, box = counted.suite.chain, counted.box
    honest = chain.code(box.address)
    changed = honest[:-100] + bytes((honest[-100] ^ 1,)) + honest[-99:]
    chain.web3.provider.make_request("anvil_setCode", [box.address, "0x" + changed.hex()])
    counted.suite.pass_time(1)
    try:
        found = recounted(counted)
    finally:
        chain.web3.provider.make_request("anvil_setCode", [box.address, "0x" + honest.hex()])
        counted.suite.pass_time(1)

    assert CodeDiffers in {type(each) for each in found.findings}


def test_a_repeated_vote_is_found(counted):
    box = lie(counted, votes=lambda votes: iter([*(kept := list(votes)), kept[0]]))

    assert findings(counted, box) == {NullifierTwice, BallotsDiffer, TallyDiffers}


def test_an_altered_choice_is_found(counted):
    box = lie(counted, votes=lambda votes: (replace(vote, choices=0b100) for vote in votes))

    assert findings(counted, box) == {VoteUnproved, TallyDiffers}


def test_a_vote_against_the_rule_is_found(counted):
    box = lie(counted, votes=lambda votes: (replace(vote, choices=0b011) for vote in votes))

    assert findings(counted, box) == {VoteAgainstTheRule, TallyDiffers}


def test_an_invented_vote_is_found_even_where_the_contract_counts_it(counted, votes):
    def one_more(group):
        return replace(group, ballots=group.ballots + 1)

    invented = replace(votes[0], nullifier=12345)
    box = lie(counted, votes=lambda found: iter([*found, invented]), group=one_more, tally=lambda _: [3, 1, 0])

    assert findings(counted, box) == {VoteUnproved, NullifierUnspent}


def test_a_hidden_member_is_found(counted):
    box = lie(counted, members=lambda members: iter(list(members)[:-1]))

    assert findings(counted, box) == {MembersDiffer, RootDiffers, VoteUnproved}


def test_a_member_put_in_the_place_of_another_is_found(counted):
    """An officer's own commitment under a voter's index: it lacks the voter's signature."""

    def exchanged(members):
        first, *rest = members
        return iter([replace(first, commitment=4711), *rest])

    assert findings(counted, lie(counted, members=exchanged)) == {MemberUnsigned, RootDiffers, VoteUnproved}


def test_a_member_named_twice_is_found(counted):
    def doubled(members):
        kept = list(members)
        return iter([*kept, kept[0]])

    found = findings(counted, lie(counted, members=doubled))

    assert found == {MemberTwice, MemberOutOfPlace, MembersDiffer, RootDiffers, VoteUnproved}


def test_what_was_found_is_said(counted):
    found = recounted(counted, lie(counted, votes=lambda votes: iter(list(votes)[:-1])))

    with pytest.raises(PollDoesNotRecount, match="3 votes, the logs 2"):
        found.raise_if_unsound()


@pytest.fixture(scope="module")
def forged(city):
    """A poll whose officer publishes the root of another group."""
    opened = SecretPoll.open(city, 3)
    opened.register(range(3))
    opened.publish_group(root=opened.prover.root([1, 2, 3]))
    return opened


def test_a_forged_group_is_found_by_everyone_before_anybody_votes(forged):
    assert findings(forged, forged.box) == {RootDiffers}
    assert not compute_group(forged.box, forged.number, forged.prover).matches
    with pytest.raises(GroupDiffers, match="Do not vote"):
        way_of(forged.box, forged.number, forged.prover, forged.secret(0), "secret")


def test_only_a_member_can_prove_a_vote(poll):
    with pytest.raises(NotAMember, match="not in the group"):
        way_of(poll.box, poll.number, poll.prover, poll.secret(VOTERS - 1), "secret")


def test_nothing_is_proved_before_the_group_is_published(city):
    opened = SecretPoll.open(city, 2)

    with pytest.raises(GroupStillOpen):
        way_of(opened.box, opened.number, opened.prover, opened.secret(0), "secret")
    assert recounted(opened).findings == ()


@pytest.fixture
def caster(counted):
    """Relays votes without waiting; gives what became of each line, and which batches were sent."""

    def casting(votes, *, deliver=None, size=2):
        batches, waits = [], []

        def delivering(call):
            batches.append(call)
            return call.transact(counted.suite.relayer)

        pauses = Pauses(60, waits.append)
        booth, spec = counted.booth, counted.spec
        caster = SecretCaster(
            counted.box, counted.number, spec, booth, counted.prover, Outcomes(), pauses, Random(3), size
        )
        remaining = caster.sort_out([Line(number, vote) for number, vote in enumerate(votes, 1)])
        caster.relay(remaining, deliver or delivering)
        return [(each.standing, each.reason) for each in caster.outcomes.in_order()], batches, waits

    return casting


def test_votes_that_cannot_count_are_never_sent(counted, votes, caster):
    bad = [
        replace(votes[3], choices=0b001),
        replace(votes[3], choices=0b011),
        replace(votes[3], nullifier=2**255),
        replace(votes[0], choices=0b010),
    ]

    outcomes, batches, _waits = caster([votes[0], *bad])

    assert outcomes == [
        (LineStanding.TAKEN_BEFORE, None),
        (LineStanding.REFUSED, VoteSkip.BAD_PROOF),
        (LineStanding.REFUSED, VoteSkip.BAD_CHOICES),
        (LineStanding.REFUSED, VoteSkip.BAD_PROOF),
        (LineStanding.REFUSED, VoteSkip.ALREADY_VOTED),
    ]
    assert batches == []


def test_of_several_votes_by_one_identity_the_first_that_holds_is_cast(votes, caster):
    """A rehearsal: nothing is sent, so that the poll stays as it is."""
    forged = replace(votes[3], proof=votes[0].proof)

    outcomes, _batches, waits = caster([forged, votes[3], votes[3]], deliver=lambda _call: None)

    assert outcomes == [
        (LineStanding.REFUSED, VoteSkip.BAD_PROOF),
        (LineStanding.NOT_SENT, None),
        (LineStanding.REFUSED, VoteSkip.ALREADY_VOTED),
    ]
    assert waits == []


def test_registrations_are_sorted_out_and_relayed(city):
    opened = SecretPoll.open(city, 5)
    signed = opened.signed(range(4))
    opened.box.register(opened.number, signed[:1]).transact(city.relayer)
    items = [FiledRegistration(each.index, each.commitment, each.signature) for each in signed]
    items += [replace(items[1], commitment=items[1].commitment + 1), replace(items[2], index=4)]
    outcomes = Outcomes()
    roll = city.client(ElectoralRoll).read(opened.spec.poll.roll)
    registrar = Registrar(opened.box, opened.number, opened.spec, opened.box.terms(opened.number), roll, outcomes)

    remaining = registrar.sort_out([Line(number, item) for number, item in enumerate(items, 1)])
    registrar.relay(remaining, lambda call: call.transact(city.relayer))

    assert [(each.standing, each.reason) for each in outcomes.in_order()] == [
        (LineStanding.TAKEN_BEFORE, None),
        (LineStanding.TAKEN, None),
        (LineStanding.TAKEN, None),
        (LineStanding.TAKEN, None),
        (LineStanding.REFUSED, RegistrationSkip.ALREADY_REGISTERED),
        (LineStanding.REFUSED, RegistrationSkip.BAD_SIGNATURE),
    ]
    assert opened.box.state(opened.number).members == 4
    assert [member.number for member in opened.box.members(opened.number)] == [0, 1, 2, 3]


def test_a_recount_after_the_end_gives_the_outcome(counted, votes, caster):
    """The last one: it moves the clock beyond the poll's end."""
    outcomes, batches, _waits = caster([votes[3]])
    counted.suite.move_clock_to(counted.spec.poll.end)

    found = recounted(counted)

    assert outcomes == [(LineStanding.TAKEN, None)] and len(batches) == 1
    assert found.findings == ()
    assert found.tally() == [2, 1, 1]
    assert found.outcome == counted.box.result(counted.number)
    assert (found.outcome.ballots, found.outcome.eligible, found.outcome.won) == (4, VOTERS, 0b001)
