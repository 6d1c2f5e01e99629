"""What can go wrong with rolls, polls and votes: a class for each, with its values and its sentence."""

from dataclasses import dataclass
from pathlib import Path

from dongne.errors import EvidenceMismatch, InputError, SettingError
from dongne.language import Joined, Message, Readable, _, _n
from dongne.texts import excerpt

MOST_NAMED = 20
"""Districts or lines that one message names; a big city's roll or a file has hundreds."""


@dataclass(eq=False)
class NoSuchOption(InputError):
    """The number of an option that no poll can have, or that this poll does not have."""

    template = _("Option {option} does not exist; options are numbered from 0 to {last}.")
    option: int
    last: int


@dataclass(eq=False)
class OptionNamedTwice(InputError):
    """A vote names an option more than once."""

    template = _("Option {option} is named twice; name each option once.")
    option: int


@dataclass(eq=False)
class ChoicesBreakTheRule(InputError):
    """A vote that its poll would not count."""

    template = _("These choices break the rule of poll {poll}: {rule}, of {options} options.")
    poll: int
    rule: Readable
    options: int


@dataclass(eq=False)
class NotAsked(InputError):
    """A voter of the roll whom the poll does not ask."""

    template = _(
        "Poll {poll} does not ask voter {voter}: it is held in other districts, and the vote would not be counted."
    )
    poll: int
    voter: int


@dataclass(eq=False)
class MissingVoter(InputError):
    """A vote for whom nobody said."""

    template = _("Name the voter with --voter: an address, or an index on the roll.")


@dataclass(eq=False)
class MissingVoteSigner(InputError):
    """A vote that nobody signs."""

    template = _(
        "Name the voter's key with --keystore (or DONGNE_KEYSTORE), or give a wallet's signature with --signature; "
        "--typed-data prints what a wallet signs."
    )


@dataclass(eq=False)
class NotTheVotersSignature(InputError):
    """A signature by another key, or over another vote."""

    template = _(
        "This is not the signature of voter {voter} ({address}) for these options of this poll. Sign what "
        "--typed-data prints for the same poll and options, with that address's key."
    )
    voter: int
    address: str


@dataclass(eq=False)
class VoteFileNotWritable(InputError):
    """The operating system does not let a line be added."""

    template = _("The vote could not be added to {file}: {reason}. The line is printed without --append.")
    file: Path
    reason: str


@dataclass(eq=False)
class VotesUncounted(InputError):
    """Lines of a file of votes that were not counted.

    Attributes:
        file: of the votes.
        total: how many lines it has.
        lines: those that stay uncounted, and why.
        results: file that says it of every line.
    """

    template = _n(
        "{count} of the {total:,} lines of {file} stays uncounted; {results} says it of each.\n{list}",
        "{count:,} of the {total:,} lines of {file} stay uncounted; {results} says it of each.\n{list}",
    )
    file: Path
    total: int
    lines: tuple[tuple[int, Readable], ...]
    results: Path

    @property
    def message(self) -> Message:
        """The first of them line by line, and how many there are."""
        named = [Message(_("line {line}: {reason}"), {"line": line, "reason": why}) for line, why in self._first]
        if (unsaid := len(self.lines) - len(named)) > 0:
            named.append(Message(_("… and {count} more"), {"count": unsaid}))
        values = {"file": self.file, "count": len(self.lines), "total": self.total, "results": self.results}
        return Message(self.template, {**values, "list": Joined(tuple(named), "\n")})

    @property
    def _first(self) -> tuple[tuple[int, Readable], ...]:
        return self.lines[:MOST_NAMED]


@dataclass(eq=False)
class MoreVotesThanTheCap(InputError):
    """A file of an office with more votes than it may still cast."""

    template = _(
        "{file} holds {votes:,} votes to cast, but the office may cast only {left:,} more in poll {poll}: its cap is "
        "{cap:,}. Nothing was sent."
    )
    file: Path
    poll: int
    votes: int
    left: int
    cap: int


@dataclass(eq=False)
class VoterIndexOutOfRange(InputError):
    """An index that no roll can have."""

    template = _("Voter index {index} is out of range; a roll numbers its voters from 0 to {last:,}.")
    index: int
    last: int


@dataclass(eq=False)
class ChoicesOutOfRange(InputError):
    """A mask with bits beyond the last option."""

    template = _("Choices {choices} name an option beyond number {last}.")
    choices: str
    last: int


@dataclass(eq=False)
class WrongVoteSignatureLength(InputError):
    """A signature that is neither compact nor a wallet's."""

    template = _("The signature of a vote has 64 or 65 bytes, not {length}.")
    length: int


