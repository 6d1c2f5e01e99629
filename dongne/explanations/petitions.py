"""Errors of the petition box."""

from dongne.explanations.readings import Reading
from dongne.language import Template, _

READINGS: dict[str, Reading] = {}

EXPLANATIONS: dict[str, Template] = {
    "UnknownRules": _("There are no rules {number} for petitions. They are numbered from 1."),
    "RulesAreClosed": _("Under rules {number} no more petitions are taken. File it under newer ones."),
    "BadPetitionThreshold": _(
        "A threshold of {threshold} signatures does not fit {eligible} voters: ask for 1 to all."
    ),
    "BadPetitionTerms": _(
        "Collecting {collecting}, deciding {deciding} and answering {answering} seconds: each takes at least one."
    ),
    "UnknownPetition": _("There is no petition {petition}. `dongne ballot petition list` shows them."),
    "PetitionUnderWay": _(
        "Voter {index} has petition {petition} under way under rules {rules}. File another one once it is decided or over."
    ),
    "NotFiledByVoter": _(
        "This is neither sent nor signed by voter {index} ({voter}) for these words. Sign what `dongne ballot petition "
        "file --typed-data` prints."
    ),
    "PetitionDecided": _(
        "The city has admitted or refused petition {petition} already. `dongne ballot petition show` says which."
    ),
    "OtherTitle": _(
        "The title of petition {petition} has the hash {given}, and one with {filed} was filed. Give the words letter by "
        "letter as they were filed."
    ),
    "AnswerMissing": _("What the city replies to petition {petition} needs a document. Give its hash."),
    "ThresholdNotMet": _(
        "Petition {petition} has {signatures} signatures of the {threshold} from which the city answers. There is nothing "
        "to answer yet."
    ),
    "PetitionHasAnswer": _("The city has answered petition {petition} already; an answer cannot be replaced."),
}
