"""Errors of the ballot contracts."""

from dongne.explanations.readings import Reading
from dongne.language import Moment, Template, _

READINGS: dict[str, Reading] = {"start": Moment, "end": Moment, "time": Moment}

EXPLANATIONS: dict[str, Template] = {
    "UnknownRoll": _(
        "There is no electoral roll {roll}. Rolls are numbered from 1; `dongne ballot roll list` shows them."
    ),
    "RollAlreadyFrozen": _("Roll {roll} is frozen and never changes. Open a new roll for other voters."),
    "RollEmpty": _("Roll {roll} has no voters. Append them before freezing it."),
    "BadVoterBytes": _(
        "{length} bytes are not 1 to 1,228 addresses of 20 bytes. Split the roll into full blobs of 24,560 bytes."
    ),
    "LastBlobNotFull": _(
        "Roll {roll} ends after {voters} voters with a blob that is not full, so nothing can follow. Open a new roll."
    ),
    "RollFull": _(
        "Roll {roll} has {voters} voters; {more} more exceed 16,777,215. Open a second roll and a poll for each."
    ),
    "BadDistrict": _(
        "District {code} (number {position} of the list, {voters} voters) is empty or out of order. Sort districts"
        " by code and drop empty ones."
    ),
    "DistrictsDoNotCover": _(
        "The districts hold {inDistricts} voters, but roll {roll} has {voters}. Give every voter exactly one district."
    ),
    "NoSuchVoter": _("Roll {roll} has no voter {index}. Indices start at 0."),
    "UnknownPoll": _("There is no poll {poll}. Polls are numbered from 1; `dongne ballot list` shows them."),
    "PollNotOpen": _(
        "Poll {poll} takes votes from {start} until before {end}; the block's time is {time}. Vote within that period."
    ),
    "PollNotEnded": _(
        "Poll {poll} ends at {end}, and it is {time} now. Until then there is a turnout and a tally, but no result."
    ),
    "RollNotFrozen": _("Roll {roll} still grows. Freeze it before opening a poll on it."),
    "BadOptions": _("A poll has 2 to 128 options, not {options}. Split longer lists into several polls."),
    "BadPicks": _(
        "{picks} picks do not fit the rule and {options} options: exactly one takes 1, the other rules 1 to the "
        "number of options."
    ),
    "BadPollPeriod": _(
        "A poll from {start} to {end} starts before now ({time}) or ends before it starts. Choose a later period."
    ),
    "BadShare": _("{bps} is no share in 1/10,000; give 0 to 10,000 (5,000 is half)."),
    "BadRangeCount": _(
        "A poll has 1 to 16 ranges of voters, not {count}. Join neighbouring districts, or open several polls."
    ),
    "BadRange": _(
        "Range {position} ({count} voters from index {first}) is empty, overlaps the one before, or leaves the "
        "roll. Correct it."
    ),
    "MalformedBatch": _(
        "The batch has an empty or cut-off group at byte {at}. Pack it anew (docs/formats.md); nothing was counted."
    ),
    "BadChoices": _(
        "Choices {choices} (as a bit mask) break the rule of poll {poll}. Pick as many options as it asks for, "
        "each once."
    ),
    "NotEligible": _("Voter {index} is not among those whom poll {poll} asks. Check the voter's district."),
    "AlreadyVoted": _(
        "Voter {index} has voted in poll {poll}; a vote cannot be changed. `dongne ballot check` shows it."
    ),
    "NotTheVoter": _(
        "In poll {poll}, index {index} belongs to {voter}, not to {caller}. Vote from the registered address."
    ),
    "BadSignature": _(
        "The signature is not that of voter {index} ({voter}) for these choices in poll {poll}. Sign this poll's "
        "message on this chain."
    ),
}
