"""What can go wrong with petitions."""

from dataclasses import dataclass

from dongne.ballot.errors import Finding
from dongne.errors import EvidenceMismatch, InputError
from dongne.language import Joined, _


@dataclass(eq=False)
class NoSuchPetition(InputError):
    """A number that no petition has."""

    template = _("There is no petition {petition}. `dongne ballot petition list` shows them.")
    petition: int


@dataclass(eq=False)
class NoSuchRules(InputError):
    """A number that no rules have."""

    template = _("There are no rules {number} for petitions. `dongne ballot petition rules` publishes some.")
    number: int


@dataclass(eq=False)
class NotAdmitted(InputError):
    """A petition that nobody can sign, because the city has not admitted it."""

    template = _("Petition {petition} was not admitted, so nobody can sign it.")
    petition: int


@dataclass(eq=False)
class AdmittedInOtherWords(Finding):
    """The city admitted other words than were filed."""

    template = _("the words that were admitted are not those that were filed")


@dataclass(eq=False)
class ThresholdMisstated(Finding):
    """The contract says that the threshold was met though it was not, or the other way round."""

    template = _("by the contract the threshold of {threshold:,} was met: {stated}; by the signatures: {found}")
    threshold: int
    stated: bool
    found: bool


@dataclass(eq=False)
class PetitionDoesNotRecount(EvidenceMismatch):
    """A recount of a petition's signatures found something."""

    template = _("Petition {petition} does not recount: {findings}. Report this to the election office.")
    petition: int
    findings: Joined
