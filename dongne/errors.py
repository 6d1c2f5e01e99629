"""Everything that can go wrong, as one tree; each class carries its values and the one sentence that states them.

    DongneError
    +-- SettingError            a setting is missing or not valid
    +-- InputError              a value given by a person is not usable
    |   +-- UnreadableFile      a file as a whole is not
    |   +-- RejectedFile        lines of it are not: all of them are named
    +-- SigningError            a message cannot be signed by that key
    +-- ChainError              the node or the network
    |   +-- NodeUnreachable, NodeSilent, NodeBusy, NodeTalksNonsense
    |   +-- NodeRefused, NodeBehind, TooMuchAsked, NodeLags
    |   +-- WrongChain, NoContractThere, NotEnoughForGas, FeeAboveCap
    |   +-- TransactionNotMined, TransactionTooCheap, TransactionPending, TransactionReplaced, OutcomeUndone
    |   +-- ChainStandsStill, KeyInUseElsewhere, OutboxBusy, OutboxNotReadable
    +-- ContractRefused         a contract reverted, with its custom error decoded
    +-- Interrupted             a person stopped a command while a transaction was under way
    +-- Declined                a question was answered with no
    +-- EvidenceMismatch        what was recomputed from the chain differs from what was claimed

Products add classes of their own in their `errors.py`. A sentence says what happened, with values, and what to do next;
`explain` gives it in the reader's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import ClassVar

from dongne.abi import errors as custom_errors
from dongne.explanations import EXPLANATIONS, as_read
from dongne.language import Joined, Language, Message, Template, Word, _, _n, shown


class ExitCode(Word):
    """What a command's exit code tells the script that ran it; docs/commands.md has the table."""

    DONE = 0, _("done")
    DIFFERENT = 1, _("a check found a difference or a fault; the message names it")
    USAGE = 2, _("the command line is not valid")
    SETTING = 3, _("a setting, a key or a file of the deployment is missing or not valid")
    INPUT = 4, _("a value or a file given to the command is not usable")
    LATER = 5, _("the node or the network failed, or a delay is not over: the same command may pass later")
    REFUSED = 6, _("a contract refuses it")
    DECLINED = 7, _("a question was answered with no, or nobody answered it")
    BUG = 70, _("a fault of the program, with a traceback to report")
    INTERRUPTED = 130, _("stopped by Ctrl-C")


SHOWN_PROBLEMS = 20
"""Problems of one file that its message names; the rest is counted."""


@dataclass(eq=False)
class DongneError(Exception):
    """Base of every error that Dongne raises on purpose.

    `template` is its sentence, its fields are the values; a command that ends with it has its `exit_code`.
    """

    template: ClassVar[Template] = ""
    exit_code: ClassVar[ExitCode] = ExitCode.DIFFERENT

    @property
    def message(self) -> Message:
        """What happened and what to do, in no language yet."""
        return Message(self.template, {each.name: getattr(self, each.name) for each in fields(self)})

    def explain(self, language: Language) -> str:
        """What happened and what to do, in the reader's language."""
        return self.message.text(language)

    def __str__(self) -> str:
        """What happened and what to do, in English."""
        return self.explain("en")


class SettingError(DongneError):
    """A setting is missing or not valid."""

    exit_code = ExitCode.SETTING


class InputError(DongneError):
    """A value given by a person is not usable."""

    exit_code = ExitCode.INPUT


class SigningError(DongneError):
    """A message cannot be signed by that key."""

    exit_code = ExitCode.INPUT


class ChainError(DongneError):
    """The node or the network did not do what was asked."""

    exit_code = ExitCode.LATER


class EvidenceMismatch(DongneError):
    """What was recomputed from the chain differs from what was claimed."""


@dataclass(eq=False)
class ChainMoved(EvidenceMismatch):
    """The block at which something was read is no longer part of the chain."""

    template = _("Block {block} was replaced by another one while it was being read. Repeat the audit.")
    block: int