@dataclass(eq=False)
class SkippedVotesCutOff(InputError):
    """A `VotesSkipped` log that ends inside an item."""

    template = _("Skipped votes take {size} bytes each; {length} bytes are not a whole number of votes.")
    size: int
    length: int


@dataclass(eq=False)
class GroupTooLarge(InputError):
    """More votes of the same choices than a group's count can say."""

    template = _("{count:,} votes of the same choices do not fit into one group of {most:,}; use smaller batches.")
    count: int
    most: int


@dataclass(eq=False)
class GroupCutOff(InputError):
    """A packed group that is empty or ends early."""

    template = _("The group at byte {at} is empty or cut off.")
    at: int


@dataclass(eq=False)
class NotOnRoll(InputError):
    """An address that the roll does not have."""

    template = _("{voter} is not on the roll; ask the election office which address is registered.")
    voter: str


@dataclass(eq=False)
class NoVoterOfThatIndex(InputError):
    """An index beyond the roll's last voter."""

    template = _("Roll {roll} has no voter {voter}; its voters are numbered from 0 to {last:,}.")
    roll: int
    voter: str
    last: int


@dataclass(eq=False)
class NobodyOfThatIndex(InputError):
    """An index of an edition under which nobody may vote."""

    template = _("Nobody votes under index {index} of roll {roll}: it was never given.")
    roll: int
    index: int


@dataclass(eq=False)
class StruckIndex(InputError):
    """An index that an edition struck.

    Attributes:
        now: the index under which its address votes now; None if it does not.
    """

    template = _("Nobody votes under index {index} of roll {roll}: its voter was struck.")
    roll: int
    index: int
    now: int | None = None

    @property
    def message(self) -> Message:
        """With the index under which the same address votes now, as after a move."""
        if self.now is None:
            return Message(self.template, {"roll": self.roll, "index": self.index})
        values = {"roll": self.roll, "index": self.index, "now": self.now}
        return Message(_("Index {index} of roll {roll} was struck: its voter votes under index {now} now."), values)


@dataclass(eq=False)
class StruckVoter(InputError):
    """An address that stood on a roll until an edition struck it."""

    template = _(
        "{voter} was struck from the roll, where it had the index {index}, and does not vote on it any more. Ask the "
        "election office why, and which address is registered now."
    )
    voter: str
    index: int


@dataclass(eq=False)
class StruckPageDiffers(EvidenceMismatch):
    """A page of struck voters that the contract would not have taken."""

    template = _(
        "Page {page} of the struck voters ({length} bytes) is not a count, a header and its words: the node does not "
        "give what was written. Ask another node."
    )
    page: int
    length: int


@dataclass(eq=False)
class NoSuchDistrict(InputError):
    """A district that the roll does not have."""

    template = _("The roll has no district {code}; it has {known}.")
    code: int
    known: tuple[int, ...]

    @property
    def message(self) -> Message:
        """With the first districts of the roll; what is beyond them is counted."""
        shown = ", ".join(str(code) for code in self.known[:MOST_NAMED])
        beyond = len(self.known) - MOST_NAMED
        known = Message(_("{codes} and {beyond} more"), {"codes": shown, "beyond": beyond}) if beyond > 0 else shown
        return Message(self.template, {"code": self.code, "known": known})


@dataclass(eq=False)
class NoSuchRoll(InputError):
    """A number that no roll can have."""

    template = _("There is no electoral roll {roll}. Rolls are numbered from 1; `dongne ballot roll list` shows them.")
    roll: int

    @property
    def message(self) -> Message:
        """A number of hundreds of digits is cut."""
        return Message(self.template, {"roll": excerpt(str(self.roll))})


@dataclass(eq=False)
class RollStillOpen(InputError):
    """A roll that is not published completely."""

    template = _(
        "Roll {roll} is not frozen yet, so it cannot be read; `dongne ballot roll show {roll}` shows its state."
    )
    roll: int


@dataclass(eq=False)
class NoSuchPoll(InputError):
    """A number that no poll has."""

    template = _("There is no poll {poll}. Polls are numbered from 1; `dongne ballot list` shows them.")
    poll: int

    @property
    def message(self) -> Message:
        """A number of hundreds of digits is cut."""
        return Message(self.template, {"poll": excerpt(str(self.poll))})


@dataclass(eq=False)
class RollHashDiffers(EvidenceMismatch):
    """The chain's blobs are not those that were published."""

    template = _(
        "Roll {roll} hashes to {computed}, but {published} was published. Ask another node; if it says the same, do "
        "not use the roll."
    )
    roll: int
    computed: bytes
    published: bytes


