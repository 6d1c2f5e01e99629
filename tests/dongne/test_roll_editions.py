"""An edition of a roll by the office's commands: a month in which a key is lost, a voter dies, moves, and one comes.

The chain's side is in tests/contracts/ballot/test_roll_editions.py.
"""

import json
import random
import subprocess
import sys
from dataclasses import replace

import pytest

from dongne.ballot import (
    BLOB_VOTERS,
    NOBODY,
    PAGE_VOTERS,
    Amending,
    BallotBox,
    Changes,
    Edition,
    ElectoralRoll,
    VoterList,
    amend,
    begun_edition,
    districts_of,
    mask_of,
    pack_struck,
    publish,
    read_changes,
    recount,
    unpack_struck,
    write_votes,
)
from dongne.ballot.errors import RollChangedMeanwhile, StruckPageDiffers
from dongne.ballot.events import VotersStruck
from dongne.errors import ExitCode, InputError
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person
from tests.docs.test_strangers_recount import SCRIPT
from tests.dongne.election_office import Office, by_index

NAMES = tuple(f"edition {number}" for number in range(8))
DISTRICTS = (100, 200)
LOST, DEAD, MOVED = 1, 2, 5
"""Indices of the roll: in district 100 one who lost the key and one who died, in district 200 one who moves to 300."""

NEW_KEY, NEWCOMER = person("edition new key"), person("edition newcomer")


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def rolls(city):
    return city.client(ElectoralRoll)


