"""Why the relayer does not take a message, or cannot work."""

from dataclasses import dataclass

from dongne.errors import DongneError, ExitCode, InputError
from dongne.language import Moment, Readable, _


@dataclass(eq=False)
class UnknownKind(InputError):
    """Messages of that kind are not relayed here."""

    template = _("Messages of the kind “{kind}” are not relayed here; these are: {kinds}.")
    kind: str
    kinds: tuple[str, ...]


@dataclass(eq=False)
class NotMessages(InputError):
    """What was handed in is no JSON object, and no list of such."""

    template = _("Hand in one message as a JSON object, or up to {most} of them as a list.")
    most: int


@dataclass(eq=False)
class TooManyMessages(InputError):
    """A request holds more messages than are taken at once."""

    template = _("{count:,} messages were handed in at once; at most {most:,} are taken. Use several requests.")
    count: int
    most: int


@dataclass(eq=False)
class BodyTooLong(InputError):
    """A request is longer than is read."""

    template = _("A request may have {most:,} bytes. Hand the messages in by several requests.")
    most: int


@dataclass(eq=False)
class NotSignedBy(InputError):
    """The signature is not that of the account that the message names."""

    template = _(
        "This is not {signer}'s signature over this message. Sign it again: every field, contract and chain count."
    )
    signer: str


@dataclass(eq=False)
class Expired(InputError):
    """The message counts no longer."""

    template = _("It was good until {deadline} only. Sign a new one.")
    deadline: Moment


@dataclass(eq=False)
class NonceUsed(InputError):
    """The signer's nonce of this message is used up."""

    template = _(
        "Nonce {nonce} is used already (the next is {next}): this message, or another in its place, was carried out."
    )
    nonce: int
    next: int


@dataclass(eq=False)
class NonceTooEarly(InputError):
    """Messages before this one are missing."""

    template = _("Nonce {nonce} comes too early: the signer's next is {next}. Hand in the messages before it first.")
    nonce: int
    next: int


@dataclass(eq=False)
class NonceTaken(InputError):
    """Another message with the same nonce waits already."""

    template = _("Another message of {signer} with nonce {nonce} waits already; only one of them can be carried out.")
    signer: str
    nonce: int


@dataclass(eq=False)
class QuotaReached(DongneError):
    """Whoever asks has asked too often."""

    exit_code = ExitCode.LATER
    template = _("At most {most:,} messages a minute are taken from one address. Try again in {seconds} seconds.")
    most: int
    seconds: int


@dataclass(eq=False)
class TooManyWaiting(DongneError):
    """The signer has as many messages in the queue as one may have."""

    exit_code = ExitCode.LATER
    template = _("{signer} has {waiting:,} messages waiting; at most {most:,} may. Wait until some are carried out.")
    signer: str
    waiting: int
    most: int


@dataclass(eq=False)
class NotHandedIn(InputError):
    """No message has that id."""

    template = _("No message with the id {id} was handed in here.")
    id: str


@dataclass(eq=False)
class PollNotOpen(InputError):
    """The poll takes no votes now."""

    template = _("Poll {poll} takes votes from {start} until {end}.")
    poll: int
    start: Moment
    end: Moment


@dataclass(eq=False)
class NotAVoter(InputError):
    """The roll has nobody there who may vote."""

    template = _("Nobody who may vote in poll {poll} stands at place {index} of its roll.")
    poll: int
    index: int


@dataclass(eq=False)
class ChoicesBreakRule(InputError):
    """The choices are not such as the poll counts."""

    template = _("Poll {poll} does not count these choices; its rule: {rule}.")
    poll: int
    rule: Readable


@dataclass(eq=False)
class HeadlessMessage(InputError):
    """A vote does not say which poll it is for."""

    template = _("A vote names its poll: {expected}.")
    expected: str


@dataclass(eq=False)
class AddressNotServable(DongneError):
    """The relayer cannot listen there."""

    exit_code = ExitCode.SETTING
    template = _("Nothing can be served at {address!r} ({cause}). Give HOST:PORT, such as 127.0.0.1:8600.")
    address: str
    cause: str


@dataclass(eq=False)
class ContractWouldSkip(InputError):
    """The contract is known to skip it."""

    template = _("The contract would not carry it out: {reason}.")
    reason: Readable


@dataclass(eq=False)
class OutOfOrder(DongneError):
    """What strangers are told of a failure of node or store: its name."""

    template = _("The relayer cannot work at the moment ({name}). Nothing was queued. Try again in a few seconds.")
    name: str
