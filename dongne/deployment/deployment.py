"""Deploys the suite, wires its roles and hands it over to the city.

A deployment that was cut off goes on where it stopped: every transaction goes through the outbox, so that none is sent
twice, contracts are recorded as soon as they are confirmed, and roles are granted only where they are missing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress
from eth_utils.abi import collapse_if_tuple
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes

from dongne import abi
from dongne import book as books
from dongne.access import CityAccess
from dongne.book import AddressBook, Entry
from dongne.bytecode import build
from dongne.chain import Call, Chain
from dongne.currency import Appointed, Kind, LocalCurrency
from dongne.deployment.city import City
from dongne.deployment.errors import ContractGone, DeployerIsOfficer, RolesKept, RolesNotAsAsked, SourcesChanged
from dongne.language import Message, Readable, _
from dongne.sending import Listener, Sender
from dongne.suite import SUITE, Role

CONTRACTS = tuple(SUITE)

Say = Callable[[Readable], None]


def deploy(
    admin: LocalAccount,
    confirmations: int,
    *,
    city: City,
    chain: Chain,
    folder: Path,
    say: Say = lambda _message: None,
) -> AddressBook:
    """Deploy what is missing, wire the roles, hand over to the city; the deployer ends with no role.

    Args:
        admin: account that pays and signs; it administers the suite only until the end of this call.
        confirmations: blocks that must hold each transaction, its own included.
        city: names, limits and holders of the roles.
        chain: where to.
        folder: of the address books.
        say: hears what is being done, step by step.

    Raises:
        SettingError: the city names the deployer as an officer.
        DeploymentMismatch: the address book names a contract that the chain does not have, or the sources have changed
            since the deployment began.
        ChainError: the node failed; call again to go on.
    """
    deployment = Deployment(admin, confirmations, city, chain, folder, say)
    return deployment.book if deployment.book.complete else deployment.run()


@dataclass(slots=True)
class Deployment:
    """One run of a deployment, resuming what an earlier run left."""

    admin: LocalAccount
    confirmations: int
    city: City
    chain: Chain
    folder: Path
    say: Say = lambda _message: None
    book: AddressBook = field(init=False)
    sender: Sender = field(init=False)

    def __post_init__(self) -> None:
        refuse_officer(self.admin.address, self.city)
        self.cap_fees(None)
        self.book = self._resumed() or AddressBook(
            chain_id=self.chain.id,
            compiler=build().compiler,
            commit=build().commit,
            standard_json_hash=build().standard_json_hash,
            time_zone=self.city.time_zone,
        )
        if self.book.complete:
            self.say(Message(_("{file} is complete; nothing to do"), {"file": self.file}))

    @property
    def file(self) -> Path:
        """The address book's."""
        return books.path(self.folder, self.chain.id)

    def cap_fees(self, wei: int | None) -> None:
        """Set the most that a unit of gas may cost; None sets no limit."""
        policy = replace(self.chain.policy, confirmations=self.confirmations, fee_cap=wei)
        listener = Listener(sent=self._say_sent, replaced=self._say_sent)
        self.sender = self.chain.sender(self.admin, self.folder, policy=policy, listener=listener)

    def run(self) -> AddressBook:
        """Do what is still to be done."""
        for name in CONTRACTS:
            self._create(name)
        self.sender.settle()  # creations are recorded; whatever else was under way shows in the roles
        self._wire_roles()
        self._hand_over()
        return self._finish()

    def arguments(self, name: str) -> list[Any]:
        """Constructor arguments: addresses of contracts, the deployer, else settings of the city's file."""
        return [self._argument(argument) for argument in SUITE[name].arguments]

    def creation(self, name: str, arguments: list[Any]) -> Call:
        """The call that creates a contract."""
        constructor: dict[str, Any] = next((each for each in abi.abi(name) if each["type"] == "constructor"), {})
        types = [collapse_if_tuple(each) for each in constructor.get("inputs", [])]
        return Call(self.chain, None, build().contracts[name].creation + encode(types, arguments), name)

    def _argument(self, argument: str) -> Any:
        if argument in SUITE:
            return self.book.entry(argument).address
        return self.admin.address if argument == "deployer" else getattr(self.city, argument)

    def _create(self, name: str) -> None:
        """Create a contract unless that is done; it is in the address book before the outbox forgets it."""
        if name in self.book.contracts:
            return
        arguments = self.arguments(name)
        with self.sender.delivery(self.creation(name, arguments)) as receipt:
            address = to_checksum_address(str(receipt["contractAddress"]))
            entry = Entry(address, receipt["blockNumber"], HexBytes(receipt["transactionHash"]).to_0x_hex(), arguments)
            self._record(replace(self.book, contracts={**self.book.contracts, name: entry}))
        self.say(Message(_("{contract} at {address}, block {block}"), {"contract": name, **_place(entry)}))

    def _wire_roles(self) -> None:
        """Open functions to roles and grant the roles, where that is missing; all in one transaction."""
        roles: dict[str, str] = {role.name: holder for role, holder in self.city.officers.items()}
        delays = {role.name: seconds for role, seconds in self.city.delays.items() if seconds}
        if changes := list(self._role_changes()):
            self.sender.deliver(self._access().all_of(changes))
        if list(self._role_changes()):
            raise RolesNotAsAsked(self.admin.address)
        second = self.city.second_administrator or ""
        book = replace(self.book, roles=roles, delays=delays, second_administrator=second)
        self._record(replace(book, time_zone=self.city.time_zone))
        self.say(Message(_("{count} roles granted"), {"count": len(roles)}))

    def _hand_over(self) -> None:
        """Give up the administrator's role."""
        access = self._access()
        if access.membership(Role.ADMINISTRATOR, self.admin.address).held:
            self.sender.deliver(access.renounce(Role.ADMINISTRATOR, self.admin.address))
        kept = tuple(role.name for role in Role if access.membership(role, self.admin.address).held)
        if kept:
            raise RolesKept(self.admin.address, kept)

    def _finish(self) -> AddressBook:
        self._record(replace(self.book, complete=True))
        self.say(Message(_("The deployer holds no role. Address book: {file}"), {"file": self.file}))
        return self.book

    def _resumed(self) -> AddressBook | None:
        if not self.file.exists():
            return None
        book = books.load(self.folder, self.chain.id)
        if not book.complete and book.standard_json_hash != build().standard_json_hash:
            raise SourcesChanged(book.commit or Message(_("its sources")), self.file)
        for name, entry in book.contracts.items():
            if not self.chain.code(entry.address):
                raise ContractGone(self.file, name, entry.address, self.chain.id)
        return book

    def _role_changes(self) -> Iterator[Call]:
        yield from self._registrations()  # first: as long as no role has the function, it is the deployer's
        yield from self._appointment()
        yield from self._openings()
        yield from self._guardians()
        yield from self._grants()
        yield from self._revocations()

    def _registrations(self) -> Iterator[Call]:
        """Contracts that hold money are the currency's own kind of account."""
        currency = LocalCurrency(self.chain, self.book.entry(LocalCurrency.NAME))
        holding = [self.book.entry(contract.name).address for contract in SUITE.values() if contract.holds_currency]
        for address in holding:
            if currency.account(address).kind is not Kind.SYSTEM_CONTRACT:
                yield self._access().execute(currency.register_contract(address, is_one=True))

    def _appointment(self) -> Iterator[Call]:
        """The contracts that may do what no role may, once for all."""
        currency = LocalCurrency(self.chain, self.book.entry(LocalCurrency.NAME))
        if not currency.appointed():
            names = ("Treasury", "Holds", "Recovery", "Unclaimed")
            four = Appointed(*(self.book.entry(name).address for name in names))
            yield self._access().execute(currency.appoint(four))

    def _openings(self) -> Iterator[Call]:
        access = self._access()
        for contract in SUITE.values():
            target = self.book.entry(contract.name).address
            for role, functions in contract.opens.items():
                if any(opened != role for opened in access.opened_to(contract.name, target, functions)):
                    yield access.open_functions(contract.name, target, functions, role)

    def _guardians(self) -> Iterator[Call]:
        """The guardian may cancel what any officer announces; administrators cancel what another one announces."""
        access = self._access()
        for role, guardian in access.guardians().items():
            if role not in (Role.ADMINISTRATOR, Role.GUARDIAN) and guardian != Role.GUARDIAN:
                yield access.set_guardian(role, Role.GUARDIAN)

    def _grants(self) -> Iterator[Call]:
        access = self._access()
        for role, holder in self._holders():
            delay = 0 if holder in self.book.names() else self.city.delays.get(role, 0)
            found = access.membership(role, holder)
            if not found.held or found.delay != delay:
                yield access.grant(role, holder, delay)

    def _revocations(self) -> Iterator[Call]:
        """From those whom an earlier run with other officers gave a role; the deployer gives up its own."""
        access, wanted = self._access(), {*self._holders(), (Role.ADMINISTRATOR, self.admin.address)}
        for role in Role:
            for holder in access.holders(role):
                if (role, holder.account) not in wanted:
                    yield access.revoke(role, holder.account)

    def _holders(self) -> Iterator[tuple[Role, ChecksumAddress]]:
        """Each role with its holders: officers, and contracts of the suite."""
        yield from self.city.holders()
        for contract in SUITE.values():
            for role in contract.holds:
                yield role, self.book.entry(contract.name).address

    def _access(self) -> CityAccess:
        return CityAccess(self.chain, self.book.entry(CityAccess.NAME))

    def _record(self, book: AddressBook) -> None:
        self.book = book
        books.save(book, self.folder)

    def _say_sent(self, transaction: str, title: str) -> None:
        values = {"title": title, "transaction": transaction}
        self.say(Message(_("{title}: sent as {transaction}; waiting until it is mined"), values))


def _place(entry: Entry) -> dict[str, object]:
    return {"address": entry.address, "block": entry.block}


def refuse_officer(deployer: ChecksumAddress, city: City) -> None:
    """Make sure that the deployer, who ends with no role, is named for none.

    Raises:
        DeployerIsOfficer: the city's file names it.
    """
    named = tuple(role.name.lower() for role, holder in city.officers.items() if holder == deployer)
    if deployer == city.second_administrator:
        named = (*named, "second_administrator")
    if named:
        raise DeployerIsOfficer(deployer, named)
