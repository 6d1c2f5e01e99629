"""Why the index stops, or begins nowhere."""

from dataclasses import dataclass

from dongne.errors import ChainError, EvidenceMismatch, SettingError
from dongne.language import _


@dataclass(eq=False)
class HistoryBroken(EvidenceMismatch):
    """A log goes on from something that no log has begun: the node withheld some."""

    template = _(
        "The logs do not add up: {what} {which} goes on from something that no log has begun. The node may have left "
        "out logs. Nothing of this span was kept; use another node, or index anew with `dongne index reset`."
    )
    what: str
    which: str


@dataclass(eq=False)
class LogMalformed(EvidenceMismatch):
    """What is packed in a log does not hold together: the contract writes none like that."""

    template = _(
        "The logs do not add up: what {event} in block {block} holds cannot be read ({cause}). The node may have "
        "altered it. Nothing of this span was kept; use another node."
    )
    event: str
    block: int
    cause: str


@dataclass(eq=False)
class MoneyFromNowhere(EvidenceMismatch):
    """By the logs an account pays more than it has: the node withheld some."""

    template = _(
        "The logs do not add up: {account} pays {amount} base units in block {block} and has {balance} less. The node "
        "may have left out logs. Nothing of this span was kept; use another node, or index anew with "
        "`dongne index reset`."
    )
    account: str
    amount: int
    block: int
    balance: int


@dataclass(eq=False)
class ReorganizationTooDeep(ChainError):
    """The chain was replaced further back than the index can be taken back."""

    template = _(
        "The chain was replaced from before block {oldest} on, {depth} blocks or more below the last that was "
        "indexed ({block}); the tables can be taken back {window} blocks. Check that {url} serves the right chain. If "
        "it does, index anew: `dongne index reset`, then `dongne index follow`."
    )
    url: str
    block: int
    oldest: int
    depth: int
    window: int


@dataclass(eq=False)
class NodeContradictsItself(ChainError):
    """Two answers of a node do not fit together."""

    template = _(
        "The answers of the node at {url} do not fit together: {what} at block {block}. Nothing of it was indexed; it "
        "is asked again."
    )
    url: str
    what: str
    block: int


@dataclass(eq=False)
class OtherIndex(EvidenceMismatch):
    """The store holds the index of something else."""

    template = _(
        "The store at {url} holds an index of another {what}: {stored}, and not {wanted}. Use another store "
        "(DONGNE_STORE), or empty this one's index with `dongne index reset`."
    )
    url: str
    what: str
    stored: str
    wanted: str


@dataclass(eq=False)
class NoIndex(SettingError):
    """The store holds no index yet."""

    template = _("The store at {url} holds no index yet. Make one: `dongne index once`.")
    url: str