@dataclass(eq=False)
class BlobDiffers(EvidenceMismatch):
    """A blob of voters has another length than its log says."""

    template = _("Blob {blob} holds {length:,} bytes, not the {voters:,} voters of its log. Is the node in sync?")
    blob: str
    length: int
    voters: int


@dataclass(eq=False)
class PublishedRollDiffers(EvidenceMismatch):
    """What was published is not the file."""

    template = _("Roll {roll} on the chain is not the one of the file. Do not open polls on it.")
    roll: int


@dataclass(eq=False)
class RollChangedMeanwhile(EvidenceMismatch):
    """Somebody else adds to the roll that is being published.

    Attributes:
        roll: its number.
        number: of what it stores, pages and blobs in the order of their logs, the first that was not sent from here.
        blob: where that is; the contract itself where the roll has no such blob.
    """

    template = _(
        "Roll {roll} holds other voters than were sent from here: the first that differs is its blob {number:,}, "
        "{blob}. Somebody else is adding to it. Nothing more was sent. Agree on who publishes, then run the command "
        "again: it opens a new roll."
    )
    roll: int
    number: int
    blob: str


@dataclass(eq=False)
class RollNotSound(EvidenceMismatch):
    """An audit found something."""

    template = _n(
        "Roll {roll} is not sound: {count} voter is listed more than once. Anyone can prove it with "
        "`dongne ballot roll prove-duplicate`; then no poll can use the roll. Publish a corrected one.",
        "Roll {roll} is not sound: {count} voters are listed more than once. Anyone can prove it with "
        "`dongne ballot roll prove-duplicate`; then no poll can use the roll. Publish a corrected one.",
    )
    roll: int
    count: int


@dataclass(eq=False)
class RollStateDiffers(EvidenceMismatch):
    """The contract's own figures of a roll are not those of its logs."""

    template = _("Roll {roll} is not sound: the contract states another hash or size than its logs. Do not use it.")
    roll: int


@dataclass(eq=False)
class VoteRecordDiffers(EvidenceMismatch):
    """Logs and contract disagree on one vote."""

    template = _("Logs and contract disagree on voter {voter} of poll {poll}. Report this to the election office.")
    poll: int
    voter: int


class Finding(EvidenceMismatch):
    """Something that a recount found wrong."""


@dataclass(eq=False)
class CountedAgainstTheRule(Finding):
    """Choices were counted that the poll's rule forbids."""

    template = _("choices {choices} break the rule")
    choices: str


@dataclass(eq=False)
class CountedTwice(Finding):
    """A voter's vote stands in the logs twice."""

    template = _("voter {voter} was counted twice")
    voter: int


@dataclass(eq=False)
class CountedUneligible(Finding):
    """A voter was counted whom the poll does not ask."""

    template = _("voter {voter} was counted but may not vote")
    voter: int


@dataclass(eq=False)
class TermsDiffer(Finding):
    """The contract keeps other terms than the log of the opening."""

    template = _("the contract's poll is not the one that was announced")


@dataclass(eq=False)
class TurnoutDiffers(Finding):
    """Turnout as the contract states it and as the logs add up to it."""

    template = _("the contract states {stated} of {stated_eligible} voters, the logs {counted} of {counted_eligible}")
    stated: int
    stated_eligible: int
    counted: int
    counted_eligible: int


@dataclass(eq=False)
class TallyDiffers(Finding):
    """Options whose votes the contract states otherwise."""

    template = _("the contract's tally differs for option {options}")
    options: tuple[int, ...]


@dataclass(eq=False)
class BitmapDiffers(Finding):
    """The marks of who voted do not add up to the turnout."""

    template = _("the contract's bitmap of who voted has another number of voters than its turnout")


@dataclass(eq=False)
class ListedTwice(Finding):
    """A voter who stands on the roll more than once."""

    template = _("{voter} stands on the roll under the indices {indices}")
    voter: str
    indices: tuple[int, ...]


@dataclass(eq=False)
class CountedUnsigned(Finding):
    """A vote was counted that nobody can be shown to have cast."""

    template = _("the vote of voter {voter} was counted, but what brought it holds no signature of the voter's")
    voter: int


@dataclass(eq=False)
class CastByNoOffice(Finding):
    """Votes were counted as an office's that no accreditation covers, or that the office's key did not send."""

    template = _(
        "{votes:,} votes were counted as those of the office {office}, which was not accredited or did not send them"
    )
    office: str
    votes: int


@dataclass(eq=False)
class OfficeAboveCap(Finding):
    """An office cast more votes than it may."""

    template = _("the office {office} cast {cast:,} votes, and its cap is {cap:,}")
    office: str
    cast: int
    cap: int


