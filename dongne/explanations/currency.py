"""Errors of the currency contracts."""

from dongne.explanations.readings import Reading, word
from dongne.language import Moment, Template, _
from dongne.words import AccountKind, HoldStage

READINGS: dict[str, Reading] = {
    "until": Moment,
    "possibleFrom": Moment,
    "deadline": Moment,
    "due": Moment,
    "ends": Moment,
    "ended": Moment,
    "asOf": Moment,
    "latest": Moment,
    "expires": Moment,
    "ready": Moment,
    "validAfter": Moment,
    "validBefore": Moment,
    "kind": word(AccountKind),
    "stage": word(HoldStage),
}

EXPLANATIONS: dict[str, Template] = {
    "TransferNotAllowed": _(
        "{payer} may not pay {payee}: one of them is unregistered or frozen, or the city's transfer table has no "
        "such payment. Check both with `dongne currency account`."
    ),
    "TransfersPaused": _("Payments are paused until {until}. Try again then; merchants can cash out meanwhile."),
    "RefundExceedsPurchases": _(
        "{merchant} can refund {payee} at most {refundable}: what it was paid and {payee} has paid to merchants this "
        "month, in the first seven days also last month; {amount} is more. Refund less, or pay from the bank account."
    ),
    "PaymentExpired": _("The order was good until {deadline}. Ask the payer to sign a new one."),
    "PaymentSignatureInvalid": _(
        "The order is not signed by {payer} for its present nonce {nonce}: another key, other values, or paid "
        "already. Check whether it was paid; if not, ask for a new signature with nonce {nonce}."
    ),
    "GasTooLow": _(
        "Only {left} gas are left where {needed} must be there to ask a payer's contract. Send the same again with a "
        "higher gas limit."
    ),
    "PaymentOfNothing": _("The order of {payer} is over an amount of 0. Ask for one over what is owed."),
    "PurposeNamesAnotherList": _(
        "This purpose has served places of another list. Bring that list to finish it, or take another purpose."
    ),
    "PlaceNotNext": _(
        "{served} places of this list have been served already, perhaps by another issuer just now. Run the command "
        "again: it goes on from there."
    ),
    "PermitExpired": _("The permit was good until {deadline}. Ask the owner to sign a new one."),
    "PermitSignatureInvalid": _(
        "The permit is not signed by {owner} for its present nonce {nonce}. Ask for a new signature with that nonce."
    ),
    "BadItemsLength": _(
        "A batch of {length} bytes is empty or ends within an item. Pack it with dongne, or see docs/formats.md."
    ),
    "IssueNotAllowed": _(
        "No new money can go to {account} ({kind}): only residents and institutions receive"
        " it. Register or unfreeze the account, or leave it out of the batch."
    ),
    "IssuanceAllowanceExceeded": _(
        "{issuer} may issue {allowance} more, but {amount} was asked for. Ask the currency supervisor to raise the "
        "allowance, or issue less."
    ),
    "SupplyCapExceeded": _(
        "{amount} on top of {supply} exceeds the 2^63 - 1 base units there can be. Check the amount's decimal places."
    ),
    "RedeemNotAllowed": _(
        "{account} ({kind}) cannot destroy money: only the city's contracts do, with their own. Merchants cash out with "
        "`dongne currency cash-out`."
    ),
    "NotAppointed": _(
        "{caller} may not do this: the currency knows {appointed} for it, for good. Check the address, or use the contract's "
        "own command."
    ),
    "AlreadyAppointed": _(
        "The contracts are appointed already, {treasury} as treasury, and never change. Deploy the suite anew for others."
    ),
    "CannotRecover": _(
        "{account} ({kind}) cannot be recovered: only residents, merchants and institutions can. Check the address."
    ),
    "HeldTooLittle": _("{held} of the money of {account} are held, less than {amount}. Give an amount that is held."),
    "ReserveExceeded": _(
        "{supply} would be in circulation, more than the {reserve} in reserve. Issue less, or have the reserve attested again."
    ),
    "AttestationExpired": _(
        "The attestation of the reserve was good until {expires}. Have the reserve attested again: dongne currency reserve "
        "attest"
    ),
    "BadAttestationTerm": _(
        "An attestation until {expires} is not possible. Give a time in the future, within 35 days after the bank's "
        "statement; if there is none, get a new statement."
    ),
    "StatementOfTheFuture": _(
        "The bank cannot have counted the reserve at {asOf}, which is later than now. Give the time that its statement says."
    ),
    "OlderStatement": _(
        "The reserve was attested by the bank's statement of {latest}, and {asOf} is earlier. Attest by a later statement."
    ),
    "BonusTooHigh": _(
        "A bonus of {bonusBps} hundredths of a percent is too high. Give at most 3,000, which is three tenths."
    ),
    "TopUpNotAllowed": _(
        "{account} ({kind}) cannot top up: only residents do. Leave it out, or register it as a resident."
    ),
    "MonthlyCapExceeded": _(
        "{account} can deposit {left} more this month, and {deposit} is more. Lower the deposit, or leave it for next month."
    ),
    "HoldingCapExceeded": _(
        "{account} would hold {holding}, more than the cap of {cap}. Lower the deposit, or top up when it has spent some."
    ),
    "BonusBudgetExceeded": _(
        "The bonuses cost {bonuses}, and {budget} are left of the budget. Top up fewer people, or ask for more budget."
    ),
    "BadTopUpsLength": _("A list of {length} bytes is empty or ends within a deposit. Pack it with dongne."),
    "WrongStage": _("Case {id} is {stage}, so this is not possible. See `dongne currency hold show {id}`."),
    "SamePersonDecides": _("{person} has decided in case {id} before. Let another officer do it."),
    "TermOver": _("The time for this in case {id} was over at {ended}. Flag the money anew, if it is still disputed."),
    "TermRuns": _("Case {id} runs until {ends}. Try again then."),
    "CannotHold": _(
        "{amount} cannot be held in case {id}: {disputed} are disputed, and the account may have spent its money. Give an "
        "amount that is disputed and there."
    ),
    "CannotAppeal": _("Only the owner, {account}, appeals in case {id}, and once. Sign with that account's key."),
    "BeneficiaryDecided": _(
        "{beneficiary} has decided in case {id} and cannot get the money. Name the account that the decision names."
    ),
    "AccountRests": _(
        "{account} was held or frozen before, and rests until {possibleFrom}. Ask the holds reviewer to admit it: dongne "
        "currency hold admit {account}"
    ),
    "NoFreeze": _(
        "{account} is not frozen. Check the address: an account that was recovered meanwhile goes by the one it had then."
    ),
    "SamePersonFreezes": _("{person} has frozen {account} and does not confirm it. Let another officer do it."),
    "FreezeWasConfirmed": _("The freeze of {account} was confirmed. Only the holds reviewer lifts it."),
    "FreezeOver": _("The freeze of {account} was over at {ended}. It can be ended, not confirmed."),
    "FreezeRuns": _("{account} is frozen until {until}. End it then, or ask the holds reviewer to lift it."),
    "CannotAppealFreeze": _("Only the owner of {account} objects. Sign with that account's key."),
    "NotTheCurrency": _("{caller} is not the currency, which alone brings money here. Pay the account itself."),
    "NotTheOwner": _(
        "{caller} does not own {account}. Send it with that account's key, or the one it was recovered to."
    ),
    "NothingKept": _("Nothing is kept for {account}. Check the address, or look whether it was claimed before."),
    "NotLapsedYet": _("What is kept for {account} lapses at {until}. Until then only its owner claims it."),
    "ClaimExpired": _("The claim was good until {deadline}. Ask the owner to sign a new one."),
    "ClaimSignatureInvalid": _(
        "The claim is not signed by {account}, or not for this account and deadline. Ask for a new signature."
    ),
    "RecoveryRuns": _(
        "The recovery of {from} to {to} is announced and can be completed from {ready} on. Cancel it first, if it is wrong."
    ),
    "NoRecovery": _("No recovery of {from} is announced, or it has lapsed. Announce it with the membership office."),
    "RecoveryNotReady": _("The recovery of {from} can be completed from {ready} on. Try again then."),
    "NotAcceptedByNewKey": _(
        "{to} has not agreed to take {from} over. Have the new key sign its consent: dongne sign recovery"
    ),
    "NotTheOldKey": _("This is not signed by {from}, whose recovery it would cancel. Sign with that account's key."),
    "AuthorizationNotYetValid": _("The authorization counts only after {validAfter}. Hand it in then."),
    "AuthorizationExpired": _("The authorization counted before {validBefore}. Ask the payer to sign a new one."),
    "AuthorizationAlreadyUsed": _(
        "This authorization of {authorizer} was used or cancelled before, or its nonce {nonce} is ahead of the account's "
        "next one. Check whether it was paid; if not, ask for a new one with another nonce."
    ),
    "AuthorizationOfFormerKind": _(
        "{authorizer} was something else until {ended}, and this authorization may be from then. Ask for a new one that is "
        "valid only after that moment."
    ),
    "AuthorizationSignatureInvalid": _(
        "The authorization with nonce {nonce} is not signed by {authorizer}, or not for these values, this chain and this "
        "contract. Ask for a new one."
    ),
    "CallerNotPayee": _(
        "Only {payee} itself can use this authorization, not {caller}. Hand it in there, or ask for one that anyone can use."
    ),
    "CashOutNotAllowed": _(
        "{account} ({kind}) cannot cash out: only merchants do. Register it as a merchant, or unfreeze it."
    ),
    "CashOutOfNothing": _("{merchant} asked to cash out nothing. Give an amount of more than 0."),
    "CashOutNotOpen": _(
        "There is no open cash-out {id}: it was settled or given back, or never requested. See `dongne currency cash-out "
        "list`."
    ),
    "CashOutNotDue": _("Cash-out {id} can be settled from {due} on. Leave it out until then."),
    "ReclaimTooEarly": _(
        "Cash-out {id} can be taken back from {possibleFrom} on, unless the bank pays before. Try again then."
    ),
    "BadCashOutIds": _("A list of {length} bytes is empty or ends within an item. Pack it with dongne."),
    "CheckpointUnorderedInsertion": _(
        "The chain's clock stands before an earlier settlement. Try again in a later block; report it, if it lasts."
    ),
    "WaitingTooLong": _("Risk class {class} would wait {waitingDays} days. Give 0 to 30 days."),
    "AlreadyRegistered": _(
        "{account} is registered already ({kind}). Leave it out, or reclassify it; a superseded address is never "
        "registered again, its owner has another one."
    ),
    "CannotReclassify": _(
        "{account} ({kind}) cannot be reclassified: only residents, merchants and institutions can, 255 times at most. "
        "Register it first, unfreeze it, or retire a city contract with `dongne currency contract retire`."
    ),
    "AccountNotEmpty": _(
        "{account} still holds {balance} and keeps its kind until it has less than 1,000 whole units, none of them held; a "
        "city contract must be empty. Have the money spent or cashed out first."
    ),
    "KindNotAssignable": _(
        "The kind “{kind}” cannot be given this way. Choose resident, merchant or institution; reclassifying to none "
        "strikes off, and `dongne currency contract add` registers a city contract."
    ),
    "CannotFreeze": _(
        "{account} ({kind}) cannot be frozen or held: it is frozen already, was never registered, or is one of the city's "
        "contracts. Check the address."
    ),
    "NotFrozen": _("{account} ({kind}) is not frozen. There is nothing to undo; check the address."),
    "BadTransferTable": _(
        "Table {table} would let unregistered or frozen accounts pay or be paid. Build it with "
        "`dongne.currency.transfer_table` from allowed pairs."
    ),
    "BadPause": _("A pause of {duration} seconds is not possible. Give 1 second to 72 hours (259,200 seconds)."),
    "PausedRecently": _(
        "Transfers were paused recently: a longer or another pause is possible from {possibleFrom} on. A running pause can be "
        "shortened."
    ),
    "SystemContractWithoutCode": _(
        "There is no contract at {account}, so it is none of the city's. Check the address, or deploy the contract first."
    ),
    "SpenderFrozen": _(
        "{spender} is frozen, or its key was lost, and it spends nobody's money. Ask the holds officer why, or use the "
        "account's present address."
    ),
    "ERC20InsufficientBalance": _("{sender} holds {balance}, less than the {needed} needed. Top up, or pay less."),
    "ERC20InsufficientAllowance": _(
        "{spender} may take {allowance} more, less than the {needed} needed. Ask the owner to approve more."
    ),
    "ERC20InvalidReceiver": _(
        "{receiver} cannot receive money or be registered. Give the address of a person, shop or contract."
    ),
    "ERC20InvalidSender": _("{sender} cannot send money. Give the address of a registered account."),
    "ERC20InvalidApprover": _("{approver} cannot approve anybody. Give the address of the money's owner."),
    "ERC20InvalidSpender": _("{spender} cannot be approved to spend. Give the address of a person or contract."),
}
