"""Errors of the vouchers."""

from dongne.explanations.readings import Reading, word
from dongne.language import Moment, Template, _
from dongne.words import AccountKind

READINGS: dict[str, Reading] = {"start": Moment, "expiry": Moment, "deadline": Moment, "kind": word(AccountKind)}

EXPLANATIONS: dict[str, Template] = {
    "UnknownProgramme": _("There is no programme {programme}. `dongne voucher list` shows those there are."),
    "FunderNotAnInstitution": _(
        "The funder {funder} ({kind}) is not registered as an institution, so its money could not return to it. "
        "Register it, or unfreeze it."
    ),
    "BadProgrammePeriod": _(
        "A programme from {start} to {expiry} is not possible: it must end after it begins, and in the future."
    ),
    "BadRefundThreshold": _(
        "The rest of a voucher can be paid out once 6,000 to 8,000 ten-thousandths of it are spent: {refundBps} does not fit."
    ),
    "BadCategoryCount": _("A programme accepts 1 to 64 trades, not {count}. Name those that serve its purpose."),
    "CapIsZero": _("A cap of 0 would grant nothing to anybody. Give the most that one person is granted."),
    "HolderNotRecovered": _("{holder} was not recovered, so its voucher stays where it is. Check the address."),
    "NotTheFunder": _(
        "{caller} is not the funder of this programme. Only {funder} pays in and takes back what is not granted."
    ),
    "ProgrammeNotRunning": _(
        "Vouchers of programme {programme} are good from {start} until before {expiry}. Pay another way."
    ),
    "ProgrammeExpired": _(
        "Programme {programme} expired at {expiry}: nothing is paid in or granted any more. Open a new one."
    ),
    "ProgrammeNotExpired": _(
        "Vouchers of programme {programme} may be spent until before {expiry}. Only then does the rest return."
    ),
    "ProgrammeIsClosed": _(
        "Programme {programme} is closed: nothing more is granted, and what was granted stays good. Open a new one."
    ),
    "FundTooSmall": _(
        "Programme {programme} has {free} that are not granted yet, less than the {needed} needed. The funder can pay "
        "in more."
    ),
    "VoucherAmountZero": _("Nothing would move. Give more than zero, or check whether it was done already."),
    "BadGrantsLength": _(
        "A batch of {length} bytes is empty or ends within a grant. Pack it with dongne, or see docs/formats.md."
    ),
    "PersonalCapExceeded": _(
        "{holder} was granted {granted}; {amount} more would exceed the programme's cap of {cap} for one person. "
        "Correct the list."
    ),
    "ListPlaceNotNext": _(
        "The next place of list {list} is {served}, but the batch begins at {first}: it was granted before, or the one "
        "before it was not. Run `dongne voucher grant` again; it continues where the list stands."
    ),
    "ListInUse": _(
        "List {list} was published before, or {served} places of it were granted. Nothing needs to be done twice."
    ),
    "ListIsPublished": _("The people of list {list} claim one by one. Use `dongne voucher claim`."),
    "ListNotPublished": _("List {list} was not published. Check programme, purpose and root."),
    "PlaceAlreadyClaimed": _("Place {index} of list {list} was claimed already. Nothing needs to be done."),
    "ClaimProofInvalid": _(
        "The proof does not show that {holder} has place {index} of list {list} with this amount. Build it from the "
        "very list that was published."
    ),
    "ListExhausted": _(
        "List {list} keeps {unclaimed}, less than the {amount} of this place: it was published with too small a total. "
        "Ask the voucher officer."
    ),
    "HolderMayNotSpend": _("{holder} ({kind}) cannot spend vouchers: only residents do. Register or unfreeze it."),
    "MerchantNotAccepted": _(
        "{merchant} ({kind}, trade {category}) does not take this voucher. Pay a merchant of the programme's trades; "
        "`dongne voucher show` lists them."
    ),
    "VoucherOrderExpired": _("The order was good until {deadline}. Ask the holder to sign a new one."),
    "VoucherSignatureInvalid": _(
        "The order is not signed by {holder} for the voucher's present nonce {nonce}: another key, other values, or "
        "carried out already. Check that; if not, ask for a new signature with nonce {nonce}."
    ),
    "RefundExceedsSpending": _(
        "{merchant} was paid {spent} by this voucher of {holder} and has not returned it; {amount} is more. Refund less."
    ),
    "RestNotRedeemable": _(
        "{holder} has spent {spent} of this voucher; the rest is paid out once {needed} is spent. Spend more of it."
    ),
    "RestAlreadyRedeemed": _("The rest of this voucher of {holder} was paid out before; that happens once."),
    "VoucherNotTransferable": _("Vouchers are personal: they can be spent at merchants, but not given to others."),
    "ERC1155InsufficientBalance": _(
        "{sender} has {balance} left of voucher {tokenId}, less than the {needed} needed. Pay less with it."
    ),
    "ERC1155InvalidSender": _("{sender} cannot send vouchers. Give the address of their holder."),
    "ERC1155InvalidReceiver": _("{receiver} cannot hold vouchers. Give the address of a person or contract."),
    "ERC1155MissingApprovalForAll": _(
        "{operator} may not move the vouchers of {owner}. Nobody can: they are personal."
    ),
    "ERC1155InvalidApprover": _("{approver} cannot approve anybody. Give the address of the vouchers' holder."),
    "ERC1155InvalidOperator": _("{operator} cannot be approved. Vouchers are personal."),
    "ERC1155InvalidArrayLength": _(
        "{idsLength} ids and {valuesLength} accounts were given. Give one account for each id."
    ),
}
