"""An address in two districts registered for a secret poll twice, and no recount said that two votes were one person's.

Open polls and petitions named such voters; of a secret poll nobody can tell later which votes to leave out. So an
office opens none on such a roll, and publishes no rules for petitions either.
"""

from datetime import UTC, datetime

import pytest

from dongne.ballot import ElectoralRoll, VoterList, districts_of, publish
from dongne.ballot.errors import ListedTwice
from dongne.ballot.secret import SecretBallotBox, recount_secret
from dongne.errors import ExitCode
from dongne.suite import Role
from scripts.localchain.suite import local_suite, person
from tests.dongne.election_office import DAY, Office

TWICE = person("in two districts")


class NoProofs:
    """A prover of a poll in which nobody has voted."""

    def verify(self, claims, heard):
        assert not claims
        return []


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        yield on


@pytest.fixture(scope="module")
def office(tmp_path_factory, city):
    return Office.on(city, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def roll(city):
    voters = sorted(bytes.fromhex(key.address[2:]) for key in (TWICE, person("somebody else")))
    twice = VoterList((*voters, bytes.fromhex(TWICE.address[2:])), districts_of([(1, 2), (2, 1)]))
    return publish(city.client(ElectoralRoll), twice, lambda call: call.transact(city.officers[Role.ROLL_OFFICER]))


def secret_poll(office, roll, *more):
    now, file = office.city.chain.timestamp(), office.poll_file("secret", roll, *more)
    wanted = {"start": now + 7_200, "end": now + 7_200 + DAY, "registration_end": now + 3_600}
    lines = [line for line in file.read_text().splitlines() if not line.startswith(("start", "end"))]
    lines += [f"{key} = {datetime.fromtimestamp(moment, UTC).isoformat()}" for key, moment in wanted.items()]
    file.write_text("\n".join([*lines, "least_members = 2"]))
    return file


def test_no_secret_poll_is_opened_on_such_a_roll(office, roll):
    code, _out, err = office.run("ballot", "secret", "open", secret_poll(office, roll), "--yes", key="officer")

    assert (code, "listed more than once" in err) == (ExitCode.DIFFERENT, True)


def test_no_rules_for_petitions_are_published_for_such_a_roll(office, roll):
    terms = ("--threshold", 1, "--collect", 1, "--decide", 1, "--answer", 1, "--label", "I support this.")

    code, _out, err = office.run("ballot", "petition", "rules", roll, *terms, "--yes", key="officer")

    assert (code, "listed more than once" in err) == (ExitCode.DIFFERENT, True)


def test_a_recount_names_them_where_a_poll_was_opened_by_other_means(office, city, roll, monkeypatch):
    monkeypatch.setattr("dongne.cli.secret.opening.sound_roll", lambda rolls, number: rolls.read(number))
    poll = office.json("ballot", "secret", "open", secret_poll(office, roll), key="officer")["poll"]
    box, rolls = city.client(SecretBallotBox), city.client(ElectoralRoll)

    (found,) = recount_secret(box, rolls, poll, NoProofs()).findings

    assert isinstance(found, ListedTwice)
    assert found.voter == TWICE.address


def test_points_have_no_place_in_a_secret_poll(office, roll):
    code, _out, err = office.run("ballot", "secret", "open", secret_poll(office, roll, "points = 5"), key="officer")

    assert (code, "points is for score polls" in err) == (ExitCode.INPUT, True)
