"""Errors of the ballot contracts."""

from dongne.explanations.readings import Reading
from dongne.language import Moment, Template, _

READINGS: dict[str, Reading] = {
    "start": Moment,
    "end": Moment,
    "time": Moment,
    "earliest": Moment,
    "usableFrom": Moment,
}

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
        "Roll {roll} has no room for {more} voters after {voters}: an edition takes as many as it announced, and indices "
        "end at 16,777,214. Open an edition for more, or a second roll and a poll for each."
    ),
    "TooManyEditions": _(
        "Roll {base} is the last edition of its lineage, which has {most} already. Publish a new roll of all voters."
    ),
    "NotAnEdition": _(
        "Roll {roll} amends no other roll, so nobody is struck from it. Open an edition with `dongne ballot roll amend`."
    ),
    "StruckTooLate": _(
        "Roll {roll} has appended {voters} voters already; voters are struck before. Open another edition."
    ),
    "BadPageNumber": _(
        "Page {page} cannot follow in roll {roll}: pages of struck voters ascend, each once, from {next} to 255."
    ),
    "BadStruckPage": _(
        "Page {page} of struck voters has {length} bytes for {words} words. It is a header with a bit for each word, and "
        "those words, none of them zero (docs/contracts.md)."
    ),
    "VotersMissing": _(
        "Roll {roll} has {voters} of the {announced} voters that it announced. Append the others before freezing it."
    ),
    "BadDistrict": _(
        "District {code} (number {position} of the list, {voters} voters) is empty or out of order. Sort districts"
        " by code and drop empty ones."
    ),
    "DistrictsDoNotCover": _(
        "The districts hold {inDistricts} voters, but roll {roll} has {voters}. Give every voter exactly one district."
    ),
    "VoterTwiceOrZero": _(
        "Voter {index} of roll {roll} has the address {voter} after {previous}: the same one twice, or zero. Leave it "
        "out."
    ),
    "VotersNotAscending": _(
        "Within a district of roll {roll} addresses must ascend; they descend in {descents} places, of which "
        "{betweenDistricts} are where a district begins. Sort each district by address."
    ),
    "RollStillGrows": _("Roll {roll} is not frozen yet. Freeze it first."),
    "ObjectionPeriodOver": _(
        "Roll {roll} could be withdrawn until before {usableFrom}; it is {time} now. Open no polls on it, and publish "
        "another roll."
    ),
    "RollAlreadyWithdrawn": _("Roll {roll} was withdrawn already. Nothing more is needed."),
    "WithdrawalReasonMissing": _("Withdrawing roll {roll} needs a document with the reason. Give its hash."),
    "NotADuplicate": _(
        "Voters {first} and {second} of roll {roll} are not two indices of one address, the lower one first. "
        "`dongne ballot roll audit` names those that are."
    ),
    "NoSuchVoter": _(
        "Roll {roll} has no voter {index}, or the voter is struck. Indices start at 0; `dongne ballot roll show` names those "
        "of each district."
    ),
    "UnknownPoll": _("There is no poll {poll}. Polls are numbered from 1; `dongne ballot list` shows them."),
    "PollNotOpen": _(
        "Poll {poll} takes votes from {start} until before {end}; the block's time is {time}. Vote within that period."
    ),
    "PollNotEnded": _(
        "Poll {poll} ends at {end}, and it is {time} now. Until then there is a turnout and a tally, but no result."
    ),
    "PollWasCancelled": _("Poll {poll} was cancelled before its start: it takes no votes and has no result."),
    "PollHasStarted": _(
        "Poll {poll} started at {start}, and it is {time} now. A poll can be cancelled before its start only; nothing "
        "stops it now."
    ),
    "ReasonMissing": _("Cancelling poll {poll} needs a document with the reason. Give its hash."),
    "RollNotFrozen": _("Roll {roll} still grows. Freeze it before opening a poll on it."),
    "RollOpenToObjections": _(
        "Objections to roll {roll} can be made until {usableFrom}; it is {time} now. Open the poll after that."
    ),
    "RollWasWithdrawn": _("Roll {roll} was withdrawn. Publish a corrected roll, and open the poll on it."),
    "BadOptions": _("A poll has 2 to 256 options, not {options}. Split longer lists into several polls."),
    "BadQuestion": _(
        "The question has {length} bytes in UTF-8; it must have 1 to {longest}. Put details into the document."
    ),
    "BadLabel": _(
        "The label of option {option} has {length} bytes in UTF-8; it must have 1 to {longest}. Put details into the "
        "document."
    ),
    "LabelTwice": _("Options {first} and {second} have the same label. Word them apart."),
    "BadPicks": _(
        "A ballot cannot pick {least} to {most} of {options} options. Ask for at least 1, and at most for as many as "
        "there are."
    ),
    "BadCosts": _(
        "{costs} costs do not fit {options} options and a cap of {cap}: with a cap each option has a cost, without one "
        "none has."
    ),
    "StartsTooSoon": _(
        "The poll would start at {start}; the city promises notice, so it can start at {earliest} or later. Choose a "
        "later start."
    ),
    "EndsTooSoon": _(
        "The poll would end at {end}; the city promises time to vote, so it can end at {earliest} or later. Choose a "
        "later end."
    ),
    "BadThreshold": _(
        "The threshold {threshold} (part, whole, numerator, denominator, more than) is not a share of 0 to 1 that can "
        "be reached, or compares what cannot be compared. See docs/contracts.md."
    ),
    "BadProposal": _(
        "The proposal {proposal} (as a bit mask of {options} options) does not fit. Only a decision has one: options "
        "that are not blank, and several of them only where a ballot picks one."
    ),
    "BadBlankOptions": _(
        "The blank options {blank} (as a bit mask of {options} options) do not exist, or are all there are. Name "
        "options of the poll, and leave some to choose."
    ),
    "BadSeats": _(
        "{seats} seats do not fit {options} options. An election has 1 seat to as many as there are options that are "
        "not blank; other polls have none."
    ),
    "BadRangeCount": _(
        "A poll has 1 to 16 ranges of voters, not {count}. Join neighbouring districts, or open several polls."
    ),
    "BadRange": _(
        "Range {position} ({count} voters from index {first}) has no voters, overlaps the one before, or leaves a part of "
        "the roll. Give a range for each part that `dongne ballot roll show` names."
    ),
    "MalformedBatch": _(
        "The batch has an empty or cut-off group at byte {at}. Pack it anew (docs/formats.md); nothing was counted."
    ),
    "BadChoices": _(
        "Choices {choices} (as a bit mask) break the rule of poll {poll}. Pick as many options as it asks for, within "
        "its cap, or a blank option alone."
    ),
    "NotEligible": _(
        "Voter {index} is not among those whom poll {poll} asks, or struck from its roll. Check the voter's district, and "
        "whether the voter has a new index."
    ),
    "AlreadyVoted": _(
        "Voter {index} has voted in poll {poll}; a vote cannot be changed. `dongne ballot check` shows it."
    ),
    "NotTheVoter": _(
        "In poll {poll}, index {index} belongs to {voter}, not to {caller}. Vote from the registered address."
    ),
    "NotTheAssistance": _(
        "{caller} is not {assistance}, the contract of the accredited offices. Cast the office's votes with `dongne "
        "ballot office cast`."
    ),
    "AccreditedTooLate": _(
        "Poll {poll} started at {start}, and it is {time} now. Offices are accredited before the start, so that everybody "
        "can see them."
    ),
    "BadOfficeCap": _("The office {office} would have a cap of {cap} votes. Give at least 1."),
    "OfficeKnown": _("The office {office} is accredited for poll {poll} already. Its cap never changes."),
    "CeilingExceeded": _(
        "The offices of poll {poll} could cast {caps} votes together, and {most} is the most that the deployment allows. "
        "Give smaller caps."
    ),
    "NotAnOffice": _("{office} is not an office of poll {poll}. `dongne ballot office list` shows those that are."),
    "OfficeWasRevoked": _("The office {office} was revoked: it casts no more votes in poll {poll}."),
    "OfficeCapExceeded": _(
        "The office {office} would have cast {cast} votes in poll {poll}, and its cap is {cap}. Nothing was counted; "
        "send fewer votes, or let another office cast them."
    ),
    "RecordMissing": _(
        "What is done about the office {office} in poll {poll} needs a document: the decision, the reason, or the papers. "
        "Give its hash."
    ),
    "VotersOfGroupNotAscending": _(
        "Voter {index}, at byte {at} of the batch, does not follow the voter before. Sort each group by index "
        "(docs/formats.md); nothing was counted."
    ),
    "BadSignature": _(
        "The signature is not that of voter {index} ({voter}) for these choices in poll {poll}. Sign the "
        "words of this poll on this chain."
    ),
}
