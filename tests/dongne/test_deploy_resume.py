"""Deployments that stop at any step, and what must not be carried over when they go on."""

from dataclasses import replace

import pytest
from eth_account import Account

from dongne import book as books
from dongne.access import CityAccess
from dongne.bytecode import build
from dongne.chain import Chain
from dongne.deployment import deployment
from dongne.deployment.city import City
from dongne.deployment.deployment import CONTRACTS, Deployment, deploy
from dongne.deployment.errors import ContractGone, SourcesChanged
from dongne.deployment.plan import most_gas
from dongne.errors import ChainError
from dongne.rpc import Nodes
from dongne.suite import OFFICES, Role
from scripts.localchain.anvil import anvil, funded, officer

OFFICERS = {role: officer(role).address for role in OFFICES}
CITY = City(officers=OFFICERS)
TRANSACTIONS = len(CONTRACTS) + 2


class CutOff(Exception):
    """Stands for a process that is gone."""


@pytest.fixture
def chain():
    with anvil() as rpc:
        yield Chain(rpc, poll_seconds=0.005)


def cut_off_after(monkeypatch, sent: int, answered: bool) -> None:
    """Let `sent` transactions through; the next one's answer, or the next one itself, is lost."""
    send, count = Nodes.send, iter(range(100))

    def limited(self, raws):
        if next(count) < sent:
            return send(self, raws)
        if answered:
            send(self, raws)
        raise CutOff

    monkeypatch.setattr(Nodes, "send", limited)


@pytest.mark.parametrize("answered", [True, False], ids=["answer lost", "never sent"])
@pytest.mark.parametrize("step", range(TRANSACTIONS))
def test_a_deployment_cut_off_at_any_step_is_finished_by_the_next_run(chain, tmp_path, monkeypatch, step, answered):
    with monkeypatch.context() as broken:
        cut_off_after(broken, step, answered)
        with pytest.raises(CutOff):
            deploy(funded(0), 1, city=CITY, chain=chain, folder=tmp_path)

    book = deploy(funded(0), 1, city=CITY, chain=chain, folder=tmp_path)

    assert book.complete
    assert chain.web3.eth.get_transaction_count(funded(0).address) == TRANSACTIONS
    assert chain.sender(funded(0), tmp_path).under_way() == []


def test_an_officer_who_changed_in_between_is_the_only_one_with_the_role(chain, tmp_path, monkeypatch):
    with monkeypatch.context() as broken:
        cut_off_after(broken, TRANSACTIONS - 1, answered=False)
        with pytest.raises(CutOff):
            deploy(funded(0), 1, city=CITY, chain=chain, folder=tmp_path)
    successor = funded(9).address

    city = replace(CITY, officers={**OFFICERS, Role.GUARDIAN: successor})
    book = deploy(funded(0), 1, city=city, chain=chain, folder=tmp_path)

    access = CityAccess(chain, book.entry("CityAccess"))
    assert access.membership(Role.GUARDIAN, successor).held
    assert not access.membership(Role.GUARDIAN, OFFICERS[Role.GUARDIAN]).held
    assert book.roles["GUARDIAN"] == successor


def test_changed_sources_do_not_finish_an_older_deployment(chain, tmp_path, monkeypatch):
    with monkeypatch.context() as broken:
        cut_off_after(broken, 2, answered=False)
        with pytest.raises(CutOff):
            deploy(funded(0), 1, city=CITY, chain=chain, folder=tmp_path)
    other = replace(build(), standard_json_hash="another")
    monkeypatch.setattr(deployment, "build", lambda: other)

    with pytest.raises(SourcesChanged, match="have changed since"):
        deploy(funded(0), 1, city=CITY, chain=chain, folder=tmp_path)


def test_an_address_book_of_a_chain_that_is_gone_is_not_believed(chain, tmp_path):
    book = deploy(funded(0), 1, city=CITY, chain=chain, folder=tmp_path)
    gone = {name: replace(entry, address=funded(9).address) for name, entry in book.contracts.items()}
    books.save(replace(book, contracts=gone, complete=False), tmp_path)

    with pytest.raises(ContractGone, match="has no code there"):
        deploy(funded(0), 1, city=CITY, chain=chain, folder=tmp_path)