@pytest.fixture(scope="module")
def office(tmp_path_factory, city):
    return Office.on(city, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def keys():
    """Keys by index of the first roll."""
    return by_index(NAMES, DISTRICTS)


@pytest.fixture(scope="module")
def base(office):
    return office.json("ballot", "roll", "register", office.voters_file(NAMES, DISTRICTS), key="registrar")["roll"]


@pytest.fixture(scope="module")
def changes(office, keys):
    """What a month changed: voters named by index, address and, in the second file, the city's own keys."""
    file = office.folder / "changes.csv"
    rows = [
        f"{LOST},{NEW_KEY.address},",
        f"{keys[DEAD].address},,",
        f"{MOVED},,300",
        f",{NEWCOMER.address},200",
    ]
    file.write_text("\n".join(["voter,address,district", *rows]) + "\n")
    return file


@pytest.fixture(scope="module")
def edition(office, base, changes):
    return office.json("ballot", "roll", "amend", changes, "--base", base, key="registrar")["roll"]


@pytest.fixture(scope="module")
def index_of(rolls, edition):
    found = rolls.read(edition)
    return lambda key: found.index_of(key.address)


@pytest.fixture(scope="module")
def poll(city, office, edition):
    number = office.json("ballot", "open", office.poll_file("elms", edition), key="officer")["poll"]
    city.pass_time(60)
    return number


@pytest.fixture(scope="module")
def cast(office, city, poll, keys, index_of):
    """A file of votes: the new key, the mover, the newcomer, one of before, and two who were struck; and its answer."""
    booth = city.client(BallotBox).booth(poll)
    votes = [booth.sign(index_of(key), mask_of([1]), key) for key in (NEW_KEY, keys[MOVED], NEWCOMER, keys[0])]
    votes += [booth.sign(index, mask_of([2]), keys[index]) for index in (LOST, DEAD)]
    write_votes(office.folder / "votes.jsonl", poll, votes)
    code, out, _err = office.run(
        "ballot", "cast", poll, office.folder / "votes.jsonl", "--json", "--yes", key="relayer"
    )
    return code, json.loads(out)


def test_a_month_of_changes_makes_an_edition(office, rolls, base, edition, keys):
    shown, audit = office.json("ballot", "roll", "show", edition), office.json("ballot", "roll", "audit", edition)

    assert shown["voters"] == audit["voters"] == len(NAMES)
    assert shown["amends"] == {"base": base, "first": BLOB_VOTERS, "added": 3, "struck": 3}
    assert [(each["code"], each["first"], each["count"]) for each in shown["districts"]] == [
        (100, 0, 4), (200, 4, 4), (100, BLOB_VOTERS, 1), (200, BLOB_VOTERS + 1, 1), (300, BLOB_VOTERS + 2, 1),
    ]  # fmt: skip
    assert (audit["commitment_matches"], audit["duplicates"], audit["struck"]) == (True, {}, 3)
    found = rolls.read(edition)
    assert found.voters[BLOB_VOTERS:] == tuple(
        bytes.fromhex(key.address[2:]) for key in (NEW_KEY, NEWCOMER, keys[MOVED])
    )
    assert office.json("ballot", "roll", "show", base)["amends"] is None


def test_the_same_file_is_not_published_again(office, rolls, base, changes, edition):
    before = rolls.numbers()

    code, out, err = office.run("ballot", "roll", "amend", changes, "--base", base, "--json", "--yes", key="registrar")

    assert (code, json.loads(out)["roll"]) == (0, edition)
    assert "has exactly these changes already" in err
    assert rolls.numbers() == before


def test_a_rehearsal_says_what_would_change_and_sends_nothing(office, rolls, base, changes):
    other = office.folder / "other.csv"
    other.write_text("voter,address,district\n0,,\n")
    before = rolls.numbers()

    code, out, err = office.run(
        "ballot", "roll", "amend", other, "--base", base, "--beside", "--dry-run", "--json", "--yes", key="registrar"
    )

    assert code == 0, err
    assert json.loads(out) == {"roll": None, "voters": 7, "amends": {"base": base, "struck": 1, "added": 0}}
    assert rolls.numbers() == before


def test_a_poll_for_everybody_asks_each_part_without_the_struck(office, city, edition, poll):
    spec = city.client(BallotBox).spec(poll)
    shown = office.json("ballot", "show", poll)

    assert spec.ranges == ((0, 8), (BLOB_VOTERS, 3))
    assert shown["eligible"] == 8
    assert [(each["code"], each["eligible"]) for each in shown["districts"]] == [(100, 3), (200, 4), (300, 1)]


def test_votes_of_the_struck_are_sorted_out_before_they_cost_gas(cast):
    code, answer = cast

    assert code != 0
    assert answer["counted"] == 4


def test_the_recount_of_a_poll_on_an_edition_is_sound(office, city, rolls, edition, poll, cast):
    found = recount(city.client(BallotBox), rolls, poll)
    told = office.json("ballot", "recount", poll)

    assert found.findings == ()
    assert (found.ballots, found.eligible) == (4, 8)
    assert {each["code"]: (each["ballots"], each["eligible"]) for each in told["districts"]} == {
        100: (2, 3), 200: (1, 4), 300: (1, 1),
    }  # fmt: skip


def test_a_stranger_recounts_it_from_the_page_alone(city, poll, cast):
    box = city.client(BallotBox)

    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, city.chain.rpc, box.address, str(poll)], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["ballots"], found["signed"], found["voters"]) == (4, 4, 8)
    assert found["tally"] == found["stated"]


def test_a_vote_that_a_struck_voter_should_not_have_is_found(city, rolls, poll, cast, monkeypatch):
    """As if the box had not looked: the newcomer, whose vote it counted, is struck."""
    real = ElectoralRoll.read

    def without(self, roll):
        found = real(self, roll)
        newcomer = bytes.fromhex(NEWCOMER.address[2:])
        return replace(found, voters=tuple(NOBODY if voter == newcomer else voter for voter in found.voters))

    monkeypatch.setattr(ElectoralRoll, "read", without)

    findings = {type(each).__name__ for each in recount(city.client(BallotBox), rolls, poll).findings}

    assert {"CountedUneligible", "CountedUnsigned", "TurnoutDiffers"} <= findings


def test_a_receipt_of_a_voter_with_a_new_key_is_verified(office, poll, cast):
    file = office.folder / "receipt.json"
    office.json("ballot", "receipt", poll, NEW_KEY.address, "--out", file)

    assert office.run("ballot", "verify", file, "--json")[0] == 0


def test_whoever_was_struck_is_told_so(office, poll, cast):
    code, _out, err = office.run("ballot", "check", poll, DEAD)

    assert code == ExitCode.INPUT
    assert f"Nobody votes under index {DEAD}" in err


