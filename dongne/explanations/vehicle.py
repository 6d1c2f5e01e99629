"""Errors of the vehicle contracts."""

from dongne.explanations.readings import Reading, bound, word, words_of
from dongne.language import Moment, Template, _
from dongne.words import RecordKind, SaleStage, WarrantyStage

READINGS: dict[str, Reading] = {
    **dict.fromkeys(("from", "until"), bound),
    **dict.fromkeys(("revokedFrom", "occurredAt", "timestamp", "deadline", "since"), Moment),
    **dict.fromkeys(("kind", "expected", "superseded"), word(RecordKind)),
    **dict.fromkeys(("kinds", "accreditable"), words_of(RecordKind)),
    "stage": word(SaleStage),
    "warranty": word(WarrantyStage),
}

EXPLANATIONS: dict[str, Template] = {
    "VehicleNotRegistered": _(
        "Vehicle {vehicle} (item {index}) is not registered. Register it first, or check the VIN and the city's key."
    ),
    "VehicleAlreadyRegistered": _(
        "Vehicle {vehicle} (item {index}) is registered already. Leave it out of the registration."
    ),
    "NotAccreditedNow": _(
        "{recorder} is not accredited now (start: {from}; end: {until}). Ask the accreditor for a valid accreditation."
    ),
    "RecorderRevoked": _(
        "{recorder} was revoked from {revokedFrom} on. It cannot record again: have a new key accredited."
    ),
    "KindNotAccredited": _(
        "{recorder} may not record the kind {kind} (item {index}). Ask the accreditor to widen the scope, or correct "
        "the kind."
    ),
    "UnknownKind": _("There is no kind {kind} of records. docs/formats.md lists them."),
    "WrongKind": _("Item {index} has the kind {kind}, but only {expected} is possible here. Correct the entry's kind."),
    "OccurredInFuture": _(
        "Item {index} is dated {occurredAt}, after the block's time {timestamp}. Check its date and time zone."
    ),
    "UnknownGauge": _("Item {index} has gauge state {gauge}; there are 0 to 4. docs/formats.md lists them."),
    "UnreadGaugeWithKm": _(
        "Item {index} says {km} km but that the gauge was not read. Set the gauge's state, or 0 km."
    ),
    "GaugeChangeNotAccredited": _(
        "{recorder} may not record that a gauge changed ({gauge}, item {index}). Record what the gauge shows, or ask the "
        "accreditor for the right to record changes of the gauge."
    ),
    "GaugeChangeWithoutDocument": _(
        "Item {index} says that the gauge changed ({gauge}), but brings no document. Give the workshop's invoice or the "
        "import papers."
    ),
    "TitleRecordWithReading": _(
        "A record that moves, restricts or releases a title carries no reading (gauge state {gauge}). Leave it out; a "
        "recorder records it apart."
    ),
    "TitleRestricted": _(
        "{restrictions} liens, seizures or the like keep the title of vehicle {vehicle} from moving. Have them released "
        "first; `dongne vehicle restriction list` shows them."
    ),
    "TitleNotRestricted": _(
        "Nothing restricts the title of vehicle {vehicle}. Check the vehicle; `dongne vehicle restriction list` shows what is open."
    ),
    "TooManyRestrictions": _(
        "The title of vehicle {vehicle} has as many restrictions as can be counted. Release some first: this does not "
        "happen in use."
    ),
    "NotARestriction": _(
        "A record of the kind {kind} neither restricts a title nor releases it. Use the command of that kind instead."
    ),
    "WithdrawalWithReading": _(
        "A withdrawal carries no reading (gauge state {gauge}). Leave it out, or correct the record instead."
    ),
    "TooManyRecords": _(
        "The history of vehicle {vehicle} is full (item {index}). Report this to the registrar: it does not happen"
        " in use."
    ),
    "BadBatchLength": _(
        "A batch of {length} bytes is not one or more items of {itemLength} bytes. Pack it with dongne, or see "
        "docs/formats.md."
    ),
    "NotTheRecorder": _(
        "{caller} did not write that record: {recorder} did. Ask {recorder} or the history officer to correct it."
    ),
    "WitnessMismatch": _(
        "The records given for vehicle {vehicle} lead to head {computed}, but the registry has {head}. Read the "
        "history again and retry: a record is missing, altered, or was added meanwhile."
    ),
    "WitnessOutOfPlace": _(
        "The witness shows {length} records from record {first} on; they must end at the last of the {records} records or "
        "at one whose number is a multiple of 32. Have dongne build the witness."
    ),
    "RecordNotShown": _(
        "The witness does not show record {number}, which is needed to prove what the correction leaves. Read the history "
        "again and retry; dongne builds the witness."
    ),
    "NotTheNextReading": _(
        "The reading of record {newer} does not come next after that of record {number}. Read the history again and "
        "retry: a record was added or corrected meanwhile."
    ),
    "NotTainted": _(
        "Record {number} is not tainted: {recorder} was not revoked when it was recorded. Only its recorder or the "
        "history officer corrects it."
    ),
    "AlreadySuperseded": _("Record {number} was superseded by record {by}. Correct record {by} instead."),
    "KindFixed": _(
        "A record of the kind {superseded} cannot become one of the kind {kind}: what moved or restricted a title keeps "
        "its kind. Correct its date and document, or record another change of owner or a release."
    ),
    "BadPeriod": _("An accreditation from {from} until {until} covers no time. Give an end after its start."),
    "BadKinds": _(
        "The kinds asked for ({kinds}) are none, or more than can be accredited ({accreditable}). Choose "
        "among the kinds that recorders write; docs/formats.md lists them."
    ),
    "AlreadyRevoked": _(
        "{recorder} is revoked from {revokedFrom} on. Revoke from an earlier time, or accredit a new key; only the "
        "administrator lifts a revocation."
    ),
    "NotRevoked": _("{recorder} is not revoked: there is nothing to lift. Check the address."),
    "BadRevocation": _(
        "Revoking {recorder} from {from} on is not possible: it needs an address and a time other than 0. Give the Unix "
        "seconds from which its records are not to be trusted."
    ),
    "UnknownVehicleClass": _(
        "Item {index} is of class {class}, which this city's registry does not know. The outcome of a registration is the "
        "vehicle's class; docs/vehicles.md lists them."
    ),
    "BadPaces": _(
        "The paces {paces} are not sensible: class 0 needs one. Correct plausible_km_per_day in the city's file."
    ),
    "NothingNewFound": _(
        "The inspection's outcome {outcome} tells nothing that the one at the sale ({earlier}) had not told. A warranty is "
        "for new defects: name an inspection whose outcome says what it found."
    ),
    "TitleLocked": _("Title {title} does not move by wallet. Apply to the title office for a change of owner."),
    "NoOperators": _(
        "{operator} cannot be approved to move titles: only the title office moves them. Apply there for a change of "
        "owner."
    ),
    "ERC721InvalidReceiver": _("A title cannot belong to {receiver}. Give the new owner's address."),
    "ERC721NonexistentToken": _(
        "There is no title {tokenId}. Check the VIN and the city's key: the vehicle is not registered here."
    ),
    "ERC721InvalidOwner": _("{owner} cannot own titles. Ask for the balance of a real address."),
    "DebtorNotOwner": _(
        "{debtor} does not own vehicle {vehicle}: {owner} does. Only the owner charges it with a lien."
    ),
    "LienToOneself": _("{debtor} cannot be its own creditor. Name the creditor."),
    "NotSignedBy": _(
        "The signature is not {signer}'s over just these values. Have {signer} sign again what `dongne sign` prints for "
        "this chain."
    ),
    "NotThisKind": _("This does not open restrictions of the kind {kind}. Use the command of the office that may."),
    "RestrictionNotOpen": _(
        "Restriction {id} is not open. It was released, or never opened; `dongne vehicle restriction list` shows what is open."
    ),
    "DischargeWithoutDocument": _(
        "Lien {id} is discharged by a judgment only. Give its document: `dongne vehicle restriction release` hashes it."
    ),
    "ReleasedOtherwise": _(
        "Restriction {id} is of the kind {kind}, which is released otherwise. A creditor signs the release of its lien; "
        "the office that opened another restriction releases it."
    ),
    "NotTheAuthority": _("{holder} opened restriction {id} and still has its role. Ask {holder} to release it."),
    "AmountTooLarge": _("An amount of {amount} is more than a lien can name. Check the number and its unit."),
    "WrongSaleStage": _("The sale {sale} is {stage}: this step is not possible now. See `dongne vehicle sale show`."),
    "TermsNotSound": _(
        "The terms of sale {sale} make no sense. Buyer and seller must differ, the deposit must not exceed the price, and "
        "the three dates must follow each other within 180 days."
    ),
    "TokenNotAllowed": _("The city allows no sales in {token}. Ask the sale supervisor which money it allows."),
    "OtherFee": _("The city's fee is {fee} now, another one than the parties signed. Draft the sale anew."),
    "VehicleInSale": _(
        "Vehicle {vehicle} is being sold already, by sale {sale}. Cancel that one, or end it once its time is over."
    ),
    "SellerNotOwner": _("{seller} does not hold the title: {owner} does. Only its holder sells a vehicle."),
    "HistoryMoved": _(
        "Something was recorded for vehicle {vehicle} since the parties agreed; the head is {head} now. Read the history "
        "and draft the sale anew."
    ),
    "TitleNotFree": _(
        "{restrictions} liens, seizures or the like keep the title of vehicle {vehicle} from moving. Have them released, "
        "then draft the sale."
    ),
    "TooLate": _("This was possible until {deadline}. See `dongne vehicle sale show` for what is possible now."),
    "TooEarly": _("This is possible from {since} on. Try again then."),
    "WrongPayment": _(
        "{received} of {token} arrived instead of {expected}. This money takes a charge or was not approved; choose "
        "another, or approve the whole amount."
    ),
    "ReviewMismatch": _(
        "The records shown for vehicle {vehicle} are not those after number {reviewed}. Read the history again and retry; "
        "`dongne vehicle sale review` does both."
    ),
    "ReviewBehind": _(
        "The sale has not seen the records after number {reviewed}. Run `dongne vehicle sale review` first."
    ),
    "InspectionTainted": _(
        "Who made inspection {inspection} was revoked from before it. Have the vehicle inspected again, then review."
    ),
    "BuyerMustAgree": _(
        "There is adverse evidence since the parties agreed. Only {buyer} can release the sale now, or leave it."
    ),
    "NotAParty": _("{caller} has no part in this sale. Use the keystore of the seller or the buyer."),
    "OwnCause": _("{caller} is a party to this sale and cannot decide on it. Another officer must."),
    "EvidenceTainted": _(
        "Who wrote record {number} was revoked from before it, so it counts for nothing. Name other evidence, or call the "
        "arbiter."
    ),
    "EvidenceCounts": _(
        "Adverse record {number} counts: its recorder is not revoked. The accreditor revokes whoever writes lies."
    ),
    "AlreadyDismissed": _("Adverse record {number} is dismissed already. Leave it out."),
    "MoreThanDeposit": _(
        "{toSeller} is more than the deposit of {deposit}. The arbiter can give the seller no more than that."
    ),
    "FeeWithoutRecipient": _(
        "A fee of {fee} needs somebody who gets it, even if it is 0: running sales may still pay one. Name the city's "
        "institution."
    ),
    "NothingOwed": _("{account} has nothing to withdraw in {token}. Check the address and the money."),
    "ReentrancyGuardReentrantCall": _(
        "The money called the sale contract back while it was being paid. Do not use this money: it is hostile."
    ),
    "SafeERC20FailedOperation": _(
        "The money at {token} refused the transfer. Approve the amount, and check the balance and whether it is paused."
    ),
    "WrongWarrantyStage": _(
        "The warranty of sale {sale} is {warranty}: this step is not possible now. See `dongne vehicle bond show`."
    ),
    "BondTooSmall": _(
        "{dealer} has {free} free in its bond, not {amount}. Pay in more, or wait until a warranty has ended."
    ),
    "BadBondAmount": _("{amount} is no amount for a bond. Give the whole amount, more than nothing, in honest money."),
    "OnlyFor": _("Only {who} may do this. Use the keystore of that account."),
    "SaleNotRight": _(
        "Sale {sale} is not at the right stage: it is covered while it is open, and claimed for after its release. See "
        "`dongne vehicle sale show`."
    ),
    "WarrantyOver": _("This was possible until {deadline}. Nothing can be claimed or contested any more: settle it."),
    "WarrantyRuns": _("The warranty's time is over at {deadline}. Settle it then."),
    "NotSuchInspection": _(
        "Record {number} is no inspection of the car by a third party since the sale. Have it inspected, with a reading, "
        "by a recorder that is neither party and not revoked."
    ),
    "NotWithinWarranty": _(
        "The odometer at {km} km is outside the warranty of {least} to {most} km, or its gauge was changed. Nothing can be "
        "claimed on this reading."
    ),
    "EvidenceMismatch": _(
        "The records shown are not all those since sale {sale}. Read the history again and retry; `dongne vehicle bond "
        "claim` does both."
    ),
    "ClaimTooLarge": _("{amount} is more than {most}, or nothing. Claim at most what the seller stands for."),
    "PartyDecides": _("{caller} is a party to this sale and cannot decide on its warranty. Another arbiter must."),
}
