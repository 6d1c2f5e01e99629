"""Found by attack: `roles list` said only that one account calls another, so no guardian could judge an announced call;
`roles execute` carried out the removal of the last administrator without a word."""

import json

import pytest

from dongne.access import CityAccess
from dongne.chain import Chain
from dongne.deployment.city import City
from dongne.deployment.deployment import deploy
from dongne.errors import ExitCode
from dongne.suite import OFFICES, Role
from scripts.localchain.anvil import anvil, funded, officer, pass_time
from tests.dongne.command_line import dongne

DAY = 86_400
OFFICERS = {role: officer(role).address for role in OFFICES}
ADMINISTRATOR, NEWCOMER = officer(Role.ADMINISTRATOR), funded(12).address


@pytest.fixture
def access(tmp_path):
    """The roles of a city whose administrator announces everything a day ahead."""
    with anvil() as rpc:
        chain = Chain(rpc, poll_seconds=0.005)
        city = City(officers=OFFICERS, delays={Role.ADMINISTRATOR: DAY})
        book = deploy(funded(0), 1, city=city, chain=chain, folder=tmp_path)
        yield CityAccess(chain, book.entry("CityAccess"))


@pytest.fixture
def roles(access, tmp_path, capsys):
    """Runs a command of `dongne roles` as the administrator."""
    keystore = tmp_path / "administrator.json"
    keystore.write_text(json.dumps(ADMINISTRATOR.encrypt("x", kdf="pbkdf2", iterations=1)))
    (tmp_path / "password").write_text("x")
    options = ("--rpc", access.chain.rpc, "--deployments", tmp_path, "--lang", "en")
    sender = ("--keystore", keystore, "--password-file", tmp_path / "password", "--yes")

    def run(name, *arguments):
        return dongne(capsys, "roles", name, *arguments, *options, *(sender if name != "list" else ()))

    return run


@pytest.fixture
def announce(access, roles):
    """Announces a call; returns the number of the operation."""

    def run(call):
        access.schedule(call).transact(ADMINISTRATOR)
        return json.loads(roles("list", "--json")[1])["announced"][-1]["operation"]

    return run


def test_an_announced_call_is_listed_with_function_role_account_and_delay(access, announce, roles):
    announce(access.grant(Role.CURRENCY_OFFICER, NEWCOMER, 60))

    shown = " ".join(roles("list")[1].split())

    call = f"CityAccess.grantRole(roleId=currency-officer, account={NEWCOMER}, executionDelay=60)"
    assert call in shown
    assert f"announced by {ADMINISTRATOR.address}; can be carried out from" in shown


def test_the_calls_within_a_multicall_are_listed_one_by_one(access, announce, roles):
    announce(access.all_of([access.grant(Role.GUARDIAN, NEWCOMER), access.revoke(Role.HOLDS_OFFICER, NEWCOMER)]))

    (operation,) = json.loads(roles("list", "--json")[1])["announced"]

    assert [call.partition("(")[0] for call in operation["calls"]] == [
        "CityAccess.grantRole",
        "CityAccess.revokeRole",
    ]
    assert operation["expires"] - operation["ready"] == 7 * DAY


def test_a_call_that_nobody_can_decode_is_listed_with_its_data(access, announce, roles):
    access.chain.web3.provider.make_request("anvil_setCode", [NEWCOMER, "0x00"])
    call = access.grant(Role.GUARDIAN, NEWCOMER)
    announce(type(call)(call.chain, NEWCOMER, bytes.fromhex("deadbeef01"), "unknown"))

    (operation,) = json.loads(roles("list", "--json")[1])["announced"]

    assert operation["calls"] == [f"{NEWCOMER}.0xdeadbeef(data=0x01)"]


def test_carrying_out_the_last_administrators_removal_is_refused_unless_asked_for(access, announce, roles):
    number = announce(access.revoke(Role.ADMINISTRATOR, ADMINISTRATOR.address))
    pass_time(access.chain, DAY)

    code, _, said = roles("execute", number)

    assert code == ExitCode.INPUT and "is the last administrator" in said
    assert access.membership(Role.ADMINISTRATOR, ADMINISTRATOR.address).held
    assert roles("execute", number, "--no-administrator-left")[0] == 0
    assert not access.membership(Role.ADMINISTRATOR, ADMINISTRATOR.address).held


def test_one_of_two_administrators_can_be_removed(access, announce, roles):
    for call in (access.grant(Role.ADMINISTRATOR, NEWCOMER), access.revoke(Role.ADMINISTRATOR, NEWCOMER)):
        number = announce(call)
        pass_time(access.chain, DAY)
        assert roles("execute", number)[0] == 0

    assert not access.membership(Role.ADMINISTRATOR, NEWCOMER).held
