"""The measured figures in the pages that publish them: all in docs/gas.md, the headlines in README.md."""

from collections.abc import Sequence
from pathlib import Path

from scripts.gas.measurement import Measurement
from scripts.pages import rewritten

MARK = "gas"

HEADLINES = {
    "transfer": "transfer, checked against the table",
    "transfer_first_of_month": "the first transfer of a month, which turns the month",
    "pay": "signed payment, relayed alone",
    "payMany_50_each": "signed payment in a batch of 50, each",
    "issueBatch_500_each": "issue in a batch of 500, each",
    "transferWithAuthorization_random": "transfer by authorization (EIP-3009), a random nonce",
    "cashOut_request": "cash-out, handed in for a merchant",
    "settleBatch_100_each": "cash-out settled in a batch of 100, each",
    "sale_release": "used-car sale released: title and price at once",
    "vehicle_record": "vehicle record",
    "vehicle_record_first_reading": "the first reading of a vehicle",
    "vehicle_recordBatch_50_each": "vehicle record in a batch of 50, each",
    "roll_register_each": "voter registered on a roll, each",
    "vote_batch_250_adjacent_each": "vote in a batch of 250 neighbours, each",
    "vote_batch_250_random_each": "vote in a batch of 250 at random from 100,000, each",
    "vote_batch_250_approval64_each": "vote with approvals on 64 options, batch of 250, each",
    "secret_vote_batch_10_each": "secret vote with its proof, batch of 10, each",
    "vote_direct": "vote that its voter sends",
    "poll_open": "poll on 4 options opened",
}
"""Operations that the README shows, in its words."""


def gas_page(text: str, measurements: Sequence[Measurement]) -> str:
    """docs/gas.md with these figures."""
    lines = ["| operation | median | worst | floor | budget |", "|---|---|---|---|---|"]
    for m in measurements:
        lines.append(f"| `{m.operation}` | {m.gas:,.0f} | {m.worst:,.0f} | {m.floor:,} | {m.budget:,} |")
    return rewritten(text, MARK, "\n".join([*lines, ""]))


def readme(text: str, measurements: Sequence[Measurement]) -> str:
    """README.md with the figures of its operations."""
    found = {m.operation: m for m in measurements}
    lines = ["| operation | gas | worst | budget |", "|---|---|---|---|"]
    for operation, title in HEADLINES.items():
        m = found[operation]
        lines.append(f"| {title} | {m.gas:,.0f} | {m.worst:,.0f} | {m.budget:,} |")
    return rewritten(text, MARK, "\n".join([*lines, ""]))


def publish(measurements: Sequence[Measurement], root: Path) -> None:
    """Write both pages of the project in `root`."""
    for name, page in (("docs/gas.md", gas_page), ("README.md", readme)):
        file = root / name
        file.write_text(page(file.read_text(encoding="utf-8"), measurements), encoding="utf-8")