@dataclass(eq=False)
class OfficesAboveCeiling(Finding):
    """The caps of all offices together exceed what the deployment allows."""

    template = _("the offices' caps add up to {caps:,}, and {most:,} is the most that the deployment allows")
    caps: int
    most: int


@dataclass(eq=False)
class AssistedCountDiffers(Finding):
    """The contract of the offices states another number of votes than its logs hold."""

    template = _("the offices cast {stated:,} votes by the contract's own count, and {counted:,} by its logs")
    stated: int
    counted: int


@dataclass(eq=False)
class OutcomeDiffers(Finding):
    """The contract states another outcome than follows from the votes."""

    template = _("the contract states another outcome than follows from the votes")


@dataclass(eq=False)
class ProvenCountDiffers(Finding):
    """The count that follows from the hash of the block is not what the logs add up to: some were left out."""

    template = _("the node left out votes: {proven:,} follow from the hash of the block, its logs hold {counted:,}")
    proven: int
    counted: int


@dataclass(eq=False)
class CodeDiffers(Finding):
    """A contract that was not compiled from this suite's sources."""

    template = _("the code at {address} is not that of {contract} in this version of dongne")
    contract: str
    address: str


@dataclass(eq=False)
class BoxUsesOtherRolls(EvidenceMismatch):
    """The ballot box takes its voters from somewhere else than the address book says."""

    template = _(
        "The ballot box {box} takes its voters from the rolls at {stated}, but the address book names {known}. "
        "One of them is not the city's: do not rely on this recount before the city has explained it."
    )
    box: str
    stated: str
    known: str


@dataclass(eq=False)
class NodesDisagreeOnPoll(EvidenceMismatch):
    """Two nodes state different counts at one block."""

    template = _(
        "The node at {node} states another block {block}, or another count of poll {poll} there. One of the nodes lies "
        "or follows another chain: ask a third one."
    )
    node: str
    poll: int
    block: int


@dataclass(eq=False)
class NodesDisagreeOnRoll(EvidenceMismatch):
    """Two nodes state different things of a roll."""

    template = _(
        "The node at {node} states another hash, size or standing of roll {roll}. One of the nodes lies or follows "
        "another chain: ask a third one."
    )
    node: str
    roll: int


@dataclass(eq=False)
class PollNotFinalYet(InputError):
    """A poll that was opened after the block as of which is recounted."""

    template = _(
        "Poll {poll} was opened in block {opened:,}, after block {block:,}, as of which you recount. "
        "Wait until it is final, or give --block latest."
    )
    poll: int
    opened: int
    block: int


@dataclass(eq=False)
class VoteNotFound(InputError):
    """A voter of whom no vote is counted."""

    template = _("No vote of voter {voter} is counted in poll {poll}. `dongne ballot check` says whether one may vote.")
    poll: int
    voter: int


@dataclass(eq=False)
class NotAReceipt(InputError):
    """A file that should be the receipt of a vote and is not."""

    template = _("{file} is not the receipt of a vote ({place} is wrong). Ask for the file as it was issued.")
    file: Path
    place: str


@dataclass(eq=False)
class ReceiptDisproven(EvidenceMismatch):
    """A receipt that says something else than a node."""

    template = _(
        "The receipt does not hold: its {what} is not what the node at {node} has. The file was altered, or the node "
        "lies: ask another one with --rpc, and report it to the election office if that one says the same."
    )
    what: str
    node: str


@dataclass(eq=False)
class ReceiptOfAnotherCity(EvidenceMismatch):
    """A receipt that names another ballot box than the address book."""

    template = _(
        "The receipt is of the ballot box {stated}, but the city's is {known}. Somebody else issued it: do not rely "
        "on it."
    )
    stated: str
    known: str


@dataclass(eq=False)
class ReceiptNotFinalYet(InputError):
    """A receipt of a block that the node does not know yet."""

    template = _("The node at {node} does not have block {block:,} yet. Wait until it has, or ask another one.")
    block: int
    node: str


@dataclass(eq=False)
class PollDoesNotRecount(EvidenceMismatch):
    """A recount found something."""

    template = _("Poll {poll} does not recount: {findings}. Report this to the election office.")
    poll: int
    findings: Joined


@dataclass(eq=False)
class ZeroAddressVoter(InputError):
    """The zero address, for which nobody can sign."""

    template = _("the zero address cannot vote")


@dataclass(eq=False)
class DistrictNamedTwice(InputError):
    """A file gives one district two names."""

    template = _("District {code} is called “{first}” above and “{second}” here. Give it one name.")
    code: int
    first: str
    second: str


