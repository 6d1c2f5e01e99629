"""Errors of the volunteer rewards."""

from dongne.explanations.readings import Reading, word
from dongne.language import Moment, Template, _
from dongne.words import AccountKind, ShiftRefusal

READINGS: dict[str, Reading] = {
    "kind": word(AccountKind),
    "reason": word(ShiftRefusal),
    "start": Moment,
    "end": Moment,
    "begins": Moment,
    "sweepableFrom": Moment,
}

EXPLANATIONS: dict[str, Template] = {
    "UnknownRewards": _(
        "There is no programme {programme} of rewards. `dongne currency reward list` shows those there are."
    ),
    "UnknownActivity": _("There is no activity {activity}. `dongne currency reward show` lists those of a programme."),
    "NotAnInstitution": _(
        "{account} ({kind}) is not registered as an institution: only those fund programmes, keep activities and name "
        "attesters. Register it, or unfreeze it."
    ),
    "BadRewardsPeriod": _(
        "A programme from {start} to {end} is not possible: it ends after it starts, in the future, and within two "
        "years."
    ),
    "BadClaimDays": _("{claimDays} days to hand a shift in are not possible: give 1 to 365."),
    "BadRewardsCap": _(
        "A highest rate of {mostRate} and a cap of {cap} in {capMonths} months are not possible: both are more than 0, "
        "and the months 1, 2, 3, 4, 6 or 12."
    ),
    "BadActivityRate": _("{rate} for an hour is not possible: give more than 0, and at most {mostRate}."),
    "NotTheRewardsFunder": _("{caller} is not the funder of this programme. Only {funder} pays in."),
    "RewardsAmountZero": _("Nothing would move. Give more than zero, or check whether it was done already."),
    "RewardsAreOver": _(
        "Shifts of programme {programme} could be handed in until {sweepableFrom}. Nothing more can be paid in."
    ),
    "RewardsNotOver": _(
        "Shifts of programme {programme} may still be handed in until {sweepableFrom}. Only then does the rest return."
    ),
    "ActivityIsClosed": _(
        "Activity {activity} was ended: its shifts are no longer paid. Ask the guardian why; if the shifts were worked, "
        "have them attested for a new activity."
    ),
    "BadShiftsLength": _(
        "A list of {length} bytes is empty or ends within a shift. Pack it with dongne, or see docs/formats.md."
    ),
    "NotTheInstitutionsAttester": _(
        "{attester} does not attest for {institution}. The institution names its attesters: dongne currency reward "
        "attester"
    ),
    "NotTheCitysAttester": _(
        "{attester} does not attest for the city. The rewards officer names the city's attesters: dongne currency "
        "reward city-attester"
    ),
    "AttesterNotIndependent": _(
        "{attester} attests for the city, and belongs to {institution} too. Have somebody of another organisation sign "
        "for the city."
    ),
    "AttesterSuspended": _(
        "The account of {attester} is frozen, or was recovered under another address. Have another attester sign, or "
        "name the new address."
    ),
    "AttestationInvalid": _(
        "This is not signed by {attester}, or not for this activity, document and list. Have the very list signed again."
    ),
    "NoShiftPayable": _(
        "No shift of the list can be paid now; that of {volunteer} at {begins} for this reason: {reason}. "
        "`dongne currency reward check` says it of each."
    ),
}
