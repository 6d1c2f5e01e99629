"""An indexer that is killed (SIGKILL) at a point of its work."""

from dongne.book import AddressBook
from dongne.store import Store
from tests import killing
from tests.dongne.indexing import catch_up, indexer


def calls_of_a_run(rpc: str, book: AddressBook, url: str) -> int:
    """How many calls it takes to index everything."""
    return killing.calls_of(lambda: _index(rpc, book, url))


def killed_after(calls: int, rpc: str, book: AddressBook, url: str) -> bool:
    """Index until so many calls were made; whether it was killed before it was done."""
    return killing.killed_after(calls, lambda: _index(rpc, book, url))


def _index(rpc: str, book: AddressBook, url: str) -> None:
    store = Store.open(url)
    catch_up(indexer(rpc, book, store, window=20))
    store.close()
