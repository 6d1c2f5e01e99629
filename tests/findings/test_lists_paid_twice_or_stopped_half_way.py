"""One payment went out twice where nothing said that it had gone out before.

- Two clerks issued the same list, each for a purpose in words of its own.
- A list for the bank named what an earlier one, which was not settled yet, had told it to pay.
- Whoever had recovered an account was granted a voucher's whole cap again: the command looked at the new address only.

And one stopped half-way: a list of several batches with somebody in it who was frozen.
"""

import json

import pytest

from dongne.currency import AcceptRecovery, CashOutDesk, Holds, Issue, Kind, LocalCurrency, Recovery
from dongne.currency.messages import ReceiveAuthorization
from dongne.currency.vouchers import Vouchers
from dongne.errors import ExitCode
from dongne.signing import expand, sign
from dongne.suite import Role
from scripts.localchain.anvil import funded
from scripts.localchain.suite import local_suite
from tests.dongne.command_line import commands
from tests.dongne.test_voucher_cli import TERMS
from tests.undoing import undone

RESIDENT, SHOP, FUNDER, NEW = (funded(number) for number in (10, 12, 14, 15))
DAY = 86_400


@pytest.fixture(scope="module")
def city():
    with local_suite() as on:
        currency, members = on.client(LocalCurrency), on.officers[Role.MEMBERSHIP_OFFICER]
        currency.register(Kind.RESIDENT, [RESIDENT.address]).transact(members)
        currency.register(Kind.MERCHANT, [SHOP.address], 5_411).transact(members)
        currency.register(Kind.INSTITUTION, [FUNDER.address]).transact(members)
        on.issue([Issue(FUNDER.address, 5_000), Issue(RESIDENT.address, 900)], bytes(32))
        on.back(10_000)
        currency.transfer(SHOP.address, 900).transact(RESIDENT)
        yield on


@pytest.fixture(autouse=True)
def each_test_undone(city):
    with undone(city.chain):
        yield


@pytest.fixture
def run(capsys, tmp_path, city):
    return commands(capsys, tmp_path, city)


def test_a_list_that_was_issued_for_another_purpose_is_said(run, tmp_path):
    file = tmp_path / "welfare.csv"
    file.write_text(f"address,amount\n{RESIDENT.address},300\n")
    first, again, worded = (
        run("currency", "issue", file, "--purpose", purpose, "--yes", key=Role.CURRENCY_OFFICER)
        for purpose in ("Welfare 2026-12", "Welfare  2026-12", "December welfare")
    )

    said = "was issued before for another purpose"
    assert [each[0] for each in (first, again, worded)] == [0, 0, 0]
    assert [said in each[2] for each in (first, again, worded)] == [False, False, True]


@pytest.mark.parametrize("command", ["issue", "top-up"])
def test_a_list_with_somebody_frozen_is_refused_before_its_first_batch(run, city, tmp_path, monkeypatch, command):
    monkeypatch.setattr("dongne.currency.office.BATCH", 1)
    people = sorted((funded(number).address for number in (16, 17)), key=str.lower)
    currency, holds = city.client(LocalCurrency), city.client(Holds)
    currency.register(Kind.RESIDENT, people).transact(city.officers[Role.MEMBERSHIP_OFFICER])
    holds.freeze(people[1], bytes(32)).transact(city.officers[Role.HOLDS_OFFICER])
    file = tmp_path / "welfare.csv"
    file.write_text("address,amount\n" + "".join(f"{each},300\n" for each in people))

    code, _out, err = run("currency", command, file, "--purpose", "both", "--yes", key=Role.CURRENCY_OFFICER)

    assert (code, people[1] in err, people[0] in err) == (ExitCode.INPUT, True, False)
    assert currency.balance_of(people[0]) == 0


def test_a_list_for_the_bank_leaves_out_what_another_one_names(run, city, tmp_path):
    desk, currency = city.client(CashOutDesk), city.client(LocalCurrency)
    until, files = city.chain.timestamp() + DAY, [tmp_path / f"{day}.csv" for day in (24, 25)]
    for number in range(2):
        given = ReceiveAuthorization(SHOP.address, desk.address, 400 + number, 0, until, bytes([number + 1] * 32))
        desk.request(given.sign(SHOP, currency.domain())).transact(city.relayer)
        run("currency", "cash-out", "list", "--payouts", files[number], *(["--without", files[0]] if number else []))

    listed = [[line.split(",")[0] for line in file.read_text("utf-8-sig").split("\n")[1:-1]] for file in files]
    again = json.loads(run("currency", "cash-out", "list")[1])

    assert listed == [["0"], ["1"]]
    assert [each["id"] for each in again] == [0, 1]


def test_a_voucher_at_a_lost_key_counts_before_another_is_granted(run, city, tmp_path):
    (file := tmp_path / "heating.toml").write_text(TERMS.format(funder=FUNDER.address))
    run("voucher", "open", file, "--yes", key=Role.CURRENCY_SUPERVISOR)
    run("voucher", "fund", "1", "3,000", key=FUNDER)
    lists = {each: tmp_path / f"{each.address}.csv" for each in (RESIDENT, NEW)}
    for each, listed in lists.items():
        listed.write_text(f"address,amount\n{each.address},1000\n")

    def grant(to):
        given = ("voucher", "grant", "1", lists[to], "--purpose", "heating", "--yes")
        return run(*given, key=Role.VOUCHER_OFFICER)

    first = grant(RESIDENT)
    recovery = city.client(Recovery)
    consent = expand(sign(AcceptRecovery(RESIDENT.address, NEW.address).digest(recovery.domain()), NEW))
    announced = recovery.announce(RESIDENT.address, NEW.address, bytes(32), consent)
    announced.transact(city.officers[Role.MEMBERSHIP_OFFICER])
    city.pass_time(7 * DAY)
    recovery.complete(RESIDENT.address).transact(city.relayer)
    left_behind = grant(NEW)
    run("voucher", "follow", "1", RESIDENT.address, key=city.relayer)
    beyond_the_cap = grant(NEW)

    assert [first[0], left_behind[0], beyond_the_cap[0]] == [0, ExitCode.INPUT, ExitCode.INPUT]
    assert "dongne voucher follow 1" in left_behind[2]
    assert RESIDENT.address in left_behind[2]
    assert "more than the cap" in beyond_the_cap[2]
    assert city.client(Vouchers).voucher(1, NEW.address).face == 1_000
