"""Numbers of the contracts that their errors name as well, as words; the products know them as their `Kind`."""

from dongne.language import Word, _


class AccountKind(Word):
    """What an account is; decides who may pay whom."""

    NONE = 0, _("not registered")
    RESIDENT = 1, _("resident")
    MERCHANT = 2, _("merchant")
    INSTITUTION = 3, _("institution")
    SYSTEM_CONTRACT = 4, _("city contract")
    FROZEN = 5, _("frozen")
    SUPERSEDED = 6, _("superseded")


class RecordKind(Word):
    """What a record is about; numbered as in Kind.sol."""

    REGISTRATION = 0, _("registration")
    ODOMETER = 1, _("odometer reading")
    PERFORMANCE_INSPECTION = 2, _("performance inspection")
    PERIODIC_INSPECTION = 3, _("periodic inspection")
    ACCIDENT = 4, _("accident")
    REPAIR_SIMPLE = 5, _("simple repair")
    REPAIR_FRAME = 6, _("frame repair")
    FLOOD = 7, _("flood")
    TOTAL_LOSS = 8, _("total loss")
    THEFT = 9, _("theft")
    RECOVERY = 10, _("recovery")
    MAINTENANCE = 11, _("maintenance")
    RECALL = 12, _("recall")
    RECALL_REMEDY = 13, _("recall remedied")
    RENTAL_USE = 14, _("rental use")
    TAXI_USE = 15, _("taxi use")
    TUNING = 16, _("tuning")
    LIEN = 17, _("lien")
    LIEN_RELEASE = 18, _("lien released")
    SEIZURE = 19, _("seizure")
    EXPORT = 20, _("export")
    SCRAP = 21, _("scrapped")
    OWNERSHIP_CHANGE = 22, _("change of owner")
    CORRECTION = 23, _("withdrawal of a record")
    SEIZURE_RELEASE = 24, _("seizure released")
    PROVISIONAL_DISPOSITION = 25, _("provisional disposition")
    PROVISIONAL_DISPOSITION_RELEASE = 26, _("provisional disposition released")
    FIRE = 27, _("fire")
    SALVAGE = 28, _("salvage")
    REBUILT = 29, _("rebuilt")
    LEMON_RETURN = 30, _("returned as a lemon")
    VIN_REISSUED = 31, _("VIN reissued")
    DEREGISTRATION = 32, _("deregistration")
    REINSTATEMENT = 33, _("reinstatement")
    LEASE_USE = 34, _("lease use")
    OFFICIAL_USE = 35, _("official use")
    GAUGE_DEFECTIVE = 36, _("gauge defective")
    GAUGE_NOT_ACTUAL = 37, _("gauge not actual")
    GAUGE_BEYOND_DIGITS = 38, _("gauge beyond its digits")


class HoldStage(Word):
    """Where a case of disputed money stands; numbered as in IHolds.sol."""

    NONE = 0, _("no case")
    FLAGGED = 1, _("flagged")
    HELD = 2, _("held")
    CONFIRMED = 3, _("confirmed")
    ENDED = 4, _("ended")


class CashOutStage(Word):
    """Where a merchant's money on its way to the bank stands."""

    WAITING = 0, _("waiting for the bank")
    SETTLED = 1, _("settled")
    RETURNED = 2, _("returned")


class WarrantyStage(Word):
    """Where the warranty of a sale stands; numbered as in WarrantyStage.sol."""

    NONE = 0, _("no warranty")
    COVERED = 1, _("covered")
    CLAIMED = 2, _("claimed")
    CONTESTED = 3, _("contested")
    ENDED = 4, _("ended")


class SaleStage(Word):
    """Where a sale of a vehicle stands; numbered as in SaleStage.sol."""

    NONE = 0, _("no sale")
    OFFERED = 1, _("offered")
    FUNDED = 2, _("funded")
    INSPECTED = 3, _("inspected")
    CONFIRMED = 4, _("confirmed")
    DISPUTED = 5, _("disputed")
    RELEASED = 6, _("released")
    CANCELLED = 7, _("cancelled")
    DECIDED = 8, _("decided")
    TIMED_OUT = 9, _("timed out")
