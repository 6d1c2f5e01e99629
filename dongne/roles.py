"""The administrative roles of a city and the functions each may call; the one home of both."""

from enum import IntEnum


class Role(IntEnum):
    """Numbers of the roles in `CityAccess` (OpenZeppelin AccessManager); 0 is its administrator."""

    ADMINISTRATOR = 0
    CURRENCY_OFFICER = 1
    MEMBERSHIP_OFFICER = 2
    HOLDS_OFFICER = 3
    GUARDIAN = 4
    VEHICLE_REGISTRAR = 5
    ACCREDITOR = 6
    ELECTION_OFFICER = 7


FUNCTIONS: dict[str, dict[Role, tuple[str, ...]]] = {
    "LocalCurrency": {
        Role.CURRENCY_OFFICER: ("setIssuanceAllowance", "setTransferTable"),
        Role.MEMBERSHIP_OFFICER: ("register", "reclassify"),
        Role.HOLDS_OFFICER: ("freeze", "unfreeze"),
        Role.GUARDIAN: ("pause",),
    },
    "VehicleRegistry": {
        Role.VEHICLE_REGISTRAR: ("register", "registerBatch", "transferTitle", "correctAsRegistrar"),
        Role.ACCREDITOR: ("accredit", "revoke"),
    },
    "ElectoralRoll": {Role.ELECTION_OFFICER: ("open", "append", "freeze")},
    "BallotBox": {Role.ELECTION_OFFICER: ("open",)},
}
"""Functions by contract and role; whatever is `restricted` and not listed is the administrator's."""