def test_a_complete_deployment_is_not_wired_again_for_another_city(chain, tmp_path):
    first = deploy(funded(0), 1, city=CITY, chain=chain, folder=tmp_path)
    heard = []

    again = deploy(
        funded(0),
        1,
        city=City(officers=dict.fromkeys(Role, funded(9).address)),
        chain=chain,
        folder=tmp_path,
        say=heard.append,
    )

    assert again == first
    assert [line.text("en") for line in heard] == [f"{books.path(tmp_path, chain.id)} is complete; nothing to do"]


def test_every_step_is_said(chain, tmp_path):
    heard = []

    book = deploy(funded(0), 1, city=CITY, chain=chain, folder=tmp_path, say=heard.append)

    lines = [line.text("en") for line in heard]
    done = [line for line in lines if "sent as" not in line]
    assert [line.split(" at ")[0] for line in done[: len(CONTRACTS)]] == list(CONTRACTS)
    assert done[len(CONTRACTS)] == f"{len(OFFICES)} roles granted"
    assert str(books.path(tmp_path, book.chain_id)) in done[-1]
    assert len(lines) - len(done) == TRANSACTIONS


def test_a_node_that_refuses_leaves_a_deployment_to_go_on_with(chain, tmp_path):
    poor = Account.from_key("0x" + "77" * 32)

    with pytest.raises(ChainError):
        deploy(poor, 1, city=CITY, chain=chain, folder=tmp_path)

    chain.web3.provider.make_request("anvil_setBalance", [poor.address, hex(10**19)])
    assert deploy(poor, 1, city=CITY, chain=chain, folder=tmp_path).complete


def test_delays_are_those_of_the_citys_file(chain, tmp_path):
    delays = {Role.ADMINISTRATOR: 3_600, Role.GUARDIAN: 60}

    book = deploy(funded(0), 1, city=replace(CITY, delays=delays), chain=chain, folder=tmp_path)

    access = CityAccess(chain, book.entry("CityAccess"))
    assert {role: access.membership(role, OFFICERS[role]).delay for role in OFFICES} == {
        role: delays.get(role, 0) for role in OFFICES
    }
    assert book.delays == {"ADMINISTRATOR": 3_600, "GUARDIAN": 60}


def test_the_gas_of_a_deployment_stays_below_what_was_announced_and_is_no_wild_guess(chain, tmp_path):
    announced = most_gas(Deployment(funded(0), 1, CITY, chain, tmp_path))

    deploy(funded(0), 1, city=CITY, chain=chain, folder=tmp_path)

    blocks = [chain.web3.eth.get_block(number)["gasUsed"] for number in range(1, chain.block_number() + 1)]
    assert 0.5 * announced < sum(blocks) < announced


def test_a_second_administrator_may_cancel_what_a_stolen_first_one_announced(chain, tmp_path):
    second = funded(9)
    city = replace(CITY, delays={Role.ADMINISTRATOR: 60}, second_administrator=second.address)
    book = deploy(funded(0), 1, city=city, chain=chain, folder=tmp_path)
    access = CityAccess(chain, book.entry("CityAccess"))
    coup = access.revoke(Role.ADMINISTRATOR, second.address)

    access.schedule(coup).transact(officer(Role.ADMINISTRATOR))
    access.cancel(*access.operations()).transact(second)

    administrators = {each.account: each.delay for each in access.holders(Role.ADMINISTRATOR)}
    assert administrators == {OFFICERS[Role.ADMINISTRATOR]: 60, second.address: 60}
    assert access.operations() == []
    assert book.second_administrator == second.address


def test_the_guardian_may_cancel_what_any_officer_announces(chain, tmp_path):
    book = deploy(funded(0), 1, city=CITY, chain=chain, folder=tmp_path)

    guardians = CityAccess(chain, book.entry("CityAccess")).guardians()

    assert {role for role, guardian in guardians.items() if guardian == Role.GUARDIAN} == set(Role) - {
        Role.ADMINISTRATOR,
        Role.GUARDIAN,
    }