@dataclass(eq=False)
class MissingSender(SettingError):
    """A command that sends was given no key."""

    template = _(
        "This command sends a transaction: name the sender's key with --keystore (or DONGNE_KEYSTORE), "
        "or a Safe with --safe"
    )


@dataclass(eq=False)
class Declined(DongneError):
    """A question was answered with no, or nobody was there to answer."""

    exit_code = ExitCode.DECLINED
    template = _("{reason}")
    reason: Message


@dataclass(eq=False)
class NoPassword(DongneError):
    """A password was asked for, and none came."""

    exit_code = ExitCode.DECLINED
    template = _(
        "No password was given, so nothing was done. Type it, or name a file that holds it with --password-file."
    )


@dataclass(eq=False)
class Interrupted(DongneError):
    """A person stopped a command while a transaction was under way."""

    exit_code = ExitCode.INTERRUPTED
    template = _n(
        "Stopped while transaction {transaction} was under way: it may still be mined. "
        "Run the same command again: it waits for this transaction and sends nothing twice.",
        "Stopped while {count:,} transactions were under way, of which {transaction} is the first: they may still be "
        "mined. Run the same command again: it waits for these transactions and sends nothing twice.",
    )
    transactions: tuple[str, ...]

    @property
    def message(self) -> Message:
        """The first of the transactions, and how many there are."""
        values = {"transaction": (self.transactions or ("-",))[0], "count": max(len(self.transactions), 1)}
        return Message(self.template, values)


@dataclass(eq=False)
class UnreadableFile(InputError):
    """A file as a whole is not usable.

    Attributes:
        file: which.
        reason: why.
    """

    template = _("{file}: {reason}")
    file: Path
    reason: Message | str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of a file.

    Attributes:
        reason: the error that using the value raised.
        line: from 1; None where the whole file is meant.
        column: heading of the column; empty where the whole line is meant.
    """

    reason: DongneError
    line: int | None = None
    column: str = ""

    @property
    def message(self) -> Message:
        """The problem with its place."""
        values = {"line": self.line, "column": self.column, "reason": self.reason.message}
        if self.line is None:
            return self.reason.message
        if self.column:
            return Message(_("line {line}, column {column}: {reason}"), values)
        return Message(_("line {line}: {reason}"), values)


@dataclass(eq=False)
class RejectedFile(InputError):
    """A file with problems; nothing of it was used.

    Attributes:
        file: which.
        problems: in the order of the file.
    """

    template = _n(
        "{file} has {count} problem; nothing of the file was used.\n{list}",
        "{file} has {count} problems; nothing of the file was used.\n{list}",
    )
    file: Path
    problems: tuple[Problem, ...]

    @property
    def message(self) -> Message:
        """The first problems line by line, and how many there are."""
        lines = [problem.message for problem in self.problems[:SHOWN_PROBLEMS]]
        if (unsaid := len(self.problems) - len(lines)) > 0:
            lines.append(Message(_("… and {count} more"), {"count": unsaid}))
        values = {"file": self.file, "count": len(self.problems), "list": Joined(tuple(lines), "\n")}
        return Message(self.template, values)


@dataclass(eq=False)
class NodeUnreachable(ChainError):
    """No node answers at the configured address."""

    template = _("No node answers at {url} ({cause}). Start one, or set DONGNE_RPC to one that runs.")
    url: str
    cause: object


@dataclass(eq=False)
class NodeSilent(ChainError):
    """A node that answered before does not any more."""

    template = _("The node at {url} does not answer ({cause}). Check that it is running, then try again.")
    url: str
    cause: object


@dataclass(eq=False)
class NodeRefused(ChainError):
    """The node answered with an error of its own."""

    template = _("The node at {url} refused the request: {cause}")
    url: str
    cause: object
    code: int = 0


@dataclass(eq=False)
class NodeLags(ChainError):
    """A node lacks blocks that another one has."""

    template = _(
        "The node at {url} is behind: its latest block is {block}, but block {seen} was seen. "
        "Wait until it has caught up, or set DONGNE_RPC to another one."
    )
    url: str
    block: int
    seen: int


@dataclass(eq=False)
class NodeBusy(ChainError):
    """The node limits how often it is asked.

    Attributes:
        url: address of the node.
        cause: what it said.
        seconds: for how long it wants to be left alone; 0 where it did not say.
    """

    template = _(
        "The node at {url} is asked more often than it allows ({cause}). Try again later, or use a node of your own."
    )
    url: str
    cause: object
    seconds: float = 0


@dataclass(eq=False)
class NodeDenied(ChainError):
    """The node, or the gateway before it, serves nobody who asks like this."""

    template = _(
        "The node at {url} refuses whoever asks there ({cause}). Check its address, and the access key that belongs to "
        "it, in DONGNE_RPC."
    )
    url: str
    cause: object


@dataclass(eq=False)
class NodeBehind(NodeRefused):
    """The node does not have a block that another answer of it, or another node, has named."""

    template = _("The node at {url} does not have that block: {cause}. It may be behind others; try again later.")


@dataclass(eq=False)
class TooMuchAsked(NodeRefused):
    """The node does not answer so much at a time."""

    template = _("The node at {url} does not answer so much at a time: {cause}")


@dataclass(eq=False)
class NodeTalksNonsense(ChainError):
    """The node's answer is not what JSON-RPC says it must be."""

    template = _(
        "The node at {url} gave an answer that makes no sense ({cause}). Check that this is the address of an Ethereum "
        "node's JSON-RPC interface."
    )
    url: str
    cause: object


