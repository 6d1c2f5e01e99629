"""Checks of the deployment: is the address book the chain's, is the code this build's, are roles and delays sound."""

from collections.abc import Iterator

from dongne.access import CityAccess
from dongne.access.weaknesses import weaknesses
from dongne.book import AddressBook
from dongne.bytecode import NotCompiled, build
from dongne.chain import Chain
from dongne.health.finding import Finding, Standing, fault, fine, weak
from dongne.language import Message, _
from dongne.suite import SUITE, Role

BOOK, CODE, ROLES = _("address book"), _("contracts' code"), _("roles and delays")


def addresses(chain: Chain, book: AddressBook) -> Iterator[Finding]:
    """Whether the chain has a contract at every address of a book that is complete."""
    missing = tuple(name for name in SUITE if name not in book.contracts)
    there = chain.contracts(entry.address for entry in book.contracts.values())
    gone = tuple(name for name, entry in book.contracts.items() if entry.address not in there)
    if gone:
        yield fault(
            BOOK,
            _("chain {chain_id} has no code where the address book has {gone}"),
            _("Is it another chain of that number, or one that was reset? Move the address book away, or restore it."),
            chain_id=chain.id,
            gone=gone,
        )
    if missing or not book.complete:
        yield fault(
            BOOK,
            _("the deployment is not complete: {missing}"),
            _("Run `dongne deploy` again: it goes on where it stopped."),
            missing=missing or Message(_("the roles are not handed over to the city yet")),
        )
    if not gone and not missing and book.complete:
        yield fine(BOOK, _("{count} contracts on chain {chain_id}"), count=len(there), chain_id=chain.id)


def code(chain: Chain, book: AddressBook) -> Iterator[Finding]:
    """Whether the code at the addresses is what this installation was compiled from, immutables aside."""
    try:
        compiled = build()
    except NotCompiled as error:
        yield Finding(CODE, Standing.WEAK, Message(_("it cannot be compared")), error.message)
        return
    known = {name: entry for name, entry in book.contracts.items() if name in compiled.contracts}
    found = {name: chain.code(entry.address) for name, entry in known.items()}
    other = tuple(name for name, code in found.items() if code and not compiled.contracts[name].is_code(code))
    if other:
        yield weak(
            CODE,
            _("{other} differ from what this installation was compiled from"),
            _(
                "Use the release with which the city was deployed: commit {commit}. If you do, somebody has changed "
                "the address book."
            ),
            other=other,
            commit=book.commit or "?",
        )
    else:
        yield fine(CODE, _("the code of {count} contracts is this installation's"), count=len(found))


def roles(chain: Chain, book: AddressBook) -> Iterator[Finding]:
    """What one stolen or lost key could do that nobody could stop."""
    access = CityAccess(chain, book.entry(CityAccess.NAME))
    found = list(weaknesses({role: access.holders(role) for role in Role}, access.guardians()))
    fix = Message(_("`dongne roles grant` and `dongne roles revoke` change it; docs/operations.md says how."))
    yield from (Finding(ROLES, Standing.WEAK, each, fix) for each in found)
    if not found:
        yield fine(ROLES, _("nothing is weak about them"))
