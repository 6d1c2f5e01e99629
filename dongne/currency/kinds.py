"""Kinds of accounts, who may pay whom, and why a payment is refused: the contract's numbers as words."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from dongne.errors import InputError
from dongne.language import Word, _
from dongne.texts import excerpt, folded
from dongne.words import AccountKind

Kind = AccountKind
"""What an account is."""

MEMBERS = (Kind.RESIDENT, Kind.MERCHANT, Kind.INSTITUTION)
"""Kinds that the membership office registers."""

ACTIVE = (*MEMBERS, Kind.SYSTEM_CONTRACT)
"""Kinds that a transfer table can let pay and be paid."""


@dataclass(eq=False)
class NotAKind(InputError):
    """A word that is not a kind of account."""

    template = _("“{text}” is not a kind of account. Possible are: {expected}.")
    text: str
    expected: tuple[Kind, ...]


@dataclass(eq=False)
class NotAPair(InputError):
    """A text that does not name a payer's and a payee's kind."""

    template = _("“{text}” does not say who may pay whom. Write payer:payee, e.g. resident:merchant.")
    text: str


class Refusal(Word):
    """Why a payment is refused."""

    NONE = 0, _("paid")
    PAUSED = 1, _("payments are paused")
    NOT_ALLOWED = 2, _("the payer may not pay this payee")
    INSUFFICIENT_BALANCE = 3, _("the payer does not hold enough")
    REFUND_EXCEEDS_PURCHASES = 4, _("the refund is more than the payee paid to merchants, or the merchant was paid")
    EXPIRED = 5, _("the deadline has passed")
    BAD_SIGNATURE = 6, _("not signed by the payer for its next nonce, or paid before")
    NOTHING = 7, _("a payment of nothing is not an order")


Pair = tuple[Kind, Kind]
"""A payer's and a payee's kind."""


def transfer_table(pairs: Iterable[Pair]) -> int:
    """The transfer table in which just these (payer, payee) pairs are allowed."""
    return sum({1 << (8 * payer + payee) for payer, payee in pairs})


def table_pairs(table: int) -> list[Pair]:
    """The (payer, payee) pairs that a transfer table allows."""
    return [(payer, payee) for payer in Kind for payee in Kind if table >> (8 * payer + payee) & 1]


DEFAULT_TABLE = transfer_table(
    [
        (Kind.RESIDENT, Kind.MERCHANT),
        (Kind.RESIDENT, Kind.SYSTEM_CONTRACT),
        (Kind.MERCHANT, Kind.RESIDENT),
        (Kind.MERCHANT, Kind.INSTITUTION),
        (Kind.MERCHANT, Kind.SYSTEM_CONTRACT),
        (Kind.INSTITUTION, Kind.RESIDENT),
        (Kind.INSTITUTION, Kind.MERCHANT),
        (Kind.INSTITUTION, Kind.SYSTEM_CONTRACT),
        (Kind.SYSTEM_CONTRACT, Kind.RESIDENT),
        (Kind.SYSTEM_CONTRACT, Kind.MERCHANT),
        (Kind.SYSTEM_CONTRACT, Kind.INSTITUTION),
    ]
)
"""Payments and refunds, and the city's own contracts; no resale between merchants."""

RESIDENTS_MAY_GIVE = transfer_table([(Kind.RESIDENT, Kind.RESIDENT)])
"""Added to `DEFAULT_TABLE` where residents may pay one another."""


def kind_of(text: str, among: tuple[Kind, ...] = MEMBERS) -> Kind:
    """The kind that a word means, in English or Korean.

    Raises:
        NotAKind: it means none of `among`.
    """
    kind = _words().get(folded(text))
    if kind not in among:
        raise NotAKind(excerpt(text), among)
    return kind


def pair_of(text: str) -> Pair:
    """Payer's and payee's kind, from a text such as "resident:merchant".

    Raises:
        NotAPair: there are not two words with a colon between them.
        NotAKind: one of them is not a kind that can pay or be paid.
    """
    parts = text.split(":")
    if len(parts) != 2:
        raise NotAPair(excerpt(text))
    return kind_of(parts[0], ACTIVE), kind_of(parts[1], ACTIVE)


@cache
def _words() -> dict[str, Kind]:
    text = resources.files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8")
    others: dict[str, list[str]] = tomllib.loads(text)
    return {folded(word): kind for kind in Kind for word in (kind.name, kind.label, *others[kind.name])}