@dataclass(eq=False)
class NotEnoughForGas(ChainError):
    """The sender cannot pay for the transaction."""

    template = _(
        "The sender does not hold enough ether for the gas of its next transaction on the chain of {url}, which was "
        "not sent. Send it some, then run the command again: what was sent before stays done."
    )
    url: str


@dataclass(eq=False)
class FeeAboveCap(ChainError):
    """Blocks cost more than may be paid."""

    template = _(
        "A unit of gas costs {fee} gwei now, and at most {cap} gwei may be paid. Nothing was sent. "
        "Wait, or allow more with --max-fee (or DONGNE_MAX_FEE)."
    )
    fee: str
    cap: str


@dataclass(eq=False)
class NoContractThere(ChainError):
    """A contract was called at an address without one."""

    template = _(
        "There is no contract of this suite at its address on chain {chain_id} ({url}). Was the chain reset, "
        "or is it another node's? `dongne status` shows what is missing."
    )
    url: str
    chain_id: int


@dataclass(eq=False)
class WrongChain(ChainError):
    """The node serves another chain than the one asked for."""

    template = _(
        "The node at {url} serves chain {actual}, but chain {expected} was expected. Nothing was sent. "
        "Check the node's address, or DONGNE_CHAIN_ID."
    )
    url: str
    expected: int
    actual: int


@dataclass(eq=False)
class TransactionNotMined(ChainError):
    """A transaction was sent but is in no block yet."""

    template = _(
        "Transaction {transaction} is in no block after {seconds:.0f} s. It may still be mined. "
        "Run the same command again: it waits for this transaction and sends nothing twice."
    )
    transaction: str
    seconds: float


@dataclass(eq=False)
class TransactionTooCheap(TransactionNotMined):
    """A transaction is in no block, and no more may be paid for it."""

    template = _(
        "Transaction {transaction} is in no block after {seconds:.0f} s: it would take more than the {cap} gwei a unit "
        "of gas that may be paid. Run the same command again, with a higher --max-fee (or DONGNE_MAX_FEE) if it is "
        "urgent: nothing is sent twice."
    )
    cap: str


@dataclass(eq=False)
class ChainStandsStill(ChainError):
    """No block came while transactions were to become final."""

    template = _(
        "Everything was sent and is in blocks, but there was no new block for {seconds:.0f} s, so it is not final yet. "
        "Run the same command again once the chain goes on: nothing is sent twice."
    )
    seconds: float


