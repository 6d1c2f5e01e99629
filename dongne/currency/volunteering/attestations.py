"""Files of attestations: what two attesters signed of a list of shifts, a JSON line for each part and signature."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eth_typing import ChecksumAddress

from dongne.currency.files import account_of
from dongne.currency.paymentfile import order_of
from dongne.currency.signedfile import read_signed_rows
from dongne.currency.volunteering.errors import AttestationsOfTwoDocuments
from dongne.problems import Problems
from dongne.signing import signature_of
from dongne.tables import Row, parse_rows

FIELDS = ("digest", "document", "attester", "signature")
"""Fields of an attestation."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """That somebody says a part of a list was worked.

    Attributes:
        digest: what was signed, 32 bytes; it names the part.
        document: salted hash of the sign-in sheet.
        attester: who.
        signature: of the attester's key, or what its contract takes.
    """

    digest: bytes
    document: bytes
    attester: ChecksumAddress
    signature: bytes

    def as_argument(self) -> tuple[ChecksumAddress, bytes]:
        """As the contract takes it."""
        return self.attester, self.signature

    def line(self) -> str:
        """As one JSON line."""
        values = {"digest": self.digest, "document": self.document, "signature": self.signature}
        return json.dumps({name: "0x" + value.hex() for name, value in values.items()} | {"attester": self.attester})


def read_attestations(file: Path) -> tuple[Attestation, ...]:
    """The attestations of a file, JSON lines or CSV; all of them or none.

    Raises:
        RejectedFile: with every problem in it.
        UnreadableFile: the file cannot be read.
    """
    problems = Problems(file)
    table = read_signed_rows(file, FIELDS, problems)
    found = parse_rows(table, problems, _attestation)
    problems.raise_if_any()
    return tuple(found)


def document_in(file: Path, attestations: Iterable[Attestation]) -> bytes:
    """The document of which all attestations of a file speak; zeros where there is none.

    Raises:
        AttestationsOfTwoDocuments: they speak of different ones.
    """
    documents = {each.document for each in attestations}
    if len(documents) > 1:
        raise AttestationsOfTwoDocuments(file)
    return documents.pop() if documents else bytes(32)


def by_one_of(
    attestations: Iterable[Attestation], digest: bytes, attesters: Sequence[ChecksumAddress]
) -> Attestation | None:
    """What one of some attesters signed of a part; None if nobody did."""
    return next((each for each in attestations if each.digest == digest and each.attester in attesters), None)


def _attestation(row: Row) -> Attestation:
    digest, document, attester, signature = row.values(
        ("digest", order_of), ("document", order_of), ("attester", account_of), ("signature", signature_of)
    )
    return Attestation(digest, document, attester, signature)