@dataclass(eq=False)
class NotADistrictCode(InputError):
    """A text that is not an official number."""

    template = _("“{text}” is not a district code. Write digits, e.g. 1135054500, up to {most}.")
    text: str
    most: int = 2**64 - 1


@dataclass(eq=False)
class EmptyChange(InputError):
    """A row of changes that names nobody."""

    template = _("the row names neither a voter to strike nor an address to append; fill in “voter” or “address”")


@dataclass(eq=False)
class DistrictMissing(InputError):
    """A new voter without a district."""

    template = _("a new voter needs a district; fill in “district”, or “voter” if the address replaces a lost key")


@dataclass(eq=False)
class ChangesNothing(InputError):
    """A row of changes that leaves a voter as before."""

    template = _("voter {index} has this address in this district already; leave the row out")
    index: int


@dataclass(eq=False)
class OnTheRollAlready(InputError):
    """An address that would stand on the roll twice."""

    template = _("{voter} votes already, under index {index}; leave the row out, or strike that index on the same row")
    voter: str
    index: int


@dataclass(eq=False)
class UnknownKey(InputError):
    """A key of the city that the file of its keys does not have."""

    template = _("the file of keys has no “{key}”; correct the key, or write the voter's address")
    key: str


@dataclass(eq=False)
class KeyOnTwoLines(InputError):
    """A key of the city that stands for two addresses."""

    template = _("the key “{key}” is on line {line} already; a key stands for one voter")
    key: str
    line: int


@dataclass(eq=False)
class RollAmendedAlready(InputError):
    """Another edition amends the roll: what it changes would not be in a second one."""

    template = _(
        "Roll {roll} is amended already, by roll {edition}. What that one changed would not be in another edition of "
        "roll {roll}: whom it struck would vote again. Amend roll {edition} with --base {edition}. If your office did "
        "not publish it, somebody else has the roll officer's key: withdraw it, and give --beside."
    )
    roll: int
    edition: int


@dataclass(eq=False)
class TooManyEditionsOfRoll(InputError):
    """The roll is the last edition of its lineage."""

    template = _("Roll {roll} is edition {most} of its first roll, the last one. Publish a new roll of all voters.")
    roll: int
    most: int


@dataclass(eq=False)
class WrongNumberOfVoters(InputError):
    """A roll without voters, or with more than it can number."""

    template = _("The file has {count:,} voters; a roll has 1 to {most:,}.")
    count: int
    most: int


@dataclass(eq=False)
class NotJson(InputError):
    """A line that is not JSON."""

    template = _("not JSON ({cause})")
    cause: str


@dataclass(eq=False)
class WrongVoteKeys(InputError):
    """A JSON value that is not a vote."""

    template = _("A vote has exactly the keys {keys}.")
    keys: str


@dataclass(eq=False)
class NotChoices(InputError):
    """A cell that names no options."""

    template = _("“{text}” does not name options by their numbers, with spaces between them, e.g. 0 5")
    text: str


@dataclass(eq=False)
class VoteOfAnotherPoll(InputError):
    """A file of votes for several polls, or for the wrong one."""

    template = _("The vote is for poll {found}, not for poll {expected}.")
    found: object
    expected: int


@dataclass(eq=False)
class NotOptionNumbers(InputError):
    """Choices that are not a list."""

    template = _("“{value}” is not a list of option numbers, e.g. [0, 5].")
    value: str


@dataclass(eq=False)
class NotAnInteger(InputError):
    """A value of a JSON or TOML file that is not a whole number."""

    template = _("{name} is {value}; it must be a whole number.")
    name: str
    value: str


@dataclass(eq=False)
class NotHexadecimal(InputError):
    """A signature that is not written as bytes."""

    template = _("The signature is not 0x and hexadecimal digits.")


@dataclass(eq=False)
class CapTooLow(InputError):
    """A cap within which no ballot can pick what it must."""

    template = _n(
        "cap is {cap:,}, but the cheapest option costs {cost:,}: nobody could pick one",
        "cap is {cap:,}, but the {count} cheapest options cost {cost:,} together: nobody could pick so many",
    )
    cap: int
    count: int
    cost: int


@dataclass(eq=False)
class LeastTotalTooHigh(InputError):
    """A least total that no ballot can reach."""

    template = _("least_total is {least:,}, but a ballot can give {most:,} points at most")
    least: int
    most: int


@dataclass(eq=False)
class SettingMissing(InputError):
    """A setting that every poll needs."""

    template = _("{name} is missing")
    name: str


