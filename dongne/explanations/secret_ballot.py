"""Errors of the secret ballot contracts."""

from dongne.explanations.readings import Reading
from dongne.language import Moment, Template, _

READINGS: dict[str, Reading] = {
    "registrationEnd": Moment,
    "earliest": Moment,
    "end": Moment,
    "from": Moment,
    "until": Moment,
    "time": Moment,
}

EXPLANATIONS: dict[str, Template] = {
    "RegistrationEndsTooSoon": _(
        "Registration until {registrationEnd} is too short: it may end at {earliest} at the earliest, because voters "
        "have a minimum notice. Choose a later end."
    ),
    "BadLeastMembers": _(
        "{members} registered voters would not hide each other; a secret poll needs at least 2, and should ask for "
        "many more."
    ),
    "BadVerifier": _("There is no contract at {verifier} that could judge proofs. Name the city's SecretVoteVerifier."),
    "RegistrationOver": _(
        "Voters of poll {poll} could register until {end}; the block's time is {time}. Nobody can register any more."
    ),
    "MalformedItems": _(
        "{length} bytes are not a whole number of items of {size} bytes. Pack the batch anew "
        "(docs/secret-ballots.md); nothing was done."
    ),
    "BadCommitment": _(
        "{commitment} is not a commitment: it must be between 1 and the order of the field. Copy it again."
    ),
    "VoterAlreadyRegistered": _(
        "Voter {index} has registered for poll {poll} already; a registration cannot be replaced."
    ),
    "BadRegistrationSignature": _(
        "The registration of voter {index} ({voter}) for poll {poll} is not signed by that voter for this commitment. "
        "Sign what `dongne ballot secret sign` shows."
    ),
    "NotTimeForGroup": _(
        "The group of poll {poll} can be published from {from} to {until}, so that voters can object before the "
        "start; the block's time is {time}."
    ),
    "GroupAlreadyPublished": _("The group of poll {poll} is published, with root {root}. It never changes."),
    "GroupTooSmall": _(
        "Only {members} voters have registered for poll {poll}, and it needs {least}. It does not take place."
    ),
    "BadGroupRoot": _(
        "{root} is not the root of a group: it must be between 1 and the order of the field. Publish with `dongne "
        "ballot secret publish`, which computes it."
    ),
    "GroupNotPublished": _(
        "The group of poll {poll} was not published, so no vote can be proved: the poll does not take place."
    ),
    "TooLittleGas": _(
        "{left} gas are left, and judging a proof may take {needed}. Send the batch with more gas, or fewer votes in it."
    ),
    "Semaphore__VKPtBytesMaxDepthInvariantViolated": _(
        "The verifier's keys have {actual} bytes instead of {expected}. Deploy it from the pinned sources."
    ),
}
