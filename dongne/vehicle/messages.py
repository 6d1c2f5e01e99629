"""Signed messages about vehicles (EIP-712), one home for each."""

from dataclasses import dataclass
from typing import Any, ClassVar

from eth_account.signers.local import LocalAccount
from eth_typing import ChecksumAddress

from dongne.signing import Domain, TypedMessage, sign
from dongne.vehicle.errors import NotASigner
from dongne.vehicle.identity import VehicleId


@dataclass(frozen=True, slots=True)
class VehicleMessage(TypedMessage):
    """Base of messages that several people sign."""

    @property
    def signers(self) -> tuple[ChecksumAddress, ...]:
        """Who signs."""
        raise NotImplementedError

    def sign(self, key: LocalAccount, domain: Domain) -> bytes:
        """Sign for one chain and one contract: 64 bytes, EIP-2098.

        Raises:
            NotASigner: `key` is none of those who sign.
        """
        if key.address not in self.signers:
            raise NotASigner(key.address, self.signers)
        return sign(self.digest(domain), key)


@dataclass(frozen=True, slots=True)
class OpenLien(VehicleMessage):
    """A vehicle's owner and a creditor agree on a lien; signed for the `VehicleLiens` contract.

    Attributes:
        vehicle: whose title it restricts.
        debtor: owner of the vehicle.
        creditor: whose signature will release the lien.
        amount: of the claim, in the smallest unit of its money; below 2^128.
        rank: the vehicle's next rank, so that a signature opens one lien only.
        document: salted hash of the loan's document.
    """

    TYPE: ClassVar[str] = "OpenLien"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("vehicle", "bytes32"),
        ("debtor", "address"),
        ("creditor", "address"),
        ("amount", "uint256"),
        ("rank", "uint256"),
        ("document", "bytes32"),
    )

    vehicle: VehicleId
    debtor: ChecksumAddress
    creditor: ChecksumAddress
    amount: int
    rank: int
    document: bytes

    @property
    def signers(self) -> tuple[ChecksumAddress, ...]:
        """Owner and creditor."""
        return self.debtor, self.creditor


@dataclass(frozen=True, slots=True)
class ReleaseLien(VehicleMessage):
    """A creditor releases its lien; signed for the `VehicleLiens` contract.

    Attributes:
        lien: number of the restriction.
        vehicle: whose title it restricts.
        creditor: who signs.
        document: salted hash of the receipt.
    """

    TYPE: ClassVar[str] = "ReleaseLien"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("lien", "uint256"),
        ("vehicle", "bytes32"),
        ("creditor", "address"),
        ("document", "bytes32"),
    )

    lien: int
    vehicle: VehicleId
    creditor: ChecksumAddress
    document: bytes

    @property
    def signers(self) -> tuple[ChecksumAddress, ...]:
        """The creditor."""
        return (self.creditor,)


@dataclass(frozen=True, slots=True)
class SaleTerms(VehicleMessage):
    """What seller and buyer of a vehicle agree on; signed for the `VehicleSale` contract. Times are Unix seconds.

    Attributes:
        vehicle: what is sold.
        records: number of records in the history that the parties agreed on.
        head: head of that history.
        seller: holder of the title.
        buyer: who pays and gets the title.
        token: contract of the money of the price.
        price: in the token's smallest unit; below 2^128.
        deposit: part of the price that the seller keeps if the buyer withdraws for no reason.
        fee: of the city, in base units of the local currency.
        fund_by: until when the price must be paid in.
        inspect_by: until when an inspection must be recorded.
        settle_by: until when the title must move.
        document: hash of the contract as the parties read it.
    """

    TYPE: ClassVar[str] = "VehicleSale"
    FIELDS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("vehicle", "bytes32"),
        ("records", "uint256"),
        ("head", "bytes32"),
        ("seller", "address"),
        ("buyer", "address"),
        ("token", "address"),
        ("price", "uint256"),
        ("deposit", "uint256"),
        ("fee", "uint256"),
        ("fundBy", "uint256"),
        ("inspectBy", "uint256"),
        ("settleBy", "uint256"),
        ("document", "bytes32"),
    )

    vehicle: VehicleId
    records: int
    head: bytes
    seller: ChecksumAddress
    buyer: ChecksumAddress
    token: ChecksumAddress
    price: int
    deposit: int
    fee: int
    fund_by: int
    inspect_by: int
    settle_by: int
    document: bytes

    @property
    def signers(self) -> tuple[ChecksumAddress, ...]:
        """Seller and buyer."""
        return self.seller, self.buyer

    def values(self) -> dict[str, Any]:
        """The fields by their EIP-712 names."""
        return dict(zip((name for name, _type in self.FIELDS), self.argument(), strict=True))

    def argument(self) -> tuple[Any, ...]:
        """The terms as the contract's ABI has them, in the order of the message's fields."""
        return (
            self.vehicle,
            self.records,
            self.head,
            self.seller,
            self.buyer,
            self.token,
            self.price,
            self.deposit,
            self.fee,
            self.fund_by,
            self.inspect_by,
            self.settle_by,
            self.document,
        )
