"""Checks of those who send: can they pay, are their keys safe, is something of theirs under way or in use."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from filelock import FileLock, Timeout

from dongne.book import AddressBook
from dongne.chain import Chain
from dongne.health.finding import Finding, fault, fine, weak
from dongne.keys import address_in
from dongne.language import _
from dongne.sending.outbox import FOLDER

FUNDS, KEYS, UNDER_WAY = _("ether for gas"), _("key files"), _("transactions under way")

GAS_IN_HAND = 10_000_000
"""Gas that a sender should be able to pay for at today's fees: some ten full batches."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OUTBOX = re.compile(r"(?P<chain>\d+)-0x[0-9a-f]{8}-(?P<address>0x[0-9a-fA-F]{40})\.")


def funds(chain: Chain, book: AddressBook, keystores: Iterable[Path]) -> Iterator[Finding]:
    """Whether those who send can pay for gas: keys of this machine must, officers should; contracts need none."""
    fee, own = chain.fees().most, [address for file in keystores if (address := _stated(file))]
    officers = [to_checksum_address(each) for each in book.roles.values()]
    contracts = chain.contracts({*own, *officers})
    poor = {each: chain.balance(each) for each in dict.fromkeys((*own, *officers)) if each not in contracts}
    short = {each: balance for each, balance in poor.items() if balance < GAS_IN_HAND * fee}
    for address, balance in short.items():
        found = fault if address in own else weak
        yield found(
            FUNDS,
            _("{address} holds {balance} ether: not enough for {gas:,} gas at today's fees"),
            _("Send it {missing} ether or more."),
            address=address,
            balance=_ether(balance),
            gas=GAS_IN_HAND,
            missing=_ether(GAS_IN_HAND * fee - balance),
        )
    if not short:
        yield fine(FUNDS, _("{count} accounts can pay for {gas:,} gas each"), count=len(poor), gas=GAS_IN_HAND)


def key_files(files: Iterable[Path]) -> Iterator[Finding]:
    """Whether files with secrets can be read, and by their owner only."""
    for file in files:
        if not os.access(file, os.R_OK):
            yield fault(
                KEYS,
                _("{file} is not there, or this user cannot read it"),
                _("Correct its name in the settings, or give the file to the user who runs `dongne`."),
                file=file,
            )
        elif file.stat().st_mode & _OTHERS:
            yield fault(
                KEYS,
                _("{file} can be read by others (mode {mode})"),
                _("chmod 600 {file}"),
                file=file,
                mode=f"{stat.S_IMODE(file.stat().st_mode):04o}",
            )
        else:
            yield fine(KEYS, _("{file} can be read by its owner only"), file=file)


def under_way(chain: Chain, folder: Path) -> Iterator[Finding]:
    """What keys that this machine has sent with have under way; a command that sends right now looks after its own."""
    keys = dict(sorted(_senders(folder / FOLDER, chain.id)))
    waiting = {each: chain.nonce(each, pending=True) - chain.nonce(each) for each in keys}
    busy = {each: lock for each, lock in keys.items() if _is_held(lock)}
    left = {each: count for each, count in waiting.items() if count > 0 and each not in busy}
    for address, lock in busy.items():
        yield fine(
            UNDER_WAY,
            _("a command sends as {address}, {count} in no block yet; others with that key must wait ({file})"),
            address=address,
            count=max(waiting[address], 0),
            file=lock,
        )
    for address, count in left.items():
        yield weak(
            UNDER_WAY,
            _("{address} has {count} in no block yet"),
            _("Run its last command again: it waits for them, and sends nothing twice."),
            address=address,
            count=count,
        )
    if not left:
        yield fine(UNDER_WAY, _("nothing of {count} keys is waiting"), count=len(keys) - len(busy))


def _senders(folder: Path, chain_id: int) -> Iterator[tuple[ChecksumAddress, Path]]:
    """Whose outboxes are there for a chain, by the names of their files, and what is locked while they are in use."""
    for file in folder.glob("*"):
        named = _OUTBOX.match(file.name)
        if named and int(named["chain"]) == chain_id:
            yield to_checksum_address(named["address"]), folder / f"{named[0]}inuse"


def _is_held(file: Path) -> bool:
    if not file.exists():
        return False
    lock = FileLock(file)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return True
    lock.release()
    return False


def _stated(keystore: Path) -> ChecksumAddress | None:
    return address_in(keystore) if os.access(keystore, os.R_OK) else None


def _ether(wei: int) -> str:
    return f"{Decimal(wei).scaleb(-18):.6f}"