@dataclass(eq=False)
class TransactionPending(ChainError):
    """A key has a transaction under way, so that no other is sent with it."""

    template = _(
        "{sender} has a transaction under way that is in no block yet: {transaction}. Nothing else was sent. "
        "Wait until it is mined, or replace it with the wallet that holds the key; then run the command again."
    )
    sender: str
    transaction: str


@dataclass(eq=False)
class KeyInUseElsewhere(ChainError):
    """A key has a transaction under way that this machine did not send."""

    template = _(
        "{sender} has a transaction under way that was not sent from here; it may be the same one. Nothing was sent. "
        "Wait until it is mined, then run the command again."
    )
    sender: str


@dataclass(eq=False)
class OutboxBusy(ChainError):
    """Another command is sending with the same key."""

    template = _("Another command is sending with {sender} right now. Wait until it ends, then run this one again.")
    sender: str


@dataclass(eq=False)
class OutboxNotReadable(ChainError):
    """The file with the transaction under way is damaged."""

    template = _(
        "{file}, which holds the transaction under way, cannot be read ({cause}). Look the key up in a block explorer; "
        "once nothing of it is pending, move the file away."
    )
    file: Path
    cause: str


@dataclass(eq=False)
class TransactionReplaced(ChainError):
    """Another transaction of the key took the nonce, so that this one can never be mined."""

    template = _(
        "Transaction {transaction} was replaced by another one of {sender}, with the same nonce {nonce}. "
        "Check what that one did, then run the command again."
    )
    transaction: str
    sender: str
    nonce: int


@dataclass(eq=False)
class OutcomeUndone(ChainError):
    """The chain was reorganised, and a transaction that had passed was refused when it was mined again."""

    template = _(
        "Transaction {transaction} ({title}) had passed, but its block was replaced, and mined again it was refused. "
        "What an earlier command reported of it is undone: check it, and run that command again if it is still due."
    )
    transaction: str
    title: str


class ContractRefused(DongneError):
    """A contract reverted.

    Attributes:
        name: name of the custom error; empty where the contract gave none.
        values: its parameters by name.
        raw: what the contract returned.
        zone: IANA name of the time zone in which its times are shown; whoever knows the city sets it.
    """

    exit_code = ExitCode.REFUSED

    def __init__(self, name: str, values: Mapping[str, object], raw: bytes = b"") -> None:
        super().__init__()
        self.name, self.values, self.raw, self.zone = name, values, raw, "UTC"

    @classmethod
    def from_data(cls, data: bytes) -> "ContractRefused":
        """Decode what a reverted call returned; what does not decode is an unknown refusal."""
        from eth_abi.abi import decode  # imported here: `dongne --help` starts without it
        from eth_abi.exceptions import DecodingError
        from eth_utils.abi import collapse_if_tuple

        entry = custom_errors().get(data[:4])
        if entry is None:
            return cls("", {}, data)
        types = [collapse_if_tuple(parameter) for parameter in entry["inputs"]]
        names = [parameter["name"] for parameter in entry["inputs"]]
        try:
            values = decode(types, data[4:])
        except DecodingError:
            return cls("", {}, data)
        return cls(entry["name"], dict(zip(names, values, strict=True)), data)

    @property
    def message(self) -> Message:
        """What the custom error means and what to do."""
        if self.name in EXPLANATIONS:
            return Message(EXPLANATIONS[self.name], as_read(self.name, self._with_checksums(), self.zone))
        if self.name:
            values = ", ".join(f"{name}={shown(value, 'en')}" for name, value in self.values.items())
            return Message("{error}", {"error": f"{self.name}({values})"})
        if self.raw:
            return Message(_("The contract reverted without a known error: {data}"), {"data": self.raw})
        return Message(_("The contract reverted without saying why."))

    def _with_checksums(self) -> dict[str, object]:
        """The values, addresses written as everywhere else: people compare them."""
        from eth_utils.address import is_hex_address, to_checksum_address

        return {
            name: to_checksum_address(value) if isinstance(value, str) and is_hex_address(value) else value
            for name, value in self.values.items()
        }
