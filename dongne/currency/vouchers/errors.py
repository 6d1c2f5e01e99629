"""What can go wrong with vouchers, beside what the contract itself refuses."""

from dataclasses import dataclass

from eth_typing import ChecksumAddress

from dongne.errors import InputError
from dongne.language import _, _n


@dataclass(eq=False)
class ProgrammeNotThere(InputError):
    """A number that no programme has."""

    template = _("There is no programme {programme}; the last one is {last}. See `dongne voucher list`.")
    programme: int
    last: int


@dataclass(eq=False)
class HoldersNotResidents(InputError):
    """People of a list who could not spend what they are granted."""

    template = _n(
        "{count} account of the list is not registered as a resident: {accounts}. Nothing was sent. Register it, or "
        "take it off the list.",
        "{count:,} accounts of the list are not registered as residents, among them {accounts}. Nothing was sent. "
        "Register them, or take them off the list.",
    )
    count: int
    accounts: tuple[ChecksumAddress, ...]


@dataclass(eq=False)
class VouchersLeftBehind(InputError):
    """People of a list whose account was recovered, and whose voucher is at the old address still."""

    template = _n(
        "{count} person of the list has a voucher at an address from before a recovery: {accounts}. Nothing was sent. "
        "Bring it along first, so that the cap counts it: dongne voucher follow {programme} ADDRESS",
        "{count:,} people of the list have vouchers at addresses from before a recovery, among them {accounts}. "
        "Nothing was sent. Bring them along first, so that the cap counts them: dongne voucher follow {programme} "
        "ADDRESS",
    )
    count: int
    accounts: tuple[ChecksumAddress, ...]
    programme: int


@dataclass(eq=False)
class CapsExceeded(InputError):
    """People of a list who would get more than the programme's cap."""

    template = _n(
        "{count} person of the list would be granted more than the cap of {cap} in all: {accounts}. Nothing was sent. "
        "Correct the list.",
        "{count:,} people of the list would be granted more than the cap of {cap} in all, among them {accounts}. "
        "Nothing was sent. Correct the list.",
    )
    count: int
    cap: int
    accounts: tuple[ChecksumAddress, ...]


@dataclass(eq=False)
class FundTooSmallForList(InputError):
    """The funder has not paid in enough."""

    template = _(
        "The list needs {needed} base units, but programme {programme} has {free} that are not granted yet. Nothing "
        "was sent. Ask the funder to pay in the rest."
    )
    needed: int
    programme: int
    free: int


@dataclass(eq=False)
class ListClaimedByItsPeople(InputError):
    """A list that was published cannot be granted in batches as well."""

    template = _("This list was published: its people claim one by one. Nothing was sent. See `dongne voucher claim`.")


@dataclass(eq=False)
class ListBegun(InputError):
    """A list that was granted in part cannot be published as well."""

    template = _(
        "Batches have granted {served} places of this list already, so it cannot be published. Nothing was sent. "
        "Continue with `dongne voucher grant`."
    )
    served: int


@dataclass(eq=False)
class ListUnpublished(InputError):
    """Nobody can claim from a list that was not published."""

    template = _(
        "This very list was not published for this purpose in programme {programme}. Take the file that was "
        "published, unchanged, and its purpose."
    )
    programme: int
