"""What can go wrong with the store."""

from dataclasses import dataclass

from dongne.errors import DongneError, ExitCode, SettingError
from dongne.language import Message, _


class StoreError(DongneError):
    """The database does not do what was asked."""

    exit_code = ExitCode.LATER


@dataclass(eq=False)
class StoreAddressNotValid(SettingError):
    """The store's address is not one of a database that Dongne knows; it may hold a password and is not shown."""

    template = _(
        "DONGNE_STORE is not the address of a store. Give sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE."
    )


@dataclass(eq=False)
class StoreUnreachable(StoreError):
    """The database does not answer, or does not let us in."""

    template = _("The store at {url} cannot be opened: {cause}. Check that it runs and that the address is right.")
    url: str
    cause: str


@dataclass(eq=False)
class StoreFailed(StoreError):
    """The database stopped a transaction; nothing of it was kept."""

    template = _("The store at {url} failed: {cause}. Nothing was kept of what was being written; try again.")
    url: str
    cause: str


@dataclass(eq=False)
class StoreFull(StoreError):
    """The disk below the database is full; nothing of the transaction was kept."""

    template = _(
        "The disk of the store at {url} is full. Nothing was kept of what was being written. Make room, then start "
        "again: it goes on where it stopped."
    )
    url: str


@dataclass(eq=False)
class StoreNewer(StoreError):
    """The tables were made by a later version of Dongne."""

    template = _("The store at {url} was made by a newer version of Dongne ({revision}). Update Dongne here.")
    url: str
    revision: Message | str


@dataclass(eq=False)
class NumberTooLarge(StoreError):
    """A number of the chain is larger than a table's column holds."""

    template = _("A number of the chain does not fit into the store at {url}: {cause}")
    url: str
    cause: str