@dataclass(eq=False)
class SettingUnknown(InputError):
    """A setting that no poll has."""

    template = _("{name} is not a setting of a poll")
    name: str


@dataclass(eq=False)
class NotOneOf(InputError):
    """A word that the setting does not know."""

    template = _("{name} is {value}; it must be {known}")
    name: str
    value: str
    known: str


@dataclass(eq=False)
class NotOfTheAim(InputError):
    """A setting that a poll with this aim has no use for."""

    template = _("{name} has no meaning where the aim is {aim}")
    name: str
    aim: Readable


@dataclass(eq=False)
class NotOptions(InputError):
    """Labels that no option of the poll has."""

    template = _("{name} lists {labels}, which options does not; copy the label letter by letter")
    name: str
    labels: tuple[str, ...]


@dataclass(eq=False)
class SettingInTheList(InputError):
    """A setting of a poll's file that the list of projects gives already."""

    template = _("{name} is given by {projects} already; leave it out here")
    name: str
    projects: str


@dataclass(eq=False)
class NotScores(InputError):
    """Something else than options with their points."""

    template = _("Scores must be a list of options and points, as [[0, 7], [5, 3]], not {value}.")
    value: str


@dataclass(eq=False)
class NotOfPoints(InputError):
    """A setting by which points would count as voters."""

    template = _(
        "“{name}” takes points for voters. A score poll is an election without a majority, or a tally; its quorum is "
        "of ballots."
    )
    name: str


@dataclass(eq=False)
class NotAScore(InputError):
    """Something else than an option with its points, on the command line."""

    template = _("“{text}” is not an option with its points: write 0:7,5:3 for 7 points to option 0 and 3 to option 5.")
    text: str


@dataclass(eq=False)
class PointsOutOfRange(InputError):
    """Points that no ballot gives to an option."""

    template = _("Option {option} would get {points} points. An option gets 0 to {most}.")
    option: int
    points: int
    most: int


@dataclass(eq=False)
class ScoresCutOff(InputError):
    """Bytes that are not scores."""

    template = _(
        "The bytes {scores} are not scores: two bytes for each option that gets points, in the order of the options "
        "(docs/formats.md)."
    )
    scores: str


@dataclass(eq=False)
class CostsUnknown(InputError):
    """A poll whose options have no costs, on the chain or in a list."""

    template = _(
        "The costs of the {options} options are not known. Name a list of exactly these projects with their costs: "
        "--projects."
    )
    options: int


@dataclass(eq=False)
class OtherCosts(EvidenceMismatch):
    """Projects that cost something else than the chain, or the city's list, says."""

    template = _("{file} has other costs than {source}. Do not rely on what it funds before the city has explained it.")
    file: Path
    source: Readable


@dataclass(eq=False)
class OtherRule(EvidenceMismatch):
    """A published funding by another rule than the one that was named."""

    template = _("{file} was computed by another rule: {rule}, with increments of {increment:,}.")
    file: Path
    rule: Readable
    increment: int


@dataclass(eq=False)
class OtherBudget(EvidenceMismatch):
    """A published funding that spends other money than there is."""

    template = _("{file} spends a budget of {stated:,}, but {source} says {known:,}. Do not rely on what it funds.")
    file: Path
    stated: int
    known: int
    source: str


@dataclass(eq=False)
class OtherProjects(InputError):
    """A list whose projects are not the options of the poll."""

    template = _("{file} does not list the options of poll {poll} in their order: option {option} is “{label}”.")
    file: Path
    poll: int
    option: int
    label: str


@dataclass(eq=False)
class BudgetUnknown(InputError):
    """A budget that nobody stated."""

    template = _("Say how much money there is, in the unit of the costs: --budget.")


@dataclass(eq=False)
class FundingTooEarly(InputError):
    """Funded projects of a poll that still takes votes."""

    template = _("Poll {poll} has not ended at the block that was counted: leave --out away, or wait for its end.")
    poll: int


@dataclass(eq=False)
class NoBallotsToFund(InputError):
    """A budget for which nobody voted."""

    template = _("Nobody picked a project in poll {poll}, so nothing is funded.")
    poll: int


@dataclass(eq=False)
class FundingMissing(SettingError):
    """The library of the rules is not installed."""

    template = _("The rules of budgets need the library pabutools: pip install 'dongne[funding]'.")


@dataclass(eq=False)
class NotAFunding(InputError):
    """A file that is no published funding."""

    template = _("{file} is not what `dongne ballot fund --out` writes ({cause}).")
    file: Path
    cause: str


