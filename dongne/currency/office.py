"""A currency office's lists, carried out in batches; a list that was cut off goes on where it stopped."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from eth_account.signers.local import LocalAccount

from dongne.currency.batch import Issue
from dongne.currency.files import Registration
from dongne.currency.local_currency import Kind, LocalCurrency
from dongne.errors import InputError
from dongne.explanations.sentence import Sentence

BATCH = 500
"""Accounts of one transaction: 11 million gas to register them, below the 16.7 million of EIP-7825."""

_Item = TypeVar("_Item")
Heard = Callable[[int], None]


def register(currency: LocalCurrency, officer: LocalAccount, items: Sequence[Registration], progress: Heard) -> int:
    """Register what is not registered yet; says how many accounts that were.

    Raises:
        InputError: an account is registered as something else; nothing was sent.
        ContractRefused: the officer lacks the role.
    """
    missing = [item for item in items if not _is_registered(currency, item)]
    classes = sorted(missing, key=lambda item: (item.kind, item.category))
    for (kind, category), group in groupby(classes, key=lambda item: (item.kind, item.category)):
        for part in _parts(list(group), BATCH):
            currency.register(officer, kind, [item.account for item in part], category)
            progress(len(part))
    return len(missing)


def issue(
    currency: LocalCurrency,
    issuer: LocalAccount,
    issues: Sequence[Issue],
    purpose: bytes,
    first_block: int,
    progress: Heard,
) -> int:
    """Issue a list for a purpose once; says how many accounts were still to be served.

    The chain's logs tell how many of the list's first accounts the purpose has served, so a list that was cut off is
    carried on, and one that is finished is not issued again. A purpose names one list: take a new one for the next.

    Raises:
        InputError: the purpose has served another list, or the issuer's allowance is too small; nothing was sent.
        ContractRefused: an account may not receive new money; the batches before it stand.
    """
    served, total = currency.issued(issuer.address, purpose, first_block)
    if total != sum(item.amount for item in issues[:served]) or served > len(issues):
        raise InputError(
            Sentence(
                f"this purpose has served {served} accounts with {total} base units, which is not how the list begins; "
                "take another purpose for another list",
                f"이 목적으로 이미 계정 {served}개에 {total}이(가) 발행되었고, 목록의 앞부분과 다릅니다. "
                "다른 목록에는 다른 목적을 쓰세요",
            )
        )
    _check_allowance(currency, issuer, sum(item.amount for item in issues[served:]))
    for part in _parts(issues[served:], BATCH):
        currency.issue_batch(issuer, part, purpose)
        progress(len(part))
    return len(issues) - served


def _is_registered(currency: LocalCurrency, item: Registration) -> bool:
    state = currency.account(item.account)
    kind = state.held_kind if state.kind is Kind.FROZEN else state.kind
    if kind is Kind.NONE:
        return False
    if (kind, state.category) != (item.kind, item.category):
        raise InputError(
            Sentence(
                f"{item.account} is registered as {kind.name.lower()} of category {state.category}; "
                "reclassify it, or correct the list",
                f"{item.account} 계정은 이미 {kind.name.lower()}(업종 {state.category})(으)로 등록되어 있습니다. "
                "재분류하거나 목록을 고치세요",
            )
        )
    return True


def _check_allowance(currency: LocalCurrency, issuer: LocalAccount, needed: int) -> None:
    allowed = currency.issuance_allowance(issuer.address)
    if needed > allowed:
        raise InputError(
            Sentence(
                f"the list needs {needed} base units, but {issuer.address} may issue {allowed} more; "
                "ask the currency officer for a larger allowance",
                f"목록에는 {needed}이(가) 필요하지만 {issuer.address} 계정의 남은 발행 한도는 {allowed}입니다. "
                "통화 담당관에게 한도를 늘려 달라고 하세요",
            )
        )


def _parts(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))
