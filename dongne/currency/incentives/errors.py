"""What can go wrong with cash-back, beside what the contract itself refuses."""

from dataclasses import dataclass
from pathlib import Path

from dongne.errors import EvidenceMismatch, InputError
from dongne.language import Joined, Readable, _, _n


@dataclass(eq=False)
class ListFileExists(InputError):
    """Where a list should go is a file already."""

    template = _("{file} exists already; it may be a list that was published. Nothing was written. Name another file.")
    file: Path


@dataclass(eq=False)
class MonthNotFinal(InputError):
    """A month whose purchases can still be refunded."""

    template = _("Purchases of {month} can still be refunded until {until}. Compute its list from then on.")
    month: str
    until: Readable


@dataclass(eq=False)
class NobodyToReward(InputError):
    """A month without purchases at a programme's trades."""

    template = _("By the logs nobody is rewarded by programme {programme} for {month}. There is nothing to publish.")
    programme: int
    month: str


@dataclass(eq=False)
class ListFileDiffers(InputError):
    """A list that is not what the logs say."""

    template = _n(
        "{file} differs from the logs in {count} line, for instance for {account}. Nothing was sent. Compute the list "
        "anew: dongne currency incentive compute",
        "{file} differs from the logs in {count:,} lines, for instance for {account}. Nothing was sent. Compute the "
        "list anew: dongne currency incentive compute",
    )
    file: Path
    count: int
    account: str


@dataclass(eq=False)
class ListNotTheOnePublished(InputError):
    """A file that is not the published list."""

    template = _(
        "{file} is not the list that is published for programme {programme}: nothing was sent. Take the file that was "
        "published, or compute it anew: dongne currency incentive compute"
    )
    file: Path
    programme: int


@dataclass(eq=False)
class NoListOfMonth(InputError):
    """A month without a published list."""

    template = _("No list of programme {programme} was published for {month}, so there is nothing to compare with.")
    programme: int
    month: str


@dataclass(eq=False)
class CashbackDiffers(EvidenceMismatch):
    """What was published or paid is not what follows from the logs."""

    template = _n(
        "The cash-back of programme {programme} for {month} differs from the logs in {count} point:\n{list}\nRepeat "
        "this at another node. If it says the same, tell the guardian, who can reject the list.",
        "The cash-back of programme {programme} for {month} differs from the logs in {count:,} points:\n{list}\nRepeat "
        "this at another node. If it says the same, tell the guardian, who can reject the list.",
    )
    programme: int
    month: str
    count: int
    list: Joined