@dataclass(eq=False)
class FundingDiffers(EvidenceMismatch):
    """Funded projects that do not follow from the chain."""

    template = _("What {file} says of poll {poll} does not follow from the chain: {what} differs.")
    file: Path
    poll: int
    what: str


@dataclass(eq=False)
class NotCosts(InputError):
    """Costs that are not one for each option."""

    template = _("costs must be a list of whole numbers, one for each of the {options} options")
    options: int


@dataclass(eq=False)
class NotAThreshold(InputError):
    """A share that is written otherwise, or that nothing can reach."""

    template = _(
        "{name} is “{text}”; write a share that can be reached, of eligible, ballots or valid votes, for instance "
        "“at least 1/3 of eligible” or “more than 50% of valid”"
    )
    name: str
    text: str


@dataclass(eq=False)
class WrongNumberOfOptions(InputError):
    """Too few options for a choice, or more than a poll can have."""

    template = _("a poll has {least} to {most} options, not {count}; split a longer list into several polls")
    count: int
    least: int
    most: int


@dataclass(eq=False)
class TextLength(InputError):
    """An empty text, or one that is too long for the chain."""

    template = _("{name} has {length} bytes in UTF-8; it must have 1 to {most} (a Korean letter takes 3)")
    name: str
    length: int
    most: int


@dataclass(eq=False)
class TextInvisible(InputError):
    """A character that a wallet does not show, or a space at an end."""

    template = _("{name} has a character that nobody sees ({character}) or a space at its beginning or end; remove it")
    name: str
    character: str


@dataclass(eq=False)
class LabelsAlike(InputError):
    """Two options that people cannot tell apart."""

    template = _("options {first} and {second} are both “{label}”, but for case or spaces; word them apart")
    first: int
    second: int
    label: str


@dataclass(eq=False)
class VoterListedTwice(InputError):
    """A voter who would have two votes."""

    template = _("{voter} is listed more than once; everybody has one vote. Correct the list.")
    voter: str


@dataclass(eq=False)
class NumberBeyond(InputError):
    """A number outside what a poll can have."""

    template = _("{name} is {value}; it must be {least} to {most}")
    name: str
    value: int
    least: int
    most: int


@dataclass(eq=False)
class NotAMoment(InputError):
    """A time without its offset, or no time at all."""

    template = _("{name} is {value}; write date, time and offset, e.g. 2026-12-01T09:00:00+09:00")
    name: str
    value: str


@dataclass(eq=False)
class EndsBeforeStart(InputError):
    """A poll whose end is not after its start."""

    template = _("the poll ends ({end}) before it starts ({start})")
    start: str
    end: str


@dataclass(eq=False)
class NotText(InputError):
    """A setting that must be in quotes."""

    template = _("{name} is {value}; it must be text in quotes")
    name: str
    value: str


@dataclass(eq=False)
class NotTexts(InputError):
    """A setting that must be a list of texts."""

    template = _("{name} is {value}; it must be a list of texts in quotes")
    name: str
    value: str


@dataclass(eq=False)
class NotDistrictList(InputError):
    """Districts that are not a list of numbers."""

    template = _("districts is {value}; it must be a list of district codes, e.g. [1135054500]")
    value: str


@dataclass(eq=False)
class DocumentNotReadable(InputError):
    """The document that words the poll cannot be read."""

    template = _("the document {file} cannot be read ({cause})")
    file: Path
    cause: str


@dataclass(eq=False)
class NotAVoteType(InputError):
    """A file asks for a kind of vote that does not exist."""

    template = _("{kind} is not a type of vote; leave “type” out, or write AccountVote.")
    kind: str


class ElectionFileError(InputError):
    """What is wrong at one line of a Pabulib file."""


@dataclass(eq=False)
class SectionMissing(ElectionFileError):
    """A section that every election has."""

    template = _("section {section} is missing; a .pb file has META, PROJECTS and VOTES")
    section: str


@dataclass(eq=False)
class SectionTwice(ElectionFileError):
    """A section that stands in the file twice."""

    template = _("section {section} stands twice")
    section: str


@dataclass(eq=False)
class BeforeAnySection(ElectionFileError):
    """A row in front of the first section."""

    template = _("“{text}” stands before any section; the first line must be META")
    text: str


@dataclass(eq=False)
class SectionLacksColumn(ElectionFileError):
    """A column that is needed."""

    template = _("section {section} lacks column {missing}; it has {columns}")
    section: str
    missing: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(eq=False)
class WrongFieldCount(ElectionFileError):
    """A row with more or fewer fields than its section has columns."""

    template = _("{fields} fields, but section {section} has {columns} columns ({names})")
    fields: int
    section: str
    columns: int
    names: str


