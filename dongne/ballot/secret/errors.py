"""What can go wrong with secret ballots: a class for each, with its values and its sentence."""

from dataclasses import dataclass
from pathlib import Path

from dongne.ballot.errors import Finding
from dongne.errors import DongneError, EvidenceMismatch, InputError, SettingError
from dongne.language import Message, _


@dataclass(eq=False)
class NotAFieldElement(InputError):
    """A number that no proof can contain."""

    template = _("The {name} {number} is not a number of the field of proofs. Copy it again.")
    name: str
    number: str


@dataclass(eq=False)
class NoPointsInSecretPolls(InputError):
    """A setting of score polls in the file of a secret poll."""

    template = _("{name} is for score polls; in a secret poll no points are given, so leave it out")
    name: str


@dataclass(eq=False)
class WrongRegistrationSignature(InputError):
    """A signature that is not compact."""

    template = _("The signature of a registration has 64 bytes, not {length}.")
    length: int


@dataclass(eq=False)
class WrongProofLength(InputError):
    """Bytes that are not three points."""

    template = _("The proof of a secret vote has {size} bytes, not {length}.")
    length: int
    size: int


@dataclass(eq=False)
class ItemsCutOff(InputError):
    """Packed items that end inside one."""

    template = _("Items take {size} bytes each; {length} bytes are not a whole number of items.")
    size: int
    length: int


@dataclass(eq=False)
class NodeMissing(SettingError):
    """Proofs are made and checked by a program that needs Node."""

    template = _(
        "Node 20 or newer is needed to make and check proofs, and {program} does not run: {reason}. Install Node from "
        "your package manager or nodejs.org."
    )
    program: str
    reason: str


@dataclass(eq=False)
class ProverMissing(SettingError):
    """The prover is not where it is looked for."""

    template = _(
        "There is no prover in {folder}. `dongne ballot secret prover` installs it there (it downloads about 110 MB "
        "and keeps 90); or name its folder with DONGNE_PROVER."
    )
    folder: Path


@dataclass(eq=False)
class ProverDamaged(SettingError):
    """A file of the circuit is not the one that was audited."""

    template = _(
        "{file} is not the file of the circuit: its SHA-256 is {found}, not {expected}. Delete the folder and install "
        "the prover again with `dongne ballot secret prover`."
    )
    file: Path
    found: str
    expected: str


@dataclass(eq=False)
class ProverNotInstalled(SettingError):
    """npm did not do its work."""

    template = _("The prover could not be installed in {folder}: {reason}")
    folder: Path
    reason: str


@dataclass(eq=False)
class ProverFailed(SettingError):
    """The prover ended with an error."""

    template = _("The prover failed: {reason}")
    reason: str


@dataclass(eq=False)
class ProverTooSlow(DongneError):
    """The prover did not answer in time."""

    template = _(
        "The prover gave no answer within {seconds:,} seconds and was stopped. Nothing was sent; try again on a "
        "machine that is less busy."
    )
    seconds: int


@dataclass(eq=False)
class NotAMember(InputError):
    """A secret whose commitment is not in the group."""

    template = _(
        "The secret in {file} is not that of a registered voter of poll {poll}: its commitment {commitment} is not in "
        "the group. Name the secret with which you registered."
    )
    file: Path
    poll: int
    commitment: int


@dataclass(eq=False)
class SecretNotUsable(InputError):
    """A file that holds no secret."""

    template = _("{file} holds no voter's secret: {reason}. `dongne ballot secret new` makes one.")
    file: Path
    reason: Message | str


@dataclass(eq=False)
class GroupStillOpen(InputError):
    """There is no group yet to prove membership in."""

    template = _("The group of poll {poll} is not published yet. Votes can be proved once it is.")
    poll: int


@dataclass(eq=False)
class GroupDiffers(EvidenceMismatch):
    """The published root is not that of the registered voters."""

    template = _(
        "The group of poll {poll} that was published is not that of its registered voters: root {published}, and from "
        "the logs {computed}. Do not vote: tell the election office and the press before the poll starts."
    )
    poll: int
    published: int
    computed: int


@dataclass(eq=False)
class ProofNotSound(SettingError):
    """A proof that was just made does not hold."""

    template = _("The proof that was made does not hold. Nothing was written; install the prover again.")


@dataclass(eq=False)
class WrongLineKeys(InputError):
    """A line with other keys than the file's lines have."""

    template = _("A line must have exactly the keys {keys}.")
    keys: str


@dataclass(eq=False)
class NotADecimal(InputError):
    """A value that should be a number of the field, in quotes."""

    template = _("{name} must be a whole number in quotes, not {value}.")
    name: str
    value: str


@dataclass(eq=False)
class OfAnotherPoll(InputError):
    """A line for a poll that is not the one named."""

    template = _("This is for poll {poll}, not for poll {wanted}.")
    poll: str
    wanted: int


@dataclass(eq=False)
class MemberOutOfPlace(Finding):
    """The logs of registrations have a gap or name a member twice."""

    template = _("member {expected} is missing: the logs go on with member {found}")
    expected: int
    found: int


@dataclass(eq=False)
class MemberTwice(Finding):
    """A voter registered more than once."""

    template = _("voter {index} registered more than once")
    index: int


@dataclass(eq=False)
class MemberUneligible(Finding):
    """A voter registered who may not."""

    template = _("voter {index} registered without being eligible")
    index: int


@dataclass(eq=False)
class MemberUnsigned(Finding):
    """A registration that its voter's key did not sign."""

    template = _("the registration of voter {index} is not signed by its key")
    index: int


@dataclass(eq=False)
class MembersDiffer(Finding):
    """The contract counts other members than the logs."""

    template = _("the contract counts {stated:,} registered voters, the logs {found:,}")
    stated: int
    found: int


@dataclass(eq=False)
class RootDiffers(Finding):
    """The published root is not that of the registered voters."""

    template = _("the published root {stated} is not that of the registered voters, {found}")
    stated: int
    found: int


@dataclass(eq=False)
class VoteAgainstTheRule(Finding):
    """A vote was counted that the poll's rule forbids."""

    template = _("a vote with choices {choices} was counted against the rule")
    choices: str


@dataclass(eq=False)
class NullifierTwice(Finding):
    """Two votes of one identity were counted."""

    template = _("the nullifier {nullifier} was counted more than once")
    nullifier: int


@dataclass(eq=False)
class NullifierUnspent(Finding):
    """The contract does not know a nullifier that the logs hold."""

    template = _("the contract does not know the nullifier {nullifier} that was counted")
    nullifier: int


@dataclass(eq=False)
class VoteUnproved(Finding):
    """A vote was counted whose proof does not hold."""

    template = _("the proof of the vote with nullifier {nullifier} does not hold")
    nullifier: int


@dataclass(eq=False)
class BallotsDiffer(Finding):
    """The contract counts other votes than the logs."""

    template = _("the contract counts {stated:,} votes, the logs {found:,}")
    stated: int
    found: int


@dataclass(eq=False)
class OutcomeDiffers(Finding):
    """The contract states another outcome than the rule gives."""

    template = _("the outcome that the contract states does not follow from the tally")


@dataclass(eq=False)
class GroupNotToBePublished(InputError):
    """Registration still goes on."""

    template = _("Voters of poll {poll} register until {time}. Publish the group then.")
    poll: int
    time: str


@dataclass(eq=False)
class NotTheRegistrantsSignature(InputError):
    """A signature by another key, or over another registration."""

    template = _(
        "This is not the signature of voter {voter} ({address}) for this commitment in this poll. Sign what "
        "--typed-data prints with that address's key."
    )
    voter: int
    address: str
