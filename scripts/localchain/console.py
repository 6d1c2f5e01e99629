"""The loaded city of `make console`: brownie's contracts by short names, and what makes them pleasant to try out."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from hexbytes import HexBytes
from web3 import Web3

from dongne.book import AddressBook
from dongne.chain import Chain
from dongne.config import language_of
from dongne.currency import LocalCurrency, Payment
from dongne.language import Message, _
from dongne.suite import OFFICES, SUITE
from dongne.units import FloatAmount
from dongne.vehicle import Gauge, Kind
from scripts.localchain.anvil import ACCOUNTS, funded, officer
from scripts.localchain.inhabitants import Inhabitants, settle
from scripts.localchain.suite import RELAYER, LocalSuite

NO_DOCUMENT = "0x" + "00" * 32

HELP = _(
    """
{contracts}
    the contracts
resident, neighbour, merchant, inspector, stranger                     accounts; the stranger is not registered
officers["CURRENCY_OFFICER"] and so on, relayer                        holders of the roles; an account without any
vehicle, poll                                                          one registered vehicle, one open poll
city.help()                                                            this text
chain.undo()                                                           takes back the last transaction

For example:
  city.currency.transfer(merchant, 12_500, {{"from": resident}})
  reading = city.records.entryOf(ODOMETER, READ, 0, chain.time(), 48_200)
  city.vehicles.record(vehicle, reading, NO_DOCUMENT, {{"from": inspector}})
  city.ballots.vote(poll, 1, 0b010, {{"from": resident}})

A payment that the resident signs and somebody else relays:
  payment = city.payment(resident, merchant, 5_000)
  signed = city.sign(payment)
  city.currency.pay(*signed, {{"from": relayer}})
"""
)


class LoadedCity(SimpleNamespace):
    """The suite's contracts as brownie knows them, and payments that residents sign.

    Args:
        contracts: by their names in the console; each is an attribute.
        client: of the currency, for its nonces and domain.
        say: shows a message.
    """

    def __init__(self, contracts: Mapping[str, Any], client: LocalCurrency, say: Callable[[Message], None]) -> None:
        super().__init__(**contracts)
        self._contracts, self._client, self._say = contracts, client, say

    def __repr__(self) -> str:
        return f"City: {', '.join(f'{name} {contract}' for name, contract in self._contracts.items())}"

    def help(self) -> None:
        """What is there to try."""
        self._say(Message(HELP, {"contracts": ", ".join(f"city.{name}" for name in self._contracts)}))

    def payment(self, payer: Any, payee: Any, amount: int, order: str = "") -> Payment:
        """A payment with the payer's next nonce, good for an hour; `amount` in base units.

        Raises:
            FloatAmount: the amount is a float.
        """
        if isinstance(amount, float):
            raise FloatAmount(amount)
        account, shop = Web3.to_checksum_address(str(payer)), Web3.to_checksum_address(str(payee))
        nonce, deadline = self._client.account(account).nonce, self._client.chain.timestamp() + 3_600
        return Payment(account, shop, amount, nonce, deadline, bytes(Web3.keccak(text=order)))

    def sign(self, payment: Payment) -> tuple[object, ...]:
        """The arguments of `pay` for a payment, signed with the payer's key: that of one of Anvil's accounts."""
        keys = {key.address: key for key in map(funded, range(ACCOUNTS))}
        signature = payment.sign(keys[payment.payer], self._client.domain()).signature
        terms = (payment.payer, payment.payee, payment.amount, payment.deadline, payment.order)
        return (*terms, signature[:32], signature[32:])


def load(rpc: str, book: AddressBook, environment: dict[str, str]) -> dict[str, Any]:
    """Settle the first inhabitants of a deployed suite and name everything; returns the names of the console."""
    from brownie import accounts, project

    officers = {role: officer(role) for role in OFFICES}
    suite = LocalSuite(Chain(rpc), book, officers, funded(RELAYER))
    inhabitants = settle(suite)
    language = language_of(environment)

    def say(message: Message) -> None:
        print(message.text(language))

    loaded: Any = project
    contracts = loaded.get_loaded_projects()[0]
    deployed = {each.console: contracts[each.name].at(book.entry(each.name).address) for each in SUITE.values()}
    _keep_the_city_when_undoing()
    _refuse_floats()
    _explain_refusals(suite.chain, language)
    return {
        "city": LoadedCity(deployed, client=suite.client(LocalCurrency), say=say),
        "officers": {role.name: accounts.at(key.address) for role, key in officers.items()},
        "relayer": accounts.at(suite.relayer.address),
        **{name: accounts.at(key.address) for name, key in inhabitants.people.items()},
        **_numbers(inhabitants),
    }


def _numbers(inhabitants: Inhabitants) -> dict[str, object]:
    return {
        "vehicle": "0x" + inhabitants.vehicle.hex(),
        "poll": inhabitants.poll,
        "ODOMETER": int(Kind.ODOMETER),
        "READ": int(Gauge.READ),
        "NO_DOCUMENT": NO_DOCUMENT,
    }


def _keep_the_city_when_undoing() -> None:
    """Brownie returns to its last snapshot; the one from its start knows nothing of what was sent past brownie."""
    from brownie.network.state import Chain as BrownieChain

    chain: Any = BrownieChain()
    chain._current_id = chain._take_snapshot()


def _refuse_floats() -> None:
    """Brownie cuts floats off: 12_500.5 would pay 12,500 without a word."""
    from brownie.convert import datatypes

    convert: Any = datatypes._to_wei

    def exact(value: Any) -> int:
        if isinstance(value, float):
            raise TypeError(str(FloatAmount(value)))  # brownie adds the function, to exceptions that take one text
        return int(convert(value))

    datatypes._to_wei = exact


def _explain_refusals(chain: Chain, language: Any) -> None:
    """A refused transaction is shown with what its error means and what to do, as the `dongne` command says it."""
    from brownie.network.transaction import TransactionReceipt

    receipts: Any = TransactionReceipt
    shown = receipts._confirm_output

    def explained(transaction: Any) -> str:
        output = str(shown(transaction))
        if transaction.status:
            return output
        refusal = chain.refusal(HexBytes(transaction.txid))
        return f"{output}  {refusal.explain(language)}\n" if refusal else output

    receipts._confirm_output = explained
