"""Errors of the incentives."""

from dongne.explanations.readings import Reading, month, word
from dongne.language import Moment, Template, _
from dongne.words import AccountKind

READINGS: dict[str, Reading] = {
    "kind": word(AccountKind),
    "month": month,
    "firstMonth": month,
    "lastMonth": month,
    "payableFrom": Moment,
}

EXPLANATIONS: dict[str, Template] = {
    "UnknownIncentive": _(
        "There is no incentive programme {programme}. `dongne currency incentive list` shows those there are."
    ),
    "IncentiveFunderNotAnInstitution": _(
        "The funder {funder} ({kind}) is not registered as an institution, so its money could not return to it. "
        "Register it, or unfreeze it."
    ),
    "BadIncentiveMonths": _(
        "An incentive programme from {firstMonth} to {lastMonth} is not possible: it begins with the present month or "
        "later, and runs for 1 to 24 months."
    ),
    "BadIncentiveRate": _("A rate of {rateBps} ten-thousandths is not possible: give 1 to 2,000."),
    "IncentiveCapIsZero": _("A cap of 0 would pay nobody anything. Give the most that one person is paid for a month."),
    "BadTradeCount": _("A programme rewards purchases at 1 to 256 trades, not {count}. Name those that it is for."),
    "TradeTaken": _(
        "Purchases at trade {category} are rewarded by programme {programme} until {lastMonth}: no purchase is "
        "rewarded twice. Leave that trade out, or begin later."
    ),
    "TooManyIncentives": _(
        "At most 128 programmes run at once, and programme {programme} runs until {lastMonth}. Begin after that month."
    ),
    "NotTheIncentiveFunder": _("{caller} is not the funder of this programme. Only {funder} pays in."),
    "IncentiveAmountZero": _("Nothing would move. Give more than zero, or check whether it was done already."),
    "IncentiveIsOver": _("Programme {programme} ends with {lastMonth}. Nothing more can be paid in or shortened."),
    "IncentiveNotOver": _(
        "Purchases until {lastMonth} may still be rewarded by programme {programme}, until the end of the month after "
        "it. Only then does the rest return."
    ),
    "MonthNotRewarded": _(
        "Programme {programme} does not reward purchases of {month}. `dongne currency incentive show` says which months "
        "it does."
    ),
    "MonthNotDue": _(
        "The list of {month} cannot be published now. It is due in the month after it: from the 8th, when refunds of "
        "that month are over, until seven days before the end; another one after a rejection until three days before."
    ),
    "CashbackListStands": _(
        "A list of {month} was published for programme {programme}. Nothing needs to be done twice; if that list is "
        "wrong, the guardian rejects it; then another one can be published."
    ),
    "IncentiveFundEmpty": _("Programme {programme} has no money. Its funder pays in before a list is published."),
    "NoCashbackList": _(
        "No list is published for programme {programme}, or the guardian has rejected it. Publish one first."
    ),
    "CashbackNotYetPayable": _(
        "The list of programme {programme} is paid from {payableFrom} on; until then anyone can compute it again. Try "
        "then."
    ),
    "CashbackTooLate": _(
        "The list of {month} was payable until the end of the month after it. The currency no longer knows that month's "
        "purchases, so nobody is paid for it any more."
    ),
    "BadCashbackItems": _(
        "A part of {length} bytes is empty or ends within an item. Pack it with dongne, or see docs/formats.md."
    ),
    "PartNotOnList": _(
        "These items are not part {part} of the list that is published for programme {programme}. Build it from the "
        "very list that was published."
    ),
    "CashbackExceedsGranted": _(
        "Programme {programme} has granted {left} more, less than the {amount} of this part: the list was published with "
        "too small a total. Ask the incentive officer."
    ),
}
