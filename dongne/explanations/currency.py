"""Errors of the currency contracts."""

from dongne.explanations.readings import Reading, word
from dongne.language import Moment, Template, _
from dongne.words import AccountKind

READINGS: dict[str, Reading] = {"until": Moment, "possibleFrom": Moment, "deadline": Moment, "kind": word(AccountKind)}

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
        "No new money can go to {account} ({kind}): only residents, institutions and system contracts receive"
        " it. Register or unfreeze the account, or leave it out of the batch."
    ),
    "IssuanceAllowanceExceeded": _(
        "{issuer} may issue {allowance} more, but {amount} was asked for. Ask the currency officer to raise the "
        "allowance, or issue less."
    ),
    "SupplyCapExceeded": _(
        "{amount} on top of {supply} exceeds the 2^64 - 1 base units there can be. Check the amount's decimal places."
    ),
    "RedeemNotAllowed": _(
        "{account} ({kind}) cannot cash out: only merchants do. Register it as a merchant, or unfreeze it."
    ),
    "AlreadyRegistered": _("{account} is registered already ({kind}). Leave it out, or reclassify it."),
    "NotRegistered": _("{account} is not registered. Register it first."),
    "AccountNotEmpty": _(
        "{account} still holds {balance} and keeps its kind until it is empty. Have the money spent or cashed out "
        "first."
    ),
    "KindNotAssignable": _(
        "The kind “{kind}” cannot be given this way. Choose resident, merchant, institution or city contract; `freeze` "
        "freezes, and reclassifying to none strikes off."
    ),
    "CannotFreeze": _(
        "{account} ({kind}) cannot be frozen: it is frozen already, was never registered, or is one of the city's "
        "contracts. Check the address."
    ),
    "CannotReclassifyFrozen": _("{account} is frozen and keeps what it was. Unfreeze it before reclassifying it."),
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
    "SpenderFrozen": _("{spender} is frozen and spends nobody's money. Ask the holds officer why."),
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