def test_voters_are_named_by_the_citys_own_keys(office, base, rolls, keys):
    book, file = office.folder / "keys.csv", office.folder / "by-key.csv"
    book.write_text("key,address\n" + "".join(f"R-{index},{key.address}\n" for index, key in enumerate(keys)))
    file.write_text("voter,address,district\nR-3,,\n")

    code, out, err = office.run(
        "ballot",
        "roll",
        "amend",
        file,
        "--base",
        base,
        "--beside",
        "--keys",
        book,
        "--dry-run",
        "--json",
        "--yes",
        key="registrar",
    )

    assert code == 0, err
    assert json.loads(out)["amends"]["struck"] == 1
    assert read_changes(file, base, rolls.read(base), {"R-3": keys[3].address}).struck == {3}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",,100", "names neither a voter to strike nor an address"),
        (f",{NEWCOMER.address},", "a new voter needs a district"),
        ("8,,", "has no voter 8"),
        ("-1,,", "has no voter"),
        (f"{NEWCOMER.address},,", "is not on the roll"),
        ("3,,100", "has this address in this district already"),
        ("0,,\n0,,", "is on line 2 already"),
        (f",{NEWCOMER.address},100\n,{NEWCOMER.address},200", "is on line 2 already"),
        (",0x0000000000000000000000000000000000000000,100", "the zero address cannot vote"),
        (f",{NEWCOMER.address},mine", "is not a district code"),
        (",0x1234,100", "0x1234"),
    ],
)
def test_every_bad_line_gets_a_clear_sentence(tmp_path, rolls, base, row, said):
    file = tmp_path / "changes.csv"
    file.write_text(f"voter,address,district\n{row}\n")

    with pytest.raises(InputError) as raised:
        read_changes(file, base, rolls.read(base))

    assert said in str(raised.value)


def test_an_address_that_votes_already_is_not_appended(tmp_path, rolls, base, keys):
    file = tmp_path / "changes.csv"
    file.write_text(f"voter,address,district\n,{keys[4].address},100\n")

    with pytest.raises(InputError, match="votes already, under index 4"):
        read_changes(file, base, rolls.read(base))


def test_two_voters_may_change_places_in_one_file(tmp_path, rolls, base, keys):
    file = tmp_path / "changes.csv"
    file.write_text(f"voter,address,district\n0,{keys[4].address},\n4,{keys[0].address},\n")

    found = read_changes(file, base, rolls.read(base))

    assert found.struck == {0, 4}
    assert {district.code: district.count for district in found.added.districts} == {100: 1, 200: 1}


class CutOffError(Exception):
    """The power fails."""


def some(seed, count):
    chance = random.Random(seed)
    return tuple(sorted(chance.randbytes(20) for _voter in range(count)))


@pytest.mark.parametrize("unheard", [False, True])
@pytest.mark.parametrize("after", range(5))
def test_an_edition_that_was_cut_off_is_completed_and_no_other_is_opened(city, rolls, after, unheard):
    seed = f"cut {after} {unheard}"
    voters = VoterList(some(seed, BLOB_VOTERS), districts_of([(1, BLOB_VOTERS)]))
    deliver = lambda call: call.transact(city.officers[Role.ROLL_OFFICER])  # noqa: E731
    base = publish(rolls, voters, deliver)
    added = VoterList(some(seed + "added", BLOB_VOTERS + 1), districts_of([(1, BLOB_VOTERS + 1)]))
    amending, sent = Amending(base, voters, Changes(frozenset({3, 1_000}), added)), []

    def failing(call):
        if len(sent) == after and not unheard:
            raise CutOffError
        sent.append(call)
        receipt = deliver(call)
        if len(sent) > after:
            raise CutOffError
        return receipt

    with pytest.raises(CutOffError):
        amend(rolls, amending, failing)
    again = []
    roll = amend(rolls, amending, lambda call: again.append(call) or deliver(call))

    assert rolls.numbers()[-2:] == [base, roll]
    assert len(again) == 5 - after - unheard
    assert rolls.read(roll) == amending.edition(BLOB_VOTERS).roll()
    assert amend(rolls, amending, deliver) == roll
    # The parts meet without a gap, and are two ranges nevertheless.
    assert rolls.read(roll).ranges() == ((0, BLOB_VOTERS), (BLOB_VOTERS, BLOB_VOTERS + 1))
    assert rolls.voters_in(roll, rolls.read(roll).ranges()) == [BLOB_VOTERS - 2, BLOB_VOTERS + 1]