@dataclass(eq=False)
class MetaTwice(ElectionFileError):
    """A setting of META that is given twice."""

    template = _("{key} is given twice")
    key: str


@dataclass(eq=False)
class MetaNotWhole(ElectionFileError):
    """A count of META that is not digits."""

    template = _("{key} is “{text}”, not a whole number")
    key: str
    text: str


@dataclass(eq=False)
class NotAnApprovalElection(ElectionFileError):
    """Another kind of ballot than approvals."""

    template = _("vote_type is “{kind}”; it must be approval, choose-1, cumulative or scoring")
    kind: str


@dataclass(eq=False)
class OrdinalElection(ElectionFileError):
    """Ballots that rank."""

    template = _(
        "vote_type is “ordinal”: its ballots rank projects, and how many points a rank is worth the city must decide: "
        "give these points (column points) and vote_type scoring"
    )


@dataclass(eq=False)
class PointsNotPlayable(ElectionFileError):
    """More points than a score poll counts."""

    template = _("a project gets {points} points, and in a score poll {most} at most: divide all points by one number")
    points: str
    most: int


@dataclass(eq=False)
class PointsMismatch(ElectionFileError):
    """Points that are not one whole number for each project."""

    template = _("voter {voter} gives “{points}” to {picks} projects; each needs one whole number")
    voter: str
    points: str
    picks: int


@dataclass(eq=False)
class PointsAgainstTheRule(ElectionFileError):
    """A ballot that gives more points than the file allows, or fewer than it demands."""

    template = _("voter {voter} gives {points} points; {key} is {limit}")
    voter: str
    points: int
    key: str
    limit: int


@dataclass(eq=False)
class VoteTypeMissing(ElectionFileError):
    """An election that does not say what its ballots are."""

    template = _("META does not say vote_type; it must be approval, choose-1, cumulative or scoring")


@dataclass(eq=False)
class RuleNotPlayable(ElectionFileError):
    """A rule of the file that no poll has."""

    template = _("{key} is {text}, and a poll has no such rule; leave it out if votes do not depend on it")
    key: str
    text: str


@dataclass(eq=False)
class TooFewProjects(ElectionFileError):
    """An election without a choice."""

    template = _("the file lists {count} projects; a poll has at least {least} options")
    count: int
    least: int


@dataclass(eq=False)
class NobodyVoted(ElectionFileError):
    """An election without votes."""

    template = _("section VOTES lists nobody")


@dataclass(eq=False)
class BallotTooDear(ElectionFileError):
    """A ballot that breaks the file's own cap."""

    template = _("voter {voter} picks projects for {cost} together; max_sum_cost is {cap}")
    voter: str
    cost: str
    cap: str


@dataclass(eq=False)
class ProjectTwice(ElectionFileError):
    """A project that is listed twice."""

    template = _("project {project} is listed twice")
    project: str


@dataclass(eq=False)
class TooManyProjects(ElectionFileError):
    """A project beyond the options of a poll."""

    template = _(
        "project {project} is one too many; a poll has at most {most} options: hold one poll for each district"
    )
    project: str
    most: int


@dataclass(eq=False)
class NotACost(ElectionFileError):
    """A cost that is not a number."""

    template = _("cost is “{text}”; it must be digits, at most 12, and at most 6 more behind a point")
    text: str


@dataclass(eq=False)
class NotACount(ElectionFileError):
    """A count that is not digits."""

    template = _("{column} is “{text}”; it must be a whole number, zero or more")
    column: str
    text: str


@dataclass(eq=False)
class VoterTwice(ElectionFileError):
    """A voter with two rows."""

    template = _("voter {voter} votes twice")
    voter: str


@dataclass(eq=False)
class VoteForUnknown(ElectionFileError):
    """A vote for a project that is not listed."""

    template = _("voter {voter} votes for project {projects}, which is not listed")
    voter: str
    projects: tuple[str, ...]


@dataclass(eq=False)
class ProjectNamedTwice(ElectionFileError):
    """A vote that names a project more than once."""

    template = _("voter {voter} names project {projects} twice")
    voter: str
    projects: tuple[str, ...]


@dataclass(eq=False)
class WrongNumberOfPicks(ElectionFileError):
    """A vote with too few or too many projects."""

    template = _("voter {voter} picks {picks} projects; {least} to {most} are allowed")
    voter: str
    picks: int
    least: int
    most: int


@dataclass(eq=False)
class CountDiffers(ElectionFileError):
    """META states another number of rows than the file has."""

    template = _("{key} says {stated}, but the file has {found}")
    key: str
    stated: str
    found: int
