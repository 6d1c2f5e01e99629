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


class HoldStage(Word):
    """Where a case of disputed money stands; numbered as in IHolds.sol."""

    NONE = 0, _("no case")
    FLAGGED = 1, _("flagged")
    HELD = 2, _("held")
    CONFIRMED = 3, _("confirmed")
    ENDED = 4, _("ended")