def test_an_edition_that_somebody_else_changed_is_not_gone_on_with(city, rolls):
    voters = VoterList(some("theirs", 5), districts_of([(1, 5)]))
    deliver = lambda call: call.transact(city.officers[Role.ROLL_OFFICER])  # noqa: E731
    base = publish(rolls, voters, deliver)
    amending = Amending(base, voters, Changes(frozenset({1}), VoterList.of({1: some("ours", 2)})))
    receipt = deliver(rolls.amend(base, 2))
    at = begun_edition(rolls, amending)
    ((page, packed),) = pack_struck({2}).items()
    deliver(rolls.strike(rolls.amended_in(receipt).roll, page, packed))

    with pytest.raises(RollChangedMeanwhile):
        amend(rolls, amending, deliver, onto=at)
    assert begun_edition(rolls, amending) is None


def code_of(page):
    """The code of a page's contract: a zero byte, how many it strikes (3), and the page."""
    return bytes(1) + int.from_bytes(page[32:], "big").bit_count().to_bytes(3, "big") + page


def test_pages_say_who_is_struck_and_bad_ones_are_refused():
    chance = random.Random(5)
    struck = {0, 255, 256, PAGE_VOTERS - 1, PAGE_VOTERS, 2**24 - 2} | set(chance.sample(range(2**24 - 1), 500))

    pages = pack_struck(struck)

    codes = {number: code_of(page) for number, page in pages.items()}
    assert {index for number, code in codes.items() for index in unpack_struck(number, code)} == struck
    good = codes[0]
    other_counts = (b"\x00\x00\x00\x01" + good[4:], b"\x01" + good[1:])
    for bad in (b"", good[:-1], good[:-32], good[:36], good + bytes(32), bytes(68), pages[0], *other_counts):
        with pytest.raises(StruckPageDiffers):
            list(unpack_struck(0, bad))


def test_an_edition_of_an_edition_keeps_what_was_struck_and_all_parts():
    base = VoterList(some("first", 5), districts_of([(1, 2), (2, 3)]))
    first = Edition(base, BLOB_VOTERS, frozenset({1}), VoterList.of({1: some("second", 2)})).roll()
    second = Edition(first, 2 * BLOB_VOTERS, frozenset({1, BLOB_VOTERS}), VoterList.of({2: some("third", 1)})).roll()

    assert second.size == 5 - 1 + 2 - 1 + 1
    assert second.voters[1] == second.voters[BLOB_VOTERS] == second.voters[5] == NOBODY
    assert second.listed[1] == base.voters[1]
    assert second.district(1) == first.district(1)
    assert [part.first for part in second.district(2)] == [2, 2 * BLOB_VOTERS]
    assert second.ranges() == ((0, 5), (BLOB_VOTERS, 2), (2 * BLOB_VOTERS, 1))
    assert second.district_of(BLOB_VOTERS + 1) == 1


def test_a_box_that_counted_a_struck_voters_vote_is_found_out(office, city, rolls, edition, keys):
    """The page of the struck is hidden from the box while it counts: it does what one that does not look would do."""
    poll = office.json("ballot", "open", office.poll_file("limes", edition), key="officer")["poll"]
    city.pass_time(60)
    box, ask = city.client(BallotBox), city.chain.nodes.ask
    (page,) = (event.blob for event in rolls.events(VotersStruck, roll=edition))
    code = city.chain.code(page)
    votes = [box.booth(poll).sign(index, mask_of([2]), keys[index]) for index in (0, LOST)]
    ask("anvil_setCode", page, "0x")
    box.cast_batch(poll, votes).transact(city.relayer)
    ask("anvil_setCode", page, "0x" + code.hex())
    city.pass_time(1)

    exit_code, _out, err = office.run("ballot", "recount", poll, "--json")
    found = recount(box, rolls, poll)

    assert box.turnout(poll).ballots == 2
    assert {type(each).__name__ for each in found.findings} == {"CountedUneligible", "CountedUnsigned"}
    assert exit_code == ExitCode.DIFFERENT, err
    assert f"{LOST}" in err
