"""Typed client of the `Vouchers` contract."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eth_typing import ChecksumAddress
from web3.types import TxReceipt

from dongne.chain import Call
from dongne.contract import SigningClient
from dongne.currency.batch import pack_issues
from dongne.currency.vouchers.events import ProgrammeOpened
from dongne.currency.vouchers.lists import Grant, GrantPlan
from dongne.currency.vouchers.messages import VoucherPayment, VoucherRest
from dongne.currency.vouchers.programmes import Terms


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme's terms but for the trades.

    Attributes:
        funder: who pays in and gets back what is left.
        start: first Unix second at which vouchers are good.
        expiry: Unix second from which they are not.
        refund_bps: share, in 1/10,000, that must be spent before the rest is paid out.
    """

    funder: ChecksumAddress
    start: int
    expiry: int
    refund_bps: int


@dataclass(frozen=True, slots=True)
class Fund:
    """A programme's money in base units.

    Attributes:
        held: currency that the contract holds for it.
        committed: what vouchers and published lists may still take.
        cap: most that one person is granted in all.
        closed: whether nothing more is granted.
    """

    held: int
    committed: int
    cap: int
    closed: bool

    @property
    def free(self) -> int:
        """What can still be granted, or withdrawn by the funder."""
        return self.held - self.committed


@dataclass(frozen=True, slots=True)
class Voucher:
    """What a person has of a programme.

    Attributes:
        balance: not spent, base units.
        face: granted in all, base units.
        nonce: that its next signed order needs.
        redeemed: whether the rest was paid out.
    """

    balance: int
    face: int
    nonce: int
    redeemed: bool


@dataclass(frozen=True, slots=True)
class ListProgress:
    """How far a list of grants is.

    Attributes:
        served: places that batches have granted.
        unclaimed: base units kept for the claims of a published list.
        published: whether its people claim one by one.
    """

    served: int
    unclaimed: int
    published: bool


class Vouchers(SigningClient):
    """A city's vouchers. Amounts are base units of the currency."""

    NAME = "Vouchers"

    def count(self) -> int:
        """How many programmes there are; they are numbered from 1."""
        return int(self._read("programmes"))

    def programme(self, programme: int) -> Programme:
        """A programme's terms."""
        return Programme(*self._read("programmeOf", programme))

    def opened(self, programme: int) -> ProgrammeOpened:
        """The event with all terms of a programme."""
        return next(self.events(ProgrammeOpened, programme=programme))

    def accepts(self, programme: int, category: int) -> bool:
        """Whether merchants of a trade accept a programme's vouchers."""
        return bool(self._read("accepts", programme, category))

    def fund_of(self, programme: int, block: int | None = None) -> Fund:
        """A programme's money, now or at a block."""
        return Fund(*self._read("fundOf", programme, block=block))

    def voucher(self, programme: int, holder: ChecksumAddress) -> Voucher:
        """What a person has of a programme."""
        return Voucher(*self._read("voucherOf", programme, holder))

    def vouchers(self, programme: int, holders: Sequence[ChecksumAddress]) -> list[Voucher]:
        """What many people have of a programme, in JSON-RPC batches."""
        return [Voucher(*found) for found in self._read_many("voucherOf", [(programme, each) for each in holders])]

    def spent_at(self, programme: int, holder: ChecksumAddress, merchant: ChecksumAddress) -> int:
        """What a voucher paid a merchant, less refunds."""
        return int(self._read("spentAt", programme, holder, merchant))

    def progress(self, list_id: bytes) -> ListProgress:
        """How far a list of grants is."""
        return ListProgress(*self._read("listOf", list_id))

    def claimed(self, list_id: bytes, places: Sequence[int]) -> list[bool]:
        """Which places of a published list were claimed, in JSON-RPC batches."""
        return self._read_many("isClaimed", [(list_id, place) for place in places])

    def open(self, terms: Terms) -> Call:
        """Open a programme (currency officer)."""
        return self._write("open", terms.as_struct())

    def opened_in(self, receipt: TxReceipt) -> int:
        """The number of the programme that a transaction opened."""
        return self.events_of(receipt, ProgrammeOpened)[0].programme

    def close(self, programme: int) -> Call:
        """End granting from a programme (guardian)."""
        return self._write("close", programme)

    def grant_batch(self, programme: int, list_id: bytes, first: int, grants: Iterable[Grant]) -> Call:
        """Grant the next places of a list, all or none (voucher officer)."""
        return self._write("grantBatch", programme, list_id, first, pack_issues(each.as_item() for each in grants))

    def publish(self, plan: GrantPlan) -> Call:
        """Let the people of a list claim one by one (voucher officer)."""
        return self._write("publish", plan.programme, plan.purpose, plan.tree.root, plan.total)

    def claim(self, plan: GrantPlan, place: int) -> Call:
        """Claim a place of a published list for its holder."""
        grant = plan.grants[place]
        where = (plan.programme, plan.purpose, plan.tree.root, place, grant.account, grant.amount)
        return self._write("claim", where, plan.proof(place))

    def fund(self, programme: int, amount: int) -> Call:
        """Pay in what was approved in the currency (the programme's funder)."""
        return self._write("fund", programme, amount)

    def withdraw(self, programme: int, amount: int) -> Call:
        """Take back what is not granted (the programme's funder)."""
        return self._write("withdraw", programme, amount)

    def follow(self, programme: int, holder: ChecksumAddress) -> Call:
        """Bring a voucher to the address that its holder's recovered account has now; anyone may."""
        return self._write("follow", programme, holder)

    def spend(self, programme: int, merchant: ChecksumAddress, amount: int, order: bytes) -> Call:
        """Pay with one's own voucher."""
        return self._write("spend", programme, merchant, amount, order)

    def spend_by_signature(self, payment: VoucherPayment, signature: bytes) -> Call:
        """Relay a holder's signed payment."""
        who = (payment.programme, payment.holder, payment.merchant)
        return self._write("spendBySignature", (*who, payment.amount, payment.deadline, payment.order), signature)

    def refund(self, programme: int, holder: ChecksumAddress, amount: int, order: bytes) -> Call:
        """Return what a voucher paid to it, out of what was approved in the currency (a merchant)."""
        return self._write("refund", programme, holder, amount, order)

    def redeem_rest(self, programme: int) -> Call:
        """Pay out the rest of one's own voucher."""
        return self._write("redeemRest", programme)

    def redeem_rest_by_signature(self, order: VoucherRest, signature: bytes) -> Call:
        """Relay a holder's signed order to pay out the rest."""
        return self._write("redeemRestBySignature", order.programme, order.holder, order.deadline, signature)

    def sweep(self, programme: int) -> Call:
        """Return what is left of an expired programme to its funder."""
        return self._write("sweep", programme)
